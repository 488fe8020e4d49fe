with scopes as (
    {{ scopes_with_residents(['ELD_NH_BEDS']) }}
),

-- Beds of nursing homes: day places, beds with a ventilator and others are rows of their own.
homes as (
    select
        beds.city,
        places.district_code,
        beds.total_capacity as amount
    from {{ ref('stg_nursing_home_beds') }} as beds
    inner join {{ ref('int_geography__point_districts') }} as places
        on beds.city = places.city and beds.facility_id = places.point_code
    where beds.bed_type = 'NHBEDSAV' and places.layer = 'nursing_homes'
),

beds as (
    {{ amounts_by_district('homes') }}
),

measured as (
    select
        scopes.*,
        1000e0 as factor,
        beds.amount as numerator,
        cast(scopes.residents as double) * profiles.age65_pct / 100 as denominator,
        beds.inside_share as coverage
    from scopes
    inner join beds on scopes.city = beds.city and scopes.district_code = beds.district_code
    inner join {{ ref('stg_community_health_profiles') }} as profiles
        on scopes.city = profiles.city and scopes.district_code = profiles.district_code
    where scopes.residents is not null and profiles.age65_pct is not null
),

final as (
    {{ ratio_indicator('measured') }}
)

select * from final
