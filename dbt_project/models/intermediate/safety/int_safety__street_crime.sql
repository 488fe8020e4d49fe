with scopes as (
    {{ scopes_with_residents(['SAF_CRIME_MONTH']) }}
),

areas as (
    select * from {{ source('city', 'police_areas') }}
),

-- One row per row of a month that a force delivered; anti-social behaviour is no recorded crime.
crimes as (
    select
        scopes.city,
        scopes.period,
        scopes.district_code,
        coalesce(street.crime_type, '') <> 'Anti-social behaviour' as is_counted,
        coalesce(street.lsoa_name like areas.lsoa_prefix || '%', false) as is_located
    from scopes
    inner join areas on scopes.city = areas.city and scopes.district_code = areas.district_code
    inner join {{ ref('stg_police_street') }} as street
        on
            areas.falls_within = street.falls_within
            and scopes.period_start <= street.month_date
            and scopes.period_end > street.month_date
),

counts as (
    select
        crimes.city,
        crimes.period,
        crimes.district_code,
        sum(case when crimes.is_counted then 1 else 0 end) as offences,
        sum(case when crimes.is_counted and crimes.is_located then 1 else 0 end) as located
    from crimes
    group by crimes.city, crimes.period, crimes.district_code
),

measured as (
    select
        scopes.*,
        1000e0 as factor,
        counts.offences as numerator,
        scopes.residents as denominator,
        coalesce(cast(counts.located as double) / nullif(counts.offences, 0), 0e0) as coverage
    from scopes
    inner join counts
        on
            scopes.city = counts.city
            and scopes.period = counts.period
            and scopes.district_code = counts.district_code
),

final as (
    {{ ratio_indicator('measured') }}
)

select * from final
