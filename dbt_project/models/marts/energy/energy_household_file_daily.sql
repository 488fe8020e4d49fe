{{ config(
    materialized='period_mart',
    schema='marts_restricted',
    replace_by='date',
    meta={
        'changed_by': ['energy_lcl_smartmeter'],
        'all_by': [],
    },
) }}

with readings as (
    select *
    from {{ ref('stg_energy_lcl_smartmeter') }}
    where {{ in_changed_range(['energy_household_file_daily'], 'date', 'read_at') }}
),

changed as (
    {{ changed_periods('energy_household_file_daily') }}
),

days as (
    {{ household_days('readings') }}
)

select * from days
