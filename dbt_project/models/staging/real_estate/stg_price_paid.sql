with source as (
    {{ rows_of_the_latest_delivery(source('raw', 'price_paid'), ['transaction_id']) }}
),

final as (
    select
        source.city,
        source.transaction_id,
        source.home_pseudonym,
        source.key_version,
        source.price_gbp,
        source.deed_date,
        source.property_type,
        source.is_new,
        source.tenure,
        source.district_name,
        source.county,
        source.category
    from source
)

select * from final
