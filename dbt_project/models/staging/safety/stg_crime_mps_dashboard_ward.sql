-- One ward and month in two files: the file whose slot sorts last wins as a whole, because a kind of offence that it
-- does not list did not occur.
with source as (
    {{ rows_of_the_last_slot(source('raw', 'crime_mps_dashboard_ward'), ['ward_code', 'month_date']) }}
),

final as (
    select
        source.city,
        source.crime_major,
        source.crime_minor,
        source.ward_name,
        source.ward_code,
        source.borough_name,
        source.month_date,
        source.offence_count
    from source
)

select * from final
