-- The composite as an indicator of its own, on the scale 0..1.
with composites as (
    select * from {{ ref('int_qol__composites') }}
),

final as (
    select
        composites.city,
        composites.district_code,
        composites.index_code as indicator_code,
        {{ period_label('periods.period_start', 'periods.period_end') }} as period,
        periods.period_start,
        periods.period_end,
        composites.composite as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        cast(composites.indicators_used as double)
        / (composites.indicators_used + composites.indicators_missing) as coverage,
        case
            when composites.composite is null then {{ status('insufficient_data') }}
            else {{ status('ok') }}
        end as status,
        cast(null as double) as value_low,
        cast(null as double) as value_high
    from composites
    inner join {{ ref('int_qol__index_periods') }} as periods
        on composites.city = periods.city and composites.index_code = periods.index_code
)

select * from final
