-- A trip that no date asks for is left out here, so that a large feed costs what its dates need.
with final as (
    select
        days.city,
        days.feed,
        days.service_date,
        trips.trip_id,
        trips.route_id,
        trips.direction_id
    from {{ ref('int_mobility__service_days') }} as days
    inner join {{ ref('stg_gtfs_trips') }} as trips
        on days.city = trips.city and days.feed = trips.feed and days.service_id = trips.service_id
)

select * from final
