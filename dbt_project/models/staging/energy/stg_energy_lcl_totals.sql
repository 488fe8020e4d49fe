-- The same key in two files: the file whose slot sorts last wins.
with source as (
    {{ rows_of_the_last_slot(source('raw', 'energy_lcl_totals'), ['household_pseudonym']) }}
),

final as (
    select
        source.city,
        source.household_pseudonym,
        source.key_version,
        source.energy_kwh
    from source
)

select * from final
