-- Pairs that say nothing of what a home kept or gained are dropped, for the first of these reasons that holds: sold
-- again within half a year; in the same calendar year; a price that no home changes by, so a wrong one or another home;
-- a year with too few ends of the pairs that are left.
{% set sales_of_a_home -%}
    partition by areas.city, areas.district_code, sales.key_version, sales.home_pseudonym
    order by sales.deed_date, sales.price_gbp, sales.transaction_id
{%- endset %}

with scopes as (
    {{ indicator_scopes(['REA_RSI', 'REA_RSI_GEN']) }}
),

areas as (
    select distinct
        scopes.city,
        scopes.district_code,
        scopes.district_name,
        scopes.level
    from scopes
),

-- The register writes districts in capitals.
told as (
    select
        areas.city,
        areas.district_code,
        sales.deed_date,
        cast(sales.price_gbp as double) as price_gbp,
        lag(sales.deed_date) over ({{ sales_of_a_home }}) as earlier_date,
        lag(cast(sales.price_gbp as double)) over ({{ sales_of_a_home }}) as earlier_price_gbp
    from areas
    inner join {{ ref('int_real_estate__sales') }} as sales
        on
            areas.city = sales.city
            and (areas.level = 'city' or upper(areas.district_name) = upper(sales.district_name))
    where sales.is_full_value and sales.home_pseudonym is not null
),

pairs as (
    select
        told.city,
        told.district_code,
        cast(extract(year from told.earlier_date) as integer) as first_year,
        cast(extract(year from told.deed_date) as integer) as last_year,
        {{ days_between('told.earlier_date', 'told.deed_date') }} as days_apart,
        ln(told.price_gbp / told.earlier_price_gbp) as log_ratio
    from told
    where told.earlier_date is not null
),

judged as (
    select
        pairs.*,
        case
            when pairs.days_apart < 183 then 'too_soon'
            when pairs.first_year = pairs.last_year then 'same_year'
            when abs(pairs.log_ratio) * 365.25e0 > 0.5e0 * pairs.days_apart then 'too_steep'
        end as dropped_because
    from pairs
),

ends as (
    select
        sides.city,
        sides.district_code,
        sides.year_of_sale,
        count(*) as pair_ends
    from (
        select
            city,
            district_code,
            first_year as year_of_sale
        from judged
        where dropped_because is null
        union all
        select
            city,
            district_code,
            last_year as year_of_sale
        from judged
        where dropped_because is null
    ) as sides
    group by sides.city, sides.district_code, sides.year_of_sale
),

final as (
    select
        judged.city,
        judged.district_code,
        judged.first_year,
        judged.last_year,
        judged.log_ratio,
        coalesce(first_ends.pair_ends, 0) as first_year_ends,
        coalesce(last_ends.pair_ends, 0) as last_year_ends,
        case
            when judged.dropped_because is not null then judged.dropped_because
            when first_ends.pair_ends < 10 or last_ends.pair_ends < 10 then 'too_few_ends'
        end as dropped_because
    from judged
    left join ends as first_ends
        on
            judged.city = first_ends.city
            and judged.district_code = first_ends.district_code
            and judged.first_year = first_ends.year_of_sale
    left join ends as last_ends
        on
            judged.city = last_ends.city
            and judged.district_code = last_ends.district_code
            and judged.last_year = last_ends.year_of_sale
)

select * from final
