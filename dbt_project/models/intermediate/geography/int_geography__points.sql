{{ config(materialized='view') }}

-- Every layer of points that is counted by district. Bus stops are poles: hail-and-ride sections have none.
with bus_stops as (
    select
        stops.city,
        'bus_stops' as layer,
        stops.stop_code as point_code,
        cast(stops.easting_m as double) as easting_m,
        cast(stops.northing_m as double) as northing_m
    from {{ ref('stg_bus_stops_tfl') }} as stops
    where not stops.is_virtual
),

final as (
    select * from bus_stops
)

select * from final
