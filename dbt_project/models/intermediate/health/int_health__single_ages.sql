-- Shares of all answers that mean ill health; the bracket over all ages is no bracket beside the closed.
with brackets as (
    select
        survey.city,
        survey.year,
        survey.sex,
        survey.age_from,
        survey.age_to,
        {{ exact_sum('survey.prevalence') }} as prevalence
    from {{ ref('stg_health_survey_prevalence') }} as survey
    inner join {{ ref('ill_health_answers') }} as ill_health
        on
            survey.limitation_type = ill_health.limitation_type
            and survey.limitation_intensity = ill_health.limitation_intensity
    where
        survey.age_to is not null
        or not exists (
            select 1
            from {{ ref('stg_health_survey_prevalence') }} as closed
            where
                closed.city = survey.city
                and closed.limitation_type = survey.limitation_type
                and closed.sex = survey.sex
                and closed.year is not distinct from survey.year
                and closed.age_to is not null
                and closed.age_from >= survey.age_from
        )
    group by survey.city, survey.year, survey.sex, survey.age_from, survey.age_to
),

-- A table is named by the area's name or its code.
tables as (
    select
        districts.city,
        districts.district_code as area,
        ages.year,
        ages.sex,
        ages.age,
        ages.death_probability,
        max(ages.year) over (partition by districts.city, districts.district_code) as latest_year
    from {{ ref('stg_life_table_single_years') }} as ages
    inner join {{ source('city', 'districts') }} as districts
        on
            ages.city = districts.city
            and (lower(ages.geo) = lower(districts.district_name) or ages.geo = districts.district_code)
),

-- The survey is of the whole city, and of the latest table's year where it does not tell its own.
surveyed as (
    select distinct
        tables.city,
        tables.area,
        tables.year,
        tables.sex
    from tables
    inner join {{ source('city', 'cities') }} as cities
        on tables.city = cities.city and tables.area = cities.district_code
    inner join brackets
        on
            tables.city = brackets.city
            and tables.sex = brackets.sex
            and tables.year = coalesce(brackets.year, tables.latest_year)
),

final as (
    select
        tables.city,
        tables.area,
        {{ as_text('tables.year') }} as period,
        tables.sex,
        tables.age,
        1 as width,
        0.5e0 as share_lived,
        cast(null as double) as death_rate,
        tables.death_probability,
        brackets.prevalence,
        cast(null as double) as survey_size
    from tables
    inner join surveyed
        on
            tables.city = surveyed.city
            and tables.area = surveyed.area
            and tables.year = surveyed.year
            and tables.sex = surveyed.sex
    left join brackets
        on
            tables.city = brackets.city
            and tables.sex = brackets.sex
            and tables.year = coalesce(brackets.year, tables.latest_year)
            and tables.age >= brackets.age_from
            and coalesce(tables.age < brackets.age_to, true)
)

select * from final
