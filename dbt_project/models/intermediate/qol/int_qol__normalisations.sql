-- Each ranked unit's domains under the three normalisations that a draw chooses from.
with ranked_units as (
    select *
    from {{ ref('int_qol__composites') }}
    where is_ranked
),

signed as (
    select
        index_values.city,
        index_values.index_code,
        index_values.domain,
        index_values.indicator_code,
        index_values.weight,
        index_values.district_code,
        index_values.normalised,
        index_values.polarity * index_values.value as signed_value
    from {{ ref('int_qol__index_values') }} as index_values
    inner join ranked_units
        on
            index_values.city = ranked_units.city
            and index_values.index_code = ranked_units.index_code
            and index_values.district_code = ranked_units.district_code
    where index_values.normalised is not null
),

spread as (
    select
        signed.city,
        signed.index_code,
        signed.indicator_code,
        min(signed.signed_value) as lowest,
        max(signed.signed_value) as highest,
        {{ exact_sum('signed.signed_value') }} / count(*) as mean,
        stddev_samp(signed.signed_value) as deviation
    from signed
    group by signed.city, signed.index_code, signed.indicator_code
),

choices as (
    select
        0 as choice,
        'goalpost' as normalisation
    union all
    select
        1 as choice,
        'min-max' as normalisation
    union all
    select
        2 as choice,
        'z-score' as normalisation
),

-- Where no unit differs from another, relative positions say nothing: one half for all.
normalised as (
    select
        signed.city,
        signed.index_code,
        signed.domain,
        signed.district_code,
        signed.weight,
        choices.choice,
        choices.normalisation,
        case choices.normalisation
            when 'goalpost' then signed.normalised
            when 'min-max'
                then
                    coalesce(
                        (signed.signed_value - spread.lowest) / nullif(spread.highest - spread.lowest, 0), 0.5e0
                    )
            else
                case
                    when spread.highest > spread.lowest
                        then
                            least(
                                1e0,
                                greatest(
                                    0e0, 0.5e0 + (signed.signed_value - spread.mean) / (6 * spread.deviation)
                                )
                            )
                    else 0.5e0
                end
        end as normalised
    from signed
    inner join spread
        on
            signed.city = spread.city
            and signed.index_code = spread.index_code
            and signed.indicator_code = spread.indicator_code
    cross join choices
),

final as (
    select
        normalised.city,
        normalised.index_code,
        normalised.domain,
        normalised.district_code,
        normalised.choice,
        normalised.normalisation,
        {{ exact_sum('normalised.weight * normalised.normalised') }}
        / {{ exact_sum('normalised.weight') }} as normalised
    from normalised
    inner join {{ ref('int_qol__domain_scores') }} as domains
        on
            normalised.city = domains.city
            and normalised.index_code = domains.index_code
            and normalised.district_code = domains.district_code
            and normalised.domain = domains.domain
    where domains.normalised is not null
    group by
        normalised.city,
        normalised.index_code,
        normalised.domain,
        normalised.district_code,
        normalised.choice,
        normalised.normalisation
)

select * from final
