{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'stg_energy_lcl_totals'}}}) }}
-- A control total: what the publisher says that a household used in all is the sum of its file, to a watt hour. A total
-- without a file is none of this test's business, and a household whose readings are not all here is told, not refused.
with totals as (
    select
        household_pseudonym,
        key_version,
        energy_kwh
    from {{ ref('stg_energy_lcl_totals') }}
),

readings as (
    select
        household_pseudonym,
        key_version,
        sum(energy_kwh) as energy_kwh
    from {{ source('raw', 'energy_lcl_smartmeter') }}
    where household_pseudonym in (select totals.household_pseudonym from totals)
    group by household_pseudonym, key_version
)

select totals.energy_kwh - readings.energy_kwh as difference_kwh
from totals
inner join readings
    on
        totals.household_pseudonym = readings.household_pseudonym
        and totals.key_version = readings.key_version
where abs(totals.energy_kwh - readings.energy_kwh) > 0.001
