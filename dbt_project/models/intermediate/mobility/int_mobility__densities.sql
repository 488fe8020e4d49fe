with scopes as (
    {{ indicator_scopes(['MOB_BUS_DENSITY']) }}
),

measured as (
    select
        scopes.*,
        1e0 as factor,
        counts.points as numerator,
        counts.area_km2 as denominator,
        counts.inside_share as coverage
    from scopes
    inner join {{ ref('int_geography__district_points') }} as counts
        on scopes.city = counts.city and scopes.district_code = counts.district_code
    where counts.layer = 'bus_stops'
),

final as (
    {{ ratio_indicator('measured') }}
)

select * from final
