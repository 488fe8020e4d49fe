-- Every source of residents that a city may have; a city has one of them for a year.
with estimates as (
    select
        estimates.city,
        estimates.area_code as district_code,
        estimates.year,
        estimates.population
    from {{ ref('stg_population_borough') }} as estimates
),

-- The profiles of 2018 state the residents of 2016, those of the whole city too: districts add to fewer.
profiles as (
    select
        profiles.city,
        profiles.district_code,
        2016 as year,
        profiles.population
    from {{ ref('stg_community_health_profiles') }} as profiles
),

census as (
    select
        census.city,
        census.year as period,
        census.district_code,
        census.population
    from {{ ref('stg_population_community_districts') }} as census
),

-- A census of districts is one of the whole city.
counted as (
    select * from census
    union all
    {{ whole_city_sums('census', ['population']) }}
),

final as (
    select
        city,
        district_code,
        year,
        cast(population as decimal(30, 15)) as population
    from estimates
    union all
    select
        city,
        district_code,
        year,
        cast(population as decimal(30, 15)) as population
    from profiles
    union all
    select
        city,
        district_code,
        period as year,
        cast(population as decimal(30, 15)) as population
    from counted
)

select * from final
