with source as (
    select * from {{ source('raw', 'gtfs_calendar_dates') }}
),

final as (
    select
        source.city,
        {{ source_entry('source._slot') }} as feed,
        source.service_id,
        source.date,
        source.exception_type
    from source
)

select * from final
