{{ config(
    materialized='period_mart',
    schema='marts_restricted',
    replace_by='date',
    meta={
        'changed_by': ['energy_lcl_smartmeter', 'energy_lcl_halfhourly_official'],
        'all_by': [],
    },
) }}

with readings as (
    select *
    from {{ ref('int_energy__readings') }}
    where {{ in_changed_range(['energy_household_daily'], 'date', 'read_at') }}
),

changed as (
    {{ changed_periods('energy_household_daily') }}
),

days as (
    {{ household_days('readings') }}
)

select * from days
