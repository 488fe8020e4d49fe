-- The same key in two files: the file whose slot sorts last wins.
with source as (
    {{ rows_of_the_last_slot(source('raw', 'crime_rates'), ['area_name', 'financial_year_start']) }}
),

final as (
    select
        source.city,
        source.area_code,
        source.area_name,
        source.financial_year_start,
        source.offences_per_1000
    from source
)

select * from final
