with source as (
    select * from {{ source('raw', 'population_borough') }}
),

-- The same key in two files: the file whose slot sorts last wins.
ranked as (
    select
        source.*,
        row_number() over (
            partition by source.area_code, source.year
            order by source._slot desc
        ) as precedence
    from source
),

final as (
    select
        ranked.city,
        ranked.area_code,
        ranked.area_name,
        ranked.year,
        ranked.source,
        ranked.population,
        ranked.inland_area_ha,
        ranked.total_area_ha
    from ranked
    where ranked.precedence = 1
)

select * from final
