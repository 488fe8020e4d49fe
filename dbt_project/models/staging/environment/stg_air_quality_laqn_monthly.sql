with source as (
    {{ rows_of_the_last_slot(source('raw', 'air_quality_laqn_monthly'), ['month_date', 'site_type', 'pollutant']) }}
),

final as (
    select
        source.city,
        source.month_date,
        source.site_type,
        source.pollutant,
        source.value_ugm3
    from source
)

select * from final
