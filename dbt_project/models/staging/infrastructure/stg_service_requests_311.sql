with delivered as (
    select
        source.*,
        {{ source_entry('source._slot') }} as source_entry,
        greatest(
            source.created_at,
            coalesce(source.closed_at, source.created_at),
            coalesce(source.resolution_action_updated_at, source.created_at)
        ) as last_stamp_at
    from {{ source('raw', 'service_requests_311') }} as source
),

-- Over all rows of all deliveries, also of what a later one tells otherwise.
snapshots as (
    select
        delivered.city,
        delivered.source_entry,
        max(delivered.last_stamp_at) as snapshot_at
    from delivered
    group by delivered.city, delivered.source_entry
),

requests as (
    {{ rows_of_the_latest_delivery('delivered', ['city', 'unique_key']) }}
),

final as (
    select
        requests.city,
        requests.source_entry,
        requests.unique_key,
        requests.created_at,
        requests.closed_at,
        requests.resolution_action_updated_at,
        snapshots.snapshot_at,
        requests.status,
        requests.agency,
        requests.agency_name,
        requests.complaint_type,
        requests.descriptor,
        requests.location_type,
        requests.community_board,
        requests.borough,
        requests.zip_code,
        requests.channel,
        requests.place_pseudonym,
        requests.key_version
    from requests
    inner join snapshots on requests.city = snapshots.city and requests.source_entry = snapshots.source_entry
)

select * from final
