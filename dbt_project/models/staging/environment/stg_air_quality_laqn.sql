-- The same stamp in two files: the file whose slot sorts last wins, also where its value is blank.
with source as (
    {{ rows_of_the_last_slot(source('raw', 'air_quality_laqn'), ['site_code', 'species', 'read_at']) }}
),

final as (
    select
        source.city,
        source.site_code,
        source.species,
        source.read_at,
        source.value_ugm3,
        source.unit_source,
        source.is_ratified
    from source
)

select * from final
