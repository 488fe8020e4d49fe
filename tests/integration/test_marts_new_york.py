"""New York's marts, from the publishers' files through the lake and dbt, against oracles that share no code with them.

One build for all of it. The oracles of each part of the definitions are in modules of their own, `new_york_*.py`.
"""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

from lake.settings import Settings
from tests.integration.accounted import assert_every_record_counts
from tests.integration.built_marts import built
from tests.integration.dbt_night import Night
from tests.integration.london_reference import differences
from tests.integration.new_york_files import CITY, DISTRICTS, new_york_folder
from tests.integration.new_york_places import by_area, by_place, precinct_weights
from tests.integration.new_york_published import per_resident, published
from tests.integration.new_york_requests import FILE, LABEL, curve, figures, requests
from tests.integration.published_files import needs, records

pytestmark = needs("nyc")
FIGURES = """
    select indicator_code, district_code, period, period_start, period_end, value, numerator, denominator, coverage,
        status, value_low, value_high
    from marts.qol_indicators
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("published")


@pytest.fixture(scope="module")
def as_published(folder: Path) -> Night:
    return built("new_york", new_york_folder(), folder)


def of_indicators(night: Night, codes: set[str]) -> list[tuple[object, ...]]:
    """The mart's rows of these indicators, as `differences` compares them."""
    return [row for row in night.execute(FIGURES) if row[0] in codes]


def test_every_record_of_every_file_is_accepted_or_rejected(as_published: Night, folder: Path) -> None:
    assert as_published.database.is_file()
    assert_every_record_counts("new_york", Settings.at(folder / "home", folder / "keys"))


def test_published_figures_are_those_of_their_tables(as_published: Night) -> None:
    wanted = published()
    assert differences(of_indicators(as_published, {code for code, *_ in wanted}), wanted) == []
    assert len(wanted) == 14 * 60 + 60 + 3 * 60 + 4 * 60 + 60 + 59


def test_felonies_and_floodplain_are_per_resident_of_their_year(as_published: Night) -> None:
    wanted = per_resident()
    assert differences(of_indicators(as_published, {code for code, *_ in wanted}), wanted) == []
    business = wanted["SAF_FELONY7", "105", "2019"]
    assert business.value == pytest.approx(85.4, abs=0.05)
    assert wanted["CIV_FLOOD_POP", CITY, "2010"].value == pytest.approx(5.32, abs=0.005)


def test_residents_are_those_of_the_profiles_and_of_each_census(as_published: Night) -> None:
    residents = dict(as_published.execute(
        "select district_code, population from intermediate.int_people__residents where year = 2016"
    ))  # fmt: skip
    assert residents.keys() == {*DISTRICTS, *"12345", CITY}
    assert (residents[CITY], sum(residents[code] for code in DISTRICTS)) == (8_537_673, 8_534_090)
    census = "select sum(population) from intermediate.int_people__residents where year = 2010 and district_code"
    assert as_published.execute(f"{census} = '{CITY}'") == as_published.execute(f"{census} <> '{CITY}'")


def test_open_requests_count_for_as_long_as_they_were_watched(as_published: Night) -> None:
    residents = {code: one.denominator for (_, code, period), one in per_resident().items() if period == "2019"}
    wanted = figures(requests(new_york_folder() / FILE), residents)
    assert differences(of_indicators(as_published, {"SRV_311_RATE", "SRV_311_CLOSED24"}), wanted) == []
    city = wanted["SRV_311_CLOSED24", CITY, LABEL]
    assert (city.numerator, city.denominator) == (187, 706)
    assert city.value == pytest.approx(34.7, abs=0.05)
    assert pytest.approx(26.5, abs=0.05) == 100 * 187 / 706


def test_the_curve_of_every_area_is_that_of_kaplan_and_meier(as_published: Night) -> None:
    known = requests(new_york_folder() / FILE)
    areas = {area for one in known for area in one.areas}
    wanted = {
        (area, time): step
        for area in areas
        for time, step in curve([one for one in known if area in one.areas]).items()
    }
    told = as_published.execute(
        "select scope, t_s, at_risk, events, survival, greenwood_sum from marts.service_request_survival "
        "where city = 'new_york'"
    )
    found = {row[:2]: row[2:] for row in told}
    assert len(told) == len(found) == len(wanted) > 400
    for key, step in wanted.items():
        at_risk, events, survival, greenwood = found[key]
        assert (at_risk, events) == (step.at_risk, step.events), key
        assert survival == pytest.approx(step.survival, rel=1e-9), key
        assert greenwood == (step.greenwood_sum and pytest.approx(step.greenwood_sum, rel=1e-9)), key


def test_weights_of_precincts_are_shares_of_their_area(as_published: Night) -> None:
    found = {
        (precinct, code): weight
        for precinct, code, weight in as_published.execute(
            "select precinct, district_code, weight from marts.precinct_district_weight"
        )
    }
    assert found == pytest.approx(precinct_weights(), rel=1e-4)
    precincts = [precinct for precinct, _ in found]
    assert (len(found), sum(precincts.count(one) == 1 for one in set(precincts))) == (97, 59)
    assert "22" not in precincts


def test_felonies_of_precincts_and_evacuation_rest_on_areas(as_published: Night) -> None:
    wanted = by_area()
    assert differences(of_indicators(as_published, {code for code, *_ in wanted}), wanted, relative=1e-4) == []
    assert len(wanted) == 9 * 60 + 60


def test_beds_subway_bikes_and_lifts_are_counted_where_they_are(as_published: Night) -> None:
    wanted = by_place()
    assert differences(of_indicators(as_published, {code for code, *_ in wanted}), wanted) == []
    assert wanted["MOB_SUBWAY", CITY, "undated"].numerator == 445
    assert sum(row.status == "missing" for (code, *_), row in wanted.items() if code == "MOB_LIFT") == 13


def test_the_error_of_the_precinct_rule_is_the_published_one(as_published: Night) -> None:
    errors = dict(as_published.execute("select district_code, error_pct from marts.precinct_rule_error"))
    assert errors.keys() == set(DISTRICTS)
    assert statistics.median(map(abs, errors.values())) == pytest.approx(5.1, abs=0.05)
    assert sum(abs(error) > 10 for error in errors.values()) == 12
    assert (errors["502"], errors["106"]) == (pytest.approx(43, abs=0.5), pytest.approx(30, abs=0.5))


def test_every_centre_of_the_file_is_counted_once(as_published: Night) -> None:
    rows = list(records(new_york_folder() / "evacuation_oem" / "center.csv"))
    counts = {
        code: (centers, accessible)
        for code, centers, accessible in as_published.execute(
            "select district_code, centers, accessible_centers from marts.emergency_centers"
        )
    }
    assert counts[CITY] == (len(rows), sum(row["ACCESSIBLE"] == "Y" for row in rows))
    assert sum(counts[code][0] for code in DISTRICTS) == len(rows)
