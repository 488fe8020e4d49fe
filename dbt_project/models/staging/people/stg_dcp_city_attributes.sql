with source as (
    {{ rows_of_the_last_slot(source('raw', 'dcp_city_attributes'), ['city']) }}
),

final as (
    select
        source.city,
        source.under18_rate_pct,
        source.moe_under18_rate_pct,
        source.over65_rate_pct,
        source.moe_over65_rate_pct,
        source.lep_rate_pct,
        source.moe_lep_rate_pct,
        source.hh_rent_burd_pct,
        source.moe_hh_rent_burd_pct,
        source.poverty_rate_pct,
        source.bach_deg_pct,
        source.moe_bach_deg_pct,
        source.unemployment_pct,
        source.moe_unemployment_pct,
        source.mean_commute_min,
        source.moe_mean_commute_min,
        source.streets_clean_pct,
        source.felony_count
    from source
)

select * from final
