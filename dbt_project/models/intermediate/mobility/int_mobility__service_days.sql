-- Which services run on a date: by their weekdays between first and last day, without the exceptions that take the date
-- away, with those that add it.
with dates as (
    select
        service_dates.*,
        {{ weekday('service_dates.service_date') }} as day_of_week
    from {{ source('city', 'service_dates') }} as service_dates
),

exceptions as (
    select * from {{ ref('stg_gtfs_calendar_dates') }}
),

by_weekday as (
    select
        dates.city,
        dates.feed,
        dates.service_date,
        services.service_id
    from dates
    inner join {{ ref('stg_gtfs_calendar') }} as services
        on
            dates.city = services.city
            and dates.feed = services.feed
            and dates.service_date between services.start_date and services.end_date
    where
        case dates.day_of_week
            when 0 then services.monday
            when 1 then services.tuesday
            when 2 then services.wednesday
            when 3 then services.thursday
            when 4 then services.friday
            when 5 then services.saturday
            else services.sunday
        end
),

taken_away as (
    select
        exceptions.city,
        exceptions.feed,
        exceptions.date as service_date,
        exceptions.service_id
    from exceptions
    where exceptions.exception_type = 2
),

added as (
    select
        dates.city,
        dates.feed,
        dates.service_date,
        exceptions.service_id
    from dates
    inner join exceptions
        on dates.city = exceptions.city and dates.feed = exceptions.feed and dates.service_date = exceptions.date
    where exceptions.exception_type = 1
),

final as (
    (
        select * from by_weekday
        except
        select * from taken_away
    )
    union
    select * from added
)

select * from final
