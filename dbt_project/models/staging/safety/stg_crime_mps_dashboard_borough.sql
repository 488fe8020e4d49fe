-- The same group, borough and month in two files: the file whose slot sorts last wins. Within a file nothing is
-- dropped, because figures are sums over rows.
with source as (
    {{ rows_of_the_last_slot(
        source('raw', 'crime_mps_dashboard_borough'),
        ['borough_name', 'crime_major', 'crime_minor', 'month_date']
    ) }}
),

final as (
    select
        source.city,
        source.crime_major,
        source.crime_minor,
        source.borough_name,
        source.month_date,
        source.offence_count
    from source
)

select * from final
