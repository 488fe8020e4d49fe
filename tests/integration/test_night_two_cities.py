"""Two cities' nights in one lake at the same moment: they share tables, catalog, ledger and the sequence of releases.

Each night runs in a process of its own; both are held at the release step until the other one is there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from lake.city import packaged_cities
from lake.contract import load_contracts
from lake.release.release import all_releases
from lake.sample import write_next_day, write_sample
from lake.site import write_page
from orchestration.cli import app
from tests.integration.night_contents import tables
from tests.integration.night_runner import TrialLake, start
from tests.integration.other_cities import away, files_of

CITIES = ("sample", "twin")
pytestmark = pytest.mark.long


@dataclass(frozen=True)
class Lakes:
    """One lake, seen by each of its cities."""

    sample: TrialLake
    twin: TrialLake


@pytest.fixture(scope="module")
def lakes(tmp_path_factory: pytest.TempPathFactory) -> Lakes:
    folder = tmp_path_factory.mktemp("two")
    write_sample(folder / "sources", households=120, days=1)
    city_file = folder / "twin.yaml"
    city_file.write_text(packaged_cities()["sample"].read_text().replace("city: sample\n", "city: twin\n", 1))
    return Lakes(TrialLake.at(folder), TrialLake.at(folder, str(city_file)))


def run_both(lakes: Lakes, place: Path) -> None:
    """A night of each city; both come to the release step before either publishes."""
    nights = [start(lake, meet_at=f"{place}:2") for lake in (lakes.sample, lakes.twin)]
    for night in nights:
        with night:
            out, told = night.communicate()
        assert night.returncode == 0, told
        assert json.loads(out)["status"] == "released", out + told
    assert len(list(place.iterdir())) == 2


def test_both_cities_first_nights_are_in_the_last_release(lakes: Lakes, tmp_path: Path) -> None:
    run_both(lakes, tmp_path / "meeting")
    first, last = all_releases(lakes.sample.settings)
    assert (first.release_id, last.release_id) == (1, 2)
    assert {first.city, last.city} == set(CITIES)
    assert set(first.cities) == {first.city}
    assert set(last.cities) == set(CITIES)


def test_neither_city_lost_a_row_to_the_other(lakes: Lakes) -> None:
    with lakes.sample.query() as con:
        for name in tables(lakes.sample, "raw", "rejects", "marts", "marts_restricted"):
            columns = [column for column, *_ in con.execute(f"describe {name}").fetchall()]
            if "city" in columns:
                counted = dict(con.execute(f"select city, count(*) from {name} group by all").fetchall())
                assert set(counted) <= set(CITIES), name
                assert len(set(counted.values())) <= 1, (name, counted)
            else:
                rows, distinct = con.execute(f"select count(*), count(distinct t) from {name} t").fetchall()[0]
                assert rows == distinct > 0, name
        assert con.execute("select count(*) from raw.energy_lcl_halfhourly_official").fetchall()[0][0] > 10_000
    nights = lakes.sample.rows("select city, status from ops.nights order by city", role="analyst")
    assert nights == [(city, "released") for city in CITIES]


def test_status_of_a_city_shows_its_nights_only(lakes: Lakes) -> None:
    home = {"CITYLAKE_HOME": str(lakes.sample.settings.home), "CITYLAKE_KEY_FILE": str(lakes.sample.settings.key_file)}
    done = CliRunner().invoke(app, ["status", "--city", "sample"], env=home)
    assert done.exit_code == 0
    [(night,)] = lakes.sample.rows("select night_id from ops.nights where city = 'sample'", role="analyst")
    assert night in done.stdout
    assert "twin" not in done.stdout


def test_one_citys_night_opens_no_file_of_the_other_and_leaves_its_entry_alone(lakes: Lakes, tmp_path: Path) -> None:
    before = all_releases(lakes.sample.settings)[-1].cities["twin"]
    assert lakes.twin.run().status == "nothing_new", "the other city's commits are no news"
    write_next_day(lakes.sample.sources)
    others = files_of(lakes.twin)
    assert len(others) > 50
    with away(others):
        report = lakes.sample.run()
        assert report.status == "released", report.message
        page = write_page(lakes.sample.settings, lakes.sample.city, load_contracts(), tmp_path / "page.html")
        assert "Brightwater" in page.read_text()
        with pytest.raises(duckdb.IOException, match="twin"):
            lakes.twin.rows("select count(distinct unit) from marts.qol_indicators")
    assert all_releases(lakes.sample.settings)[-1].cities["twin"] == before


def test_a_second_night_of_both_again_ends_in_one_release(lakes: Lakes, tmp_path: Path) -> None:
    if not all_releases(lakes.sample.settings):
        run_both(lakes, tmp_path / "first meeting")
    before = [one.release_id for one in all_releases(lakes.sample.settings)]
    delivered = len(list(lakes.sample.sources.glob("energy_lcl_smartmeter/lcl_*.csv")))
    write_next_day(lakes.sample.sources)
    run_both(lakes, tmp_path / "meeting")
    last = all_releases(lakes.sample.settings)[-1]
    assert {entry.release_id for entry in last.cities.values()} == {before[-1] + 1, before[-1] + 2}
    days = "select city, count(distinct date) from marts.energy_district_daily where date >= '2014-12-29' group by all"
    assert dict(lakes.sample.rows(days, role="analyst")) == dict.fromkeys(CITIES, delivered + 1)
