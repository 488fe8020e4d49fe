with source as (
    select * from {{ source('raw', 'gtfs_routes') }}
),

final as (
    select
        source.city,
        {{ source_entry('source._slot') }} as feed,
        source.route_id,
        source.agency_id,
        source.route_short_name,
        source.route_long_name,
        source.route_desc,
        source.route_type,
        source.route_url,
        source.route_color,
        source.route_text_color,
        source.route_sort_order
    from source
)

select * from final
