-- What each indicator counts, and per how many residents.
with rules as (
    select
        'SAF_CRIME' as indicator_code,
        1000e0 as per_residents,
        null as only_major
    union all
    select
        'SAF_VIOLENT' as indicator_code,
        100000e0 as per_residents,
        'VIOLENCE AGAINST THE PERSON' as only_major
),

scopes as (
    select
        scopes.*,
        districts.district_name,
        districts.is_whole_city,
        rules.per_residents
    from {{ source('city', 'indicator_scopes') }} as scopes
    inner join rules on scopes.indicator_code = rules.indicator_code
    inner join {{ source('city', 'districts') }} as districts
        on scopes.city = districts.city and scopes.district_code = districts.district_code
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
        offences.offences,
        populations.population
    from scopes
    inner join offences
        on
            scopes.city = offences.city
            and scopes.indicator_code = offences.indicator_code
            and scopes.period = offences.period
            and scopes.district_name = offences.borough_name
    left join {{ ref('stg_population_borough') }} as populations
        on scopes.district_code = populations.area_code and scopes.population_year = populations.year
    where not scopes.is_whole_city
),

named as (
    select
        districts.city,
        districts.indicator_code,
        districts.period,
        sum(districts.offences) as offences,
        case when count(districts.population) = count(*) then sum(districts.population) end as population
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
        districts.per_residents,
        districts.offences,
        districts.population,
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
        scopes.per_residents,
        recorded.offences,
        named.population,
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
    where scopes.is_whole_city
),

judged as (
    select
        counted.*,
        cast(months.months_delivered as double) / months.months_expected as month_share,
        case
            when counted.population is null or counted.population = 0 then {{ status('missing') }}
            when months.months_delivered < months.months_expected then {{ status('insufficient_data') }}
            else {{ status('ok') }}
        end as status
    from counted
    inner join months
        on
            counted.city = months.city
            and counted.indicator_code = months.indicator_code
            and counted.period = months.period
),

final as (
    select
        judged.city,
        judged.indicator_code,
        judged.period,
        judged.district_code,
        judged.period_start,
        judged.period_end,
        case
            when judged.status = {{ status('ok') }}
                then judged.per_residents * judged.offences / judged.population
        end as value,
        cast(judged.offences as double) as numerator,
        cast(judged.population as double) as denominator,
        case
            when judged.status = {{ status('missing') }} then 0e0
            else judged.named_share * judged.month_share
        end as coverage,
        judged.status
    from judged
)

select * from final
