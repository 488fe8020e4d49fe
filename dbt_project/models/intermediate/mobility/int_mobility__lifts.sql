with scopes as (
    {{ indicator_scopes(['MOB_LIFT']) }}
),

-- Two tracks of one station may be two rows: they lie in one place, and the first code stands for it.
stations as (
    select
        numbered.city,
        numbered.station_id,
        numbered.district_code
    from (
        select
            stations.city,
            stations.station_id,
            places.district_code,
            row_number() over (partition by stations.city, stations.station_id order by stations.gtfs_stop_id) as place
        from {{ ref('stg_subway_stations_mta') }} as stations
        inner join {{ ref('int_geography__point_districts') }} as places
            on stations.city = places.city and stations.gtfs_stop_id = places.point_code
        where places.layer = 'subway_stations'
    ) as numbered
    where numbered.place = 1
),

hours as (
    select
        lifts.city,
        lifts.month_date,
        stations.district_code,
        cast(lifts.h24_available_h as decimal(38, 20)) as available_h,
        cast(lifts.h24_total_h as decimal(38, 20)) as total_h
    from {{ ref('stg_elevator_availability_mta') }} as lifts
    left join stations on lifts.city = stations.city and lifts.station_id = stations.station_id
),

lifts as (
    select
        scopes.city,
        scopes.period,
        scopes.district_code,
        sum(hours.available_h) as available_h,
        sum(hours.total_h) as total_h,
        sum(case when hours.district_code is not null then hours.total_h end) as inside_h
    from scopes
    inner join hours
        on
            scopes.city = hours.city
            and scopes.period_start <= hours.month_date
            and scopes.period_end > hours.month_date
            and (scopes.level = 'city' or scopes.district_code = hours.district_code)
    group by scopes.city, scopes.period, scopes.district_code
),

-- The whole city has all its lifts, also those of stations outside of every district.
measured as (
    select
        scopes.*,
        100e0 as factor,
        lifts.available_h as numerator,
        lifts.total_h as denominator,
        coalesce(cast(lifts.inside_h as double) / cast(lifts.total_h as double), 0e0) as coverage
    from scopes
    inner join lifts
        on
            scopes.city = lifts.city
            and scopes.period = lifts.period
            and scopes.district_code = lifts.district_code
    where lifts.total_h > 0
),

final as (
    {{ ratio_indicator('measured') }}
)

select * from final
