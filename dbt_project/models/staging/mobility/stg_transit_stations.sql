-- The same key in two files: the file whose slot sorts last wins.
with source as (
    {{ rows_of_the_last_slot(source('raw', 'transit_stations'), ['osm_id', 'railway']) }}
),

final as (
    select
        source.city,
        source.osm_type,
        source.osm_id,
        source.railway,
        source.public_transport,
        source.name,
        source.network,
        source.operator,
        source.ref_crs,
        source.naptan_atco_code,
        source.wheelchair,
        source.fare_zone,
        source.tags,
        source.easting_m,
        source.northing_m,
        source.epsg
    from source
)

select * from final
