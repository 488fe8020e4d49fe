-- What the file leaves open: an area means the whole city, a sex both, a year none that is known.
with told as (
    select
        rows_told.*,
        coalesce(rows_told.area, cities.district_code) as district_code,
        case
            when lower(rows_told.sex) in ('f', 'female', 'females', 'women', 'woman') then 'female'
            when lower(rows_told.sex) in ('m', 'male', 'males', 'men', 'man') then 'male'
            else 'all'
        end as sex_told,
        coalesce({{ as_text('rows_told.year') }}, 'undated') as period
    from {{ source('raw', 'health_survey_abridged') }} as rows_told
    inner join {{ source('city', 'cities') }} as cities on rows_told.city = cities.city
),

source as (
    {{ rows_of_the_last_slot('told', ['district_code', 'period', 'sex_told']) }}
),

final as (
    select
        source.city,
        source.district_code,
        source.period,
        source.sex_told as sex,
        source.age,
        source.deaths,
        source.population,
        cast(source.prevalence as double) as prevalence,
        source.survey_size,
        cast(source.q as double) as q
    from source
)

select * from final
