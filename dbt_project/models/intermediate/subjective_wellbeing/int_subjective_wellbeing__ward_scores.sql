with scopes as (
    {{ indicator_scopes(['SUB_WELLBEING']) }}
),

-- Both files name wards by their code; only the survey says in which district a ward lies.
wards as (
    select
        survey.city,
        districts.district_code,
        health.population,
        case when survey.wellbeing_score is not null then health.population end as population_with_score,
        health.population * survey.wellbeing_score as weighted_score
    from {{ ref('stg_ward_wellbeing') }} as survey
    inner join {{ ref('stg_ward_health') }} as health on survey.ward_code = health.ward_code
    inner join {{ source('city', 'districts') }} as districts
        on survey.city = districts.city and replace(survey.borough_name, '_', ' ') = districts.district_name
    where districts.level = 'district'
),

-- The whole city has the wards of all its districts.
measured as (
    select
        scopes.city,
        scopes.indicator_code,
        scopes.period,
        scopes.district_code,
        scopes.period_start,
        scopes.period_end,
        1e0 as factor,
        sum(wards.weighted_score) as numerator,
        sum(wards.population_with_score) as denominator,
        cast(sum(wards.population_with_score) as double) / sum(wards.population) as coverage
    from scopes
    inner join wards
        on
            scopes.city = wards.city
            and (scopes.level = 'city' or scopes.district_code = wards.district_code)
    group by
        scopes.city,
        scopes.indicator_code,
        scopes.period,
        scopes.district_code,
        scopes.period_start,
        scopes.period_end
),

final as (
    {{ ratio_indicator('measured') }}
)

select * from final
