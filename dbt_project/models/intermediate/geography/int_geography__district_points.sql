with points as (
    select * from {{ ref('int_geography__point_districts') }}
),

shapes as (
    select * from {{ ref('int_geography__district_shapes') }}
),

-- A layer without a single point in the city has no source, rather than a count of 0.
layers as (
    select
        points.city,
        points.layer,
        count(*) as points
    from points
    group by points.city, points.layer
),

districts as (
    select
        layers.city,
        layers.layer,
        shapes.district_code,
        shapes.area_km2,
        count(points.point_code) as points
    from layers
    inner join shapes on layers.city = shapes.city
    left join points
        on
            layers.city = points.city
            and layers.layer = points.layer
            and shapes.district_code = points.district_code
    group by layers.city, layers.layer, shapes.district_code, shapes.area_km2
),

whole_cities as (
    select
        districts.city,
        districts.layer,
        sum(districts.points) as points,
        {{ exact_sum('districts.area_km2') }} as area_km2
    from districts
    group by districts.city, districts.layer
),

final as (
    select
        districts.city,
        districts.layer,
        districts.district_code,
        districts.points,
        districts.area_km2,
        1e0 as inside_share
    from districts
    union all
    select
        whole_cities.city,
        whole_cities.layer,
        cities.district_code,
        cast(whole_cities.points as bigint) as points,
        whole_cities.area_km2,
        cast(whole_cities.points as double) / layers.points as inside_share
    from whole_cities
    inner join layers on whole_cities.city = layers.city and whole_cities.layer = layers.layer
    inner join {{ source('city', 'cities') }} as cities on whole_cities.city = cities.city
)

select * from final
