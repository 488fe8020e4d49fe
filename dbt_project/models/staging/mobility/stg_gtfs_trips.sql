with source as (
    select * from {{ source('raw', 'gtfs_trips') }}
),

final as (
    select
        source.city,
        {{ source_entry('source._slot') }} as feed,
        source.trip_id,
        source.route_id,
        source.service_id,
        source.trip_headsign,
        source.trip_short_name,
        coalesce(source.direction_id, '') as direction_id,
        source.block_id,
        source.shape_id,
        source.wheelchair_accessible,
        source.bikes_allowed
    from source
)

select * from final
