with source as (
    {{ rows_of_the_last_slot(source('raw', 'dcp_puma'), ['district_code']) }}
),

final as (
    select
        source.city,
        source.district_code,
        source.puma,
        source.is_shared_puma,
        source.shared_puma_cd
    from source
)

select * from final
