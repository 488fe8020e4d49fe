with departures as (
    select
        city,
        feed,
        service_date,
        stop_id,
        direction_id,
        departure_s,
        departure_s - lag(departure_s) over (
            partition by city, feed, service_date, stop_id, direction_id
            order by departure_s
        ) as gap_s
    from {{ ref('int_mobility__departures') }}
),

stops as (
    select
        city,
        feed,
        service_date,
        stop_id,
        direction_id,
        count(*) as departures,
        min(departure_s) as first_s,
        max(departure_s) as last_s,
        cast(nullif(max(departure_s) - min(departure_s), 0) as double) as span_s,
        cast(sum(gap_s * gap_s) as double) as gaps_squared,
        cast(max(gap_s) as double) as gap_max_s,
        nullif(count(case when departure_s >= 7 * 3600 and departure_s < 9 * 3600 then 1 end), 0) as peak_departures
    from departures
    group by city, feed, service_date, stop_id, direction_id
),

final as (
    select
        city,
        feed,
        service_date,
        stop_id,
        direction_id,
        cast(departures as bigint) as departures,
        cast(first_s as bigint) as first_s,
        cast(last_s as bigint) as last_s,
        coalesce(span_s, 0e0) / 3600 as span_h,
        span_s / 60 / (departures - 1) as headway_min,
        gaps_squared / (2 * span_s) / 60 as wait_min,
        case when span_s is not null then gap_max_s / 60 end as gap_max_min,
        120e0 / peak_departures as headway_peak_min
    from stops
)

select * from final
