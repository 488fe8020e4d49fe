with figures as (
    {{ latest_figures(['SAF_CRIME', 'SAF_VIOLENT', 'MOB_BUS_DENSITY', 'MOB_PTAL']) }}
),

by_district as (
    select
        figures.city,
        figures.district_code,
        max(case when figures.indicator_code = 'SAF_CRIME' then figures.period end) as period,
        max(case when figures.indicator_code = 'SAF_CRIME' then figures.numerator end) as offences,
        max(case when figures.indicator_code = 'SAF_CRIME' then figures.value end) as offences_per_1000,
        max(case when figures.indicator_code = 'SAF_VIOLENT' then figures.value end) as violence_per_100000,
        max(case when figures.indicator_code = 'MOB_BUS_DENSITY' then figures.numerator end) as bus_stops,
        max(case when figures.indicator_code = 'MOB_BUS_DENSITY' then figures.value end) as bus_stops_per_km2,
        max(case when figures.indicator_code = 'MOB_PTAL' then figures.value end) as ptal_score
    from figures
    group by figures.city, figures.district_code
),

-- A route serves a district when it calls at a pole there.
routes as (
    select
        places.city,
        places.district_code,
        count(distinct calls.route) as bus_routes
    from {{ ref('int_geography__point_districts') }} as places
    inner join {{ ref('stg_bus_sequences_tfl') }} as calls
        on places.city = calls.city and places.point_code = calls.stop_code
    where places.layer = 'bus_stops' and places.district_code is not null
    group by places.city, places.district_code
),

final as (
    select
        districts.city,
        districts.district_code,
        districts.district_name,
        by_district.period,
        cast(by_district.offences as bigint) as offences,
        by_district.offences_per_1000,
        by_district.violence_per_100000,
        cast(by_district.bus_stops as bigint) as bus_stops,
        by_district.bus_stops_per_km2,
        routes.bus_routes,
        by_district.ptal_score
    from by_district
    inner join {{ source('city', 'districts') }} as districts
        on by_district.city = districts.city and by_district.district_code = districts.district_code
    left join routes on by_district.city = routes.city and by_district.district_code = routes.district_code
    where
        districts.level = 'district'
        and by_district.offences is not null
        and by_district.bus_stops is not null
)

select * from final
