{{ config(meta={'dagster': {'ref': {'name': 'qol_indicators'}}}) }}
-- The whole city's offences are the districts' plus those of no known borough: exactly (1 - coverage) x numerator.
with indicators as (
    select
        indicators.*,
        districts.level
    from {{ ref('qol_indicators') }} as indicators
    inner join {{ source('city', 'districts') }} as districts on indicators.district_code = districts.district_code
    where
        indicators.indicator_code in ('SAF_CRIME', 'SAF_VIOLENT')
        and indicators.status = {{ status('ok') }}
),

totals as (
    select
        indicator_code,
        period,
        sum(case when level = 'district' then numerator end) as districts,
        max(case when level = 'city' then numerator end) as whole_city,
        max(case when level = 'city' then coverage end) as coverage
    from indicators
    group by indicator_code, period
)

select *
from totals
where abs(whole_city - districts - (1 - coverage) * whole_city) > 1e-6
