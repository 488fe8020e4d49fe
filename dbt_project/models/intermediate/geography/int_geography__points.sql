{{ config(materialized='view') }}

-- Every layer of points that is counted by district. Bus stops are poles: hail-and-ride sections have none.
with bus_stops as (
    select
        stops.city,
        'bus_stops' as layer,
        stops.stop_code as point_code,
        cast(stops.easting_m as double) as x,
        cast(stops.northing_m as double) as y,
        cities.crs
    from {{ ref('stg_bus_stops_tfl') }} as stops
    inner join {{ source('city', 'cities') }} as cities on stops.city = cities.city
    where not stops.is_virtual
),

-- Not entrances, tram stops or other nodes; a station that is mapped twice under one name has two ids and counts twice.
rail_stations as (
    select
        stations.city,
        'rail_stations' as layer,
        stations.osm_id as point_code,
        stations.easting_m as x,
        stations.northing_m as y,
        'EPSG:' || {{ as_text('stations.epsg') }} as crs
    from {{ ref('stg_transit_stations') }} as stations
    where stations.railway = 'station'
),

final as (
    select * from bus_stops
    union all
    select * from rail_stations
)

select * from final
