with source as (
    {{ rows_of_the_last_slot(source('raw', 'boundaries_police_precincts'), ['precinct']) }}
),

final as (
    select
        source.city,
        source.precinct,
        source.perimeter_ft,
        source.area_sqft,
        source.geometry_wkb,
        source.epsg
    from source
)

select * from final
