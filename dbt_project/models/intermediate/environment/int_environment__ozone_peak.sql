with days as (
    select * from {{ ref('int_environment__ozone_days') }}
),

-- Every scope with a reading at all, also one that no day is good enough of.
scopes as (
    select distinct
        hours.city,
        hours.period,
        hours.district_code,
        hours.period_start,
        hours.period_end
    from {{ ref('int_environment__hours') }} as hours
    where hours.indicator_code = 'ENV_O3_PEAK'
),

month_offsets as (
    {{ integers(7) }}
),

-- Windows of six whole months inside the period: seven in a calendar year.
windows as (
    select
        scopes.*,
        cast(scopes.period_start + offsets.n * interval '1' month as date) as window_start,
        cast(scopes.period_start + (offsets.n + 6) * interval '1' month as date) as window_end
    from scopes
    cross join month_offsets as offsets
    where scopes.period_start + (offsets.n + 6) * interval '1' month <= scopes.period_end
),

sums as (
    select
        windows.city,
        windows.period,
        windows.district_code,
        windows.period_start,
        windows.period_end,
        windows.window_start,
        windows.window_end,
        {{ days_between('windows.window_start', 'windows.window_end') }} as days_in_window,
        count(days.date) as captured_days,
        cast(sum(days.max_8h_ugm3) as double) as sum_ugm3
    from windows
    left join days
        on
            windows.city = days.city
            and windows.period = days.period
            and windows.district_code = days.district_code
            and windows.window_start <= days.date
            and windows.window_end > days.date
    group by
        windows.city,
        windows.period,
        windows.district_code,
        windows.period_start,
        windows.period_end,
        windows.window_start,
        windows.window_end
),

-- A window qualifies with three quarters of its days. First come windows that qualify, then the largest mean, then the
-- earliest; among those that do not, the largest coverage.
ranked as (
    select
        sums.*,
        sums.captured_days * 4 >= sums.days_in_window * 3 as is_qualifying,
        row_number() over (
            partition by sums.city, sums.period, sums.district_code
            order by
                case when sums.captured_days * 4 >= sums.days_in_window * 3 then 0 else 1 end,
                case
                    when sums.captured_days * 4 >= sums.days_in_window * 3 then sums.sum_ugm3 / sums.captured_days
                    else cast(sums.captured_days as double) / sums.days_in_window
                end desc,
                sums.window_start
        ) as precedence
    from sums
),

final as (
    select
        ranked.city,
        'ENV_O3_PEAK' as indicator_code,
        ranked.period,
        ranked.district_code,
        case when ranked.is_qualifying then ranked.window_start else ranked.period_start end as period_start,
        case when ranked.is_qualifying then ranked.window_end else ranked.period_end end as period_end,
        case when ranked.is_qualifying then ranked.sum_ugm3 / ranked.captured_days end as value,
        case when ranked.is_qualifying then ranked.sum_ugm3 end as numerator,
        case when ranked.is_qualifying then cast(ranked.captured_days as double) end as denominator,
        cast(ranked.captured_days as double) / ranked.days_in_window as coverage,
        case
            when ranked.is_qualifying then {{ status('ok') }}
            else {{ status('insufficient_data') }}
        end as status
    from ranked
    where ranked.precedence = 1
)

select * from final
