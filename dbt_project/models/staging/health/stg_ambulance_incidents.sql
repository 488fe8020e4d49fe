with source as (
    {{ rows_of_the_last_slot(source('raw', 'ambulance_incidents'), ['district_code', 'month_date']) }}
),

final as (
    select
        source.city,
        source.district_code,
        source.month_date,
        source.incident_count
    from source
)

select * from final
