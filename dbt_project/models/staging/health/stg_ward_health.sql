with source as (
    select * from {{ source('raw', 'ward_health') }}
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
        ranked.population,
        ranked.bad_health_count
    from ranked
    where ranked.precedence = 1
)

select * from final
