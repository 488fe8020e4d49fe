with source as (
    {{ rows_of_the_last_slot(source('raw', 'bike_station'), ['station_id']) }}
),

final as (
    select
        source.city,
        source.station_id,
        source.feed_updated_at,
        source.external_id,
        source.name,
        source.short_name,
        source.lat,
        source.lon,
        source.region_id,
        source.rental_methods,
        source.capacity,
        source.rental_url,
        source.electric_bike_surcharge_waiver,
        source.eightd_has_key_dispenser,
        source.eightd_station_services,
        source.has_kiosk
    from source
)

select * from final
