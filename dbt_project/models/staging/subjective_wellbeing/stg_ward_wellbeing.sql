with source as (
    select * from {{ source('raw', 'ward_wellbeing') }}
),

-- The same key in two files: the file whose slot sorts last wins.
ranked as (
    select
        source.*,
        row_number() over (
            partition by source.ward_code
            order by source._slot desc
        ) as precedence
    from source
),

final as (
    select
        ranked.city,
        ranked.ward_code,
        ranked.ward_name,
        ranked.borough_name,
        ranked.life_expectancy_years,
        ranked.childhood_obesity_pct,
        ranked.incapacity_benefit_rate,
        ranked.unemployment_pct,
        ranked.crime_rate,
        ranked.deliberate_fires_rate,
        ranked.gcse_points,
        ranked.unauthorised_absence_pct,
        ranked.children_out_of_work_pct,
        ranked.ptal_score,
        ranked.open_space_access,
        ranked.wellbeing_score
    from ranked
    where ranked.precedence = 1
)

select * from final
