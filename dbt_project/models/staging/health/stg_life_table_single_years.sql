with source as (
    {{ rows_of_the_last_slot(source('raw', 'life_table_single_years'), ['geo', 'year', 'sex']) }}
),

final as (
    select
        source.city,
        source.geo,
        source.year,
        source.sex,
        source.age,
        cast(source.death_probability as double) as death_probability
    from source
)

select * from final
