"""The Dagster UI after a night of the command line: what people see in a browser, and reruns through its own endpoint.

One small night of the sample city stands behind all tests of this file. Screenshots are kept where
CITYLAKE_SCREENSHOTS says, so that somebody can look at them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from lake.release.release import read_release
from lake.sample import write_sample
from lake.settings import Settings
from tests.e2e.dagster_ui import DagsterUI, browser, citylake, materialized_days, running_ui

READINGS = "sample/energy_lcl_halfhourly_official"
STOPS = "sample/bus_stops_tfl"
STOPS_FILE = "bus_stops_tfl/bus-stops.csv"
MISSING_DAY = "2015-01-03"
needs_browser = pytest.mark.skipif(browser() is None, reason="no browser: install chromium to run this test")


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Deliveries of 120 households in which the file of one day is missing and the one of bus stops has no header."""
    folder = tmp_path_factory.mktemp("deliveries")
    write_sample(folder, households=120, days=12)
    (folder / f"energy_lcl_smartmeter/lcl_{MISSING_DAY}.csv").unlink()
    stops = folder / STOPS_FILE
    (folder / "stops.kept").write_bytes(stops.read_bytes())
    stops.write_bytes(stops.read_bytes().replace(b"Stop_Name", b"Name", 1))
    return folder


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, sources: Path) -> Settings:
    """A lake whose first night refused the bus stops, as another decision did; something was in the page's way."""
    folder = tmp_path_factory.mktemp("lake")
    settings = Settings.at(folder / "home", folder / "keys")
    settings.home.mkdir()
    settings.site.write_text("in the way")
    run = ("run", "--city", "sample", "--sources", str(sources))
    night = citylake(settings, *run)
    assert night.returncode == 1, night.stderr
    assert "Released: number 1" in night.stdout
    told = night.stderr.splitlines()[-1]
    assert "page of Brightwater cannot be written" in told
    assert "citylake scorecard --city sample --html FILE" in told
    settings.site.unlink()
    page = settings.page("sample")
    done = citylake(settings, "scorecard", "--city", "sample", "--html", str(page))
    assert done.stdout == f"Wrote {page}\n", done.stderr
    again = citylake(settings, *run, "--only", STOPS.rpartition("/")[2])
    assert again.returncode == 3, again.stderr
    assert "bus-stops.csv" in again.stderr.splitlines()[-1]
    assert read_release(settings).release_id == 1
    return settings


@pytest.fixture(scope="module")
def ui(settings: Settings) -> Iterator[DagsterUI]:
    with running_ui(settings) as ui:
        yield ui


def _kept(name: str, tmp_path: Path) -> Path:
    folder = Path(os.environ.get("CITYLAKE_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.png"


PAGES = {
    "graph": ("/locations/citylake/asset-groups/sample_care", ["adult_social_care", "stg_adult_social_care", "Passed"]),
    "asset": (
        f"/assets/{READINGS}?view=overview",
        ["energy-data-team", "CC0-1.0", "household_pseudonym", "rows read", "citylake rejects", "what checks saw"],
    ),
    "checks": (
        f"/assets/{STOPS}?view=checks&checkDetail=deliveries_accepted",
        ["Failed", "Stop_Name", "bus-stops.csv", "citylake rejects bus_stops_tfl --city sample --delivery"],
    ),
    "mart": (
        "/assets/sample/qol_indicators?view=overview",
        ["citylake explain qol_indicators city=sample district_code=..."],
    ),
    "runs": ("/runs", ["night_sample", "city: sample", "Success"]),
    "schedule": ("/automation", ["nightly_sample", "nightly_london", "03:30 AM", "deliveries_sample"]),
}


@needs_browser
@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_what_people_look_for(ui: DagsterUI, page: str, tmp_path: Path) -> None:
    path, expected = PAGES[page]
    text = ui.shown(path)
    assert [words for words in expected if words not in text] == []
    picture = ui.screenshot(path, _kept(page, tmp_path))
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size > 30_000, "a page this small is an empty one"


def test_a_day_that_never_came_is_a_gap(ui: DagsterUI) -> None:
    days = materialized_days(ui, READINGS)
    assert len(days) == 11
    assert MISSING_DAY not in days


def test_a_refused_dataset_is_decided_again(ui: DagsterUI, sources: Path) -> None:
    (sources / STOPS_FILE).write_bytes((sources / "stops.kept").read_bytes())
    assert ui.launch("night_sample", STOPS) == "SUCCESS"
    query = """query($k: AssetKeyInput!) { assetNodeOrError(assetKey: $k) { ... on AssetNode { assetChecksOrError {
        ... on AssetChecks { checks { name executionForLatestMaterialization { status } } } } } } }"""
    node = ui.query(query, k={"path": STOPS.split("/")})["assetNodeOrError"]
    status = {one["name"]: one["executionForLatestMaterialization"] for one in node["assetChecksOrError"]["checks"]}
    assert status["deliveries_accepted"] == {"status": "SUCCEEDED"}
    assert status["key_unique"] == {"status": "SUCCEEDED"}


def test_three_days_are_backfilled_in_one_run(ui: DagsterUI) -> None:
    before = materialized_days(ui, READINGS)
    done = ui.backfill(READINGS, ["2015-01-05", "2015-01-06", "2015-01-07"])
    assert done["status"] == "COMPLETED_SUCCESS"
    [run] = done["runs"]
    after = materialized_days(ui, READINGS)
    changed = sorted(day for day in after if after[day] != before.get(day))
    assert changed == ["2015-01-05", "2015-01-06", "2015-01-07"]
    assert {after[day] for day in changed} == {run["runId"]}
