with source as (
    {{ rows_of_the_last_slot(
        source('raw', 'population_projections'), ['area', 'year', 'projection', 'gender', 'age']
    ) }}
),

final as (
    select
        source.city,
        source.area,
        source.year,
        source.projection,
        source.gender,
        source.age,
        source.age_group,
        source.base,
        source.population
    from source
)

select * from final
