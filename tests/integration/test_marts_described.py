"""Every table of the dbt project is what its description says, and every source what its contract says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lake.contract import load_contracts
from tests.integration.dbt_night import Night

INTERFACE = {
    "indicator_registry": "code name domain unit polarity formula standard_refs limits",
    "index_definition": "index_code indicator_code domain weight goalpost_low goalpost_high goalpost_source "
    "max_age_years",
    "qol_indicators": "city district_code district_name indicator_code period period_start period_end value unit "
    "numerator denominator coverage status value_low value_high",
    "qol_scores": "city index_code district_code indicator_code period score floored imputed",
    "qol_index": "city index_code district_code period_start period_end domain score rank rank_p05 rank_p95 "
    "indicators_used indicators_missing missing_codes status",
    "energy_district_daily": "city district_code date households energy_kwh energy_kwh_per_household load_factor "
    "night_share peak_half_hour_at p95_household_kwh coverage status",
    "ward_health_air": "city ward_code ward_name district_code district_name residents bad_health_pct age_65_over_pct "
    "no2_ugm3 pm10_ugm3",
    "ambulance_monthly": "city district_code district_name month_date incidents residents daily_incidents_per_100000 "
    "age_65_over_pct_2015 care_spending_gbp_per_elder",
    "housing_access": "city district_code district_name median_price_gbp_2014 price_over_pay index_price_gbp "
    "index_period paid_median_gbp paid_period ptal_score bus_stops_per_km2 green_pct no2_ugm3 no2_period",
    "crime_transit_supply": "city district_code district_name period offences offences_per_1000 violence_per_100000 "
    "bus_stops bus_stops_per_km2 bus_routes ptal_score",
    "energy_weather_monthly": "city month_date days_shown household_days kwh_per_household_day mean_degc "
    "heating_degree_days sun_hours status",
    "service_request_survival": "city scope t_s at_risk events survival greenwood_sum",
    "transit_feed_service": "city feed service_date active_services trips runs departures",
    "transit_stop_service": "city feed service_date stop_id direction_id departures first_s last_s span_h headway_min "
    "wait_min gap_max_min headway_peak_min",
    "health_expectancy": "city area period sex age le_y hle_y hle_lower_y hle_upper_y",
    "population_projection": "city area year variant band persons",
    "demand_projection": "city area year band principal low low_variant high high_variant index spread_pct",
    "district_boundaries": "city district_code district_name area_km2 crs geometry_wkb",
    "energy_household_daily": "city household_pseudonym key_version date energy_kwh night_energy_kwh readings coverage",
}


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    night = Night.empty(tmp_path_factory.mktemp("described"))
    night.dbt("build", "--exclude-resource-type", "unit_test", "test")
    return night


@pytest.fixture(scope="module")
def manifest(night: Night) -> dict[str, Any]:
    return json.loads((night.database.parent / "target" / "manifest.json").read_text())


@pytest.fixture(scope="module")
def nodes(manifest: dict[str, Any]) -> dict[str, Any]:
    return {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] in ("model", "seed")}


def test_every_table_and_column_is_described(nodes: dict[str, Any]) -> None:
    silent = [name for name, node in nodes.items() if not node["description"] or not node["columns"]]
    silent += [
        f"{name}.{column['name']}"
        for name, node in nodes.items()
        for column in node["columns"].values()
        if not column["description"] or not column["data_type"]
    ]
    assert silent == []


def test_columns_and_types_are_those_described(night: Night, nodes: dict[str, Any]) -> None:
    found: dict[str, list[tuple[str, str]]] = {}
    for table, column, data_type in night.execute(
        "select table_name, column_name, lower(data_type) from information_schema.columns order by ordinal_position"
    ):
        found.setdefault(table, []).append((column, data_type))
    wrong = {
        name: (described, found[name])
        for name, node in nodes.items()
        if (described := [(column["name"], column["data_type"]) for column in node["columns"].values()]) != found[name]
    }
    assert wrong == {}


@pytest.mark.parametrize("mart", sorted(INTERFACE))
def test_public_columns_stand_in_the_order_of_the_interface(nodes: dict[str, Any], mart: str) -> None:
    assert list(nodes[mart]["columns"]) == INTERFACE[mart].split()


def test_marts_hold_their_contract(nodes: dict[str, Any]) -> None:
    marts = [node for node in nodes.values() if node["schema"].startswith("marts") and node["resource_type"] == "model"]
    assert len(marts) >= 18
    assert all(node["config"]["contract"]["enforced"] for node in marts)


def test_no_mart_uses_special_personal_data(manifest: dict[str, Any]) -> None:
    special = {name for name, contract in load_contracts().items() if contract.personal_data == "special"}
    reached = {key for key, source in manifest["sources"].items() if source["name"] in special}
    assert len(reached) == len(special) > 0
    while more := {child for key in reached for child in manifest["child_map"].get(key, ())} - reached:
        reached |= more
    models = {manifest["nodes"][key]["name"] for key in reached if key.startswith("model.")}
    assert models == {f"stg_{name}" for name in special}
