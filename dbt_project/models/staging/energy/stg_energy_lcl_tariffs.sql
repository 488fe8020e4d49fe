with source as (
    select * from {{ source('raw', 'energy_lcl_tariffs') }}
),

-- The same key in two files: the file whose slot sorts last wins.
ranked as (
    select
        source.*,
        row_number() over (
            partition by source.valid_from_at
            order by source._slot desc
        ) as precedence
    from source
),

final as (
    select
        ranked.city,
        ranked.valid_from_at,
        ranked.tariff_band
    from ranked
    where ranked.precedence = 1
)

select * from final
