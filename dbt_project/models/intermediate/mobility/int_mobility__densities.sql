with scopes as (
    {{ scopes_with_residents(['MOB_BUS_DENSITY', 'MOB_STATIONS']) }}
),

measured as (
    select
        scopes.*,
        case scopes.indicator_code when 'MOB_STATIONS' then 100000e0 else 1e0 end as factor,
        places.points as numerator,
        case scopes.indicator_code
            when 'MOB_STATIONS' then cast(scopes.residents as double)
            else places.area_km2
        end as denominator,
        places.inside_share as coverage
    from scopes
    inner join {{ ref('int_geography__district_points') }} as places
        on
            scopes.city = places.city
            and scopes.district_code = places.district_code
            and places.layer = case scopes.indicator_code when 'MOB_STATIONS' then 'rail_stations' else 'bus_stops' end
),

final as (
    {{ ratio_indicator('measured') }}
)

select * from final
