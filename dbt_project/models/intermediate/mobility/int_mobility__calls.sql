-- Times never fall within a trip (the bundle is refused else), so the last time before a call is the greatest and the
-- next one after it the smallest.
with trips as (
    select distinct
        city,
        feed,
        trip_id
    from {{ ref('int_mobility__trips') }}
),

stop_times as (
    select
        calls.city,
        calls.feed,
        calls.trip_id,
        calls.stop_id,
        coalesce(calls.pickup_type, 0) as pickup_type,
        coalesce(calls.arrival_s, calls.departure_s) as arrives_s,
        coalesce(calls.departure_s, calls.arrival_s) as leaves_s,
        row_number() over (
            partition by calls.city, calls.feed, calls.trip_id
            order by calls.stop_sequence
        ) as place,
        count(*) over (partition by calls.city, calls.feed, calls.trip_id) as calls_of_trip
    from {{ ref('stg_gtfs_stop_times') }} as calls
    inner join trips on calls.city = trips.city and calls.feed = trips.feed and calls.trip_id = trips.trip_id
),

between_timed as (
    select
        *,
        max(leaves_s) over (
            partition by city, feed, trip_id
            order by place rows between unbounded preceding and current row
        ) as left_s,
        max(case when leaves_s is not null then place end) over (
            partition by city, feed, trip_id
            order by place rows between unbounded preceding and current row
        ) as left_place,
        min(arrives_s) over (
            partition by city, feed, trip_id
            order by place rows between current row and unbounded following
        ) as reached_s,
        min(case when arrives_s is not null then place end) over (
            partition by city, feed, trip_id
            order by place rows between current row and unbounded following
        ) as reached_place
    from stop_times
),

final as (
    select
        city,
        feed,
        trip_id,
        stop_id,
        place,
        coalesce(
            leaves_s,
            left_s
            + cast(floor(1e0 * (reached_s - left_s) * (place - left_place) / (reached_place - left_place)) as bigint)
        ) as leaves_s,
        pickup_type = 0 and place < calls_of_trip as is_departure
    from between_timed
)

select * from final
