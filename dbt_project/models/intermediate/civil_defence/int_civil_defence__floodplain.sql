-- The most that a district's floodplain may measure where its residents are left blank because there are none.
{% set no_floodplain_sqmi = 0.01 %}

with scopes as (
    {{ scopes_with_residents(['CIV_FLOOD_POP']) }}
),

districts as (
    select
        scopes.city,
        scopes.period,
        scopes.district_code,
        case
            when floodplains.fp_100_pop_2010 is not null then floodplains.fp_100_pop_2010
            when floodplains.fp_100_area_sqmi <= {{ no_floodplain_sqmi }} then 0
        end as residents_in_floodplain
    from scopes
    inner join {{ ref('stg_dcp_floodplain') }} as floodplains
        on scopes.city = floodplains.city and scopes.district_code = floodplains.district_code
    where scopes.level = 'district'
),

counted as (
    select * from districts
    union all
    {{ whole_city_sums('districts', ['residents_in_floodplain']) }}
),

measured as (
    select
        scopes.*,
        100e0 as factor,
        counted.residents_in_floodplain as numerator,
        scopes.residents as denominator,
        1e0 as coverage
    from scopes
    inner join counted
        on
            scopes.city = counted.city
            and scopes.period = counted.period
            and scopes.district_code = counted.district_code
    where counted.residents_in_floodplain is not null and scopes.residents is not null
),

final as (
    {{ ratio_indicator('measured') }}
)

select * from final
