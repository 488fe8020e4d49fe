{{ config(materialized='view') }}

-- One row per sale of either layout. Of a sale that both tell the linked-data file counts: it says what the register
-- holds by now.
with told as (
    select
        sales.city,
        sales.transaction_id,
        sales.home_pseudonym,
        sales.key_version,
        sales.deed_date,
        sales.price_gbp,
        sales.category,
        sales.district_name,
        1 as precedence
    from {{ ref('stg_price_paid') }} as sales
    union all
    select
        updates.city,
        updates.transaction_id,
        updates.home_pseudonym,
        updates.key_version,
        updates.deed_date,
        updates.price_gbp,
        updates.category,
        updates.district_name,
        2 as precedence
    from {{ ref('stg_price_paid_bulk') }} as updates
),

ranked as (
    select
        told.*,
        row_number() over (partition by told.transaction_id order by told.precedence) as rank_of_layout
    from told
),

final as (
    select
        ranked.city,
        ranked.transaction_id,
        ranked.home_pseudonym,
        ranked.key_version,
        ranked.deed_date,
        ranked.price_gbp,
        ranked.district_name,
        -- Sales at full market value, and no token price.
        coalesce(ranked.category = 'A' and ranked.price_gbp >= 10000, false) as is_full_value
    from ranked
    where ranked.rank_of_layout = 1
)

select * from final
