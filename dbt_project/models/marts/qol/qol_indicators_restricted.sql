{{ config(schema='marts_restricted') }}

with indicators as (
    select *
    from {{ ref('int_qol__indicators') }}
    where status = {{ status('restricted') }}
),

final as (
    {{ qol_indicator_rows('indicators', 'true') }}
)

select * from final
