{{ config(meta={'dagster': {'ref': {'name': 'qol_indicators'}}}) }}
-- Scopes of the city file without a row in qol_indicators, and rows without a scope (indices have none).
with scopes as (
    select
        city,
        district_code,
        indicator_code,
        period
    from {{ source('city', 'indicator_scopes') }}
),

indicators as (
    select
        city,
        district_code,
        indicator_code,
        period
    from {{ ref('qol_indicators') }}
    where indicator_code not in (select index_code from {{ source('city', 'indexes') }})
),

missing as (
    select * from scopes
    except
    select * from indicators
),

surplus as (
    select * from indicators
    except
    select * from scopes
)

select * from missing
union all
select * from surplus
