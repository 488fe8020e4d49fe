{{ config(materialized='view') }}

-- Every layer of areas that are laid over districts. Zone 0 is what lies outside all zones.
with final as (
    select
        precincts.city,
        'police_precincts' as layer,
        precincts.precinct as area_code,
        precincts.geometry_wkb,
        precincts.epsg
    from {{ ref('stg_boundaries_police_precincts') }} as precincts
    union all
    select
        zones.city,
        'evacuation_zones' as layer,
        {{ as_text('zones.zone') }} as area_code,
        zones.geometry_wkb,
        zones.epsg
    from {{ ref('stg_evacuation_zones') }} as zones
    where zones.zone <> 0
)

select * from final
