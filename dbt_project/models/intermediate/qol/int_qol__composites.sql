with domains as (
    select * from {{ ref('int_qol__domain_scores') }}
),

rules as (
    select * from {{ ref('index_rule') }}
),

-- Weighted geometric mean over the domains present, no domain below the floor: one zero does not wipe out the rest.
aggregated as (
    select
        domains.city,
        domains.index_code,
        domains.district_code,
        count(*) as domains_defined,
        count(domains.normalised) as domains_scored,
        -- Not left to `greatest`, which takes the floor for a NULL.
        exp(
            {{ exact_sum(
                'case when domains.normalised is not null '
                ~ 'then domains.domain_weight * ln(greatest(rules.floor_share, domains.normalised)) end'
            ) }}
            / {{ exact_sum('case when domains.normalised is not null then domains.domain_weight end') }}
        ) as composite
    from domains
    inner join rules on domains.index_code = rules.index_code
    group by domains.city, domains.index_code, domains.district_code
),

missing as (
    select
        index_values.city,
        index_values.index_code,
        index_values.district_code,
        cast(count(index_values.normalised) as integer) as indicators_used,
        cast(count(*) - count(index_values.normalised) as integer) as indicators_missing,
        {{ sorted_list('case when index_values.normalised is null then index_values.indicator_code end') }}
            as missing_codes
    from {{ ref('int_qol__index_values') }} as index_values
    group by index_values.city, index_values.index_code, index_values.district_code
),

judged as (
    select
        aggregated.city,
        aggregated.index_code,
        aggregated.district_code,
        missing.indicators_used,
        missing.indicators_missing,
        missing.missing_codes,
        case
            when
                aggregated.domains_scored > 0
                and aggregated.domains_scored * rules.domain_quorum_den
                >= aggregated.domains_defined * rules.domain_quorum_num
                then aggregated.composite
        end as composite
    from aggregated
    inner join rules on aggregated.index_code = rules.index_code
    inner join missing
        on
            aggregated.city = missing.city
            and aggregated.index_code = missing.index_code
            and aggregated.district_code = missing.district_code
),

counted as (
    select
        judged.*,
        count(*) over (partition by judged.city, judged.index_code) as units,
        count(judged.composite) over (partition by judged.city, judged.index_code) as units_scored
    from judged
),

-- Few units, or a small part of the city, are scored but never ranked.
final as (
    select
        counted.city,
        counted.index_code,
        counted.district_code,
        counted.indicators_used,
        counted.indicators_missing,
        counted.missing_codes,
        counted.composite,
        counted.composite is not null
        and counted.units_scored >= rules.rank_min_units
        and counted.units_scored * rules.rank_quorum_den >= counted.units * rules.rank_quorum_num as is_ranked
    from counted
    inner join rules on counted.index_code = rules.index_code
)

select * from final
