with source as (
    select * from {{ source('raw', 'gtfs_feed_info') }}
),

final as (
    select
        source.city,
        {{ source_entry('source._slot') }} as feed,
        source.feed_publisher_name,
        source.feed_publisher_url,
        source.feed_lang,
        source.feed_start_date,
        source.feed_end_date,
        source.feed_version
    from source
)

select * from final
