with hours as (
    select *
    from {{ ref('int_environment__hours') }}
    where indicator_code <> 'ENV_O3_PEAK'
),

sums as (
    select
        hours.city,
        hours.indicator_code,
        hours.period,
        hours.district_code,
        hours.period_start,
        hours.period_end,
        {{ days_between('hours.period_start', 'hours.period_end') }} * 24 as hours_in_period,
        count(*) as captured_hours,
        sum(hours.value_ugm3) as sum_ugm3
    from hours
    group by
        hours.city,
        hours.indicator_code,
        hours.period,
        hours.district_code,
        hours.period_start,
        hours.period_end
),

judged as (
    select
        sums.*,
        -- At least three quarters of the hours.
        case
            when sums.captured_hours * 4 >= sums.hours_in_period * 3 then {{ status('ok') }}
            else {{ status('insufficient_data') }}
        end as status
    from sums
),

final as (
    select
        judged.city,
        judged.indicator_code,
        judged.period,
        judged.district_code,
        judged.period_start,
        judged.period_end,
        case
            when judged.status = {{ status('ok') }} then cast(judged.sum_ugm3 as double) / judged.captured_hours
        end as value,
        cast(judged.sum_ugm3 as double) as numerator,
        cast(judged.captured_hours as double) as denominator,
        cast(judged.captured_hours as double) / judged.hours_in_period as coverage,
        judged.status
    from judged
)

select * from final
