with centers as (
    select
        centers.city,
        centers.center_kind,
        places.district_code,
        centers.is_accessible
    from {{ ref('stg_evacuation_centers') }} as centers
    inner join {{ ref('int_geography__point_districts') }} as places
        on
            centers.city = places.city
            and centers.center_id = places.point_code
            and places.layer = centers.center_kind || '_centers'
),

kinds as (
    select distinct
        centers.city,
        centers.center_kind
    from centers
),

areas as (
    select
        districts.city,
        districts.district_code,
        districts.district_name,
        districts.level
    from {{ source('city', 'districts') }} as districts
    where districts.level in ('district', 'city')
),

final as (
    select
        areas.city,
        kinds.center_kind,
        areas.district_code,
        areas.district_name,
        count(centers.center_kind) as centers,
        count(case when centers.is_accessible then 1 end) as accessible_centers
    from areas
    inner join kinds on areas.city = kinds.city
    left join centers
        on
            areas.city = centers.city
            and kinds.center_kind = centers.center_kind
            and (areas.level = 'city' or areas.district_code = centers.district_code)
    group by areas.city, kinds.center_kind, areas.district_code, areas.district_name
)

select * from final
