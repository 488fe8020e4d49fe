with source as (
    select * from {{ source('raw', 'gtfs_shapes') }}
),

final as (
    select
        source.city,
        {{ source_entry('source._slot') }} as feed,
        source.shape_id,
        source.shape_pt_sequence,
        source.shape_pt_lat,
        source.shape_pt_lon,
        source.shape_dist_traveled
    from source
)

select * from final
