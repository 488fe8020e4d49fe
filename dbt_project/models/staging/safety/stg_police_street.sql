with source as (
    select * from {{ source('raw', 'police_street') }}
),

-- A crime that two files of one force and month carry: the file whose slot sorts last wins. Rows without an id, and
-- anti-social behaviour, have no key and are all kept.
ranked as (
    select
        source.*,
        max(source._slot) over (
            partition by source.falls_within, source.month_date, source.crime_id
        ) as winning_slot
    from source
),

final as (
    select
        ranked.city,
        ranked.crime_id,
        ranked.month_date,
        ranked.reported_by,
        ranked.falls_within,
        ranked.lon,
        ranked.lat,
        ranked.location,
        ranked.lsoa_code,
        ranked.lsoa_name,
        ranked.crime_type,
        ranked.outcome
    from ranked
    where ranked.crime_id is null or ranked._slot = ranked.winning_slot
)

select * from final
