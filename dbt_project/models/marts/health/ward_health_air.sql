with health as (
    select * from {{ ref('stg_ward_health') }}
),

-- The file of the air names the ward's district; underscores stand for blanks.
air as (
    select
        air.*,
        replace(air.ward_name, '_', ' ') as ward_name_shown,
        replace(air.borough_name, '_', ' ') as district_name
    from {{ ref('stg_air_quality_ward') }} as air
),

final as (
    select
        air.city,
        air.ward_code,
        air.ward_name_shown as ward_name,
        districts.district_code,
        districts.district_name,
        health.population as residents,
        100e0 * health.bad_health_count / nullif(health.population, 0) as bad_health_pct,
        cast(ages.age_65_over_pct as double) as age_65_over_pct,
        cast(air.no2_ugm3 as double) as no2_ugm3,
        cast(air.pm10_ugm3 as double) as pm10_ugm3
    from air
    inner join health on air.city = health.city and air.ward_code = health.ward_code
    inner join {{ source('city', 'districts') }} as districts
        on air.city = districts.city and air.district_name = districts.district_name
    left join {{ ref('stg_ward_age') }} as ages on air.city = ages.city and air.ward_code = ages.ward_code
    where districts.level = 'district'
)

select * from final
