with source as (
    {{ rows_of_the_last_slot(source('raw', 'dcp_race_economics'), ['district_code']) }}
),

final as (
    select
        source.city,
        source.district_code,
        source.district_name,
        source.borough_name,
        source.foreign_born_pct,
        source.moe_foreign_born_pct,
        source.lep_rate_pct,
        source.moe_lep_rate_pct,
        source.white_nh_pct,
        source.black_nh_pct,
        source.asian_nh_pct,
        source.other_nh_pct,
        source.hispanic_pct,
        source.poverty_rate_pct,
        source.moe_poverty_rate_pct,
        source.hh_rent_burd_pct,
        source.moe_hh_rent_burd_pct,
        source.bach_deg_pct,
        source.moe_bach_deg_pct,
        source.unemployment_pct,
        source.moe_unemployment_pct,
        source.mean_commute_min,
        source.moe_mean_commute_min,
        source.felony_count
    from source
)

select * from final
