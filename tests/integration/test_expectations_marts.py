"""The mart suites let a believable night pass; each mistake is found by the rule that is there for it, and no other."""

import duckdb
import pytest

from expectations.audit import audit_rows
from expectations.suites import load_suites
from lake.settings import project_root

SUITES = load_suites(project_root() / "expectations" / "marts")

# Twelve districts of 100 + n households and the whole city W, which has one household without a district.
NIGHT = """
CREATE SCHEMA raw; CREATE SCHEMA city; CREATE SCHEMA marts; CREATE SCHEMA marts_restricted;
CREATE TABLE city.districts AS
  SELECT 'bay' AS city, 'D' || lpad(CAST(n AS VARCHAR), 2, '0') AS district_code, 'District ' || n AS district_name,
    'district' AS level FROM range(1, 13) AS r(n)
  UNION ALL SELECT 'bay', 'W', 'Bay', 'city';
CREATE TABLE city.indexes AS SELECT 'bay' AS city, 'QOL' AS index_code;
CREATE TABLE raw.energy_lcl_register AS
  SELECT 'bay' AS city, 'D' || lpad(CAST(n AS VARCHAR), 2, '0') AS district_code, n || '-' || h AS household_pseudonym
  FROM range(1, 13) AS r(n), range(120) AS s(h);
CREATE TABLE raw.crime_mps_dashboard_borough AS
  SELECT 'bay' AS city, DATE '2014-01-01' + INTERVAL (m) MONTH AS month_date, 100 AS offence_count
  FROM range(12) AS r(m);

CREATE TABLE marts.energy_district_daily AS
  SELECT city, district_code, DATE '2015-01-01' AS date, households, 8.5 * households AS energy_kwh,
    8.5::DOUBLE AS energy_kwh_per_household, 0.6::DOUBLE AS load_factor, 0.1::DOUBLE AS night_share,
    TIMESTAMPTZ '2015-01-01 18:00+00' AS peak_half_hour_at, 20.0::DOUBLE AS p95_household_kwh, 0.9::DOUBLE AS coverage,
    'ok' AS status
  FROM (SELECT *, CASE WHEN level = 'city' THEN 1279 ELSE 100 + CAST(district_code[2:] AS INTEGER) END AS households
        FROM city.districts);
ALTER TABLE marts.energy_district_daily ALTER energy_kwh TYPE DOUBLE;

CREATE TABLE marts_restricted.energy_household_daily AS
  SELECT 'bay' AS city, sha256(CAST(h AS VARCHAR)) AS household_pseudonym, 1 AS key_version,
    DATE '2015-01-01' AS date, 9.5::DOUBLE AS energy_kwh, 0.5::DOUBLE AS night_energy_kwh, 48 AS readings,
    1.0::DOUBLE AS coverage FROM range(20) AS r(h);

CREATE TABLE marts.qol_indicators AS
  SELECT city, district_code, district_name, indicator_code, period, period_start, period_end, numerator * factor
    / denominator AS value, unit, numerator, denominator, coverage, 'ok' AS status, NULL::DOUBLE AS value_low,
    NULL::DOUBLE AS value_high
  FROM city.districts, (VALUES
    ('SAF_CRIME', 'per 1,000 residents', 1000, 5e1, 8e2, 1e3, 12e3, 75e-2),
    ('MOB_BUS_DENSITY', 'stops per km2', 1, 4, 48, 2, 24, 1),
    ('ENE_NIGHT_BASE', '%', 100, 2, 20, 10, 100, 0.5),
    ('HEA_AMBULANCE', 'per 1,000 residents and year', 1000, 30, 360, 1000, 12001, 1)
  ) AS i(indicator_code, unit, factor, part_n, whole_n, part_d, whole_d, whole_coverage),
  LATERAL (SELECT '2014' AS period, DATE '2014-01-01' AS period_start, DATE '2015-01-01' AS period_end,
    CASE WHEN level = 'city' THEN whole_n ELSE part_n END AS numerator,
    CASE WHEN level = 'city' THEN whole_d ELSE part_d END AS denominator,
    CASE WHEN level = 'city' THEN whole_coverage ELSE 1 END AS coverage);
INSERT INTO marts.qol_indicators
  SELECT city, district_code, district_name, 'REA_PRICE_MEDIAN', '2014', DATE '2014-01-01', DATE '2015-01-01', 250000,
    'GBP', NULL, 20, 0.9, 'ok', NULL, NULL FROM city.districts WHERE level = 'district';
CREATE TABLE city.indicator_scopes AS
  SELECT city, indicator_code, period, period_start, period_end, district_code, 2014 AS population_year
  FROM marts.qol_indicators;
INSERT INTO marts.qol_indicators
  SELECT city, district_code, district_name, 'QOL', '2014', DATE '2014-01-01', DATE '2015-01-01', 0.5, 'index 0..1',
    NULL, NULL, 1, 'ok', NULL, NULL FROM city.districts WHERE level = 'district';

CREATE TABLE marts.qol_scores AS
  SELECT city, 'QOL' AS index_code, district_code, indicator_code, period, 50.0::DOUBLE AS score, false AS floored,
    false AS imputed FROM marts.qol_indicators
  WHERE indicator_code NOT IN ('QOL', 'REA_PRICE_MEDIAN') AND district_code <> 'W';
CREATE TABLE marts.qol_index AS
  SELECT city, 'QOL' AS index_code, district_code, DATE '2014-01-01' AS period_start, DATE '2015-01-01' AS period_end,
    domain, 50.0::DOUBLE AS score, CASE WHEN domain = 'overall' THEN 1 END AS rank,
    CASE WHEN domain = 'overall' THEN 1 END AS rank_p05, CASE WHEN domain = 'overall' THEN 12 END AS rank_p95,
    CASE WHEN domain = 'overall' THEN 3 ELSE 1 END AS indicators_used, 0 AS indicators_missing, '' AS missing_codes,
    'ok' AS status
  FROM city.districts, (VALUES ('overall'), ('safety'), ('mobility'), ('energy')) AS d(domain) WHERE level = 'district';

CREATE TABLE marts.district_boundaries AS
  SELECT city, district_code, district_name, 2.0::DOUBLE AS area_km2, 'EPSG:27700' AS crs, 'wkb'::BLOB AS geometry_wkb
  FROM city.districts WHERE level = 'district';

CREATE TABLE marts.ward_health_air AS
  SELECT city, 'W' || district_code AS ward_code, 'Elm Park' AS ward_name, district_code, district_name,
    8000 AS residents, 5.0::DOUBLE AS bad_health_pct, 12.0::DOUBLE AS age_65_over_pct, 30.0::DOUBLE AS no2_ugm3,
    20.0::DOUBLE AS pm10_ugm3 FROM city.districts WHERE level = 'district';
CREATE TABLE marts.ambulance_monthly AS
  SELECT city, district_code, district_name, DATE '2014-02-01' AS month_date, 280 AS incidents,
    50000.0::DOUBLE AS residents, 20.0::DOUBLE AS daily_incidents_per_100000, 12.0::DOUBLE AS age_65_over_pct_2015,
    NULL::DOUBLE AS care_spending_gbp_per_elder FROM city.districts WHERE level = 'district';
CREATE TABLE marts.housing_access AS
  SELECT d.city, d.district_code, d.district_name, 300000.0::DOUBLE AS median_price_gbp_2014,
    9.5::DOUBLE AS price_over_pay, NULL::DOUBLE AS index_price_gbp, NULL::VARCHAR AS index_period,
    i.value AS paid_median_gbp, i.period AS paid_period, 4.0::DOUBLE AS ptal_score, 2.0::DOUBLE AS bus_stops_per_km2,
    30.0::DOUBLE AS green_pct, NULL::DOUBLE AS no2_ugm3, NULL::VARCHAR AS no2_period
  FROM city.districts AS d
  INNER JOIN marts.qol_indicators AS i ON d.district_code = i.district_code AND i.indicator_code = 'REA_PRICE_MEDIAN'
  WHERE d.level = 'district';
CREATE TABLE marts.crime_transit_supply AS
  SELECT d.city, d.district_code, d.district_name, i.period, CAST(i.numerator AS BIGINT) AS offences,
    i.value AS offences_per_1000, 900.0::DOUBLE AS violence_per_100000, 4 AS bus_stops,
    2.0::DOUBLE AS bus_stops_per_km2, 3 AS bus_routes, 4.0::DOUBLE AS ptal_score
  FROM city.districts AS d
  INNER JOIN marts.qol_indicators AS i ON d.district_code = i.district_code AND i.indicator_code = 'SAF_CRIME'
  WHERE d.level = 'district';
CREATE TABLE marts.energy_weather_monthly AS
  SELECT city, DATE '2015-01-01' AS month_date, 1 AS days_shown, households AS household_days,
    energy_kwh_per_household AS kwh_per_household_day, 5.0::DOUBLE AS mean_degc, 325.5::DOUBLE AS heating_degree_days,
    40.0::DOUBLE AS sun_hours, 'ok' AS status FROM marts.energy_district_daily WHERE district_code = 'W'
  UNION ALL SELECT 'bay', DATE '2015-02-01', 0, NULL, NULL, 18, 0, 50, 'restricted';

CREATE TABLE marts.service_request_survival AS
  SELECT city, district_code AS scope, t_s, at_risk, events, survival, greenwood_sum
  FROM city.districts, (VALUES (3600, 20, 4, 8e-1, 125e-4), (7200, 10, 5, 4e-1, 1125e-4), (9000, 3, 3, 0e0, NULL))
    AS c(t_s, at_risk, events, survival, greenwood_sum);
CREATE TABLE marts.health_expectancy AS
  SELECT city, district_code AS area, '2014' AS period, 'women' AS sex, age, le_y, hle_y, hle_lower_y, hle_upper_y
  FROM city.districts, (VALUES (0, 81e0, 66e0, 65e0, 67e0), (65, 20e0, 12e0, NULL, NULL))
    AS l(age, le_y, hle_y, hle_lower_y, hle_upper_y);
CREATE TABLE marts.population_projection AS
  SELECT city, district_code AS area, 2016 AS year, variant, band,
    CAST(persons * share * CASE WHEN level = 'city' THEN 12 ELSE 1 END AS BIGINT) AS persons
  FROM city.districts, (VALUES ('Low', 900), ('Principal', 1000), ('High', 1200)) AS v(variant, persons),
    (VALUES ('all', 1e0), ('age_75_plus', 0.1e0)) AS b(band, share);
CREATE SCHEMA staging;
CREATE TABLE staging.stg_population_projections AS
  SELECT city, district_code AS area FROM city.districts WHERE level = 'district';
CREATE TABLE marts.demand_projection AS
  SELECT city, area, year, band, max(persons) FILTER (WHERE variant = 'Principal') AS principal, min(persons) AS low,
    'Low' AS low_variant, max(persons) AS high, 'High' AS high_variant, 100e0 AS index, 30e0 AS spread_pct
  FROM marts.population_projection GROUP BY ALL;

CREATE TABLE marts.precinct_district_weight AS
  SELECT 'bay' AS city, precinct, district_code, weight
  FROM (VALUES ('1', 'D01', 0.25e0), ('1', 'D02', 0.75e0), ('2', 'D02', 1e0)) AS w(precinct, district_code, weight);
CREATE TABLE marts.point_district AS
  SELECT 'bay' AS city, layer, point_code, district_code
  FROM (VALUES ('bus_stops', '1', 'D01'), ('felonies', '1', NULL)) AS p(layer, point_code, district_code);
CREATE TABLE marts.precinct_rule_error AS
  SELECT city, district_code, district_name, '2014' AS period, 30e0 AS felonies_by_precinct, 25e0 AS felonies_by_place,
    20e0 AS error_pct FROM city.districts WHERE district_code = 'D01';
CREATE TABLE marts.emergency_centers AS
  SELECT city, 'cooling' AS center_kind, district_code, district_name,
    CASE WHEN level = 'city' THEN 50 ELSE 2 END AS centers, 1 AS accessible_centers FROM city.districts;

CREATE TABLE marts.transit_feed_service AS
  SELECT 'bay' AS city, 'tram' AS feed, DATE '2015-01-05' AS service_date, 'a|b' AS active_services, 3 AS trips,
    40 AS runs, 900 AS departures;
CREATE TABLE marts.transit_stop_service AS
  SELECT 'bay' AS city, 'tram' AS feed, DATE '2015-01-05' AS service_date, 'S1' AS stop_id, '0' AS direction_id,
    3 AS departures, 30000 AS first_s, 32400 AS last_s, 2.0 / 3 AS span_h, 20.0::DOUBLE AS headway_min,
    12.5::DOUBLE AS wait_min, 30.0::DOUBLE AS gap_max_min, 60.0::DOUBLE AS headway_peak_min
  UNION ALL SELECT 'bay', 'tram', DATE '2015-01-05', 'S2', '', 1, 90000, 90000, 0, NULL, NULL, NULL, NULL;
"""

INDICATORS, SCORES, INDEX = "marts.qol_indicators", "marts.qol_scores", "marts.qol_index"
DISTRICTS, HOUSEHOLDS = "marts.energy_district_daily", "marts_restricted.energy_household_daily"
OUTLINES = "marts.district_boundaries"
WARDS, CALLS, HOMES = "marts.ward_health_air", "marts.ambulance_monthly", "marts.housing_access"
OFFENCES, WARMTH = "marts.crime_transit_supply", "marts.energy_weather_monthly"
FEEDS, STOPS = "marts.transit_feed_service", "marts.transit_stop_service"
REQUESTS, HEALTHY = "marts.service_request_survival", "marts.health_expectancy"
WEIGHTS, PLACES = "marts.precinct_district_weight", "marts.point_district"
ERRORS, CENTERS = "marts.precinct_rule_error", "marts.emergency_centers"
PEOPLE, DEMAND = "marts.population_projection", "marts.demand_projection"
D01 = "WHERE district_code = 'D01'"
S01, A01 = "WHERE scope = 'D01'", "WHERE area = 'D01'"
CRIME = f"{D01} AND indicator_code = 'SAF_CRIME'"
HIDE = "value = NULL, numerator = NULL, denominator = NULL, status = 'restricted'"
UNCOUNTED = "coverage = NULL, value = NULL, denominator = NULL, status = 'insufficient_data'"
HIDE_DAY = (
    "households = NULL, energy_kwh = NULL, energy_kwh_per_household = NULL, load_factor = NULL, night_share = NULL,"
    " peak_half_hour_at = NULL, p95_household_kwh = NULL, coverage = NULL, status = 'restricted'"
)

# relation, the change, the checks that fail
MISTAKES = [
    (INDICATORS, f"INSERT INTO {INDICATORS} FROM {INDICATORS} {CRIME}",
     {"key_unique", "whole_city_holds_its_districts_crimes"}),
    (INDICATORS, f"UPDATE {INDICATORS} SET unit = NULL {D01} AND indicator_code = 'QOL'", {"unit_not_empty"}),
    (INDICATORS, f"UPDATE {INDICATORS} SET coverage = 1.5 {D01}", {"coverage_in_range"}),
    (INDICATORS, f"UPDATE {INDICATORS} SET status = 'fine', value = NULL {D01}", {"status_in_set"}),
    (INDICATORS, f"UPDATE {INDICATORS} SET value = NULL {CRIME}", {"value_when_ok"}),
    (INDICATORS, f"UPDATE {INDICATORS} SET value = NULL, status = 'restricted' {CRIME}",
     {"nothing_when_restricted", "never_one_restricted_alone"}),
    (INDICATORS, f"UPDATE {INDICATORS} SET {HIDE} WHERE indicator_code = 'ENE_NIGHT_BASE' AND district_code = 'D01'",
     {"never_one_restricted_alone"}),
    (INDICATORS, f"UPDATE {INDICATORS} SET {HIDE} WHERE indicator_code = 'ENE_NIGHT_BASE' AND district_code <= 'D02'",
     set()),
    (INDICATORS, f"UPDATE {INDICATORS} SET value = NULL, status = 'missing' {CRIME}", {"no_coverage_when_missing"}),
    (INDICATORS, f"UPDATE {INDICATORS} SET value = 'inf' {D01} AND indicator_code = 'QOL'", {"numbers_finite"}),
    (INDICATORS, f"UPDATE {INDICATORS} SET value = value * (1 + 1e-8) {CRIME}", {"value_is_the_ratio"}),
    (INDICATORS, f"UPDATE {INDICATORS} SET value_low = value {CRIME}", {"interval_holds_its_value"}),
    (INDICATORS, f"UPDATE {INDICATORS} SET value_low = value + 1, value_high = value + 2 {CRIME}",
     {"interval_holds_its_value"}),
    (INDICATORS, f"UPDATE {INDICATORS} SET value_low = value, value_high = value {CRIME}", set()),
    (INDICATORS, f"UPDATE {INDICATORS} SET period_end = period_start {CRIME}", {"period_in_order"}),
    (INDICATORS, f"DELETE FROM {INDICATORS} {D01} AND indicator_code = 'ENE_NIGHT_BASE'", {"every_scope_is_there"}),
    (INDICATORS, f"UPDATE {INDICATORS} SET indicator_code = 'NEW' {D01} AND indicator_code = 'ENE_NIGHT_BASE'",
     {"every_scope_is_there", "nothing_beyond_the_scopes"}),
    (INDICATORS, f"UPDATE {INDICATORS} SET numerator = 60, value = 60 {CRIME}",
     {"whole_city_holds_its_districts_crimes"}),
    (INDICATORS, "DELETE FROM raw.crime_mps_dashboard_borough WHERE month_date > DATE '2014-03-01'",
     {"no_more_crimes_than_delivered"}),
    (INDICATORS, f"UPDATE {INDICATORS} SET numerator = 8, value = 4 {D01} AND indicator_code = 'MOB_BUS_DENSITY'",
     {"whole_city_holds_its_bus_stops"}),
    (SCORES, f"UPDATE {SCORES} SET score = 101 {D01}", {"score_in_range"}),
    (SCORES, f"UPDATE {SCORES} SET floored = true {D01}", {"floored_below_one"}),
    (SCORES, f"UPDATE {SCORES} SET district_code = 'W' {D01}", {"only_districts"}),
    (SCORES, f"UPDATE {INDICATORS} SET status = 'restricted' {CRIME}", {"rests_on_an_ok_value"}),
    (INDEX, f"UPDATE {INDEX} SET score = NULL {D01} AND domain = 'safety'", {"score_when_ok"}),
    (INDEX, f"UPDATE {INDEX} SET rank_p05 = NULL {D01}", {"rank_never_without_interval"}),
    (INDEX, f"UPDATE {INDEX} SET rank_p05 = 2 {D01} AND domain = 'overall'", {"rank_within_interval"}),
    (INDEX, f"UPDATE {INDEX} SET rank = NULL, rank_p05 = NULL, rank_p95 = NULL WHERE district_code > 'D09'",
     {"rank_among_ten_at_least"}),
    (INDEX, f"UPDATE {INDEX} SET indicators_used = 2 {D01} AND domain = 'overall'", {"counts_add_up"}),
    (INDEX, f"UPDATE {INDEX} SET district_code = 'W' {D01} AND domain = 'safety'", {"only_districts"}),
    (INDEX, f"UPDATE {INDEX} SET score = 51 {D01} AND domain = 'overall'", {"same_as_the_indicator"}),
    (DISTRICTS, f"UPDATE {DISTRICTS} SET coverage = 1.1 {D01}", {"coverage_in_range"}),
    (DISTRICTS, f"UPDATE {DISTRICTS} SET load_factor = 1.1 {D01}", {"load_factor_in_range"}),
    (DISTRICTS, f"UPDATE {DISTRICTS} SET {HIDE_DAY} {D01}", {"never_one_restricted_alone"}),
    (DISTRICTS, f"UPDATE {DISTRICTS} SET {HIDE_DAY} WHERE district_code <= 'D02'", set()),
    (DISTRICTS, f"UPDATE {DISTRICTS} SET {HIDE_DAY.replace('coverage = NULL,', '')} WHERE district_code <= 'D02'",
     {"nothing_when_restricted"}),
    (DISTRICTS, f"UPDATE {DISTRICTS} SET households = 4, energy_kwh = 34, p95_household_kwh = NULL {D01}",
     {"five_households_when_ok"}),
    (DISTRICTS, f"UPDATE {DISTRICTS} SET households = 99, energy_kwh = 8.5 * 99 {D01}", {"percentile_of_a_hundred"}),
    (DISTRICTS, f"UPDATE {DISTRICTS} SET energy_kwh = energy_kwh + 0.001 {D01}", {"mean_is_the_ratio"}),
    (DISTRICTS, f"UPDATE {DISTRICTS} SET peak_half_hour_at = TIMESTAMPTZ '2015-01-02 00:00+00' {D01}",
     {"peak_within_the_day"}),
    (DISTRICTS, f"UPDATE {DISTRICTS} SET district_code = 'D99' {D01}", {"only_districts_of_the_city"}),
    (DISTRICTS, "DELETE FROM raw.energy_lcl_register WHERE household_pseudonym LIKE '1-1%'",
     {"no_more_households_than_registered"}),
    (DISTRICTS, "DELETE FROM raw.energy_lcl_register",
     {"no_more_households_than_registered", "no_more_households_than_registered_in_the_city"}),
    (DISTRICTS, f"UPDATE {DISTRICTS} SET households = 1000, energy_kwh = 8500 WHERE district_code = 'W'",
     {"city_holds_its_districts"}),
    (HOUSEHOLDS, f"UPDATE {HOUSEHOLDS} SET household_pseudonym = 'MAC000584'", {"key_unique", "household_known"}),
    (HOUSEHOLDS, f"UPDATE {HOUSEHOLDS} SET readings = 49, coverage = 1", {"readings_in_range"}),
    (HOUSEHOLDS, f"UPDATE {HOUSEHOLDS} SET coverage = 0.5", {"coverage_is_the_share"}),
    (HOUSEHOLDS, f"UPDATE {HOUSEHOLDS} SET night_energy_kwh = 10", {"night_within_the_day"}),
    (HOUSEHOLDS, f"UPDATE {HOUSEHOLDS} SET energy_kwh = -1, night_energy_kwh = -1", {"energy_in_range"}),
    (OUTLINES, f"UPDATE {OUTLINES} SET area_km2 = 2e6 {D01}", {"area_in_range"}),
    (OUTLINES, f"UPDATE {OUTLINES} SET crs = 'OSGB' {D01}", {"crs_named"}),
    (OUTLINES, f"UPDATE {OUTLINES} SET district_code = 'W' {D01}", {"only_districts"}),
    (INDICATORS, f"UPDATE {INDICATORS} SET coverage = NULL {CRIME}", {"coverage_unless_too_few"}),
    (INDICATORS, f"UPDATE {INDICATORS} SET {UNCOUNTED} {D01} AND indicator_code = 'REA_PRICE_MEDIAN'", set()),
    (INDICATORS, f"UPDATE {INDICATORS} SET numerator = 31, value = 31 {D01} AND indicator_code = 'HEA_AMBULANCE'",
     {"whole_city_holds_its_parts"}),
    (INDICATORS, f"DELETE FROM {INDICATORS} {D01} AND indicator_code = 'HEA_AMBULANCE'", {"every_scope_is_there"}),
    (WARDS, f"UPDATE {WARDS} SET no2_ugm3 = NULL {D01}", {"air_not_empty"}),
    (WARDS, f"UPDATE {WARDS} SET bad_health_pct = 101 {D01}", {"bad_health_in_range"}),
    (WARDS, f"UPDATE {WARDS} SET district_code = 'W' {D01}", {"only_districts"}),
    (CALLS, f"UPDATE {CALLS} SET daily_incidents_per_100000 = 280 / 31 * 2 {D01}", {"rate_is_the_ratio"}),
    (CALLS, f"UPDATE {CALLS} SET residents = NULL, daily_incidents_per_100000 = NULL {D01}", set()),
    (CALLS, f"UPDATE {CALLS} SET residents = NULL {D01}", {"rate_is_the_ratio"}),
    (CALLS, f"UPDATE {CALLS} SET month_date = DATE '2014-02-02' {D01}", {"month_begins_on_its_first"}),
    (CALLS, f"UPDATE {CALLS} SET residents = 0 {D01}", {"residents_in_range", "rate_is_the_ratio"}),
    (CALLS, f"UPDATE {CALLS} SET district_code = 'W' {D01}", {"only_districts"}),
    (HOMES, f"UPDATE {HOMES} SET ptal_score = NULL, bus_stops_per_km2 = NULL {D01}", {"a_price_and_an_access"}),
    (HOMES, f"UPDATE {HOMES} SET no2_ugm3 = 30 {D01}", {"periods_beside_their_figures"}),
    (HOMES, f"UPDATE {INDICATORS} SET value = NULL, status = 'insufficient_data' {D01}", {"same_as_the_indicators"}),
    (HOMES, f"UPDATE {HOMES} SET district_code = 'W', paid_median_gbp = NULL, paid_period = NULL {D01}",
     {"only_districts"}),
    (OFFENCES, f"UPDATE {OFFENCES} SET bus_routes = 0 {D01}", {"routes_in_range"}),
    (OFFENCES, f"UPDATE {OFFENCES} SET offences = offences + 1 {D01}", {"same_as_the_indicators"}),
    (OFFENCES, f"UPDATE {OFFENCES} SET district_code = 'W' {D01}", {"only_districts", "same_as_the_indicators"}),
    (WARMTH, f"UPDATE {WARMTH} SET household_days = 4 WHERE status = 'restricted'",
     {"nothing_when_restricted", "made_of_the_days_shown"}),
    (WARMTH, f"UPDATE {WARMTH} SET household_days = 1282 WHERE status = 'ok'", {"made_of_the_days_shown"}),
    (WARMTH, f"UPDATE {WARMTH} SET mean_degc = 278 WHERE status = 'ok'", {"temperature_in_range"}),
    (FEEDS, f"UPDATE {FEEDS} SET active_services = ''", {"trips_need_services"}),
    (FEEDS, f"UPDATE {FEEDS} SET trips = 0, runs = 0, departures = 0", {"dates_have_service"}),
    (STOPS, f"UPDATE {STOPS} SET wait_min = 31 WHERE stop_id = 'S1'", {"figures_fit_each_other"}),
    (STOPS, f"UPDATE {STOPS} SET headway_min = 0 WHERE stop_id = 'S2'", {"figures_fit_each_other"}),
    (REQUESTS, f"UPDATE {REQUESTS} SET t_s = -1 {S01} AND t_s = 3600", {"closed_no_more_than_waited"}),
    (REQUESTS, f"UPDATE {REQUESTS} SET survival = 0.41 {S01} AND t_s = 7200", {"curve_falls_step_by_step"}),
    (REQUESTS, f"UPDATE {REQUESTS} SET at_risk = 18, events = 9 {S01} AND t_s = 7200", {"curve_falls_step_by_step"}),
    (REQUESTS, f"UPDATE {REQUESTS} SET greenwood_sum = 0.0125 {S01} AND t_s = 7200", {"variance_grows"}),
    (REQUESTS, f"UPDATE {REQUESTS} SET greenwood_sum = 1 {S01} AND t_s = 9000", {"variance_grows"}),
    (REQUESTS, f"UPDATE {REQUESTS} SET scope = '7' {S01}", {"only_areas_of_the_city"}),
    (HEALTHY, f"UPDATE {HEALTHY} SET hle_y = 21 {A01} AND age = 65", {"healthy_within_life"}),
    (HEALTHY, f"UPDATE {HEALTHY} SET hle_lower_y = 66.5 {A01} AND age = 0", {"within_its_limits"}),
    (HEALTHY, f"UPDATE {HEALTHY} SET hle_upper_y = 13 {A01} AND age = 65", {"within_its_limits"}),
    (HEALTHY, f"UPDATE {HEALTHY} SET le_y = 15 {A01} AND age = 65", {"age_plus_life_rises"}),
    (PEOPLE, f"DELETE FROM {PEOPLE} WHERE band = 'all' AND variant = 'Low'", {"bands_within_all"}),
    (PEOPLE, f"UPDATE {PEOPLE} SET persons = 1001 {A01} AND band = 'age_75_plus' AND variant = 'Principal'",
     {"bands_within_all", "the_city_is_the_sum_of_its_districts"}),
    (PEOPLE, f"UPDATE {PEOPLE} SET persons = persons + 1 {A01}", {"the_city_is_the_sum_of_its_districts"}),
    (PEOPLE, "UPDATE staging.stg_population_projections SET area = 'District 1' WHERE area = 'D01'",
     {"delivered_areas_are_districts"}),
    (DEMAND, f"UPDATE {DEMAND} SET principal = low - 1 {A01}", {"principal_between_low_and_high"}),
    (DEMAND, f"UPDATE {DEMAND} SET low = low - 1 {A01}", {"same_as_the_variants"}),
    (WEIGHTS, f"UPDATE {WEIGHTS} SET weight = 0.3 {D01}", {"weights_add_to_one"}),
    (WEIGHTS, f"UPDATE {WEIGHTS} SET district_code = 'W' {D01}", {"only_districts"}),
    (PLACES, f"UPDATE {PLACES} SET district_code = 'W' {D01}", {"only_districts"}),
    (ERRORS, f"UPDATE {ERRORS} SET error_pct = 25", {"error_is_of_its_parts"}),
    (ERRORS, f"UPDATE {ERRORS} SET error_pct = NULL", {"error_is_of_its_parts"}),
    (ERRORS, f"UPDATE {ERRORS} SET district_code = 'W'", {"only_districts"}),
    (CENTERS, f"UPDATE {CENTERS} SET accessible_centers = 3 {D01}", {"accessible_are_some_of_them"}),
    (CENTERS, f"UPDATE {CENTERS} SET centers = 60 {D01}", {"districts_add_up_to_no_more_than_the_city"}),
    (DEMAND, f"UPDATE {DEMAND} SET high_variant = 'Principal' {A01}", {"same_as_the_variants"}),
]  # fmt: skip


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    con.execute(NIGHT)
    return con


def failing(con: duckdb.DuckDBPyConnection, relation: str) -> set[str]:
    suite = SUITES[relation.partition(".")[2]]
    return {result.check_id for result in audit_rows(con, relation, suite, facts={}) if not result.passed}


@pytest.mark.parametrize(
    "relation",
    [
        INDICATORS,
        SCORES,
        INDEX,
        DISTRICTS,
        HOUSEHOLDS,
        OUTLINES,
        WARDS,
        CALLS,
        HOMES,
        OFFENCES,
        WARMTH,
        FEEDS,
        STOPS,
        REQUESTS,
        HEALTHY,
        PEOPLE,
        DEMAND,
        WEIGHTS,
        PLACES,
        ERRORS,
        CENTERS,
    ],
)
def test_a_believable_night_passes(con: duckdb.DuckDBPyConnection, relation: str) -> None:
    assert failing(con, relation) == set()


@pytest.mark.parametrize(("relation", "change", "expected"), MISTAKES)
def test_a_mistake_is_found_by_its_rule(
    con: duckdb.DuckDBPyConnection, relation: str, change: str, expected: set[str]
) -> None:
    con.execute(change)
    assert failing(con, relation) == expected


def test_every_rule_in_sql_has_found_its_mistake() -> None:
    rules = {
        (name, item.check_id)
        for name, suite in SUITES.items()
        for item in suite.expectations
        if item.type == "unexpected_rows_expectation"
    }
    tried = {(relation.partition(".")[2], check_id) for relation, _, found in MISTAKES for check_id in found}
    assert rules - tried == set()


def test_the_open_marts_show_no_column_that_is_not_agreed(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"ALTER TABLE {DISTRICTS} ADD COLUMN smallest_household_kwh DOUBLE")
    assert failing(con, DISTRICTS) == {"columns"}
