with variants as (
    select * from {{ ref('population_projection') }}
),

-- Least and greatest are of one variant each; of equal ones the first and the last by name are told.
ranked as (
    select
        variants.*,
        row_number() over (
            partition by variants.city, variants.area, variants.year, variants.band
            order by variants.persons, variants.variant
        ) as rank_from_least,
        row_number() over (
            partition by variants.city, variants.area, variants.year, variants.band
            order by variants.persons desc, variants.variant desc
        ) as rank_from_greatest,
        min(variants.year) over (partition by variants.city) as first_year
    from variants
),

in_one_row as (
    select
        ranked.city,
        ranked.area,
        ranked.year,
        ranked.band,
        ranked.first_year,
        max(case when ranked.variant = 'Principal' then ranked.persons end) as principal,
        max(case when ranked.rank_from_least = 1 then ranked.persons end) as low,
        max(case when ranked.rank_from_least = 1 then ranked.variant end) as low_variant,
        max(case when ranked.rank_from_greatest = 1 then ranked.persons end) as high,
        max(case when ranked.rank_from_greatest = 1 then ranked.variant end) as high_variant
    from ranked
    group by ranked.city, ranked.area, ranked.year, ranked.band, ranked.first_year
),

final as (
    select
        in_one_row.city,
        in_one_row.area,
        in_one_row.year,
        in_one_row.band,
        in_one_row.principal,
        in_one_row.low,
        in_one_row.low_variant,
        in_one_row.high,
        in_one_row.high_variant,
        100e0 * in_one_row.principal / nullif(first_years.principal, 0) as index,
        100e0 * (in_one_row.high - in_one_row.low) / nullif(in_one_row.principal, 0) as spread_pct
    from in_one_row
    left join in_one_row as first_years
        on
            in_one_row.city = first_years.city
            and in_one_row.area = first_years.area
            and in_one_row.band = first_years.band
            and first_years.year = first_years.first_year
)

select * from final
