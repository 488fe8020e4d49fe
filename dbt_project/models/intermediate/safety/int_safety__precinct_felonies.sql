{% set all_seven = 'TOTAL SEVEN MAJOR FELONY OFFENSES' %}

with scopes as (
    {{ scopes_with_residents(['SAF_FELONY7_PCT']) }}
),

-- A precinct that did not exist is blank and adds nothing.
felonies as (
    select * from {{ ref('stg_crime_nypd_precinct') }}
    where offence = '{{ all_seven }}' and offence_count is not null
),

weights as (
    select * from {{ ref('int_geography__area_weights') }}
    where layer = 'police_precincts'
),

weighted as (
    select distinct
        weights.city,
        weights.area_code
    from weights
),

counted as (
    select
        felonies.city,
        felonies.year,
        weights.district_code,
        {{ exact_sum('weights.weight * felonies.offence_count') }} as felonies,
        1e0 as assigned_share
    from felonies
    inner join weights on felonies.city = weights.city and felonies.precinct = weights.area_code
    group by felonies.city, felonies.year, weights.district_code
    union all
    select
        felonies.city,
        felonies.year,
        cities.district_code,
        cast(sum(felonies.offence_count) as double) as felonies,
        coalesce(
            cast(sum(case when weighted.area_code is not null then felonies.offence_count end) as double)
            / nullif(sum(felonies.offence_count), 0),
            0e0
        ) as assigned_share
    from felonies
    inner join {{ source('city', 'cities') }} as cities on felonies.city = cities.city
    left join weighted on felonies.city = weighted.city and felonies.precinct = weighted.area_code
    group by felonies.city, felonies.year, cities.district_code
),

measured as (
    select
        scopes.*,
        1000e0 as factor,
        counted.felonies as numerator,
        scopes.residents as denominator,
        counted.assigned_share as coverage
    from scopes
    inner join counted
        on
            scopes.city = counted.city
            and scopes.district_code = counted.district_code
            and extract(year from scopes.period_start) = counted.year
    where scopes.residents is not null
),

final as (
    {{ ratio_indicator('measured') }}
)

select * from final
