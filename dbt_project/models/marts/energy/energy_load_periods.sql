{{ config(
    materialized='period_mart',
    schema='marts_restricted',
    replace_by='period_start',
    meta={
        'changed_by': ['energy_lcl_smartmeter', 'energy_lcl_halfhourly_official'],
        'all_by': ['energy_lcl_register'],
        'periods_of': load_indicators(),
    },
) }}

with changed as (
    {{ changed_periods('energy_load_periods') }}
),

cities as (
    select * from {{ source('city', 'cities') }}
),

qualifying as (
    select households.*
    from {{ ref('int_energy__household_periods') }} as households
    inner join changed on households.period_start = changed.period_start
    where households.is_qualifying
),

readings as (
    select readings.*
    from {{ ref('int_energy__readings') }} as readings
    inner join cities on readings.city = cities.city
    where
        (cities.energy_readings = 'all' or readings.layout = cities.energy_readings)
        and {{ in_changed_range(
            ['energy_load_periods'], 'readings.date', 'readings.read_at', periods_of=load_indicators()
        ) }}
),

-- Load of each district's own households by half hour; those without a district stand under NULL.
home_loads as (
    select
        qualifying.city,
        qualifying.period_start,
        qualifying.period_end,
        qualifying.half_hours,
        qualifying.district_code,
        readings.read_at,
        count(*) as households_read,
        sum(readings.energy_kwh) as energy_kwh
    from qualifying
    inner join readings
        on
            qualifying.household_pseudonym = readings.household_pseudonym
            and qualifying.period_start <= readings.date
            and qualifying.period_end > readings.date
    group by
        qualifying.city,
        qualifying.period_start,
        qualifying.period_end,
        qualifying.half_hours,
        qualifying.district_code,
        readings.read_at
),

loads as (
    select
        home_loads.city,
        home_loads.period_start,
        home_loads.period_end,
        home_loads.district_code,
        home_loads.read_at,
        home_loads.households_read,
        home_loads.energy_kwh
    from home_loads
    where home_loads.district_code is not null
    union all
    select
        home_loads.city,
        home_loads.period_start,
        home_loads.period_end,
        cities.district_code,
        home_loads.read_at,
        sum(home_loads.households_read) as households_read,
        sum(home_loads.energy_kwh) as energy_kwh
    from home_loads
    inner join cities on home_loads.city = cities.city
    group by
        home_loads.city,
        home_loads.period_start,
        home_loads.period_end,
        cities.district_code,
        home_loads.read_at
),

groups_of_households as (
    select
        qualifying.city,
        qualifying.period_start,
        qualifying.period_end,
        qualifying.district_code,
        count(*) as households
    from qualifying
    where qualifying.district_code is not null
    group by qualifying.city, qualifying.period_start, qualifying.period_end, qualifying.district_code
    union all
    select
        qualifying.city,
        qualifying.period_start,
        qualifying.period_end,
        cities.district_code,
        count(*) as households
    from qualifying
    inner join cities on qualifying.city = cities.city
    group by qualifying.city, qualifying.period_start, qualifying.period_end, cities.district_code
),

-- common: half hours that every household has, load of all of them. present_95: half hours that at least 95 % have,
-- load per household that has one; to twelve decimals, so that sums are exact.
series as (
    select
        loads.city,
        loads.period_start,
        loads.period_end,
        loads.district_code,
        {{ is_night('loads.read_at') }} as is_night,
        case cities.energy_series
            when 'common' then cast(loads.energy_kwh * 2 as decimal(38, 12))
            else cast(cast(loads.energy_kwh as double) * 2 / loads.households_read as decimal(38, 12))
        end as load_kw
    from loads
    inner join cities on loads.city = cities.city
    inner join groups_of_households as members
        on
            loads.city = members.city
            and loads.period_start = members.period_start
            and loads.period_end = members.period_end
            and loads.district_code = members.district_code
    where
        loads.households_read * 100
        >= members.households * case cities.energy_series when 'common' then 100 else 95 end
),

final as (
    select
        members.city,
        members.district_code,
        members.period_start,
        members.period_end,
        cast(members.households as integer) as households,
        cast(count(series.load_kw) as integer) as half_hours,
        cast(sum(series.load_kw) as double) / nullif(count(series.load_kw), 0) as mean_load_kw,
        cast(max(series.load_kw) as double) as max_load_kw,
        cast(sum(case when series.is_night then 1 else 0 end) as integer) as night_half_hours,
        cast(sum(case when series.is_night then series.load_kw end) as double)
        / nullif(sum(case when series.is_night then 1 else 0 end), 0) as night_mean_load_kw
    from groups_of_households as members
    left join series
        on
            members.city = series.city
            and members.period_start = series.period_start
            and members.period_end = series.period_end
            and members.district_code = series.district_code
    group by
        members.city,
        members.district_code,
        members.period_start,
        members.period_end,
        members.households
)

select * from final
