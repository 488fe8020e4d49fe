with source as (
    {{ rows_of_the_last_slot(source('raw', 'energy_lcl_register'), ['household_pseudonym']) }}
),

final as (
    select
        source.city,
        source.household_pseudonym,
        source.key_version,
        source.tariff_type,
        source.acorn,
        source.acorn_group,
        source.district_code
    from source
)

select * from final
