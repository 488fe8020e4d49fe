with source as (
    select * from {{ source('raw', 'energy_lcl_register') }}
),

-- The same key in two files: the file whose slot sorts last wins.
ranked as (
    select
        source.*,
        row_number() over (
            partition by source.household_pseudonym
            order by source._slot desc
        ) as precedence
    from source
),

final as (
    select
        ranked.city,
        ranked.household_pseudonym,
        ranked.key_version,
        ranked.tariff_type,
        ranked.acorn,
        ranked.acorn_group,
        ranked.district_code
    from ranked
    where ranked.precedence = 1
)

select * from final
