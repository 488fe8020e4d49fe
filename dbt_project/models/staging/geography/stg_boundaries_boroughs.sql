with source as (
    {{ rows_of_the_last_slot(source('raw', 'boundaries_boroughs'), ['district_code']) }}
),

final as (
    select
        source.city,
        source.district_code,
        source.district_name,
        source.area_ha,
        source.non_land_ha,
        source.is_inner,
        source.geometry_wkb,
        source.epsg
    from source
)

select * from final
