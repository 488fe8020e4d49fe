with source as (
    {{ rows_of_the_latest_delivery(source('raw', 'price_paid_bulk'), ['transaction_id']) }}
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
        source.category,
        source.record_status
    from source
    where source.record_status is distinct from 'D'
)

select * from final
