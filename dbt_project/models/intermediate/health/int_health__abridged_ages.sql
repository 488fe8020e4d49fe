with age_groups as (
    select
        told.city,
        told.district_code as area,
        told.period,
        told.sex,
        told.age,
        lead(told.age) over (
            partition by told.city, told.district_code, told.period, told.sex
            order by told.age
        ) - told.age as width,
        cast(told.deaths as double) / cast(told.population as double) as death_rate,
        told.prevalence,
        cast(told.survey_size as double) as survey_size,
        told.q as published_q,
        -- Who dies in the first year of life dies early in it; in later age_groups, in the middle.
        case when told.age = 0 then 0.2e0 else 0.5e0 end as share_lived
    from {{ ref('stg_health_survey_abridged') }} as told
),

final as (
    select
        age_groups.city,
        age_groups.area,
        age_groups.period,
        age_groups.sex,
        age_groups.age,
        age_groups.width,
        age_groups.share_lived,
        age_groups.death_rate,
        case
            when age_groups.width is null then 1e0
            when age_groups.age = 0 and age_groups.published_q is not null then age_groups.published_q
            else
                age_groups.width * age_groups.death_rate
                / (1e0 + age_groups.width * (1e0 - age_groups.share_lived) * age_groups.death_rate)
        end as death_probability,
        age_groups.prevalence,
        age_groups.survey_size
    from age_groups
)

select * from final
