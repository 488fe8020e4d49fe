with index_values as (
    select * from {{ ref('int_qol__index_values') }}
),

-- A domain weighs what all its indicators weigh together, also where some are absent.
counted as (
    select
        index_values.city,
        index_values.index_code,
        index_values.district_code,
        index_values.domain,
        {{ exact_sum('index_values.weight') }} as domain_weight,
        cast(count(index_values.normalised) as integer) as indicators_used,
        cast(count(*) - count(index_values.normalised) as integer) as indicators_missing,
        {{ sorted_list('case when index_values.normalised is null then index_values.indicator_code end') }}
            as missing_codes,
        {{ exact_sum('index_values.weight * index_values.normalised') }}
        / {{ exact_sum('case when index_values.normalised is not null then index_values.weight end') }}
            as mean_normalised
    from index_values
    group by index_values.city, index_values.index_code, index_values.district_code, index_values.domain
),

judged as (
    select
        counted.*,
        case
            when counted.indicators_used = 0 then {{ status('missing') }}
            when
                counted.indicators_used * rules.indicator_quorum_den
                >= (counted.indicators_used + counted.indicators_missing) * rules.indicator_quorum_num
                then {{ status('ok') }}
            else {{ status('insufficient_data') }}
        end as status
    from counted
    inner join {{ ref('index_rule') }} as rules on counted.index_code = rules.index_code
),

final as (
    select
        judged.city,
        judged.index_code,
        judged.district_code,
        judged.domain,
        judged.domain_weight,
        judged.indicators_used,
        judged.indicators_missing,
        judged.missing_codes,
        judged.status,
        case when judged.status = {{ status('ok') }} then judged.mean_normalised end as normalised
    from judged
)

select * from final
