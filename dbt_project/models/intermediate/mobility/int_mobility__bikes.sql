with scopes as (
    {{ scopes_with_residents(['MOB_BIKES']) }}
),

snapshots as (
    select
        statuses.*,
        {{ local_date('statuses.snapshot_at', 'cities.time_zone') }} as snapshot_date
    from {{ ref('stg_bike_station_status') }} as statuses
    inner join {{ source('city', 'cities') }} as cities on statuses.city = cities.city
),

-- One instant of a day: the last that was kept.
instants as (
    select
        snapshots.city,
        snapshots.snapshot_date,
        max(snapshots.snapshot_at) as snapshot_at
    from snapshots
    group by snapshots.city, snapshots.snapshot_date
),

open_stations as (
    select
        snapshots.city,
        snapshots.snapshot_date,
        places.district_code,
        snapshots.num_bikes_available as amount
    from snapshots
    inner join instants on snapshots.city = instants.city and snapshots.snapshot_at = instants.snapshot_at
    left join {{ ref('int_geography__point_districts') }} as places
        on
            snapshots.city = places.city
            and snapshots.station_id = places.point_code
            and places.layer = 'bike_stations'
    where snapshots.is_installed and snapshots.is_renting
),

bikes as (
    {{ amounts_by_district('open_stations', keys=['snapshot_date']) }}
),

-- Bikes reach beyond the city: of the whole city, too, only those inside a district count.
measured as (
    select
        scopes.*,
        1000e0 as factor,
        bikes.inside as numerator,
        scopes.residents as denominator,
        bikes.inside_share as coverage
    from scopes
    inner join bikes
        on
            scopes.city = bikes.city
            and scopes.district_code = bikes.district_code
            and scopes.period_start = bikes.snapshot_date
    where scopes.residents is not null
),

final as (
    {{ ratio_indicator('measured') }}
)

select * from final
