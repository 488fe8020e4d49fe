"""The packaged cities, and the rows of indicators that a city file asks for."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from lake.city import City, CityError, ScopeRow, load_city, packaged_cities
from lake.city_period import Period
from lake.contract import load_contracts
from tests.unit.marked_fixtures import FIXTURES

CONTRACTS = load_contracts()
SEEDS = Path(__file__).parents[2] / "dbt_project" / "seeds"
TOWN = FIXTURES / "cities" / "valid" / "town.yaml"


@pytest.fixture(scope="module")
def london() -> City:
    return load_city(packaged_cities()["london"], CONTRACTS)


@pytest.fixture(scope="module")
def sample() -> City:
    return load_city(packaged_cities()["sample"], CONTRACTS)


def _days(first: dt.date, count: int) -> list[dt.date]:
    return [first + dt.timedelta(days=number) for number in range(count)]


def _of(rows: list[ScopeRow], code: str) -> list[ScopeRow]:
    return [row for row in rows if row.indicator_code == code]


@pytest.mark.parametrize("name", sorted(packaged_cities()))
def test_a_packaged_city_has_the_name_of_its_file(name: str) -> None:
    assert load_city(packaged_cities()[name], CONTRACTS).city == name


def test_every_contract_is_of_a_packaged_city() -> None:
    used = {dataset for path in packaged_cities().values() for dataset in load_city(path, CONTRACTS).datasets}

    assert used == set(CONTRACTS)


@pytest.mark.parametrize("name", sorted(packaged_cities()))
def test_every_file_of_a_source_can_have_a_slot(name: str) -> None:
    """A contract with file-name patterns would refuse a file that its source's glob lets in."""
    city = load_city(packaged_cities()[name], CONTRACTS)
    examples = {
        "energy_lcl_smartmeter": "MAC000002.csv",
        "energy_lcl_halfhourly_official": "lcl_2015-01-01.csv",
        "health_survey_abridged": "brightwater_2014.csv",
        "health_survey_prevalence": "derived_FRDreesVQSsurvey2021.csv",
        "price_paid": "barbican_raw.csv",
        "price_paid_bulk": "pp-2024.csv",
        "police_stop_and_search": "2018-07-metropolitan-stop-and-search.csv",
        "police_street": "2024-05-city-of-london-street.csv",
        "service_requests_311": "flood_311.csv",
    }

    for source in city.sources:
        identity = CONTRACTS[source.dataset].identity
        if identity is not None:
            example = examples[source.dataset]
            assert any(Path(path).parent.joinpath(example).match(path) for path in source.paths)
            assert identity.match(example) is not None


def test_indicators_of_packaged_cities_are_in_the_registry() -> None:
    with (SEEDS / "indicator_registry.csv").open(newline="") as file:
        registry = {row["code"] for row in csv.DictReader(file)}
    asked = {code for path in packaged_cities().values() for code in load_city(path, CONTRACTS).indicators}

    assert asked - registry == set()


def test_london_is_made_of_its_boroughs_and_links_every_publisher(london: City) -> None:
    assert [area.code for area in london.districts] == [f"E090000{number:02d}" for number in range(1, 34)]
    assert london.whole_city.code == "E12000007"
    assert [source.dataset for source in london.sources if source.url is None] == []
    assert london.cron == "30 3 * * *"


def test_london_has_the_rows_that_its_definitions_ask_for(london: City) -> None:
    months = [dt.date(2018, 4, 1), dt.date(2024, 5, 1)]
    sales = {"price_paid": [dt.date(1995, 5, 1)], "price_paid_bulk": [dt.date(1995, 6, 1), dt.date(2024, 6, 1)]}
    rows = london.scopes({"police_street": months, **sales})
    counts = Counter(row.indicator_code for row in rows)
    everywhere = {code for code, count in counts.items() if count == 34}

    assert everywhere == {
        "SAF_CRIME", "SAF_VIOLENT", "SAF_CRIME_PUB", "ECO_UNEMP", "EDU_ATTAIN", "EDU_TERTIARY", "ENV_GREEN", "MOB_PTAL",
        "SUB_LIFE_SAT", "GOV_TURNOUT", "ELD_SHARE65", "HEA_LIFE_EXP", "REA_AFFORD", "MOB_BUS_DENSITY",
        "MOB_STATIONS", "HEA_AMBULANCE", "ELD_CARE_SPEND65",
    }  # fmt: skip
    assert {code: count for code, count in counts.items() if code not in everywhere} == {
        "ENV_NO2": 1, "ENV_PM10": 1, "ENV_O3": 1, "ENV_NOX": 1, "ENV_O3_PEAK": 1,
        "ENE_HH_KWH": 1, "ENE_PEAK_RATIO": 1, "ENE_NIGHT_BASE": 1, "SAF_CRIME_MONTH": 2, "SAF_CRIME_RO": 33,
        "REA_PRICE_AVG": 2, "REA_PRICE_MEDIAN": 2, "REA_RSI": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "period", "start", "end"),
    [
        ("ENV_O3", "2018", "2018-01-01", "2019-01-01"),
        ("ENE_HH_KWH", "2013", "2013-01-01", "2014-01-01"),
        ("SAF_CRIME", "2024-25", "2024-04-01", "2025-04-01"),
        ("SAF_CRIME_PUB", "2014-15", "2014-04-01", "2015-04-01"),
        ("EDU_ATTAIN", "2013-14", "2013-09-01", "2014-09-01"),
        ("ENV_GREEN", "2005", "2005-01-01", "2006-01-01"),
        ("SUB_LIFE_SAT", "2011-14", "2011-04-01", "2014-04-01"),
        ("GOV_TURNOUT", "2014-05-22", "2014-05-22", "2014-05-23"),
        ("HEA_LIFE_EXP", "2011-13", "2011-01-01", "2014-01-01"),
        ("SAF_CRIME_MONTH", "2018-12", "2018-12-01", "2019-01-01"),
        ("MOB_BUS_DENSITY", "undated", None, None),
    ],
)
def test_periods_of_london(london: City, code: str, period: str, start: str | None, end: str | None) -> None:
    rows = _of(london.scopes({"police_street": [dt.date(2018, 12, 1)]}), code)
    bounds = [text if text is None else dt.date.fromisoformat(text) for text in (start, end)]

    assert {(row.period, row.period_start, row.period_end) for row in rows} == {(period, *bounds)}


def test_population_year_is_stated_or_that_of_the_month(london: City) -> None:
    rows = london.scopes({"police_street": [dt.date(2018, 12, 1), dt.date(2019, 1, 1)]})

    assert [row.population_year for row in _of(rows, "SAF_CRIME_MONTH")] == [2018, 2019]
    assert {row.population_year for row in _of(rows, "SAF_CRIME")} == {2024}
    assert {row.population_year for row in _of(rows, "ECO_UNEMP")} == {None}


@pytest.mark.parametrize(
    ("first", "count", "months"),
    [
        (dt.date(2014, 12, 29), 35, ["2015-01"]),
        (dt.date(2015, 1, 2), 30, []),
        (dt.date(2015, 1, 1), 59, ["2015-01", "2015-02"]),
        (dt.date(2015, 1, 1), 0, []),
    ],
)
def test_energy_of_the_sample_city_waits_for_whole_months(
    sample: City, first: dt.date, count: int, months: list[str]
) -> None:
    rows = _of(sample.scopes({"energy_lcl_halfhourly_official": _days(first, count)}), "ENE_HH_KWH")

    assert [row.period for row in rows if row.district_code == "B12000001"] == months
    assert len(rows) == 13 * len(months)


def test_a_district_without_a_site_is_asked_for_too(sample: City) -> None:
    asked = {row.district_code for row in _of(sample.scopes({}), "ENV_NO2")}
    sites = {site.district for site in sample.air_sites}

    assert asked - sites == {"B09000012"}
    assert sites - asked == set()


def test_short_forms_of_a_city_file_are_spelt_out() -> None:
    city = load_city(TOWN, CONTRACTS)
    first, second = city.sources

    assert (first.paths, second.paths) == (("population/*.csv",), ("meters/lcl_*.csv", "meters/old_*.csv"))
    assert first.entry == "population_borough"
    assert city.sources_of("energy_lcl_halfhourly_official") == (second,)
    assert [row.district_code for row in _of(city.scopes({}), "SAF_CRIME")] == ["T1", "T0"]


def test_an_indicator_may_have_other_periods_for_other_areas(tmp_path: Path) -> None:
    text = TOWN.read_text().replace("sources:", "parts:\n  - {code: P1, name: Hither Town}\nsources:", 1)
    alone = "ELD_SHARE65: {periods: ['2015'], districts: districts_and_city}"
    several = (
        "ELD_SHARE65:\n    - {periods: ['2015'], districts: [T2, parts]}\n    - {periods: ['2016'], districts: city}"
    )
    (tmp_path / "town.yaml").write_text(text.replace(alone, several))
    town = load_city(tmp_path / "town.yaml", CONTRACTS)

    shares = [(row.district_code, row.period) for row in _of(town.scopes({}), "ELD_SHARE65")]
    assert shares == [("T2", "2015"), ("P1", "2015"), ("T0", "2016")]
    assert [(level, area.code) for level, area in town.areas] == [
        ("district", "T1"), ("district", "T2"), ("part", "P1"), ("city", "T0"),
    ]  # fmt: skip
    (tmp_path / "town.yaml").write_text(text.replace(alone, several.replace("['2016']", "['spring']")))
    with pytest.raises(
        CityError, match=r"town.yaml:\d+: indicators.ELD_SHARE65.\[2\].periods.spring: `spring` does not tell"
    ):
        load_city(tmp_path / "town.yaml", CONTRACTS)


def test_a_year_counts_where_an_event_of_either_dataset_lies() -> None:
    every = Period(every="year", of=("sales", "sales_in_bulk"))
    days = {"sales": [dt.date(1995, 12, 31), dt.date(2024, 1, 1)], "sales_in_bulk": [dt.date(1995, 1, 1)]}

    assert [(span.label, span.start, span.end) for span in every.spans(days)] == [
        ("1995", dt.date(1995, 1, 1), dt.date(1996, 1, 1)),
        ("2024", dt.date(2024, 1, 1), dt.date(2025, 1, 1)),
    ]
    assert list(every.spans({})) == []


def test_a_period_of_several_years_begins_and_ends_with_one_that_counts() -> None:
    generation = Period(every="year", spanning=26, of=("sales",))
    days = {"sales": [dt.date(year, 6, 30) for year in (1974, 1975, 1999, 2000, 2001)]}

    assert [(span.label, span.start, span.end) for span in generation.spans(days)] == [
        ("1974-99", dt.date(1974, 1, 1), dt.date(2000, 1, 1)),
        ("1975-00", dt.date(1975, 1, 1), dt.date(2001, 1, 1)),
    ]


def test_years_of_one_dataset_or_several_are_written_alike(tmp_path: Path) -> None:
    text = TOWN.read_text()
    month = "{every: complete_month, of: energy_lcl_halfhourly_official}"
    both = "{every: year, of: [energy_lcl_halfhourly_official, population_borough]}"
    (tmp_path / "town.yaml").write_text(text.replace(month, both))
    town = load_city(tmp_path / "town.yaml", CONTRACTS)

    assert town.datasets_by_year == ("energy_lcl_halfhourly_official", "population_borough")
    (tmp_path / "town.yaml").write_text(text.replace(month, both.replace("population_borough", "population")))
    with pytest.raises(CityError, match="`population` is not in this file"):
        load_city(tmp_path / "town.yaml", CONTRACTS)
