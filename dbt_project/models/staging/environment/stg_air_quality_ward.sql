with source as (
    {{ rows_of_the_last_slot(source('raw', 'air_quality_ward'), ['ward_code']) }}
),

final as (
    select
        source.city,
        source.ward_code,
        source.borough_name,
        source.ward_name,
        source.pm10_ugm3,
        source.nox_ugm3,
        source.no2_ugm3
    from source
)

select * from final
