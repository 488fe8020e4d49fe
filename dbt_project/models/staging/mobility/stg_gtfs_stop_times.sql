with source as (
    select * from {{ source('raw', 'gtfs_stop_times') }}
),

final as (
    select
        source.city,
        {{ source_entry('source._slot') }} as feed,
        source.trip_id,
        source.stop_sequence,
        source.arrival_s,
        source.departure_s,
        source.stop_id,
        source.stop_headsign,
        source.pickup_type,
        source.drop_off_type,
        source.shape_dist_traveled,
        source.timepoint
    from source
)

select * from final
