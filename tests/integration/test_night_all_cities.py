"""A night of every city that comes with citylake, one after another in one lake, over the files that are there.

One release holds them all. No night opens a data file of another city, for they are away while it works, and a city has
the rows that it has in a lake of its own.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass

import pytest

from lake.contract import load_contracts
from lake.release.release import all_releases
from lake.sample import write_sample
from lake.site import write_page
from tests.integration.night_runner import TrialLake
from tests.integration.other_cities import away, files_of
from tests.integration.published_files import published_folder

FOLDERS = {
    "reference": "reference", "edinburgh": "scotland", "rio_grande": "rio_grande", "london": "london",
    "new_york": "nyc",
}  # fmt: skip
ABSENT = [folder for folder in FOLDERS.values() if not published_folder(folder).is_dir()]
SMALL = "reference"

pytestmark = [pytest.mark.long, pytest.mark.skipif(bool(ABSENT), reason=f"no files of {', '.join(ABSENT)}")]


@dataclass(frozen=True)
class Shared:
    """The lake as each of its cities sees it, in the order of their nights, and a lake of the small city alone."""

    cities: dict[str, TrialLake]
    alone: TrialLake


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Shared:
    folder = tmp_path_factory.mktemp("all")
    write_sample(folder / "sample", households=120, days=1)
    sources = {"sample": folder / "sample", **{city: published_folder(name) for city, name in FOLDERS.items()}}
    order = ("sample", "london", "new_york", "rio_grande", "edinburgh", SMALL)
    cities = {city: TrialLake.at(folder, city, sources[city]) for city in order}
    for number, lake in enumerate(cities.values()):
        others = [path for other in itertools.islice(cities.values(), number) for path in files_of(other)]
        with away(others):
            released(lake)
    alone = TrialLake.at(tmp_path_factory.mktemp("alone"), SMALL, sources[SMALL])
    alone.settings.key_file.write_text(cities[SMALL].settings.key_file.read_text())
    released(alone)
    return Shared(cities, alone)


def released(lake: TrialLake) -> None:
    """Run a night of the lake's city that must end in a release, and write its page."""
    report = lake.run()
    assert report.status == "released", report.message
    assert report.refused == []
    page = write_page(lake.settings, lake.city, load_contracts())
    assert lake.city.name in page.read_text()


def test_the_last_release_holds_every_city(shared: Shared) -> None:
    releases = all_releases(shared.cities[SMALL].settings)
    assert [release.city for release in releases] == list(shared.cities)
    last = releases[-1]
    assert set(last.cities) == set(shared.cities)
    for release in releases:
        assert last.cities[release.city] == release.cities[release.city], "carried over as it was"
    figures = "select city, count(*) from marts.qol_indicators group by all"
    with_figures = dict(shared.cities[SMALL].rows(figures, role="analyst"))
    assert {"sample", "london", "new_york"} <= set(with_figures) <= set(shared.cities)


def test_a_city_has_the_rows_that_it_has_in_a_lake_of_its_own(shared: Shared) -> None:
    here, alone = shared.cities[SMALL], shared.alone
    cities = "select table_schema || '.' || table_name from information_schema.columns where column_name = 'city'"
    compared = 0
    for (name,) in alone.rows(f"{cities} and table_schema in ('marts', 'marts_restricted')"):
        rows = Counter(alone.rows(f"select * from {name}"))
        assert Counter(here.rows(f"select * from {name} where city = '{SMALL}'")) == rows, name
        compared += rows.total()
    assert compared > 10
