-- The species behind each indicator, and the district's hourly series of it.
with species as (
    select
        'ENV_NO2' as indicator_code,
        'NO2' as species
    union all
    select
        'ENV_PM10' as indicator_code,
        'PM10' as species
    union all
    select
        'ENV_O3' as indicator_code,
        'O3' as species
    union all
    select
        'ENV_NOX' as indicator_code,
        'NOX' as species
    union all
    select
        'ENV_O3_PEAK' as indicator_code,
        'O3' as species
),

readings as (
    select * from {{ ref('stg_air_quality_laqn') }}
),

sites as (
    select * from {{ source('city', 'air_sites') }}
),

scopes as (
    select * from {{ source('city', 'indicator_scopes') }}
),

final as (
    select
        scopes.city,
        scopes.indicator_code,
        scopes.period,
        scopes.district_code,
        scopes.period_start,
        scopes.period_end,
        readings.read_at,
        -- Several sites in a district: their mean, hour by hour. To nine decimals, as readings are, so that sums are
        -- exact.
        cast(avg(readings.value_ugm3) as decimal(18, 9)) as value_ugm3
    from scopes
    inner join species on scopes.indicator_code = species.indicator_code
    inner join sites on scopes.city = sites.city and scopes.district_code = sites.district_code
    inner join readings
        on
            sites.site_code = readings.site_code
            and species.species = readings.species
            and readings.read_at >= {{ utc_midnight('scopes.period_start') }}
            and readings.read_at < {{ utc_midnight('scopes.period_end') }}
    where readings.value_ugm3 is not null
    group by
        scopes.city,
        scopes.indicator_code,
        scopes.period,
        scopes.district_code,
        scopes.period_start,
        scopes.period_end,
        readings.read_at
)

select * from final
