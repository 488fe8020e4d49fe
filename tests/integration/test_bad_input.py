"""Bad deliveries of every kind in one night beside a good one: what becomes of each, and that nothing else is lost.

docs/bad-input.md tells what is seen here; `tests.integration.bad_input_story` writes it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lake.deliveries.ledger import COMMITTED, REFUSED
from lake.night.report import NightReport
from tests.integration.bad_input_cases import CUT_ON_ITS_WAY, GOOD, SECTIONS, Case
from tests.integration.bad_input_story import PAGE, Told, cases, contracts, mistakes, night, page, served_nights

ALL = [case for some in SECTIONS.values() for case in some]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return night(tmp_path_factory.mktemp("bad"), cases())


@pytest.fixture(scope="module")
def both_served(tmp_path_factory: pytest.TempPathFactory) -> tuple[Told, NightReport]:
    return served_nights(tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="module")
def served(both_served: tuple[Told, NightReport]) -> Told:
    return both_served[0]


@pytest.mark.parametrize("case", ALL, ids=[case.name for case in ALL])
def test_what_becomes_of_a_bad_delivery(files: Told, served: Told, case: Case) -> None:
    seen = {**files.seen, **served.seen}[case.name]

    assert (seen.outcome, seen.exit_code) == (case.outcome, case.exit_code)
    assert re.search(case.says, seen.message), seen.message
    assert bool(case.says) == bool(seen.message)


def test_nothing_else_of_the_night_is_lost(files: Told, served: Told) -> None:
    for told in (files, served):
        assert told.report.status == "released", told.report.message
        good = f"select count(*), sum(population) from raw.{GOOD}"
        assert told.lake.rows(good) == [(20, 2190)]


def test_every_delivery_is_accounted_for(files: Told) -> None:
    for one in files.lake.ledger():
        assert one.status in (COMMITTED, REFUSED)
        if one.rows_read is not None:
            assert one.rows_read == (one.rows_accepted or 0) + (one.rows_rejected or 0)


def test_the_next_night_decides_none_of_them_again(files: Told) -> None:
    report = files.lake.run(contracts=contracts())

    assert report.status == "nothing_new"
    assert [one for outcome in report.outcomes for one in outcome.deliveries] == []


def test_what_came_short_is_fetched_again_although_its_server_says_the_same(
    both_served: tuple[Told, NightReport],
) -> None:
    _, after = both_served

    decided = [(one.file_name, one.status) for outcome in after.outcomes for one in outcome.deliveries]
    assert decided == [(name, COMMITTED) for name in CUT_ON_ITS_WAY.files]


def test_the_page_tells_what_was_seen(files: Told, served: Told, tmp_path: Path) -> None:
    said = mistakes(tmp_path)

    assert PAGE.read_text(encoding="utf-8") == page({**files.seen, **served.seen}, said)
