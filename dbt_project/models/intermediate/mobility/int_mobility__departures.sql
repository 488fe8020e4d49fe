with final as (
    select distinct
        trips.city,
        trips.feed,
        trips.service_date,
        calls.stop_id,
        trips.route_id,
        trips.direction_id,
        calls.leaves_s + runs.shift_s as departure_s
    from {{ ref('int_mobility__trips') }} as trips
    inner join {{ ref('int_mobility__runs') }} as runs
        on trips.city = runs.city and trips.feed = runs.feed and trips.trip_id = runs.trip_id
    inner join {{ ref('int_mobility__calls') }} as calls
        on trips.city = calls.city and trips.feed = calls.feed and trips.trip_id = calls.trip_id
    where calls.is_departure
)

select * from final
