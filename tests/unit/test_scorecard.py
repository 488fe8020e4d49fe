"""`citylake scorecard` over marts made by hand."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner, Result

from lake.report.scorecard import scorecards
from lake.settings import Settings
from orchestration.cli import app
from tests.unit.handmade import release, scorecard_marts


@pytest.fixture(autouse=True)
def scored_city(settings: Settings) -> None:
    """A release of the sample city with an index of two domains."""
    release(settings, "sample", scorecard_marts(settings))


def run(*arguments: str) -> Result:
    """Run the command in process; stdout and stderr apart."""
    return CliRunner().invoke(app, arguments)


def test_facts(settings: Settings) -> None:
    (card,) = scorecards(settings, "sample")
    best, unranked = card.districts
    assert (best.name, best.score, best.rank, best.rank_p05, best.rank_p95) == ("Harbour", 80.5, 1, 1, 2)
    assert best.domains == {"environment": 90.0, "safety": 72.0}
    assert (unranked.score, unranked.rank, unranked.missing) == (None, None, "ENV_NO2")


def test_scorecard_from_marts_made_by_hand() -> None:
    done = run("scorecard", "--city", "sample")
    assert done.exit_code == 0, done.stderr
    lines = [" ".join(line.split()) for line in done.stdout.splitlines() if line.strip()]
    assert lines[0] == "QOL_CITY of sample, 2014-01-01 to 2014-12-31; scores 0 to 100"
    assert lines[1:3] == ["rank", "district score (5-95 %) environment safety"]
    assert lines[4:] == [
        "Harbour 80.5 1 (1-2) 90 72",
        "Old Town - - - 50",
        "Rank intervals: half of them span 1 or more places.",
        "Harbour: floored ENV_NO2",
        "Old Town: insufficient data; missing ENV_NO2",
    ]


def test_scorecard_of_a_district_lists_its_indicators() -> None:
    done = run("scorecard", "--district", "old town")
    lines = [" ".join(line.split()) for line in done.stdout.splitlines() if line.strip()]
    assert lines[-1] == "environment ENV_NO2 Nitrogen dioxide 2014 ug/m3 40% - insufficient data"
    unknown = run("scorecard", "--district", "Atlantis")
    assert unknown.exit_code == 2
    assert "Districts are Harbour, Old Town." in unknown.stderr


def test_scorecard_of_an_unknown_city_is_wrong_usage() -> None:
    done = run("scorecard", "--city", "paris")
    assert done.exit_code == 2
    assert "hint: It has sample." in done.stderr
