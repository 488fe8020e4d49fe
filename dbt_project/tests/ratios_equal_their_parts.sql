-- Rows whose value is not factor x numerator / denominator: a ratio is made of its parts, never averaged.
with factors as (
    select
        indicator_code,
        value,
        numerator,
        denominator,
        case
            when indicator_code in ('SAF_CRIME', 'SAF_CRIME_MONTH') then 1000
            when indicator_code = 'SAF_VIOLENT' then 100000
            when indicator_code = 'ENE_NIGHT_BASE' then 100
            else 1
        end as factor
    from {{ ref('qol_indicators') }}
    where value is not null and numerator is not null and denominator is not null
)

select *
from factors
where abs(value - factor * numerator / denominator) > 1e-9 * abs(value)
