"""New York's marts, from the publishers' files through the lake and dbt, against oracles that share no code with them.

One build for all of it. The oracles of each part of the definitions are in modules of their own, `new_york_*.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lake.settings import Settings
from tests.integration.accounted import assert_every_record_counts
from tests.integration.built_marts import built
from tests.integration.dbt_night import Night
from tests.integration.london_reference import differences
from tests.integration.new_york_files import CITY, DISTRICTS, new_york_folder
from tests.integration.new_york_published import per_resident, published
from tests.integration.new_york_requests import FILE, LABEL, curve, figures, requests
from tests.integration.published_files import needs

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
