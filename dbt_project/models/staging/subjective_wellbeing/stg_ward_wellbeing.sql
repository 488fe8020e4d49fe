-- The same key in two files: the file whose slot sorts last wins.
with source as (
    {{ rows_of_the_last_slot(source('raw', 'ward_wellbeing'), ['ward_code']) }}
),

final as (
    select
        source.city,
        source.ward_code,
        source.ward_name,
        source.borough_name,
        source.life_expectancy_years,
        source.childhood_obesity_pct,
        source.incapacity_benefit_rate,
        source.unemployment_pct,
        source.crime_rate,
        source.deliberate_fires_rate,
        source.gcse_points,
        source.unauthorised_absence_pct,
        source.children_out_of_work_pct,
        source.ptal_score,
        source.open_space_access,
        source.wellbeing_score
    from source
)

select * from final
