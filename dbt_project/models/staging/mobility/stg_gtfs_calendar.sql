with source as (
    select * from {{ source('raw', 'gtfs_calendar') }}
),

final as (
    select
        source.city,
        {{ source_entry('source._slot') }} as feed,
        source.service_id,
        source.monday,
        source.tuesday,
        source.wednesday,
        source.thursday,
        source.friday,
        source.saturday,
        source.sunday,
        source.start_date,
        source.end_date
    from source
)

select * from final
