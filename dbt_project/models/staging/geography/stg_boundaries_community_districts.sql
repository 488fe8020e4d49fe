with source as (
    {{ rows_of_the_last_slot(source('raw', 'boundaries_community_districts'), ['district_code']) }}
),

final as (
    select
        source.city,
        source.district_code,
        source.perimeter_ft,
        source.area_sqft,
        source.geometry_wkb,
        source.epsg
    from source
)

select * from final
