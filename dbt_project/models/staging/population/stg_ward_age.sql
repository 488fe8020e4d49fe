with source as (
    select * from {{ source('raw', 'ward_age') }}
),

-- The same key in two files: the file whose slot sorts last wins.
ranked as (
    select
        source.*,
        row_number() over (
            partition by source.ward_code
            order by source._slot desc
        ) as precedence
    from source
),

final as (
    select
        ranked.city,
        ranked.ward_code,
        ranked.borough_name,
        ranked.ward_name,
        ranked.age_0_15_pct,
        ranked.age_16_64_pct,
        ranked.age_65_over_pct
    from ranked
    where ranked.precedence = 1
)

select * from final
