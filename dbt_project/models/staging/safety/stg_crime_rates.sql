with source as (
    select * from {{ source('raw', 'crime_rates') }}
),

-- The same key in two files: the file whose slot sorts last wins.
ranked as (
    select
        source.*,
        row_number() over (
            partition by source.area_name, source.financial_year_start
            order by source._slot desc
        ) as precedence
    from source
),

final as (
    select
        ranked.city,
        ranked.area_code,
        ranked.area_name,
        ranked.financial_year_start,
        ranked.offences_per_1000
    from ranked
    where ranked.precedence = 1
)

select * from final
