-- Sums from the oldest age down: the years of all who reach an age.
with summed as (
    select
        ages.city,
        ages.area,
        ages.period,
        ages.sex,
        ages.age,
        ages.is_abridged,
        ages.survivors,
        sum(ages.years_lived) over from_the_oldest as all_years,
        sum(ages.years_lived * (1e0 - ages.prevalence)) over from_the_oldest as healthy_years,
        sum(
            ages.years_lived * ages.years_lived * ages.prevalence * (1e0 - ages.prevalence) / ages.survey_size
        ) over from_the_oldest as variance,
        count(*) over from_the_oldest as all_ages,
        count(ages.years_lived) over from_the_oldest as ages_with_years,
        count(ages.prevalence) over from_the_oldest as ages_with_prevalence,
        count(ages.prevalence * ages.survey_size) over from_the_oldest as ages_with_size
    from {{ ref('int_health__life_tables') }} as ages
    window
        from_the_oldest as (
            partition by ages.city, ages.area, ages.period, ages.sex
            order by ages.age desc
            rows between unbounded preceding and current row
        )
),

expectancies as (
    select
        summed.*,
        case when summed.ages_with_years = summed.all_ages then summed.all_years / summed.survivors end as le_y,
        case
            when summed.ages_with_years = summed.all_ages and summed.ages_with_prevalence = summed.all_ages
                then summed.healthy_years / summed.survivors
        end as hle_y,
        case
            when summed.ages_with_size = summed.all_ages
                then {{ z_95() }} * sqrt(summed.variance) / summed.survivors
        end as half_width_y
    from summed
),

-- A published table has every age; planners ask for these.
final as (
    select
        expectancies.city,
        expectancies.area,
        expectancies.period,
        expectancies.sex,
        expectancies.age,
        expectancies.le_y,
        expectancies.hle_y,
        expectancies.hle_y - expectancies.half_width_y as hle_lower_y,
        expectancies.hle_y + expectancies.half_width_y as hle_upper_y
    from expectancies
    where expectancies.is_abridged or expectancies.age in (5, 15, 50, 65, 75, 85)
)

select * from final
