with source as (
    select * from {{ source('raw', 'gtfs_agency') }}
),

final as (
    select
        source.city,
        {{ source_entry('source._slot') }} as feed,
        coalesce(source.agency_id, '') as agency_id,
        source.agency_name,
        source.agency_url,
        source.agency_timezone,
        source.agency_lang,
        source.agency_phone,
        source.agency_fare_url,
        source.agency_email
    from source
)

select * from final
