with source as (
    {{ rows_of_the_last_slot(source('raw', 'dcp_floodplain'), ['district_code']) }}
),

final as (
    select
        source.city,
        source.district_code,
        source.district_name,
        source.borough_name,
        source.fp_100_area_sqmi,
        source.fp_500_area_sqmi,
        source.fp_100_bldg,
        source.fp_500_bldg,
        source.fp_100_cost_burden_pct,
        source.fp_500_cost_burden_pct,
        source.fp_100_cost_burden_households,
        source.fp_500_cost_burden_households,
        source.fp_100_mhhi_usd,
        source.fp_500_mhhi_usd,
        source.fp_100_mortg_households,
        source.fp_500_mortg_households,
        source.fp_100_openspace_sqmi,
        source.fp_500_openspace_sqmi,
        source.fp_100_ownerocc_pct,
        source.fp_500_ownerocc_pct,
        source.fp_100_ownerocc_households,
        source.fp_500_ownerocc_households,
        source.fp_100_permortg_pct,
        source.fp_500_permortg_pct,
        source.fp_100_pop_2010,
        source.fp_500_pop_2010,
        source.fp_100_rent_burden_pct,
        source.fp_500_rent_burden_pct,
        source.fp_100_rent_burden_households,
        source.fp_500_rent_burden_households,
        source.fp_100_resunits,
        source.fp_500_resunits
    from source
)

select * from final
