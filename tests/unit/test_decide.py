"""A dataset's part of a night: refused as a whole or committed, each delivery for itself; and what a crash left."""

from __future__ import annotations

import logging
from pathlib import Path

import duckdb
import pytest

from lake.checks import CheckError
from lake.contract import Contract, EventTime, Load, RowRule
from lake.deliveries.ledger import ABANDONED, COMMITTED, COMMITTING, REFUSED, SUPERSEDED, Delivery
from lake.deliveries.slots import News, candidates, new_arrivals
from lake.night.decide import Outcome, decide, unreachable
from lake.night.raw_state import delivered_periods, recover, stale_datasets
from tests.unit.deliveries import KEY, Lake, city, column, contract, day, source

PLACE = city(source("in"))
TOY = contract(column("id", required=True), column("n", "integer"), limits=0.25)
DAILY = contract(
    column("on", "date", required=True),
    column("n", "integer"),
    load=Load(mode="replace_period", period="day"),
    eventTime=EventTime(column="on", zone="UTC"),
)


class Crash(BaseException):
    """The process is gone."""


def statuses(outcome: Outcome) -> dict[str, str]:
    return {one.file_name: one.status for one in outcome.deliveries}


def days(*rows: tuple[int, int]) -> str:
    return "on,n\n" + "".join(f"{day(number)},{n}\n" for number, n in rows)


def test_a_committed_delivery_tells_its_counts(lake: Lake) -> None:
    lake.put("in/a.csv", "id,n,extra\na,1,\nb,x,\n\nc,3,\nd,4,\n,5,\n")

    (one,) = lake.night(TOY, PLACE).committed

    assert (one.rows_read, one.rows_accepted, one.rows_rejected, one.rows_no_data) == (6, 4, 2, 1)
    assert (one.cells_rejected, one.rows_written, one.unexpected_columns) == (1, 4, ("extra",))
    assert one.rejected_by_rule == {"bad_n": 1, "blank_row": 1, "null_id": 1}
    assert one.decided_at is not None
    assert lake.ledger.deliveries() == [one]
    assert lake.rejects(TOY, "kind, rule_id, _source_row, _delivery_id") == [
        ("cell", "bad_n", 3, one.delivery_id),
        ("no_data", "blank_row", 4, one.delivery_id),
        ("record", "null_id", 7, one.delivery_id),
    ]
    assert lake.ledger.heads(PLACE.city) == {"toy": lake.tables(TOY)[0].current_snapshot().snapshot_id}


def test_too_many_rejects_refuse_the_whole_and_rows_that_are_no_data_do_not_count(lake: Lake) -> None:
    lake.put("in/bad.csv", "id,n\na,1\n,2\n,3\n")
    lake.put("in/edge.csv", "id,n\na,1\nb,1\nc,1\n,2\n\n\n\n\n")

    outcome = lake.night(TOY, PLACE)

    assert statuses(outcome) == {"bad.csv": REFUSED, "edge.csv": COMMITTED}
    (refused,) = outcome.refused
    assert refused.reason == "2 of 3 records rejected (66.7%), the contract allows 25.0%: null_id 2"
    assert (refused.rows_read, refused.rows_accepted, refused.rows_written) == (3, 1, 0)
    assert {row[0] for row in lake.rows(TOY, "_slot")} == {"toy/edge.csv"}
    assert len(lake.rejects(TOY)) == 2 + 1 + 4


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty (ask the publisher for a complete file)"),
        (b"id;n\na;1\n", "fields are separated by a semicolon"),
        (b"id,n\n", "a header and no record"),
        (b"id,n\n,1\n,\n", "1 of 1 records rejected"),
        (b"id,n\n,\n", "0 of 0 records rejected (100.0%)"),
        (b"id,n\n" + b"x" * 3_000_000 + b"\n", "Maximum line size"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_a_reason_and_others_go_on(
    lake: Lake, content: bytes, reason: str
) -> None:
    lake.put("in/a.csv", content)
    lake.put("in/b.csv", "id,n\nb,1\n")

    outcome = lake.night(TOY, PLACE)

    assert statuses(outcome) == {"a.csv": REFUSED, "b.csv": COMMITTED}
    told = outcome.refused[0].reason
    assert reason in told
    assert str(lake.settings.landing) not in told
    assert [(one.dataset, one.reason) for one in stale_datasets(lake.ledger, PLACE.city)] == [("toy", f"a.csv: {told}")]


def test_what_the_engine_says_about_a_personal_file_is_withheld(lake: Lake) -> None:
    of = contract(
        column("id", identifier=True, classification="personal"), pseudonymDomain="energy", legalBasis="consent"
    )
    lake.put("in/a.csv", b"id\n" + b"MAC000001," * 300_000 + b"\n")

    (refused,) = lake.night(of, PLACE).refused

    assert "withheld" in refused.reason
    assert "MAC" not in refused.reason


def test_a_failed_audit_refuses_only_that_delivery_and_main_keeps_the_last_good_state(lake: Lake) -> None:
    lake.put("in/a.csv", "id,n\na,1\n")
    lake.put("in/b.csv", "id,n\nb,1\n")
    lake.night(TOY, PLACE)
    lake.put("in/a.csv", "id,n\na,22\n")
    lake.put("in/b.csv", "id,n\nb,22\n")
    lake.auditor.refuse = {"a.csv"}

    outcome = lake.night(TOY, PLACE)

    assert statuses(outcome) == {"a.csv": REFUSED, "b.csv": COMMITTED}
    assert outcome.refused[0].reason == "toy_rule: as told"
    assert lake.rows(TOY, "id, n") == [("a", 1), ("b", 22)]
    assert [check.passed for check in outcome.checks] == [False, True]
    raw = lake.settings.warehouse_team / "raw" / "toy" / "data"
    assert len(list(raw.rglob("*.parquet"))) == 3


def test_main_does_not_move_where_all_is_refused(lake: Lake) -> None:
    lake.put("in/a.csv", "id,n\na,1\n")
    lake.night(TOY, PLACE)
    lake.put("in/a.csv", "id,n\na,22\n")
    lake.auditor.refuse = {"a.csv"}

    lake.night(TOY, PLACE)

    assert lake.snapshots(TOY) == 1


def test_a_check_that_cannot_be_run_refuses_with_the_counts(lake: Lake) -> None:
    def broken(_: Delivery) -> None:
        raise CheckError("the suite has a hole", hint="mend it")

    lake.put("in/a.csv", "id,n\na,1\nb,2\nc,3\n,4\n")
    lake.auditor.before_answer = broken

    (refused,) = lake.night(TOY, PLACE).refused

    assert refused.reason == "the suite has a hole (mend it)"
    assert (refused.rows_read, refused.rows_rejected) == (4, 1)
    assert len(lake.rejects(TOY)) == 1
    assert list((lake.settings.warehouse_team / "raw" / "toy").rglob("*.parquet")) == []


def test_a_machine_that_fails_refuses_nothing(lake: Lake) -> None:
    def full(_: Delivery) -> None:
        raise duckdb.OutOfMemoryException("out of memory")

    lake.put("in/a.csv", "id,n\na,1\n")
    lake.auditor.before_answer = full
    with pytest.raises(duckdb.OutOfMemoryException):
        lake.night(TOY, PLACE)

    lake.auditor.before_answer = None
    assert statuses(lake.night(TOY, PLACE)) == {"a.csv": COMMITTED}


def test_nothing_new_changes_nothing(lake: Lake) -> None:
    lake.put("in/a.csv", "id,n\na,1\n")
    lake.night(TOY, PLACE)

    assert lake.night(TOY, PLACE).deliveries == []
    assert lake.snapshots(TOY) == 1


def test_two_deliveries_of_one_slot_in_one_night_the_later_counts_per_period(lake: Lake) -> None:
    lake.put("in/a.csv", days((1, 1), (2, 1)))
    both = city(source("in/a.csv"))
    lake.night(DAILY, both)
    first = lake.put("in/a.csv", days((1, 2), (2, 2), (3, 2)))
    early = lake.arrivals(DAILY, both)
    first.write_text(days((2, 33), (4, 33)))
    late = lake.arrivals(DAILY, both)

    outcome = decide(lake.bench(DAILY, both), News([*early, *late], {}))

    assert [one.status for one in outcome.deliveries] == [COMMITTED, COMMITTED]
    assert [one.rows_written for one in outcome.deliveries] == [2, 2]
    assert lake.rows(DAILY, 'day("on"), n') == [(1, 2), (2, 33), (3, 2), (4, 33)]
    assert delivered_periods(lake.ledger, both.city, {"toy": DAILY}) == {"toy": [day(1), day(2), day(3), day(4)]}


def test_a_period_that_a_delivery_does_not_carry_stays(lake: Lake) -> None:
    path = lake.put("in/a.csv", days((1, 1), (2, 1)))
    lake.night(DAILY, PLACE)
    path.write_text(days((2, 22)))
    lake.night(DAILY, PLACE)

    assert lake.rows(DAILY, '_period, "on", n') == [(day(1), day(1), 1), (day(2), day(2), 22)]


def test_an_append_slot_does_not_deliver_twice(lake: Lake) -> None:
    of = TOY.model_copy(update={"load": Load(mode="append")})
    lake.put("in/a.csv", "id,n\na,1\n")
    lake.night(of, PLACE)
    lake.put("in/a.csv", "id,n\na,22\n")
    lake.put("in/b.csv", "id,n\nb,1\n")

    outcome = lake.night(of, PLACE)

    assert statuses(outcome) == {"a.csv": REFUSED, "b.csv": COMMITTED}
    assert "append-only" in outcome.refused[0].reason
    assert lake.rows(of, "id, n") == [("a", 1), ("b", 1)]


def test_the_key_is_known_before_the_first_pseudonym_is_written(lake: Lake) -> None:
    lake.auditor.before_answer = crash
    lake.put("in/a.csv", "id,n\na,1\n")
    with pytest.raises(Crash):
        lake.night(TOY, PLACE)

    assert lake.ledger.key_fingerprints("energy") == {1: KEY.fingerprint}


def test_a_source_that_cannot_be_read_is_told(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="citylake"):
        outcome = unreachable("toy", ConnectionError(111, "Connection refused"))

    assert outcome.problem == "the source of toy cannot be read: Connection refused"
    assert [check.blocks for check in outcome.checks] == [True]
    assert outcome.problem in caplog.text


def test_a_file_that_cannot_be_read_costs_no_other(lake: Lake) -> None:
    lake.put("in/a.csv", "id,n\na,1\n")
    lake.put("in/b.csv", "id,n\nb,1\n")
    found = candidates(PLACE, TOY, lake.sources, None)
    lake.sources.joinpath("in/a.csv").unlink()
    news = new_arrivals(found, TOY, "suite", lake.ledger, PLACE, lake.settings.landing)

    outcome = decide(lake.bench(TOY, PLACE), news)

    assert statuses(outcome) == {"b.csv": COMMITTED}
    assert outcome.problem == "a.csv of toy cannot be read: No such file or directory"
    assert [check.check_id for check in outcome.checks if not check.passed] == ["source_reachable"]
    lake.put("in/a.csv", "id,n\na,1\n")
    assert statuses(lake.night(TOY, PLACE)) == {"a.csv": COMMITTED}


def test_progress_and_refusals_are_told(lake: Lake, caplog: pytest.LogCaptureFixture) -> None:
    lake.put("in/a.csv", "id,n\na,1\n")
    lake.put("in/b.csv", "")
    with caplog.at_level(logging.INFO, logger="citylake"):
        lake.night(TOY, PLACE)
        lake.night(TOY, PLACE)

    assert "toy: 2 deliveries, 1 rows read, 0 rejected, 1 refused" in caplog.text
    assert "toy: refused b.csv: the file is empty" in caplog.text
    assert "toy: nothing new" in caplog.text


def crash(*_: object, **__: object) -> None:
    raise Crash


def crashed_night(lake: Lake, monkeypatch: pytest.MonkeyPatch, of: Contract, where: str) -> None:
    """A night that ends at this call."""
    with monkeypatch.context() as broken:
        broken.setattr(where, crash)
        with pytest.raises(Crash):
            lake.night(of, PLACE)
    recover(lake.bench(of, PLACE))


@pytest.mark.parametrize("where", ["lake.night.decide.commit", "lake.night.decide.commit_raw"])
def test_after_a_crash_before_the_commit_the_delivery_comes_again(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    lake.put("in/a.csv", "id,n\na,1\nb,2\nc,3\n,4\n")
    crashed_night(lake, monkeypatch, TOY, where)
    assert [one.status for one in lake.ledger.deliveries()] == [ABANDONED]

    outcome = lake.night(TOY, PLACE)

    assert statuses(outcome) == {"a.csv": COMMITTED}
    assert lake.rows(TOY, "id") == [("a",), ("b",), ("c",)]


def test_after_a_crash_behind_the_commit_the_rows_count_and_do_not_come_twice(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake.put("in/a.csv", "id,n\na,1\n")
    with monkeypatch.context() as broken:
        # The head is recorded twice: as none before the commit, as the new snapshot after it.
        broken.setattr("lake.deliveries.ledger.Ledger.record_head", lambda *told: crash() if told[-1] else None)
        with pytest.raises(Crash):
            lake.night(TOY, PLACE)
    recover(lake.bench(TOY, PLACE))

    (one,) = lake.ledger.deliveries()
    assert one.status == COMMITTED
    assert one.decided_at is not None
    assert lake.ledger.heads(PLACE.city) == {"toy": lake.tables(TOY)[0].current_snapshot().snapshot_id}
    assert lake.night(TOY, PLACE).deliveries == []
    assert lake.rows(TOY, "id, n") == [("a", 1)]


def test_after_a_crash_of_a_redelivery_before_its_commit_the_earlier_rows_stand(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = lake.put("in/a.csv", "id,n\na,1\n")
    lake.night(TOY, PLACE)
    path.write_text("id,n\na,22\n")
    crashed_night(lake, monkeypatch, TOY, "lake.night.decide.commit_raw")

    assert lake.rows(TOY, "n") == [(1,)]
    lake.night(TOY, PLACE)
    assert lake.rows(TOY, "n") == [(22,)]


def test_a_crash_while_files_are_staged_leaves_nothing_decided(lake: Lake) -> None:
    lake.put("in/a.csv", "id,n\na,1\n")
    lake.auditor.before_answer = crash
    with pytest.raises(Crash):
        lake.night(TOY, PLACE)
    lake.auditor.before_answer = None

    recover(lake.bench(TOY, PLACE))
    assert statuses(lake.night(TOY, PLACE)) == {"a.csv": COMMITTED}


def test_recovery_of_a_table_that_never_was(lake: Lake) -> None:
    lake.put("in/a.csv", "id,n\na,1\n")
    (one,) = lake.night(TOY, PLACE).deliveries
    lake.catalog.drop_table("raw.toy")
    lake.ledger.record([Delivery(**{**vars(one), "status": COMMITTING, "decided_at": None})])

    recover(lake.bench(TOY, PLACE))

    assert [one.status for one in lake.ledger.deliveries()] == [ABANDONED]


def test_rows_that_are_no_data_are_told_apart(lake: Lake) -> None:
    total = RowRule(id="total", rejectWhen="id = 'Total'", reason="it is a total", kind="no_data")
    of = TOY.model_copy(update={"row_rules": (total,)})
    lake.put("in/a.csv", "id,n\na,1\nb,2\nTotal,3\n")

    (one,) = lake.night(of, PLACE).committed

    assert (one.rows_accepted, one.rows_rejected, one.rows_no_data) == (2, 1, 1)
    assert lake.rejects(of, "kind, rule_id, reason") == [("no_data", "total", "it is a total")]


def test_a_delivery_superseded_in_its_own_night_is_recorded(lake: Lake) -> None:
    place = city(source("a.csv"))
    path = lake.put("a.csv", "id,n\na,1\n")
    early = lake.arrivals(TOY, place)
    path.write_text("id,n\na,22\n")

    outcome = decide(lake.bench(TOY, place), News([*early, *lake.arrivals(TOY, place)], {}))

    assert [(one.status, one.rows_written) for one in outcome.deliveries] == [(SUPERSEDED, 0), (COMMITTED, 1)]
    assert lake.rows(TOY, "n") == [(22,)]


def test_scratch_is_tidy_after_each_delivery(lake: Lake) -> None:
    lake.put("in/a.csv", 'id,n\n"a",1\n')
    lake.put("in/b.csv", "")
    lake.night(TOY, PLACE)

    assert [path for path in Path(lake.settings.scratch).rglob("*") if path.is_file()] == []
