with source as (
    select * from {{ source('raw', 'energy_lcl_totals') }}
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
        ranked.energy_kwh
    from ranked
    where ranked.precedence = 1
)

select * from final
