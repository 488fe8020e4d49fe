with source as (
    {{ rows_of_the_last_slot(source('raw', 'bus_stops_tfl'), ['stop_code', 'is_virtual']) }}
),

final as (
    select
        source.city,
        source.stop_code,
        source.sms_code,
        source.naptan_code,
        source.stop_name,
        source.easting_m,
        source.northing_m,
        source.heading_deg,
        source.stop_area_code,
        source.is_virtual
    from source
)

select * from final
