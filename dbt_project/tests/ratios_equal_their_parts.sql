-- Rows whose value is not factor x numerator / denominator: a ratio is made of its parts, never averaged. The unit tells
-- the factor. SRV_311_CLOSED24 is no ratio: its parts are the naive share that it puts right.
with factors as (
    select
        indicator_code,
        value,
        numerator,
        denominator,
        case
            when unit like '%per 100,000 %' then 100000
            when unit like '%per 10,000 %' then 10000
            when unit like '%per 1,000 %' then 1000
            when substr(unit, 1, 1) = '%' then 100
            else 1
        end as factor
    from {{ ref('qol_indicators') }}
    where
        value is not null
        and numerator is not null
        and denominator is not null
        and indicator_code <> 'SRV_311_CLOSED24'
)

select *
from factors
where abs(value - factor * numerator / denominator) > 1e-9 * abs(value)
