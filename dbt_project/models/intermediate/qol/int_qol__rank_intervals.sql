with rules as (
    select * from {{ ref('index_rule') }}
),

weights as (
    select * from {{ ref('int_qol__draw_weights') }}
),

numbers as (
    select distinct
        weights.index_code,
        weights.draw
    from weights
),

-- One draw chooses one aggregation and one normalisation for all units.
draws as (
    select
        numbers.index_code,
        numbers.draw,
        {{ hash_uniform(
            as_text('rules.draw_seed') ~ " || '|' || " ~ as_text('numbers.draw') ~ " || '|aggregation'"
        ) }} < 0.5e0 as is_geometric,
        cast(
            floor(
                3e0 * {{ hash_uniform(
                    as_text('rules.draw_seed') ~ " || '|' || " ~ as_text('numbers.draw') ~ " || '|normalisation'"
                ) }}
            ) as integer
        ) as choice
    from numbers
    inner join rules on numbers.index_code = rules.index_code
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
        end as drawn_composite
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
            order by round(aggregates.drawn_composite, 12) desc
        ) as draw_rank
    from aggregates
),

in_order as (
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
        in_order.city,
        in_order.index_code,
        in_order.district_code,
        cast(max(in_order.draws) as integer) as draws,
        cast(
            max(case when in_order.position = floor(in_order.draws * 5 / 100e0) then in_order.draw_rank end) as integer
        ) as rank_p05,
        cast(
            max(
                case
                    when in_order.position = least(in_order.draws - 1, floor(in_order.draws * 95 / 100e0))
                        then in_order.draw_rank
                end
            ) as integer
        ) as rank_p95
    from in_order
    group by in_order.city, in_order.index_code, in_order.district_code
)

select * from final
