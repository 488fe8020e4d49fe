with source as (
    {{ rows_of_the_last_slot(source('raw', 'dcp_built_environment'), ['district_code']) }}
),

final as (
    select
        source.city,
        source.district_code,
        source.district_name,
        source.borough_name,
        source.lots_res_1_2_family_bldg,
        source.lot_area_res_1_2_family_bldg_pct,
        source.lots_res_multifamily_walkup,
        source.lot_area_res_multifamily_walkup_pct,
        source.lots_res_multifamily_elevator,
        source.lot_area_res_multifamily_elevator_pct,
        source.lots_mixed_use,
        source.lot_area_mixed_use_pct,
        source.lots_commercial_office,
        source.lot_area_commercial_office_pct,
        source.lots_industrial_manufacturing,
        source.lot_area_industrial_manufacturing_pct,
        source.lots_transportation_utility,
        source.lot_area_transportation_utility_pct,
        source.lots_public_facility_institution,
        source.lot_area_public_facility_institution_pct,
        source.lots_open_space,
        source.lot_area_open_space_pct,
        source.lots_parking,
        source.lot_area_parking_pct,
        source.lots_vacant,
        source.lot_area_vacant_pct,
        source.lots_other_no_data,
        source.lot_area_other_no_data_pct,
        source.lots_total,
        source.count_hospitals_clinics,
        source.count_libraries,
        source.count_parks,
        source.park_access_share,
        source.count_public_schools,
        source.cd_total_buildings,
        source.cd_total_resunits,
        source.streets_clean_pct,
        source.cd_area_sqmi,
        source.cd_area_acres
    from source
)

select * from final
