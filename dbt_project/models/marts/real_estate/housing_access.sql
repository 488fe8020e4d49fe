with figures as (
    {{ latest_figures([
        'REA_AFFORD', 'REA_PRICE_AVG', 'REA_PRICE_MEDIAN', 'MOB_PTAL', 'MOB_BUS_DENSITY', 'ENV_GREEN', 'ENV_NO2',
    ]) }}
),

profiles as (
    select * from {{ ref('stg_borough_profiles') }}
),

-- One row per district, a column per figure; NULL where the city has none of the district.
by_district as (
    select
        figures.city,
        figures.district_code,
        max(case when figures.indicator_code = 'REA_AFFORD' then figures.value end) as price_over_pay,
        max(case when figures.indicator_code = 'REA_PRICE_AVG' then figures.value end) as index_price_gbp,
        max(case when figures.indicator_code = 'REA_PRICE_AVG' then figures.period end) as index_period,
        max(case when figures.indicator_code = 'REA_PRICE_MEDIAN' then figures.value end) as paid_median_gbp,
        max(case when figures.indicator_code = 'REA_PRICE_MEDIAN' then figures.period end) as paid_period,
        max(case when figures.indicator_code = 'MOB_PTAL' then figures.value end) as ptal_score,
        max(case when figures.indicator_code = 'MOB_BUS_DENSITY' then figures.value end) as bus_stops_per_km2,
        max(case when figures.indicator_code = 'ENV_GREEN' then figures.value end) as green_pct,
        max(case when figures.indicator_code = 'ENV_NO2' then figures.value end) as no2_ugm3,
        max(case when figures.indicator_code = 'ENV_NO2' then figures.period end) as no2_period
    from figures
    group by figures.city, figures.district_code
),

priced as (
    select
        by_district.*,
        cast(profiles.median_house_price_gbp_2014 as double) as median_price_gbp_2014
    from by_district
    left join profiles on by_district.city = profiles.city and by_district.district_code = profiles.area_code
),

-- Only districts of which both a price and an access are known.
final as (
    select
        districts.city,
        districts.district_code,
        districts.district_name,
        priced.median_price_gbp_2014,
        priced.price_over_pay,
        priced.index_price_gbp,
        priced.index_period,
        priced.paid_median_gbp,
        priced.paid_period,
        priced.ptal_score,
        priced.bus_stops_per_km2,
        priced.green_pct,
        priced.no2_ugm3,
        priced.no2_period
    from priced
    inner join {{ source('city', 'districts') }} as districts
        on priced.city = districts.city and priced.district_code = districts.district_code
    where
        districts.level = 'district'
        and coalesce(priced.median_price_gbp_2014, priced.index_price_gbp, priced.paid_median_gbp) is not null
        and coalesce(priced.ptal_score, priced.bus_stops_per_km2) is not null
)

select * from final
