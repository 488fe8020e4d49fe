with source as (
    {{ rows_of_the_last_slot(source('raw', 'dcp_versions'), ['source']) }}
),

final as (
    select
        source.city,
        source.source,
        source.version
    from source
)

select * from final
