with districts as (
    select * from {{ source('city', 'districts') }}
    where level = 'district'
),

boundaries as (
    select * from {{ ref('stg_boundaries_boroughs') }}
),

areas as (
    select * from {{ ref('int_geography__district_shapes') }}
),

final as (
    select
        districts.city,
        districts.district_code,
        districts.district_name,
        areas.area_km2,
        'EPSG:' || cast(boundaries.epsg as varchar) as crs,
        boundaries.geometry_wkb
    from districts
    inner join boundaries on districts.city = boundaries.city and districts.district_code = boundaries.district_code
    inner join areas on districts.city = areas.city and districts.district_code = areas.district_code
)

select * from final
