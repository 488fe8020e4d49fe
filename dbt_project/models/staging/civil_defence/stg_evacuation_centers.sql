with source as (
    {{ rows_of_the_last_slot(source('raw', 'evacuation_centers'), ['center_id', 'center_kind']) }}
),

final as (
    select
        source.city,
        source.center_id,
        source.center_kind,
        source.x,
        source.y,
        source.epsg,
        source.center_name,
        source.address,
        source.borough_code,
        source.place_name,
        source.cross_street_1,
        source.cross_street_2,
        source.zip_code,
        source.is_accessible,
        source.accessible_features
    from source
)

select * from final
