with source as (
    {{ rows_of_the_last_slot(source('raw', 'weather_heathrow'), ['station', 'month_date']) }}
),

final as (
    select
        source.city,
        source.station,
        source.month_date,
        source.tmax_mean_degc,
        source.tmin_mean_degc,
        source.air_frost_days,
        source.rain_mm,
        source.sun_hours,
        source.sun_sensor
    from source
)

select * from final
