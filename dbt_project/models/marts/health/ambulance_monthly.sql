with incidents as (
    select
        incidents.*,
        {{ days_between(
            'incidents.month_date', "cast(incidents.month_date + interval '1' month as date)"
        ) }} as days_in_month
    from {{ ref('stg_ambulance_incidents') }} as incidents
    where incidents.incident_count is not null
),

-- No residents are as good as unknown: nothing can be divided by them.
populations as (
    select
        city,
        district_code,
        year,
        nullif(cast(population as double), 0) as residents
    from {{ ref('int_people__residents') }}
),

-- The latest figure that the city has of a district's spending on care.
care as (
    {{ latest_figures(['ELD_CARE_SPEND65']) }}
),

final as (
    select
        districts.city,
        districts.district_code,
        districts.district_name,
        incidents.month_date,
        cast(incidents.incident_count as bigint) as incidents,
        populations.residents,
        1e5 * incidents.incident_count / incidents.days_in_month / populations.residents as daily_incidents_per_100000,
        cast(profiles.age_65_over_pct_2015 as double) as age_65_over_pct_2015,
        care.value as care_spending_gbp_per_elder
    from {{ source('city', 'districts') }} as districts
    inner join incidents on districts.city = incidents.city and districts.district_code = incidents.district_code
    left join populations
        on
            districts.city = populations.city
            and districts.district_code = populations.district_code
            and extract(year from incidents.month_date) = populations.year
    left join {{ ref('stg_borough_profiles') }} as profiles
        on districts.city = profiles.city and districts.district_code = profiles.area_code
    left join care on districts.city = care.city and districts.district_code = care.district_code
    where districts.level = 'district'
)

select * from final
