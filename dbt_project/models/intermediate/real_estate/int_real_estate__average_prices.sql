with scopes as (
    {{ indicator_scopes(['REA_PRICE_AVG']) }}
),

final as (
    select
        scopes.city,
        scopes.indicator_code,
        scopes.period,
        scopes.district_code,
        scopes.period_start,
        scopes.period_end,
        cast(prices.price_all_gbp as double) as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        case when prices.price_all_gbp is null then 0e0 else 1e0 end as coverage,
        case when prices.price_all_gbp is null then {{ status('missing') }} else {{ status('ok') }} end as status
    from scopes
    inner join {{ ref('stg_price_index_ukhpi') }} as prices
        on
            scopes.city = prices.city
            and scopes.district_code = prices.district_code
            and scopes.period_start = prices.month_date
            and scopes.period_end = prices.month_date + interval '1' month
)

select * from final
