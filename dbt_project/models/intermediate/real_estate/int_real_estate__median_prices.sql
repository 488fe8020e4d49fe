with scopes as (
    {{ indicator_scopes(['REA_PRICE_MEDIAN']) }}
),

-- The register writes districts in capitals.
measured as (
    select
        scopes.city,
        scopes.indicator_code,
        scopes.period,
        scopes.district_code,
        scopes.period_start,
        scopes.period_end,
        count(*) as sales,
        sum(case when sales.is_full_value then 1 else 0 end) as full_value_sales,
        percentile_cont(0.5) within group (
            order by case when sales.is_full_value then cast(sales.price_gbp as double) end
        ) as median_gbp
    from scopes
    inner join {{ ref('int_real_estate__sales') }} as sales
        on
            scopes.city = sales.city
            and (scopes.level = 'city' or upper(scopes.district_name) = upper(sales.district_name))
            and scopes.period_start <= sales.deed_date
            and scopes.period_end > sales.deed_date
    group by
        scopes.city,
        scopes.indicator_code,
        scopes.period,
        scopes.district_code,
        scopes.period_start,
        scopes.period_end
),

-- A median of fewer than ten sales is no price level; of fewer than five not even their number is told.
final as (
    select
        measured.city,
        measured.indicator_code,
        measured.period,
        measured.district_code,
        measured.period_start,
        measured.period_end,
        case when measured.full_value_sales >= 10 then measured.median_gbp end as value,
        cast(null as double) as numerator,
        case when measured.full_value_sales >= 5 then cast(measured.full_value_sales as double) end as denominator,
        case
            when measured.full_value_sales >= 5 then cast(measured.full_value_sales as double) / measured.sales
        end as coverage,
        case
            when measured.full_value_sales >= 10 then {{ status('ok') }}
            else {{ status('insufficient_data') }}
        end as status
    from measured
)

select * from final
