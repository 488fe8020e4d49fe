-- From what may be shown of each day, so that no month tells more than its days do.
with days as (
    select
        days.*,
        cast(date_trunc('month', days.date) as date) as month_date
    from {{ ref('energy_district_daily') }} as days
    inner join {{ source('city', 'cities') }} as cities
        on days.city = cities.city and days.district_code = cities.district_code
),

months as (
    select
        days.city,
        days.month_date,
        {{ days_between('days.month_date', "cast(days.month_date + interval '1' month as date)") }} as days_in_month,
        sum(case when days.status = {{ status('ok') }} then 1 else 0 end) as days_shown,
        sum(days.households) as household_days,
        sum(days.energy_kwh) as energy_kwh
    from days
    group by days.city, days.month_date
),

-- Several stations: their mean.
weather as (
    select
        stations.city,
        stations.month_date,
        cast(avg((stations.tmax_mean_degc + stations.tmin_mean_degc) / 2) as double) as mean_degc,
        cast(avg(stations.sun_hours) as double) as sun_hours
    from {{ ref('stg_weather_heathrow') }} as stations
    group by stations.city, stations.month_date
),

final as (
    select
        months.city,
        months.month_date,
        cast(months.days_shown as integer) as days_shown,
        cast(months.household_days as bigint) as household_days,
        months.energy_kwh / nullif(months.household_days, 0) as kwh_per_household_day,
        weather.mean_degc,
        months.days_in_month * greatest(0e0, 15.5e0 - weather.mean_degc) as heating_degree_days,
        weather.sun_hours,
        case when months.days_shown > 0 then {{ status('ok') }} else {{ status('restricted') }} end as status
    from months
    inner join weather on months.city = weather.city and months.month_date = weather.month_date
)

select * from final
