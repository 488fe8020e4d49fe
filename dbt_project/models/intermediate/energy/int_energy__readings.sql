{{ config(materialized='view') }}

with household_files as (
    select * from {{ ref('stg_energy_lcl_smartmeter') }}
),

official as (
    select * from {{ ref('stg_energy_lcl_halfhourly_official') }}
),

-- Where both layouts carry a household's half hour, the household file wins.
official_alone as (
    select official.*
    from official
    left join household_files
        on
            official.household_pseudonym = household_files.household_pseudonym
            and official.read_at = household_files.read_at
            and official.date = household_files.date
    where household_files.household_pseudonym is null
),

final as (
    select
        household_files.city,
        household_files.household_pseudonym,
        household_files.key_version,
        household_files.read_at,
        household_files.date,
        household_files.energy_kwh,
        'household_files' as layout
    from household_files
    union all
    select
        official_alone.city,
        official_alone.household_pseudonym,
        official_alone.key_version,
        official_alone.read_at,
        official_alone.date,
        official_alone.energy_kwh,
        'official' as layout
    from official_alone
)

select * from final
