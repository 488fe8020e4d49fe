with domains as (
    select * from {{ ref('int_qol__domain_scores') }}
),

composites as (
    select * from {{ ref('int_qol__composites') }}
),

ranked as (
    select
        composites.*,
        case
            when composites.is_ranked
                then
                    rank() over (
                        partition by composites.city, composites.index_code, composites.is_ranked
                        order by round(composites.composite, 12) desc
                    )
        end as rank
    from composites
),

scored as (
    select
        domains.city,
        domains.index_code,
        domains.district_code,
        domains.domain,
        domains.normalised,
        cast(null as integer) as rank,
        cast(null as integer) as rank_p05,
        cast(null as integer) as rank_p95,
        domains.indicators_used,
        domains.indicators_missing,
        domains.missing_codes,
        domains.status
    from domains
    union all
    select
        ranked.city,
        ranked.index_code,
        ranked.district_code,
        'overall' as domain,
        ranked.composite as normalised,
        cast(ranked.rank as integer) as rank,
        intervals.rank_p05,
        intervals.rank_p95,
        ranked.indicators_used,
        ranked.indicators_missing,
        ranked.missing_codes,
        case
            when ranked.composite is null then {{ status('insufficient_data') }}
            else {{ status('ok') }}
        end as status
    from ranked
    left join {{ ref('int_qol__rank_intervals') }} as intervals
        on
            ranked.city = intervals.city
            and ranked.index_code = intervals.index_code
            and ranked.district_code = intervals.district_code
),

final as (
    select
        scored.city,
        scored.index_code,
        scored.district_code,
        periods.period_start,
        periods.period_end,
        scored.domain,
        100e0 * scored.normalised as score,
        scored.rank,
        scored.rank_p05,
        scored.rank_p95,
        scored.indicators_used,
        scored.indicators_missing,
        scored.missing_codes,
        scored.status
    from scored
    inner join {{ ref('int_qol__index_periods') }} as periods
        on scored.city = periods.city and scored.index_code = periods.index_code
)

select * from final
