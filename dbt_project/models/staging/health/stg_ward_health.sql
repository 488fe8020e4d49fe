-- The same key in two files: the file whose slot sorts last wins.
with source as (
    {{ rows_of_the_last_slot(source('raw', 'ward_health'), ['ward_code']) }}
),

final as (
    select
        source.city,
        source.ward_code,
        source.population,
        source.bad_health_count
    from source
)

select * from final
