with source as (
    {{ rows_of_the_last_slot(source('raw', 'subway_stations_mta'), ['gtfs_stop_id']) }}
),

final as (
    select
        source.city,
        source.gtfs_stop_id,
        source.station_id,
        source.complex_id,
        source.division,
        source.line,
        source.stop_name,
        source.borough_code,
        source.is_cbd,
        source.daytime_routes,
        source.structure,
        source.lat,
        source.lon,
        source.north_direction_label,
        source.south_direction_label,
        source.ada,
        source.ada_north,
        source.ada_south,
        source.ada_notes
    from source
)

select * from final
