"""Nights that are killed at the worst moments, each followed by one that must put everything right.

The killed nights run in processes of their own and end without a word, as after a loss of power.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from lake.night.lock import NightRunning
from lake.release.release import newest_release
from lake.sample import write_next_day, write_sample
from tests.integration.night_contents import contents, differences, tables
from tests.integration.night_runner import EXIT_DIED, TrialLake, start

MARTS = ("marts", "marts_restricted")
OFFICIAL = "energy_lcl_halfhourly_official"


@dataclass(frozen=True)
class Lakes:
    """Two lakes with the same deliveries and keys: one whose nights are killed, one whose nights are not."""

    struck: TrialLake
    calm: TrialLake


@pytest.fixture(scope="module")
def lakes(tmp_path_factory: pytest.TempPathFactory) -> Lakes:
    calm = TrialLake.at(tmp_path_factory.mktemp("calm"))
    write_sample(calm.sources, households=120, days=1)
    assert calm.run().status == "released"
    struck = TrialLake.at(tmp_path_factory.mktemp("struck"), sources=calm.sources)
    struck.settings.key_file.write_text(calm.settings.key_file.read_text())
    return Lakes(struck, calm)


def kill(lake: TrialLake, point: str) -> None:
    """Run a night in a process of its own that dies at this point."""
    with start(lake, die_at=point) as process:
        _, told = process.communicate()
    assert process.returncode == EXIT_DIED, told


def assert_alike(lakes: Lakes) -> None:
    """Both lakes show the same rows, and every delivery and reject of the struck one is accounted for once."""
    names = tables(lakes.calm, "raw", "rejects", *MARTS)
    assert differences(contents(lakes.calm, names), contents(lakes.struck, names)) == {}
    assert {one.status for one in lakes.struck.ledger()} <= {"committed", "superseded", "abandoned"}
    published = lakes.struck.rows("select delivery_id, count(*) from ops.deliveries group by all", role="analyst")
    decided = {one.delivery_id for one in lakes.struck.ledger() if one.status != "abandoned"}
    assert dict(published) == dict.fromkeys(decided, 1)


def test_a_night_killed_between_commit_and_ledger_leaves_no_lock(lakes: Lakes) -> None:
    kill(lakes.struck, "raw_committed")
    assert {one.status for one in lakes.struck.ledger()} == {"committing"}
    night = lakes.struck.open()
    try:
        assert {one.status for one in lakes.struck.ledger()} == {"committed"}, "its rows are in the table"
        with pytest.raises(NightRunning, match=night.night_id):
            lakes.struck.open()
        assert list(lakes.struck.settings.scratch.glob("sample/*")) == [night.scratch], "scratch was cleaned"
    finally:
        night.close()


def test_a_night_killed_before_its_commit_has_its_deliveries_come_again(lakes: Lakes) -> None:
    kill(lakes.struck, "raw_committing")
    assert "committing" in {one.status for one in lakes.struck.ledger()}


def test_a_night_killed_before_its_marts_has_no_release(lakes: Lakes) -> None:
    kill(lakes.struck, "ingested")
    assert newest_release(lakes.struck.settings) is None
    assert "abandoned" in {one.status for one in lakes.struck.ledger()}


def test_the_night_after_the_first_three_releases_everything(lakes: Lakes) -> None:
    report = lakes.struck.run()
    assert report.status == "released", report.message
    assert [one for outcome in report.outcomes for one in outcome.deliveries] == []
    assert_alike(lakes)


def test_a_night_killed_between_marts_and_release_is_finished_by_the_next(lakes: Lakes) -> None:
    write_next_day(lakes.calm.sources)
    assert lakes.calm.run().status == "released"
    marts = contents(lakes.struck, tables(lakes.struck, *MARTS))
    kill(lakes.struck, "marts_committed")
    assert differences(marts, contents(lakes.struck, list(marts))) == {}, "analysts still see the earlier release"
    report = lakes.struck.run()
    assert report.status == "released", report.message
    assert [one for outcome in report.outcomes for one in outcome.deliveries] == []
    assert report.release is not None
    assert report.release.release_id == 2
    assert_alike(lakes)
    assert lakes.struck.run().status == "nothing_new"
