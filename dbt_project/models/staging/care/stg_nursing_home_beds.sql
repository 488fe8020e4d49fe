-- The same home and kind of beds in two files: the file whose slot sorts last wins.
with source as (
    {{ rows_of_the_last_slot(source('raw', 'nursing_home_beds'), ['city', 'facility_id', 'bed_type']) }}
),

final as (
    select
        source.city,
        source.facility_id,
        source.facility_name,
        source.certification_number,
        source.street_address,
        source.town,
        source.state,
        source.zip,
        source.county,
        source.area_office,
        source.phone,
        source.website,
        source.census_date,
        source.week_difference,
        source.week_difference_category,
        source.bed_type,
        source.total_capacity,
        source.available_capacity,
        source.category,
        source.lon,
        source.lat
    from source
)

select * from final
