with scopes as (
    {{ indicator_scopes(['CIV_EVAC_SHARE']) }}
),

districts as (
    select
        scopes.city,
        scopes.period,
        scopes.district_code,
        covered.covered_km2,
        shapes.area_km2
    from scopes
    inner join {{ ref('int_geography__covered_districts') }} as covered
        on scopes.city = covered.city and scopes.district_code = covered.district_code
    inner join {{ ref('int_geography__district_shapes') }} as shapes
        on scopes.city = shapes.city and scopes.district_code = shapes.district_code
    where covered.layer = 'evacuation_zones'
),

counted as (
    select * from districts
    union all
    {{ whole_city_sums('districts', ['covered_km2', 'area_km2']) }}
),

measured as (
    select
        scopes.*,
        100e0 as factor,
        counted.covered_km2 as numerator,
        counted.area_km2 as denominator,
        1e0 as coverage
    from scopes
    inner join counted
        on
            scopes.city = counted.city
            and scopes.period = counted.period
            and scopes.district_code = counted.district_code
    where counted.area_km2 is not null
),

final as (
    {{ ratio_indicator('measured') }}
)

select * from final
