{{ config(materialized='view') }}
{% set lon_lat = "'EPSG:4326'" %}

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

subway_stations as (
    select
        stations.city,
        'subway_stations' as layer,
        stations.gtfs_stop_id as point_code,
        stations.lon as x,
        stations.lat as y,
        {{ lon_lat }} as crs
    from {{ ref('stg_subway_stations_mta') }} as stations
),

bike_stations as (
    select
        stations.city,
        'bike_stations' as layer,
        stations.station_id as point_code,
        stations.lon as x,
        stations.lat as y,
        {{ lon_lat }} as crs
    from {{ ref('stg_bike_station') }} as stations
),

-- A home has a row per kind of its beds.
nursing_homes as (
    select
        homes.city,
        'nursing_homes' as layer,
        homes.facility_id as point_code,
        homes.lon as x,
        homes.lat as y,
        {{ lon_lat }} as crs
    from {{ ref('stg_nursing_home_beds') }} as homes
    where homes.bed_type = 'NHBEDSAV'
),

felonies as (
    select
        complaints.city,
        'felonies' as layer,
        complaints.complaint_id as point_code,
        complaints.lon as x,
        complaints.lat as y,
        {{ lon_lat }} as crs
    from {{ ref('stg_crime_complaints') }} as complaints
    where complaints.law_category = 'FELONY'
),

-- Each kind by its name, so that the rows of a layer are told by a word that stands in the model.
centers as (
    {% for kind in ['evacuation', 'cooling'] %}
        select
            centers.city,
            '{{ kind }}_centers' as layer,
            centers.center_id as point_code,
            centers.x,
            centers.y,
            'EPSG:' || {{ as_text('centers.epsg') }} as crs
        from {{ ref('stg_evacuation_centers') }} as centers
        where centers.center_kind = '{{ kind }}'
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select * from bus_stops
    union all
    select * from rail_stations
    union all
    select * from subway_stations
    union all
    select * from bike_stations
    union all
    select * from nursing_homes
    union all
    select * from felonies
    union all
    select * from centers
)

select * from final
