with scopes as (
    {{ scopes_with_residents(['HEA_AMBULANCE']) }}
),

-- NULL unless every month of the period is known.
districts as (
    select
        scopes.city,
        scopes.period,
        scopes.district_code,
        case
            when
                count(incidents.incident_count)
                = {{ months_between('scopes.period_start', 'scopes.period_end') }}
                then sum(incidents.incident_count)
        end as incidents
    from scopes
    inner join {{ ref('stg_ambulance_incidents') }} as incidents
        on
            scopes.city = incidents.city
            and scopes.district_code = incidents.district_code
            and scopes.period_start <= incidents.month_date
            and scopes.period_end > incidents.month_date
    where scopes.level = 'district'
    group by scopes.city, scopes.period, scopes.district_code, scopes.period_start, scopes.period_end
),

counted as (
    select * from districts
    union all
    {{ whole_city_sums('districts', ['incidents']) }}
),

measured as (
    select
        scopes.*,
        1000e0 as factor,
        counted.incidents as numerator,
        scopes.residents as denominator,
        1e0 as coverage
    from scopes
    inner join counted
        on
            scopes.city = counted.city
            and scopes.period = counted.period
            and scopes.district_code = counted.district_code
),

final as (
    {{ ratio_indicator('measured') }}
)

select * from final
