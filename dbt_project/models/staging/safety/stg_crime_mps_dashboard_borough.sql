with source as (
    select * from {{ source('raw', 'crime_mps_dashboard_borough') }}
),

-- The same group, borough and month in two files: the file whose slot sorts last wins. Within a file nothing is
-- dropped, because figures are sums over rows.
ranked as (
    select
        source.*,
        max(source._slot) over (
            partition by source.borough_name, source.crime_major, source.crime_minor, source.month_date
        ) as winning_slot
    from source
),

final as (
    select
        ranked.city,
        ranked.crime_major,
        ranked.crime_minor,
        ranked.borough_name,
        ranked.month_date,
        ranked.offence_count
    from ranked
    where ranked._slot = ranked.winning_slot
)

select * from final
