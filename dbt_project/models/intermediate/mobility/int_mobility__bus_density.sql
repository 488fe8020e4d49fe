with scopes as (
    select
        scopes.*,
        districts.is_whole_city
    from {{ source('city', 'indicator_scopes') }} as scopes
    inner join {{ source('city', 'districts') }} as districts
        on scopes.city = districts.city and scopes.district_code = districts.district_code
    where scopes.indicator_code = 'MOB_BUS_DENSITY'
),

places as (
    select * from {{ ref('int_mobility__district_stops') }}
),

whole as (
    select
        places.city,
        sum(places.stops) as stops,
        sum(case when places.district_code is not null then places.stops else 0 end) as stops_inside,
        sum(places.area_km2) as area_km2
    from places
    group by places.city
),

counted as (
    select
        scopes.*,
        places.stops,
        places.area_km2,
        1e0 as inside_share
    from scopes
    inner join places on scopes.city = places.city and scopes.district_code = places.district_code
    where not scopes.is_whole_city
    union all
    select
        scopes.*,
        whole.stops_inside as stops,
        whole.area_km2,
        cast(whole.stops_inside as double) / nullif(whole.stops, 0) as inside_share
    from scopes
    inner join whole on scopes.city = whole.city
    where scopes.is_whole_city
),

-- Without a single stop in the city there is no source, rather than a density of 0.
final as (
    select
        counted.city,
        counted.indicator_code,
        counted.period,
        counted.district_code,
        counted.period_start,
        counted.period_end,
        counted.stops / counted.area_km2 as value,
        cast(counted.stops as double) as numerator,
        counted.area_km2 as denominator,
        counted.inside_share as coverage,
        {{ status('ok') }} as status
    from counted
    inner join whole on counted.city = whole.city
    where whole.stops > 0 and counted.area_km2 > 0
)

select * from final
