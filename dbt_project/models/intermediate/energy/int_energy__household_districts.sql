with register as (
    select * from {{ ref('stg_energy_lcl_register') }}
),

districts as (
    select *
    from {{ source('city', 'districts') }}
    where level = 'district'
),

-- A code that the city does not know is no district: the household then counts for the whole city only.
final as (
    select
        register.city,
        register.household_pseudonym,
        districts.district_code
    from register
    left join districts on register.district_code = districts.district_code
)

select * from final
