with scopes as (
    {{ scopes_with_residents(['MOB_SUBWAY', 'MOB_SUBWAY_ADA']) }}
),

-- Partly accessible stations count as not accessible.
stations as (
    select
        rows_of_stations.city,
        rows_of_stations.complex_id,
        places.district_code,
        case when rows_of_stations.ada = 1 then rows_of_stations.complex_id end as accessible_id
    from {{ ref('stg_subway_stations_mta') }} as rows_of_stations
    inner join {{ ref('int_geography__point_districts') }} as places
        on rows_of_stations.city = places.city and rows_of_stations.gtfs_stop_id = places.point_code
    where places.layer = 'subway_stations'
),

cities_with_stations as (
    select distinct stations.city
    from stations
),

complexes as (
    select
        shapes.city,
        shapes.district_code,
        count(distinct stations.complex_id) as complexes,
        count(distinct stations.accessible_id) as accessible,
        1e0 as inside_share
    from {{ ref('int_geography__district_shapes') }} as shapes
    inner join cities_with_stations on shapes.city = cities_with_stations.city
    left join stations on shapes.city = stations.city and shapes.district_code = stations.district_code
    group by shapes.city, shapes.district_code
    union all
    select
        stations.city,
        cities.district_code,
        count(distinct stations.complex_id) as complexes,
        count(distinct stations.accessible_id) as accessible,
        cast(count(distinct case when stations.district_code is not null then stations.complex_id end) as double)
        / count(distinct stations.complex_id) as inside_share
    from stations
    inner join {{ source('city', 'cities') }} as cities on stations.city = cities.city
    group by stations.city, cities.district_code
),

measured as (
    select
        scopes.*,
        case scopes.indicator_code when 'MOB_SUBWAY' then 100000e0 else 100e0 end as factor,
        case scopes.indicator_code
            when 'MOB_SUBWAY' then complexes.complexes
            else complexes.accessible
        end as numerator,
        case scopes.indicator_code
            when 'MOB_SUBWAY' then cast(scopes.residents as double)
            else cast(complexes.complexes as double)
        end as denominator,
        complexes.inside_share as coverage
    from scopes
    inner join complexes on scopes.city = complexes.city and scopes.district_code = complexes.district_code
),

-- A district without a complex has no share of accessible ones.
known as (
    select * from measured
    where denominator > 0
),

final as (
    {{ ratio_indicator('known') }}
)

select * from final
