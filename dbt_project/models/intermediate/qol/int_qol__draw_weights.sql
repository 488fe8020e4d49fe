-- The weights of every draw: Dirichlet(n, ..., n) over the n domains of an index. A gamma variate of the integer shape
-- n is the sum of n exponential ones; whoever uses the weights divides by their sum over the domains present.
with rules as (
    select
        rules.index_code,
        rules.draws,
        rules.draw_seed
    from {{ ref('index_rule') }} as rules
    inner join {{ source('city', 'indexes') }} as indexes on rules.index_code = indexes.index_code
),

domains as (
    select
        definitions.index_code,
        definitions.domain,
        {{ exact_sum('definitions.weight') }} as domain_weight
    from {{ ref('index_definition') }} as definitions
    group by definitions.index_code, definitions.domain
),

shapes as (
    select
        domains.index_code,
        count(*) as domains,
        {{ exact_sum('domains.domain_weight') }} as weight
    from domains
    group by domains.index_code
),

-- More draws than these no index may ask for.
numbers as (
    {{ integers(10000) }}
),

draws as (
    select
        rules.index_code,
        rules.draw_seed,
        numbers.n as draw
    from rules
    inner join numbers on rules.draws > numbers.n
),

exponentials as (
    select
        draws.index_code,
        draws.draw,
        domains.domain,
        -- 1 where all domains weigh the same.
        domains.domain_weight * shapes.domains / shapes.weight as relative_weight,
        -ln(
            {{ hash_uniform(
                as_text('draws.draw_seed') ~ " || '|' || " ~ as_text('draws.draw')
                ~ " || '|' || domains.domain || '|' || " ~ as_text('steps.n')
            ) }}
        ) as exponential
    from draws
    inner join domains on draws.index_code = domains.index_code
    inner join shapes on draws.index_code = shapes.index_code
    inner join numbers as steps on shapes.domains > steps.n
),

final as (
    select
        exponentials.index_code,
        exponentials.draw,
        exponentials.domain,
        sum(cast(exponentials.exponential as decimal(38, 15))) * max(exponentials.relative_weight) as weight
    from exponentials
    group by exponentials.index_code, exponentials.draw, exponentials.domain
)

select * from final
