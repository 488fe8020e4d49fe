with source as (
    select * from {{ source('raw', 'transit_stations') }}
),

-- The same key in two files: the file whose slot sorts last wins.
ranked as (
    select
        source.*,
        row_number() over (
            partition by source.osm_id, source.railway
            order by source._slot desc
        ) as precedence
    from source
),

final as (
    select
        ranked.city,
        ranked.osm_type,
        ranked.osm_id,
        ranked.railway,
        ranked.public_transport,
        ranked.name,
        ranked.network,
        ranked.operator,
        ranked.ref_crs,
        ranked.naptan_atco_code,
        ranked.wheelchair,
        ranked.fare_zone,
        ranked.tags,
        ranked.easting_m,
        ranked.northing_m,
        ranked.epsg
    from ranked
    where ranked.precedence = 1
)

select * from final
