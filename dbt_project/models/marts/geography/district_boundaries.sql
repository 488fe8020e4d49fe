with districts as (
    select * from {{ source('city', 'districts') }}
    where level = 'district'
),

shapes as (
    select * from {{ ref('int_geography__district_shapes') }}
),

final as (
    select
        districts.city,
        districts.district_code,
        districts.district_name,
        shapes.area_km2,
        cities.crs,
        shapes.geometry_wkb
    from districts
    inner join {{ source('city', 'cities') }} as cities on districts.city = cities.city
    inner join shapes on districts.city = shapes.city and districts.district_code = shapes.district_code
)

select * from final
