{{ config(materialized='view') }}

-- Every dataset of outlines of districts; a city has one of them.
with final as (
    select
        boroughs.city,
        boroughs.district_code,
        boroughs.geometry_wkb,
        boroughs.epsg
    from {{ ref('stg_boundaries_boroughs') }} as boroughs
    union all
    select
        community_districts.city,
        community_districts.district_code,
        community_districts.geometry_wkb,
        community_districts.epsg
    from {{ ref('stg_boundaries_community_districts') }} as community_districts
)

select * from final
