with waits as (
    select
        requests.city,
        requests.period,
        requests.period_end,
        requests.district_code,
        requests.wait_s,
        count(*) as requests,
        sum(case when requests.is_closed then 1 else 0 end) as events
    from {{ ref('int_infrastructure__area_requests') }} as requests
    group by requests.city, requests.period, requests.period_end, requests.district_code, requests.wait_s
),

-- At equal times events come before censorings: who waited as long is still at risk.
risks as (
    select
        waits.*,
        sum(waits.requests) over (
            partition by waits.city, waits.period, waits.district_code
            order by waits.wait_s desc
            rows between unbounded preceding and current row
        ) as at_risk
    from waits
),

-- Sums over decimals are the same however an engine adds. After the last request there is no logarithm any more.
steps as (
    select
        risks.*,
        case
            when risks.at_risk > risks.events
                then cast(ln(cast(risks.at_risk - risks.events as double) / risks.at_risk) as decimal(38, 30))
        end as log_step,
        case
            when risks.at_risk > risks.events
                then cast(
                    cast(risks.events as double) / risks.at_risk / (risks.at_risk - risks.events) as decimal(38, 30)
                )
        end as greenwood_step
    from risks
    where risks.events > 0
),

final as (
    select
        steps.city,
        steps.period,
        steps.period_end,
        steps.district_code,
        steps.wait_s as t_s,
        cast(steps.at_risk as bigint) as at_risk,
        cast(steps.events as bigint) as events,
        case
            when steps.at_risk = steps.events then 0e0
            else exp(cast(sum(steps.log_step) over up_to_here as double))
        end as survival,
        case
            when steps.at_risk > steps.events then cast(sum(steps.greenwood_step) over up_to_here as double)
        end as greenwood_sum
    from steps
    window
        up_to_here as (
            partition by steps.city, steps.period, steps.district_code
            order by steps.wait_s
            rows between unbounded preceding and current row
        )
)

select * from final
