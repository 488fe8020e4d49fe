with source as (
    {{ rows_of_the_last_slot(source('raw', 'health_survey_prevalence'), ['limitation_type', 'year', 'sex']) }}
),

final as (
    select
        source.city,
        source.limitation_type,
        source.limitation_intensity,
        source.sex,
        source.age_from,
        source.age_to,
        cast(source.prevalence as double) as prevalence,
        source.persons_weighted,
        source.year
    from source
)

select * from final
