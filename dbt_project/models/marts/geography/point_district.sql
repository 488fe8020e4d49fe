with final as (
    select
        points.city,
        points.layer,
        points.point_code,
        points.district_code
    from {{ ref('int_geography__point_districts') }} as points
)

select * from final
