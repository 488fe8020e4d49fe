-- The same key in two files: the file whose slot sorts last wins.
with source as (
    {{ rows_of_the_last_slot(source('raw', 'bus_sequences_tfl'), ['route', 'run', 'sequence']) }}
),

final as (
    select
        source.city,
        source.route,
        source.run,
        source.sequence,
        source.stop_code,
        source.sms_code,
        source.naptan_code,
        source.stop_name,
        source.easting_m,
        source.northing_m,
        source.heading_deg,
        source.is_virtual
    from source
)

select * from final
