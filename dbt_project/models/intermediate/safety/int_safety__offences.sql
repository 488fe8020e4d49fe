-- What each indicator counts, and per how many residents.
with rules as (
    select
        'SAF_CRIME' as indicator_code,
        1000e0 as factor,
        null as only_major
    union all
    select
        'SAF_VIOLENT' as indicator_code,
        100000e0 as factor,
        'VIOLENCE AGAINST THE PERSON' as only_major
),

wanted as (
    {{ scopes_with_residents(['SAF_CRIME', 'SAF_VIOLENT']) }}
),

scopes as (
    select
        wanted.*,
        rules.factor
    from wanted
    inner join rules on wanted.indicator_code = rules.indicator_code
),

periods as (
    select distinct
        scopes.city,
        scopes.indicator_code,
        scopes.period,
        scopes.period_start,
        scopes.period_end
    from scopes
),

-- National fraud reports are not recorded by boroughs. A borough without an offence of the kind counted is in the file
-- all the same: it has 0.
offences as (
    select
        periods.city,
        periods.indicator_code,
        periods.period,
        crimes.borough_name,
        sum(
            case
                when rules.only_major is null or crimes.crime_major = rules.only_major then crimes.offence_count
                else 0
            end
        ) as offences
    from periods
    inner join rules on periods.indicator_code = rules.indicator_code
    inner join {{ ref('stg_crime_mps_dashboard_borough') }} as crimes
        on
            periods.city = crimes.city
            and periods.period_start <= crimes.month_date
            and periods.period_end > crimes.month_date
    where crimes.crime_major <> 'NFIB FRAUD'
    group by periods.city, periods.indicator_code, periods.period, crimes.borough_name
),

months as (
    select
        periods.city,
        periods.indicator_code,
        periods.period,
        count(distinct crimes.month_date) as months_delivered,
        max({{ months_between('periods.period_start', 'periods.period_end') }}) as months_expected
    from periods
    inner join {{ ref('stg_crime_mps_dashboard_borough') }} as crimes
        on
            periods.city = crimes.city
            and periods.period_start <= crimes.month_date
            and periods.period_end > crimes.month_date
    group by periods.city, periods.indicator_code, periods.period
),

districts as (
    select
        scopes.*,
        offences.offences
    from scopes
    inner join offences
        on
            scopes.city = offences.city
            and scopes.indicator_code = offences.indicator_code
            and scopes.period = offences.period
            and scopes.district_name = offences.borough_name
    where scopes.level = 'district'
),

named as (
    select
        districts.city,
        districts.indicator_code,
        districts.period,
        sum(districts.offences) as offences,
        case when count(districts.residents) = count(*) then sum(districts.residents) end as residents
    from districts
    group by districts.city, districts.indicator_code, districts.period
),

recorded as (
    select
        offences.city,
        offences.indicator_code,
        offences.period,
        sum(offences.offences) as offences
    from offences
    group by offences.city, offences.indicator_code, offences.period
),

-- The whole city counts every row that is kept, also those of no known borough, per resident of the districts named.
counted as (
    select
        districts.city,
        districts.indicator_code,
        districts.period,
        districts.district_code,
        districts.period_start,
        districts.period_end,
        districts.factor,
        districts.offences,
        districts.residents,
        1e0 as named_share
    from districts
    union all
    select
        scopes.city,
        scopes.indicator_code,
        scopes.period,
        scopes.district_code,
        scopes.period_start,
        scopes.period_end,
        scopes.factor,
        recorded.offences,
        named.residents,
        coalesce(cast(named.offences as double) / nullif(recorded.offences, 0), 0e0) as named_share
    from scopes
    inner join recorded
        on
            scopes.city = recorded.city
            and scopes.indicator_code = recorded.indicator_code
            and scopes.period = recorded.period
    left join named
        on
            scopes.city = named.city
            and scopes.indicator_code = named.indicator_code
            and scopes.period = named.period
    where scopes.level = 'city'
),

measured as (
    select
        counted.*,
        counted.offences as numerator,
        counted.residents as denominator,
        months.months_delivered,
        months.months_expected,
        counted.named_share * months.months_delivered / months.months_expected as coverage
    from counted
    inner join months
        on
            counted.city = months.city
            and counted.indicator_code = months.indicator_code
            and counted.period = months.period
),

final as (
    {{ ratio_indicator('measured', enough='measured.months_delivered >= measured.months_expected') }}
)

select * from final
