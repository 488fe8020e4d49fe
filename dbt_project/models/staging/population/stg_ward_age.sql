-- The same key in two files: the file whose slot sorts last wins.
with source as (
    {{ rows_of_the_last_slot(source('raw', 'ward_age'), ['ward_code']) }}
),

final as (
    select
        source.city,
        source.ward_code,
        source.borough_name,
        source.ward_name,
        source.age_0_15_pct,
        source.age_16_64_pct,
        source.age_65_over_pct
    from source
)

select * from final
