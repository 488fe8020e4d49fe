with source as (
    {{ rows_of_the_last_slot(source('raw', 'elevator_availability_mta'), ['equipment_code', 'month_date']) }}
),

final as (
    select
        source.city,
        source.month_date,
        source.borough_name,
        source.equipment_type,
        source.equipment_code,
        source.outages_total,
        source.outages_scheduled,
        source.outages_unscheduled,
        source.entrapment_count,
        source.months_since_improvement,
        source.am_available_h,
        source.am_total_h,
        source.pm_available_h,
        source.pm_total_h,
        source.h24_available_h,
        source.h24_total_h,
        source.station_name,
        source.station_id,
        source.complex_name,
        source.complex_id
    from source
)

select * from final
