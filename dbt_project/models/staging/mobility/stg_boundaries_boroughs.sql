with source as (
    select * from {{ source('raw', 'boundaries_boroughs') }}
),

-- The same key in two files: the file whose slot sorts last wins.
ranked as (
    select
        source.*,
        row_number() over (
            partition by source.district_code
            order by source._slot desc
        ) as precedence
    from source
),

final as (
    select
        ranked.city,
        ranked.district_code,
        ranked.district_name,
        ranked.area_ha,
        ranked.non_land_ha,
        ranked.is_inner,
        ranked.geometry_wkb,
        ranked.epsg
    from ranked
    where ranked.precedence = 1
)

select * from final
