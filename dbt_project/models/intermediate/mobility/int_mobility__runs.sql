with trips as (
    select distinct
        city,
        feed,
        trip_id
    from {{ ref('int_mobility__trips') }}
),

first_calls as (
    select * from {{ ref('int_mobility__calls') }}
    where place = 1
),

frequencies as (
    select * from {{ ref('stg_gtfs_frequencies') }}
),

spans as (
    select
        frequencies.city,
        frequencies.feed,
        frequencies.trip_id,
        frequencies.start_s,
        frequencies.headway_secs,
        first_calls.leaves_s as first_s,
        cast(
            ceil(cast(frequencies.end_s - frequencies.start_s as double) / frequencies.headway_secs) as bigint
        ) as runs
    from frequencies
    inner join trips
        on
            frequencies.city = trips.city
            and frequencies.feed = trips.feed
            and frequencies.trip_id = trips.trip_id
    left join first_calls
        on
            frequencies.city = first_calls.city
            and frequencies.feed = first_calls.feed
            and frequencies.trip_id = first_calls.trip_id
    where frequencies.end_s > frequencies.start_s
),

repeated as (
    select
        spans.city,
        spans.feed,
        spans.trip_id,
        spans.start_s + numbers.n * spans.headway_secs - spans.first_s as shift_s
    from spans
    cross join lateral ({{ integers('spans.runs') }}) as numbers -- noqa: ST05
),

once as (
    select
        trips.city,
        trips.feed,
        trips.trip_id,
        cast(0 as bigint) as shift_s
    from trips
    left join frequencies
        on
            trips.city = frequencies.city
            and trips.feed = frequencies.feed
            and trips.trip_id = frequencies.trip_id
    where frequencies.trip_id is null
),

final as (
    select * from repeated
    union all
    select * from once
)

select * from final
