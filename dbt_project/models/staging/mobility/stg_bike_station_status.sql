with source as (
    {{ rows_of_the_latest_delivery(source('raw', 'bike_station_status'), ['station_id', 'snapshot_at']) }}
),

final as (
    select
        source.city,
        source.station_id,
        source.snapshot_at,
        source.num_bikes_available,
        source.num_ebikes_available,
        source.num_bikes_disabled,
        source.num_docks_available,
        source.num_docks_disabled,
        source.is_installed,
        source.is_renting,
        source.is_returning,
        source.last_reported_at,
        source.eightd_has_available_keys,
        source.eightd_active_station_services
    from source
)

select * from final
