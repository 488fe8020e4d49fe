with services as (
    select
        city,
        feed,
        service_date,
        {{ sorted_list('service_id', '|') }} as active_services
    from {{ ref('int_mobility__service_days') }}
    group by city, feed, service_date
),

runs_of_trips as (
    select
        city,
        feed,
        trip_id,
        count(*) as runs
    from {{ ref('int_mobility__runs') }}
    group by city, feed, trip_id
),

trips as (
    select
        trips.city,
        trips.feed,
        trips.service_date,
        count(*) as trips,
        sum(coalesce(runs_of_trips.runs, 0)) as runs
    from {{ ref('int_mobility__trips') }} as trips
    left join runs_of_trips
        on
            trips.city = runs_of_trips.city
            and trips.feed = runs_of_trips.feed
            and trips.trip_id = runs_of_trips.trip_id
    group by trips.city, trips.feed, trips.service_date
),

departures as (
    select
        city,
        feed,
        service_date,
        count(*) as departures
    from {{ ref('int_mobility__departures') }}
    group by city, feed, service_date
),

final as (
    select
        dates.city,
        dates.feed,
        dates.service_date,
        coalesce(services.active_services, '') as active_services,
        cast(coalesce(trips.trips, 0) as bigint) as trips,
        cast(coalesce(trips.runs, 0) as bigint) as runs,
        cast(coalesce(departures.departures, 0) as bigint) as departures
    from {{ source('city', 'service_dates') }} as dates
    left join services
        on dates.city = services.city and dates.feed = services.feed and dates.service_date = services.service_date
    left join trips
        on dates.city = trips.city and dates.feed = trips.feed and dates.service_date = trips.service_date
    left join departures
        on
            dates.city = departures.city
            and dates.feed = departures.feed
            and dates.service_date = departures.service_date
)

select * from final
