with source as (
    {{ rows_of_the_last_slot(source('raw', 'population_borough'), ['area_code', 'year']) }}
),

final as (
    select
        source.city,
        source.area_code,
        source.area_name,
        source.year,
        source.source,
        source.population,
        source.inland_area_ha,
        source.total_area_ha
    from source
)

select * from final
