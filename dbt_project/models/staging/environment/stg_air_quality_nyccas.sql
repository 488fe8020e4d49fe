with source as (
    {{ rows_of_the_last_slot(source('raw', 'air_quality_nyccas'), ['observation_id']) }}
),

final as (
    select
        source.city,
        source.observation_id,
        source.indicator_id,
        source.indicator_name,
        source.measure,
        source.unit_source,
        source.geo_type,
        source.geo_id,
        source.geo_name,
        source.period_label,
        source.period_start_date,
        source.value
    from source
)

select * from final
