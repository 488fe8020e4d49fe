{{ config(
    materialized='period_mart',
    replace_by='date',
    meta={
        'changed_by': ['energy_lcl_smartmeter', 'energy_lcl_halfhourly_official'],
        'all_by': ['energy_lcl_register'],
    },
) }}

with changed as (
    {{ changed_periods('energy_district_daily') }}
),

cities as (
    select * from {{ source('city', 'cities') }}
),

homes as (
    select * from {{ ref('int_energy__household_districts') }}
),

household_days as (
    select
        days.city,
        days.date,
        days.household_pseudonym,
        homes.district_code,
        days.readings,
        days.energy_kwh,
        -- Back to the decimals that the daily sum was made of, for exact sums.
        cast(days.energy_kwh as decimal(28, 9)) as exact_kwh,
        cast(days.night_energy_kwh as decimal(28, 9)) as exact_night_kwh
    from {{ ref('energy_household_daily') }} as days
    inner join changed on days.date = changed.period_start
    left join homes on days.household_pseudonym = homes.household_pseudonym
    where {{ in_changed_range(['energy_district_daily'], 'days.date') }}
),

-- A household counts for its district, if it has one, and for the whole city.
members as (
    select household_days.*
    from household_days
    where household_days.district_code is not null
    union all
    select
        household_days.city,
        household_days.date,
        household_days.household_pseudonym,
        cities.district_code,
        household_days.readings,
        household_days.energy_kwh,
        household_days.exact_kwh,
        household_days.exact_night_kwh
    from household_days
    inner join cities on household_days.city = cities.city
),

totals as (
    select
        members.city,
        members.district_code,
        members.date,
        count(*) as households,
        sum(members.readings) as readings,
        cast(sum(members.exact_kwh) as double) as energy_kwh,
        cast(sum(members.exact_night_kwh) as double) as night_energy_kwh,
        percentile_cont(0.95) within group (order by members.energy_kwh) as p95_household_kwh
    from members
    group by members.city, members.district_code, members.date
),

registered as (
    select
        homes.city,
        homes.district_code,
        count(*) as households
    from homes
    where homes.district_code is not null
    group by homes.city, homes.district_code
    union all
    select
        cities.city,
        cities.district_code,
        count(*) as households
    from homes
    inner join cities on homes.city = cities.city
    group by cities.city, cities.district_code
),

readings as (
    select readings.*
    from {{ ref('int_energy__readings') }} as readings
    inner join changed on readings.date = changed.period_start
    where {{ in_changed_range(['energy_district_daily'], 'readings.date', 'readings.read_at') }}
),

home_loads as (
    select
        readings.city,
        homes.district_code,
        readings.date,
        readings.read_at,
        sum(readings.energy_kwh) as load_kwh
    from readings
    left join homes on readings.household_pseudonym = homes.household_pseudonym
    group by readings.city, homes.district_code, readings.date, readings.read_at
),

loads as (
    select home_loads.*
    from home_loads
    where home_loads.district_code is not null
    union all
    select
        home_loads.city,
        cities.district_code,
        home_loads.date,
        home_loads.read_at,
        sum(home_loads.load_kwh) as load_kwh
    from home_loads
    inner join cities on home_loads.city = cities.city
    group by home_loads.city, cities.district_code, home_loads.date, home_loads.read_at
),

shapes as (
    select
        loads.city,
        loads.district_code,
        loads.date,
        cast(sum(loads.load_kwh) as double) / count(*) as mean_load_kwh,
        cast(max(loads.load_kwh) as double) as max_load_kwh,
        max(round(loads.load_kwh, 6)) as peak_load_kwh
    from loads
    group by loads.city, loads.district_code, loads.date
),

-- Of equal largest loads, compared at six decimals, the earliest.
peaks as (
    select
        loads.city,
        loads.district_code,
        loads.date,
        min(loads.read_at) as peak_half_hour_at
    from loads
    inner join shapes
        on
            loads.city = shapes.city
            and loads.district_code = shapes.district_code
            and loads.date = shapes.date
            and round(loads.load_kwh, 6) = shapes.peak_load_kwh
    group by loads.city, loads.district_code, loads.date
),

flagged as (
    select
        totals.*,
        shapes.mean_load_kwh,
        shapes.max_load_kwh,
        peaks.peak_half_hour_at,
        -- More households seen than registered: the register is behind, and a coverage above 1 would be nonsense.
        greatest(coalesce(registered.households, 0), totals.households) as households_expected,
        {{ is_restricted(
            'totals.households', 'totals.district_code = cities.district_code', 'totals.district_code',
            ['totals.city', 'totals.date'],
        ) }} as is_restricted
    from totals
    inner join cities on totals.city = cities.city
    inner join shapes
        on
            totals.city = shapes.city
            and totals.district_code = shapes.district_code
            and totals.date = shapes.date
    inner join peaks
        on
            totals.city = peaks.city
            and totals.district_code = peaks.district_code
            and totals.date = peaks.date
    left join registered
        on totals.city = registered.city and totals.district_code = registered.district_code
),

final as (
    select
        flagged.city,
        flagged.district_code,
        flagged.date,
        case when not flagged.is_restricted then cast(flagged.households as integer) end as households,
        case when not flagged.is_restricted then flagged.energy_kwh end as energy_kwh,
        case
            when not flagged.is_restricted then flagged.energy_kwh / flagged.households
        end as energy_kwh_per_household,
        case
            when not flagged.is_restricted then flagged.mean_load_kwh / nullif(flagged.max_load_kwh, 0)
        end as load_factor,
        case
            when not flagged.is_restricted then flagged.night_energy_kwh / nullif(flagged.energy_kwh, 0)
        end as night_share,
        case when not flagged.is_restricted then flagged.peak_half_hour_at end as peak_half_hour_at,
        case
            when not flagged.is_restricted and flagged.households >= {{ var('minimum_percentile_households') }}
                then flagged.p95_household_kwh
        end as p95_household_kwh,
        case
            when not flagged.is_restricted
                then cast(flagged.readings as double) / (flagged.households_expected * 48)
        end as coverage,
        case when flagged.is_restricted then {{ status('restricted') }} else {{ status('ok') }} end as status
    from flagged
)

select * from final
