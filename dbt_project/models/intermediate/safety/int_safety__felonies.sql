with scopes as (
    {{ indicator_scopes(['SAF_FELONY7']) }}
),

districts as (
    select
        reports.city,
        reports.district_code,
        reports.felony_count as felonies
    from {{ ref('stg_dcp_race_economics') }} as reports
    inner join {{ source('city', 'districts') }} as districts
        on reports.city = districts.city and reports.district_code = districts.district_code
    where districts.level = 'district'
),

located as (
    select
        districts.city,
        sum(districts.felonies) as felonies
    from districts
    group by districts.city
),

-- The whole city has a count of its own, which has also what happened outside of every district.
counted as (
    select
        districts.city,
        districts.district_code,
        districts.felonies,
        1e0 as located_share
    from districts
    union all
    select
        reports.city,
        cities.district_code,
        reports.felony_count as felonies,
        coalesce(cast(located.felonies as double) / nullif(reports.felony_count, 0), 0e0) as located_share
    from {{ ref('stg_dcp_city_attributes') }} as reports
    inner join {{ source('city', 'cities') }} as cities on reports.city = cities.city
    left join located on reports.city = located.city
),

-- The file states no year: it is of the period that the city file gives.
measured as (
    select
        scopes.*,
        1000e0 as factor,
        counted.felonies as numerator,
        populations.population as denominator,
        counted.located_share as coverage
    from scopes
    inner join counted on scopes.city = counted.city and scopes.district_code = counted.district_code
    inner join {{ ref('int_people__residents') }} as populations
        on
            scopes.city = populations.city
            and scopes.district_code = populations.district_code
            and scopes.population_year = populations.year
    where counted.felonies is not null and populations.population is not null
),

final as (
    {{ ratio_indicator('measured') }}
)

select * from final
