with source as (
    select * from {{ source('raw', 'air_quality_laqn') }}
),

-- The same stamp in two files: the file whose slot sorts last wins, also where its value is blank.
ranked as (
    select
        source.*,
        row_number() over (
            partition by source.site_code, source.species, source.read_at
            order by source._slot desc
        ) as precedence
    from source
),

final as (
    select
        ranked.city,
        ranked.site_code,
        ranked.species,
        ranked.read_at,
        ranked.value_ugm3,
        ranked.unit_source,
        ranked.is_ratified
    from ranked
    where ranked.precedence = 1
)

select * from final
