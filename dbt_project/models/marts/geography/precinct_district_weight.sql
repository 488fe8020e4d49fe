with final as (
    select
        weights.city,
        weights.area_code as precinct,
        weights.district_code,
        weights.weight
    from {{ ref('int_geography__area_weights') }} as weights
    where weights.layer = 'police_precincts'
)

select * from final
