"""London's marts, from the publishers' files through the lake and dbt, against an oracle that shares no code with them.

Once with the files as they are, in a whole night, once with more meters, months and defects beside them. Suites are the
business of other tests: of the latter every delivery passes its audit.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.integration.built_marts import built
from tests.integration.composite_reference import QOL_LON8, ranking
from tests.integration.dbt_night import Night
from tests.integration.first_nights import london_database
from tests.integration.london_files import BOROUGHS, CITY, REGION, london_folder
from tests.integration.london_planner import planner_rows
from tests.integration.london_prices import homes_of, sales_in
from tests.integration.london_profiles import profiles
from tests.integration.london_reference import differences, expected

LONDON = london_folder()
pytestmark = pytest.mark.skipif(not LONDON.is_dir(), reason=f"London's files are not at {LONDON}")
INDICATORS = """
    select indicator_code, district_code, period, period_start, period_end, value, numerator, denominator, coverage,
        status, value_low, value_high
    from marts.qol_indicators where indicator_code <> 'QOL_LON8' and status <> 'restricted'
    union all
    select indicator_code, district_code, period, period_start, period_end, value, numerator, denominator, coverage,
        status, value_low, value_high
    from marts_restricted.qol_indicators_restricted
"""

# Marts for planners: the columns of the key, and those that the oracle knows.
PLANNERS = {
    "ward_health_air": ("ward_code", "residents, bad_health_pct, age_65_over_pct, no2_ugm3, pm10_ugm3"),
    "ambulance_monthly": ("district_code, month_date", "incidents, residents, daily_incidents_per_100000"),
    "housing_access": (
        "district_code",
        ("median_price_gbp_2014, price_over_pay, index_price_gbp, paid_median_gbp, ptal_score, bus_stops_per_km2, "
         "green_pct, no2_ugm3"),
    ),
    "crime_transit_supply": ("district_code", "offences, offences_per_1000, bus_stops, bus_routes"),
    "energy_weather_monthly": ("month_date", "days_shown, household_days, kwh_per_household_day, heating_degree_days"),
}  # fmt: skip


@pytest.fixture(scope="module")
def as_published() -> Night:
    return london_database()


def test_every_indicator_is_that_of_the_definitions(as_published: Night) -> None:
    assert differences(as_published.execute(INDICATORS), expected(LONDON)) == []


def test_repeat_sales_are_those_that_the_page_of_the_definitions_counts(as_published: Night) -> None:
    pairs = "from intermediate.int_real_estate__repeat_sales group by dropped_because"
    counts = dict(as_published.execute(f"select dropped_because, count(*) {pairs}"))
    assert counts == {"too_soon": 18, "same_year": 13, "too_steep": 3, None: 1402}
    assert len(homes_of(sales_in(LONDON))) == 1709
    sql = "select indicator_code, period, value, value_low, value_high from marts.qol_indicators"
    figures = {row[:2]: row[2:] for row in as_published.execute(sql)}
    assert figures["REA_RSI", "1995"] == (100, 100, 100)
    assert figures["REA_RSI", "2007"][0] == pytest.approx(512.9, abs=0.05)
    assert figures["REA_RSI", "2024"] == pytest.approx((869.5, 819, 923), abs=0.5)
    assert figures["REA_RSI_GEN", "1995-20"] == pytest.approx((8.65, 8.39, 8.91), abs=0.005)
    assert figures["REA_RSI_GEN", "1999-24"] == pytest.approx((6.83, 6.60, 7.07), abs=0.005)


def assert_marts_for_planners(night: Night, sources: Path) -> None:
    """Every mart for planners has the rows of the oracle, and no other."""
    for mart, rows in planner_rows(sources, expected(sources)).items():
        key, figures = PLANNERS[mart]
        width = len(key.split(", "))
        told = night.execute(f"select {key}, {figures} from marts.{mart}")
        found = {tuple(map(str, row[:width])): row[width:] for row in told}
        assert len(told) == len(found)
        assert found.keys() == rows.keys(), mart
        for name, row in rows.items():
            wanted = [None if figure is None else pytest.approx(figure, rel=1e-9) for figure in row]
            assert list(found[name]) == wanted, (mart, name)


def test_marts_for_planners_are_those_of_the_files(as_published: Night) -> None:
    assert_marts_for_planners(as_published, LONDON)
    assert as_published.execute("select count(*) from marts.energy_weather_monthly where status = 'ok'") == [(0,)]


def test_restricted_numbers_stand_nowhere_in_the_open_mart(as_published: Night) -> None:
    rows = as_published.execute(
        "select value, numerator, denominator, coverage > 0.99 from marts.qol_indicators where status = 'restricted'"
    )
    assert rows == [(None, None, None, True)] * 3


def test_one_household_day_per_household_counts_each_reading_once(as_published: Night) -> None:
    days = "select count(distinct household_pseudonym), sum(readings), max(readings) from marts_restricted."
    assert as_published.execute(days + "energy_household_daily") == [(3, 95_840, 48)]
    assert as_published.execute(days + "energy_household_file_daily") == [(3, 95_840, 48)]


def test_three_meters_are_too_few_for_any_daily_figure(as_published: Night) -> None:
    assert as_published.execute(
        "select distinct district_code, households, energy_kwh, coverage, status from marts.energy_district_daily"
    ) == [("E12000007", None, None, None, "restricted")]


def test_composite_ranks_and_intervals(as_published: Night) -> None:
    figures = profiles(LONDON)
    values: dict[str, dict[str, float | None]] = {code: {} for code in QOL_LON8}
    for (code, district, _), figure in figures.items():
        if code in values and district in BOROUGHS:
            values[code][district] = figure.value
    reference = ranking(values, draws=20_000, seed=20240601)
    found = {
        row[0]: row[1:]
        for row in as_published.execute(
            "select district_code, score, rank, rank_p05, rank_p95 from marts.qol_index "
            "where domain = 'overall' and score is not null"
        )
    }
    assert sorted(found) == reference.districts
    for number, district in enumerate(reference.districts):
        score, rank, low, high = found[district]
        assert score == pytest.approx(100 * reference.composites[number], rel=1e-9)
        assert rank == reference.ranks[number]
        assert abs(low - reference.rank_p05[number]) <= 2
        assert abs(high - reference.rank_p95[number]) <= 2


def test_the_city_of_london_is_not_ranked(as_published: Night) -> None:
    rows = as_published.execute(
        "select score, rank, rank_p05, indicators_used, indicators_missing, missing_codes, status, period_start, "
        f"period_end from marts.qol_index where domain = 'overall' and district_code = '{CITY}'"
    )
    missing = "ECO_UNEMP,HEA_LIFE_EXP,REA_AFFORD,SAF_CRIME_PUB"
    assert [tuple(map(str, row)) for row in rows] == [
        ("None", "None", "None", "4", "4", missing, "insufficient_data", "2005-01-01", "2015-04-01")
    ]
    domains = as_published.execute(
        f"select count(*), count(score) from marts.qol_index where domain <> 'overall' and district_code = '{CITY}'"
    )
    assert domains == [(8, 4)]


@pytest.fixture(scope="module")
def more_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """London's files with others of the same kinds beside them."""
    folder = tmp_path_factory.mktemp("more")
    for source in LONDON.iterdir():
        shutil.copytree(source, folder / source.name, copy_function=shutil.copyfile)
        (folder / source.name).chmod(0o755)
    add_meters(folder / "energy_lcl_smartmeter")
    add_air(folder / "air_quality_laqn")
    add_street_crime(folder / "police_street_city_of_london")
    blank_cell(folder / "ambulance_incidents" / "ambulance-borough-monthly.csv", "E09000003", "May 2014")
    blank_cell(folder / "adult_social_care" / "boroughs_ASC.csv", "E09000004", "65_and_over_total", line_end="\r")
    blank_cell(folder / "borough_profiles" / "london-borough-profiles.csv", "E09000005",
               "Proportion_of_population_aged_65_and_over_2015", line_end="\r")  # fmt: skip
    add_offences(folder / "crime_rates_borough" / "recorded-offences.csv")
    add_sales(folder / "price_paid")
    add_stations(folder / "transit_stations" / "TransitStations.geojson")
    return folder


def add_meters(folder: Path) -> None:
    """Two households that qualify, with a duplicate of which the last counts and a Null; one that lacks May 2013."""
    header, *lines = (folder / "MAC000584.csv").read_text().splitlines()
    for number, factor in ((900001, 2), (900002, 3), (900003, 4)):
        cells = [
            line.split(",") for line in lines if not (number == 900003 and line.split(",")[2].startswith("2013-05"))
        ]
        rows = [f"{row},MAC{number},{stamp},{float(kwh) * factor}" for row, _, stamp, kwh in cells]
        rows += [f"0,MAC{number},2013-06-01 12:00:00,{factor}.5", f"0,MAC{number},2013-06-02 12:00:00,Null"]
        (folder / f"MAC{number}.csv").write_text("\n".join([header, *rows]) + "\n")


def add_air(folder: Path) -> None:
    """Repeated stamps, the last row blank or not; another site; December of the year before in a file of its own."""
    with (folder / "LaqnData.csv").open("a") as file:
        file.write("BL0,NO2,05/06/2018 12:00,,ug m-3 as NO2,P\nBL0,O3,06/06/2018 13:00,99.50000,ug m-3,P\n")
        file.write("XX9,NO2,05/06/2018 12:00,500.00000,ug m-3 as NO2,P\n")
    hours = [f"BL0,O3,{day:02d}/12/2017 {hour:02d}:00,77.00000,ug m-3,R" for day in range(1, 32) for hour in range(24)]
    header = "Site,Species,ReadingDateTime,Value,Units,Provisional or Ratified"
    (folder / "LaqnData_2017.csv").write_text("\n".join([header, *hours]) + "\n")


def add_street_crime(folder: Path) -> None:
    """May 2018, made of April's rows, with one row of another month in it."""
    april = (folder / "2018-04-city-of-london-street.csv").read_text()
    header, first, *rest = april.replace(",2018-04,", ",2018-05,").splitlines()
    lines = [header, first.replace(",2018-05,", ",2018-04,"), *rest]
    (folder / "2018-05-city-of-london-street.csv").write_text("\n".join(lines) + "\n")


def blank_cell(path: Path, code: str, column: str, line_end: str = "\r\n") -> None:
    """Take the value out of one column of an area's row; these files quote nothing."""
    header, *rows = path.read_bytes().decode("utf-8-sig").split(line_end)
    place = header.split(",").index(column)
    for n, row in enumerate(rows):
        cells = row.split(",")
        if cells[0] == code:
            rows[n] = ",".join([*cells[:place], "", *cells[place + 1 :]])
    path.write_bytes(line_end.join([header, *rows]).encode("utf-8-sig"))


def add_offences(path: Path) -> None:
    """A borough whose offences of the year are not known, and the year after it in the same file."""
    rows = [
        row.rpartition(",")[0] + ",n/a" if row.startswith("E09000002,") and "2014-12-31" in row else row
        for row in path.read_text().splitlines()
    ]
    path.write_text("\r\n".join([*rows, "E09000001,City of London,2014-12-31,n/a"]) + "\r\n")


def add_sales(folder: Path) -> None:
    """Years with nine, five and four full-value sales of the bulk layout, and what makes a sale none of them."""
    told = {1990: 9, 1991: 5, 1992: 4}
    sales = [(f"{year}", n, str(50_000 + n), "A", "A") for year, count in told.items() for n in range(count)]
    sales += [("1990", 90, "9999", "A", "A"), ("1990", 91, "70000", "B", "A"), ("1990", 92, "70000", "A", "D")]
    sales += [("1991", 93, "not known", "A", "A"), ("1991", 94, "10000", "A", "A"), ("1992", 95, "", "A", "A")]
    lines = [
        f'"{{00000000-0000-0000-{year}-{n:012d}}}","{price}","{year}-06-{n % 28 + 1:02d} 00:00","EC1Y 0XX","F","N","L",'
        f'"HOUSE {n}","FLAT 1","STREET","","LONDON","CITY OF LONDON","GREATER LONDON","{category}","{status}"'
        for year, n, price, category, status in sales
    ]
    bulk = folder / "derived_bulk_layout_golden_lane.csv"
    bulk.write_text(bulk.read_text() + "\n".join(lines) + "\n")


def add_stations(path: Path) -> None:
    """A station outside all boroughs, one told twice, one that is an entrance first, and one in the City."""
    content = json.loads(path.read_text())
    blank = dict.fromkeys(content["features"][0]["properties"], "")
    for osm_id, railway, place in (
        ("900001", "station", [500_000.5, 150_000.5]),
        ("900002", "station", [532_500.5, 181_200.5]), ("900002", "station", [530_000.5, 184_000.5]),
        ("900003", "subway_entrance", [532_500.5, 181_200.5]), ("900003", "station", [532_510.5, 181_210.5]),
        ("900004", "", [532_520.5, 181_220.5]),
    ):  # fmt: skip
        node = {**blank, "full_id": f"n{osm_id}", "osm_id": osm_id, "osm_type": "node", "railway": railway}
        geometry = {"type": "Point", "coordinates": place}
        content["features"].append({"type": "Feature", "properties": node, "geometry": geometry})
    path.write_text(json.dumps(content))


def test_more_meters_months_and_defects_follow_the_definitions(
    more_files: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    night = built("london", more_files, tmp_path_factory.mktemp("night"))
    reference = expected(more_files)
    assert reference["ENE_HH_KWH", "E12000007", "2013"].denominator == 5
    assert ("SAF_CRIME_MONTH", CITY, "2018-05") in reference
    assert [reference["REA_PRICE_MEDIAN", CITY, year].denominator for year in ("1990", "1991", "1992")] == [9, 6, None]
    assert [reference["REA_RSI", CITY, year].denominator for year in ("1990", "1991", "1992")] == [5, 9, 4]
    assert reference["REA_RSI_GEN", CITY, "1990-15"].status == "insufficient_data"
    assert {reference[code, REGION, period].status for code, period in (("HEA_AMBULANCE", "2014"),
            ("ELD_CARE_SPEND65", "2015-16"))} == {"missing"}  # fmt: skip
    found: list[tuple[Any, ...]] = night.execute(INDICATORS)
    assert differences(found, reference) == []
    assert_marts_for_planners(night, more_files)
    assert night.execute("select count(*) > 12 from marts.energy_weather_monthly where status = 'ok'") == [(True,)]
