with scopes as (
    {{ indicator_scopes(['SAF_CRIME_RO']) }}
),

-- The file's rows of larger areas are other areas than the city (a force's, with an airport): districts only.
measured as (
    select
        scopes.*,
        1000e0 as factor,
        offences.offence_count as numerator,
        populations.population as denominator,
        1e0 as coverage
    from scopes
    inner join {{ ref('stg_recorded_offences') }} as offences
        on
            scopes.city = offences.city
            and scopes.district_code = offences.area_code
            and scopes.period_start = offences.financial_year_start
            and scopes.period_end = offences.financial_year_start + interval '1' year
    left join {{ ref('int_people__residents') }} as populations
        on
            scopes.city = populations.city
            and scopes.district_code = populations.district_code
            and scopes.population_year = populations.year
    where scopes.level = 'district'
),

final as (
    {{ ratio_indicator('measured') }}
)

select * from final
