with source as (
    {{ rows_of_the_last_slot(source('raw', 'crime_complaints'), ['complaint_id']) }}
),

final as (
    select
        source.city,
        source.complaint_id,
        source.reported_date,
        source.precinct,
        source.offence,
        source.law_category,
        source.lat,
        source.lon
    from source
)

select * from final
