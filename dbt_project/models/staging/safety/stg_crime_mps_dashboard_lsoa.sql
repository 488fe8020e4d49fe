-- One small area and month in two files: the file whose slot sorts last wins as a whole, because a kind of offence that
-- it does not list did not occur.
with source as (
    {{ rows_of_the_last_slot(source('raw', 'crime_mps_dashboard_lsoa'), ['lsoa_code', 'month_date']) }}
),

final as (
    select
        source.city,
        source.lsoa_code,
        source.lsoa_name,
        source.district_code,
        source.crime_major,
        source.crime_minor,
        source.month_date,
        source.offence_count
    from source
)

select * from final
