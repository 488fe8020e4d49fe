{% set seven = [
    'MURDER & NON NEGL. MANSLAUGHTER', 'MURDER & NON-NEGL. MANSLAUGHTER', 'RAPE', 'ROBBERY', 'FELONY ASSAULT',
    'BURGLARY', 'GRAND LARCENY', 'GRAND LARCENY OF MOTOR VEHICLE',
] %}

with scopes as (
    {{ scopes_with_residents(['SAF_FELONY7']) }}
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

-- A city that publishes each complaint with its place rather than counts of districts.
complaints as (
    select
        complaints.city,
        cast(extract(year from complaints.reported_date) as integer) as year,
        places.district_code,
        1 as amount
    from {{ ref('stg_crime_complaints') }} as complaints
    inner join {{ ref('int_geography__point_districts') }} as places
        on complaints.city = places.city and complaints.complaint_id = places.point_code
    where
        places.layer = 'felonies'
        and complaints.offence in ('{{ seven | join("', '") }}')
),

placed as (
    {{ amounts_by_district('complaints', keys=['year']) }}
),

-- The whole city has a count of its own, which has also what happened outside of every district.
counted as (
    select
        districts.city,
        districts.district_code,
        districts.felonies,
        cast(null as integer) as year,
        1e0 as located_share
    from districts
    union all
    select
        reports.city,
        cities.district_code,
        reports.felony_count as felonies,
        cast(null as integer) as year,
        coalesce(cast(located.felonies as double) / nullif(reports.felony_count, 0), 0e0) as located_share
    from {{ ref('stg_dcp_city_attributes') }} as reports
    inner join {{ source('city', 'cities') }} as cities on reports.city = cities.city
    left join located on reports.city = located.city
    union all
    select
        placed.city,
        placed.district_code,
        placed.amount as felonies,
        placed.year,
        placed.inside_share as located_share
    from placed
),

-- A file of counts states no year: it is of the period that the city file gives.
measured as (
    select
        scopes.*,
        1000e0 as factor,
        counted.felonies as numerator,
        scopes.residents as denominator,
        counted.located_share as coverage
    from scopes
    inner join counted
        on
            scopes.city = counted.city
            and scopes.district_code = counted.district_code
            and extract(year from scopes.period_start) = coalesce(counted.year, extract(year from scopes.period_start))
    where counted.felonies is not null and scopes.residents is not null
),

final as (
    {{ ratio_indicator('measured') }}
)

select * from final
