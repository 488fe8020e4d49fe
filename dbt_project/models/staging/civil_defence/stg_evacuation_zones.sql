with source as (
    {{ rows_of_the_last_slot(source('raw', 'evacuation_zones'), ['zone']) }}
),

final as (
    select
        source.city,
        source.zone,
        source.geometry_wkb,
        source.epsg
    from source
)

select * from final
