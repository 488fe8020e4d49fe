with by_place as (
    select * from {{ ref('int_safety__felonies') }}
    where status = {{ status('ok') }}
),

by_precinct as (
    select * from {{ ref('int_safety__precinct_felonies') }}
    where status = {{ status('ok') }}
),

final as (
    select
        by_place.city,
        by_place.district_code,
        districts.district_name,
        by_place.period,
        by_precinct.numerator as felonies_by_precinct,
        by_place.numerator as felonies_by_place,
        100e0 * (by_precinct.numerator / nullif(by_place.numerator, 0) - 1) as error_pct
    from by_place
    inner join by_precinct
        on
            by_place.city = by_precinct.city
            and by_place.district_code = by_precinct.district_code
            and by_place.period_start = by_precinct.period_start
            and by_place.period_end = by_precinct.period_end
    inner join {{ source('city', 'districts') }} as districts
        on by_place.city = districts.city and by_place.district_code = districts.district_code
    where districts.level = 'district'
)

select * from final
