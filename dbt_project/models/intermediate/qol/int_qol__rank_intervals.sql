with rules as (
    select * from {{ ref('index_rule') }}
),

weights as (
    select * from {{ ref('int_qol__draw_weights') }}
),

-- One draw chooses one aggregation and one normalisation for all units.
draws as (
    select
        weights.index_code,
        weights.draw,
        {{ hash_uniform(
            as_text('rules.draw_seed') ~ " || '|' || " ~ as_text('weights.draw') ~ " || '|aggregation'"
        ) }} < 0.5e0 as is_geometric,
        cast(
            floor(
                3e0 * {{ hash_uniform(
                    as_text('rules.draw_seed') ~ " || '|' || " ~ as_text('weights.draw') ~ " || '|normalisation'"
                ) }}
            ) as integer
        ) as choice
    from (select distinct weights.index_code, weights.draw from weights) as weights
    inner join rules on weights.index_code = rules.index_code
),

terms as (
    select
        units.city,
        units.index_code,
        units.district_code,
        draws.draw,
        draws.is_geometric,
        rules.floor_share,
        weights.weight,
        units.normalised
    from {{ ref('int_qol__normalisations') }} as units
    inner join draws on units.index_code = draws.index_code and units.choice = draws.choice
    inner join rules on units.index_code = rules.index_code
    inner join weights
        on
            draws.index_code = weights.index_code
            and draws.draw = weights.draw
            and units.domain = weights.domain
),

-- Weights are renormalised over the domains that the unit has.
aggregates as (
    select
        terms.city,
        terms.index_code,
        terms.district_code,
        terms.draw,
        case
            when max(case when terms.is_geometric then 1 else 0 end) = 1
                then
                    exp(
                        sum(terms.weight * ln(greatest(terms.floor_share, terms.normalised))) / sum(terms.weight)
                    )
            else sum(terms.weight * terms.normalised) / sum(terms.weight)
        end as aggregate
    from terms
    group by terms.city, terms.index_code, terms.district_code, terms.draw
),

ranks as (
    select
        aggregates.city,
        aggregates.index_code,
        aggregates.district_code,
        aggregates.draw,
        rank() over (
            partition by aggregates.city, aggregates.index_code, aggregates.draw
            order by round(aggregates.aggregate, 12) desc
        ) as draw_rank
    from aggregates
),

sorted as (
    select
        ranks.city,
        ranks.index_code,
        ranks.district_code,
        ranks.draw_rank,
        row_number() over (
            partition by ranks.city, ranks.index_code, ranks.district_code
            order by ranks.draw_rank
        ) - 1 as position,
        count(*) over (partition by ranks.city, ranks.index_code, ranks.district_code) as draws
    from ranks
),

-- The ranks at 5 % and 95 % of the sorted draws, without interpolation.
final as (
    select
        sorted.city,
        sorted.index_code,
        sorted.district_code,
        cast(max(sorted.draws) as integer) as draws,
        cast(
            max(case when sorted.position = floor(sorted.draws * 5 / 100e0) then sorted.draw_rank end) as integer
        ) as rank_p05,
        cast(
            max(
                case
                    when sorted.position = least(sorted.draws - 1, floor(sorted.draws * 95 / 100e0))
                        then sorted.draw_rank
                end
            ) as integer
        ) as rank_p95
    from sorted
    group by sorted.city, sorted.index_code, sorted.district_code
)

select * from final
