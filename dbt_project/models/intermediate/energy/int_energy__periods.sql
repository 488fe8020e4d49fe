{{ config(materialized='view') }}

with scopes as (
    select *
    from {{ source('city', 'indicator_scopes') }}
    where indicator_code in ('ENE_HH_KWH', 'ENE_PEAK_RATIO', 'ENE_NIGHT_BASE')
),

final as (
    select distinct
        scopes.city,
        scopes.period_start,
        scopes.period_end,
        {{ days_between('scopes.period_start', 'scopes.period_end') }} * 48 as half_hours
    from scopes
)

select * from final
