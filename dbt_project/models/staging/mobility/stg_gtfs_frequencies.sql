with source as (
    select * from {{ source('raw', 'gtfs_frequencies') }}
),

final as (
    select
        source.city,
        {{ source_entry('source._slot') }} as feed,
        source.trip_id,
        source.start_s,
        source.end_s,
        source.headway_secs,
        source.exact_times
    from source
)

select * from final
