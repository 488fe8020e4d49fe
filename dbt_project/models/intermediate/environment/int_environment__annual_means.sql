with hours as (
    select *
    from {{ ref('int_environment__hours') }}
    where indicator_code <> 'ENV_O3_PEAK'
),

measured as (
    select
        hours.city,
        hours.indicator_code,
        hours.period,
        hours.district_code,
        hours.period_start,
        hours.period_end,
        1e0 as factor,
        sum(hours.value_ugm3) as numerator,
        count(*) as denominator,
        cast(count(*) as double)
        / ({{ days_between('hours.period_start', 'hours.period_end') }} * 24) as coverage
    from hours
    group by
        hours.city,
        hours.indicator_code,
        hours.period,
        hours.district_code,
        hours.period_start,
        hours.period_end
),

-- At least three quarters of the hours.
final as (
    {{ ratio_indicator('measured', enough='measured.coverage >= 0.75e0') }}
)

select * from final
