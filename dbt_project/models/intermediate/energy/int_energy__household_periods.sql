with cities as (
    select * from {{ source('city', 'cities') }}
),

-- The readings that count for indicators: the household files alone, or all, as the city file says.
household_days as (
    select file_days.*
    from {{ ref('energy_household_file_daily') }} as file_days
    inner join cities on file_days.city = cities.city
    where cities.energy_readings = 'household_files'
    union all
    select days.*
    from {{ ref('energy_household_daily') }} as days
    inner join cities on days.city = cities.city
    where cities.energy_readings = 'all'
),

periods as (
    select * from {{ ref('int_energy__periods') }}
),

totals as (
    select
        periods.city,
        periods.period_start,
        periods.period_end,
        periods.half_hours,
        household_days.household_pseudonym,
        sum(household_days.readings) as readings,
        sum(cast(household_days.energy_kwh as decimal(28, 9))) as energy_kwh
    from household_days
    inner join periods
        on
            household_days.city = periods.city
            and household_days.date >= periods.period_start
            and household_days.date < periods.period_end
    group by
        periods.city,
        periods.period_start,
        periods.period_end,
        periods.half_hours,
        household_days.household_pseudonym
),

final as (
    select
        totals.city,
        totals.period_start,
        totals.period_end,
        totals.half_hours,
        totals.household_pseudonym,
        districts.district_code,
        totals.readings,
        totals.energy_kwh,
        totals.readings * 100 >= totals.half_hours * 99 as is_qualifying
    from totals
    left join {{ ref('int_energy__household_districts') }} as districts
        on totals.household_pseudonym = districts.household_pseudonym
)

select * from final
