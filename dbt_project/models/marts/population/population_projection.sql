{%- set bands = [
    ('all', 'projections.age >= 0'),
    ('school_5_17', 'projections.age between 5 and 17'),
    ('working_16_64', 'projections.age between 16 and 64'),
    ('age_65_plus', 'projections.age >= 65'),
    ('age_75_plus', 'projections.age >= 75'),
] -%}
-- Each fifth year from the first that was projected.
with years as (
    select
        projections.city,
        min(projections.year) as first_year
    from {{ ref('stg_population_projections') }} as projections
    group by projections.city
),

projections as (
    select
        projections.city,
        projections.area,
        projections.year,
        projections.projection as variant,
        projections.age,
        projections.population
    from {{ ref('stg_population_projections') }} as projections
    inner join {{ source('city', 'districts') }} as districts
        on projections.city = districts.city and projections.area = districts.district_code
    inner join years on projections.city = years.city
    where districts.level = 'district' and mod(projections.year - years.first_year, 5) = 0
),

by_district as (
    {% for band, ages in bands %}
        select
            projections.city,
            projections.area,
            projections.year,
            projections.variant,
            '{{ band }}' as band,
            sum(case when {{ ages }} then projections.population else 0 end) as persons
        from projections
        group by projections.city, projections.area, projections.year, projections.variant
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

-- A sum that lacks a district is not the region's: it then has no row.
by_city as (
    select
        by_district.city,
        cities.district_code as area,
        by_district.year,
        by_district.variant,
        by_district.band,
        sum(by_district.persons) as persons
    from by_district
    inner join {{ source('city', 'cities') }} as cities on by_district.city = cities.city
    group by by_district.city, cities.district_code, by_district.year, by_district.variant, by_district.band
    having
        count(*) = (
            select count(*) from {{ source('city', 'districts') }} as districts
            where districts.city = by_district.city and districts.level = 'district'
        )
),

final as (
    select
        both_levels.city,
        both_levels.area,
        both_levels.year,
        both_levels.variant,
        both_levels.band,
        cast(both_levels.persons as bigint) as persons
    from (
        select * from by_district
        union all
        select * from by_city
    ) as both_levels
)

select * from final
