-- The same key in two files: the file whose slot sorts last wins.
with source as (
    {{ rows_of_the_last_slot(source('raw', 'recorded_offences'), ['area_name', 'financial_year_start']) }}
),

final as (
    select
        source.city,
        source.area_code,
        source.area_name,
        source.financial_year_start,
        source.offence_count
    from source
)

select * from final
