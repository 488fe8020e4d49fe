with source as (
    select * from {{ source('raw', 'gtfs_stops') }}
),

final as (
    select
        source.city,
        {{ source_entry('source._slot') }} as feed,
        source.stop_id,
        source.stop_code,
        source.stop_name,
        source.stop_desc,
        source.stop_lat,
        source.stop_lon,
        source.zone_id,
        source.stop_url,
        source.location_type,
        source.parent_station,
        source.stop_timezone,
        source.wheelchair_boarding
    from source
)

select * from final
