{% set limit_s = 86400 %}

with scopes as (
    {{ indicator_scopes(['SRV_311_CLOSED24']) }}
),

counted as (
    select
        requests.city,
        requests.period,
        requests.district_code,
        count(*) as requests,
        sum(case when requests.is_closed then 1 else 0 end) as closed,
        sum(case when requests.is_closed and requests.wait_s <= {{ limit_s }} then 1 else 0 end) as closed_in_time,
        sum(case when requests.wait_s >= {{ limit_s }} then 1 else 0 end) as watched_for_long,
        sum(case when not requests.is_closed and requests.wait_s < {{ limit_s }} then 1 else 0 end) as lost_sight_of
    from {{ ref('int_infrastructure__area_requests') }} as requests
    group by requests.city, requests.period, requests.district_code
),

-- The last step of the curve until then.
steps as (
    select
        curve.city,
        curve.period,
        curve.district_code,
        max(curve.t_s) as t_s
    from {{ ref('int_infrastructure__survival') }} as curve
    where curve.t_s <= {{ limit_s }}
    group by curve.city, curve.period, curve.district_code
),

measured as (
    select
        scopes.city,
        scopes.indicator_code,
        scopes.period,
        scopes.district_code,
        scopes.period_start,
        scopes.period_end,
        counted.requests,
        counted.closed_in_time,
        1e0 - cast(counted.lost_sight_of as double) / counted.requests as coverage,
        coalesce(curve.survival, 1e0) as survival,
        curve.greenwood_sum,
        case
            when counted.requests >= 30 and counted.closed >= 10 and counted.watched_for_long >= 10
                then {{ status('ok') }}
            else {{ status('insufficient_data') }}
        end as status
    from scopes
    inner join counted
        on
            scopes.city = counted.city
            and scopes.period = counted.period
            and scopes.district_code = counted.district_code
    left join steps
        on
            scopes.city = steps.city
            and scopes.period = steps.period
            and scopes.district_code = steps.district_code
    left join {{ ref('int_infrastructure__survival') }} as curve
        on
            steps.city = curve.city
            and steps.period = curve.period
            and steps.district_code = curve.district_code
            and steps.t_s = curve.t_s
),

-- Log-log limits stay between 0 and 1; a curve that has not begun to fall, or has reached the ground, has none.
limits as (
    select
        measured.*,
        case
            when measured.status = {{ status('ok') }} and measured.survival > 0 and measured.survival < 1
                then exp({{ z_95() }} * sqrt(measured.greenwood_sum) / ln(measured.survival))
        end as spread
    from measured
),

final as (
    select
        limits.city,
        limits.indicator_code,
        limits.period,
        limits.district_code,
        limits.period_start,
        limits.period_end,
        case when limits.status = {{ status('ok') }} then 1e2 * (1e0 - limits.survival) end as value,
        cast(limits.closed_in_time as double) as numerator,
        cast(limits.requests as double) as denominator,
        limits.coverage,
        limits.status,
        1e2 * (1e0 - power(limits.survival, limits.spread)) as value_low,
        1e2 * (1e0 - power(limits.survival, 1e0 / limits.spread)) as value_high
    from limits
)

select * from final
