-- A city may have the indicator for several periods; the curve is that of the one that ends last.
with ranked as (
    select
        curve.*,
        max(curve.period_end) over (partition by curve.city) as last_period_end
    from {{ ref('int_infrastructure__survival') }} as curve
    inner join {{ source('city', 'indicator_scopes') }} as scopes
        on
            curve.city = scopes.city
            and curve.period = scopes.period
            and curve.district_code = scopes.district_code
    where scopes.indicator_code = 'SRV_311_CLOSED24'
),

final as (
    select
        ranked.city,
        ranked.district_code as scope,
        ranked.t_s,
        ranked.at_risk,
        ranked.events,
        ranked.survival,
        ranked.greenwood_sum
    from ranked
    where ranked.period_end = ranked.last_period_end
)

select * from final
