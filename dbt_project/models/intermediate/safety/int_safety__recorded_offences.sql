with scopes as (
    {{ scopes_with_residents(['SAF_CRIME_RO']) }}
),

-- The file's rows of larger areas are other areas than the city (a force's, with an airport): districts only.
measured as (
    select
        scopes.*,
        1000e0 as factor,
        offences.offence_count as numerator,
        scopes.residents as denominator,
        1e0 as coverage
    from scopes
    inner join {{ ref('stg_recorded_offences') }} as offences
        on
            scopes.city = offences.city
            and scopes.district_code = offences.area_code
            and scopes.period_start = offences.financial_year_start
            and scopes.period_end = offences.financial_year_start + interval '1' year
    where scopes.level = 'district'
),

final as (
    {{ ratio_indicator('measured') }}
)

select * from final
