"""Withdrawals and backfills: who owns which rows, and that exactly those come back."""

from __future__ import annotations

import pytest

from lake.contract import Contract, EventTime, Load
from lake.deliveries.ledger import COMMITTED, SUPERSEDED, WITHDRAWN, Delivery
from lake.deliveries.owners import owners
from lake.deliveries.slots import News
from lake.errors import CitylakeError
from lake.night.decide import decide
from lake.night.restore import NothingToRestore, finish_withdrawals, reingest, withdraw
from tests.unit.deliveries import Lake, Rows, city, column, contract, day, source

PLACE = city(source("in"))
WHOLE = contract(column("id"), column("n", "integer"))
DAILY = contract(
    column("on", "date", required=True),
    column("n", "integer"),
    load=Load(mode="replace_period", period="day"),
    eventTime=EventTime(column="on", zone="UTC"),
)


def days(*rows: tuple[int, int]) -> str:
    return "on,n\n" + "".join(f"{day(number)},{n}\n" for number, n in rows)


def deliver(lake: Lake, of: Contract, name: str, content: str) -> Delivery:
    lake.put(f"in/{name}", content)
    (one,) = lake.night(of, PLACE).committed
    return one


def take_back(lake: Lake, of: Contract, delivery: Delivery) -> Delivery:
    return withdraw(lake.bench(of, PLACE), delivery, "it was wrong").deliveries[0]


def daily(lake: Lake) -> Rows:
    return lake.rows(DAILY, 'day("on"), n')


def test_the_earlier_delivery_of_the_slot_has_its_rows_again(lake: Lake) -> None:
    first = deliver(lake, WHOLE, "a.csv", "id,n\na,1\nb,1\n")
    other = deliver(lake, WHOLE, "b.csv", "id,n\nc,1\n")
    second = deliver(lake, WHOLE, "a.csv", "id,n\na,22\n")

    gone = take_back(lake, WHOLE, second)

    assert (gone.status, gone.reason, gone.rows_written) == (WITHDRAWN, "it was wrong", 0)
    assert lake.ledger.find(second.delivery_id) == gone
    assert lake.rows(WHOLE, "id, n, _delivery_id") == [
        ("a", 1, first.delivery_id), ("b", 1, first.delivery_id), ("c", 1, other.delivery_id),
    ]  # fmt: skip
    assert lake.night(WHOLE, PLACE).deliveries == []


def test_without_an_earlier_delivery_the_slot_is_empty(lake: Lake) -> None:
    one = deliver(lake, WHOLE, "a.csv", "id,n\na,1\n")
    head = lake.ledger.heads(PLACE.city)

    take_back(lake, WHOLE, one)

    assert lake.rows(WHOLE) == []
    assert lake.ledger.heads(PLACE.city) != head


def test_a_period_goes_back_to_whoever_owned_it(lake: Lake) -> None:
    deliver(lake, DAILY, "a.csv", days((1, 1), (2, 1), (3, 1)))
    deliver(lake, DAILY, "a.csv", days((2, 22), (3, 22)))
    third = deliver(lake, DAILY, "a.csv", days((3, 333), (4, 333)))

    take_back(lake, DAILY, third)

    assert daily(lake) == [(1, 1), (2, 22), (3, 22)]


def test_rows_that_somebody_else_owns_by_now_stay(lake: Lake) -> None:
    first = deliver(lake, DAILY, "a.csv", days((1, 1), (2, 1)))
    deliver(lake, DAILY, "a.csv", days((2, 22)))

    take_back(lake, DAILY, first)
    assert daily(lake) == [(2, 22)]


def test_a_delivery_that_owns_nothing_any_more_leaves_the_table_as_it_is(lake: Lake) -> None:
    first = deliver(lake, WHOLE, "a.csv", "id,n\na,1\n")
    deliver(lake, WHOLE, "a.csv", "id,n\na,22\n")
    snapshots = lake.snapshots(WHOLE)

    assert take_back(lake, WHOLE, first).status == WITHDRAWN
    assert lake.rows(WHOLE, "id, n") == [("a", 22)]
    assert lake.snapshots(WHOLE) == snapshots


def test_withdrawing_twice_goes_back_twice_and_then_no_more(lake: Lake) -> None:
    first, second, third = (deliver(lake, WHOLE, "a.csv", f"id,n\na,{n}\n") for n in (1, 22, 333))

    take_back(lake, WHOLE, second)
    assert lake.rows(WHOLE, "n") == [(333,)]
    take_back(lake, WHOLE, third)
    assert lake.rows(WHOLE, "n") == [(1,)]
    take_back(lake, WHOLE, first)
    assert lake.rows(WHOLE, "n") == []
    known = lake.ledger.find(first.delivery_id)
    assert known is not None
    with pytest.raises(NothingToRestore, match="is withdrawn: none of its rows is in the lake"):
        take_back(lake, WHOLE, known)


def test_what_was_superseded_in_its_own_night_has_its_rows_where_the_later_one_is_gone(lake: Lake) -> None:
    place = city(source("in/a.csv"))
    lake.put("in/a.csv", "id,n\na,1\nb,1\n")
    early = lake.arrivals(WHOLE, place)
    lake.put("in/a.csv", "id,n\na,22\n")
    outcome = decide(lake.bench(WHOLE, place), News([*early, *lake.arrivals(WHOLE, place)], {}))
    first, second = outcome.deliveries
    assert (first.status, second.status) == (SUPERSEDED, COMMITTED)

    take_back(lake, WHOLE, second)

    assert lake.rows(WHOLE, "id, n") == [("a", 1), ("b", 1)]
    restored = lake.ledger.find(first.delivery_id)
    assert restored is not None
    assert (restored.status, restored.rows_written, restored.reason) == (COMMITTED, 2, "")


def test_other_bytes_after_a_withdrawal_are_heard(lake: Lake) -> None:
    one = deliver(lake, WHOLE, "a.csv", "id,n\na,1\n")
    take_back(lake, WHOLE, one)

    deliver(lake, WHOLE, "a.csv", "id,n\na,22\n")
    assert lake.rows(WHOLE, "n") == [(22,)]


def test_nothing_changes_where_the_earlier_delivery_no_longer_passes(lake: Lake) -> None:
    deliver(lake, WHOLE, "a.csv", "id,n\na,1\n")
    second = deliver(lake, WHOLE, "a.csv", "id,n\na,22\n")
    lake.auditor.refuse = {"a.csv"}

    with pytest.raises(CitylakeError, match="passed its checks before and fails now: toy_rule: as told"):
        take_back(lake, WHOLE, second)

    assert lake.rows(WHOLE, "n") == [(22,)]
    assert lake.ledger.find(second.delivery_id) == second


def test_a_crash_between_commit_and_ledger_is_mended_by_withdrawing_again(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = deliver(lake, WHOLE, "a.csv", "id,n\na,1\n")

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("lake.deliveries.ledger.Ledger.record", crash)
        with pytest.raises(KeyboardInterrupt):
            take_back(lake, WHOLE, one)
    assert take_back(lake, WHOLE, one).status == WITHDRAWN
    assert lake.rows(WHOLE) == []


def test_a_backfill_reads_just_these_days_again_from_their_owners(lake: Lake) -> None:
    first = deliver(lake, DAILY, "a.csv", days((1, 1), (2, 1), (3, 1), (4, 1)))
    second = deliver(lake, DAILY, "b.csv", days((2, 22)))
    third = deliver(lake, DAILY, "a.csv", days((3, 333)))
    before = dict(lake.rows(DAILY, 'n * 10 + day("on"), _ingested_at'))

    outcome = reingest(lake.bench(DAILY, PLACE), day(2), day(3))

    assert daily(lake) == [(1, 1), (2, 1), (2, 22), (3, 333), (4, 1)]
    after = dict(lake.rows(DAILY, 'n * 10 + day("on"), _ingested_at'))
    assert {key for key in after if after[key] != before[key]} == {12, 222, 3333}
    read = {one.delivery_id for one in outcome.deliveries}
    assert read == {first.delivery_id, second.delivery_id, third.delivery_id}
    assert len(lake.rejects(DAILY)) == 0


def test_a_backfill_of_days_that_never_came_changes_nothing(lake: Lake) -> None:
    deliver(lake, DAILY, "a.csv", days((1, 1)))

    assert reingest(lake.bench(DAILY, PLACE), day(5), day(9)).deliveries == []
    assert lake.snapshots(DAILY) == 1


def test_owners_are_the_last_by_slot_and_period(lake: Lake) -> None:
    deliver(lake, DAILY, "a.csv", days((1, 1), (2, 1)))
    deliver(lake, DAILY, "a.csv", days((2, 22)))
    deliver(lake, DAILY, "b.csv", days((2, 22), (3, 3)))

    found = owners(lake.ledger.deliveries(), DAILY)

    assert {place: one.rows_written for place, one in found.items()} == {
        ("toy/a.csv", day(1)): 2, ("toy/a.csv", day(2)): 1, ("toy/b.csv", day(2)): 2, ("toy/b.csv", day(3)): 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    "where", ["lake.night.restore.put_back", "lake.night.restore._in_force", "lake.night.decide.commit"]
)
def test_a_withdrawal_that_a_crash_cut_off_is_carried_out_by_the_next_night(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    place = city(source("in/a.csv"))
    lake.put("in/a.csv", "id,n\na,1\n")
    early = lake.arrivals(WHOLE, place)
    lake.put("in/a.csv", "id,n\na,22\n")
    _, second = decide(lake.bench(WHOLE, place), News([*early, *lake.arrivals(WHOLE, place)], {})).deliveries

    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(where, crash)
        with pytest.raises(KeyboardInterrupt):
            take_back(lake, WHOLE, second)
    finish_withdrawals(lake.bench(WHOLE, place))

    known = lake.ledger.find(second.delivery_id)
    assert known is not None
    assert (known.status, known.reason) == (WITHDRAWN, "it was wrong")
    assert lake.rows(WHOLE, "id, n") == [("a", 1)]


def test_a_withdrawn_delivery_stays_away_when_the_contract_changes(lake: Lake) -> None:
    one = deliver(lake, WHOLE, "a.csv", "id,n\na,1\n")
    take_back(lake, WHOLE, one)
    of = contract(column("id"), column("n", "integer", required=True))

    assert of.parsing_hash != WHOLE.parsing_hash
    assert lake.night(of, PLACE).deliveries == []


def test_bytes_that_two_contracts_read_are_withdrawn_once(lake: Lake) -> None:
    deliver(lake, WHOLE, "a.csv", "id,n\na,1\n")
    first = deliver(lake, WHOLE, "a.csv", "id,n\na,22\n")
    of = contract(column("id", required=True), column("n", "integer"))
    again = lake.night(of, PLACE).committed[0]
    assert again.sha256 == first.sha256

    take_back(lake, of, again)

    assert lake.rows(of, "id, n") == [("a", 1)]
    assert [one.rows_written for one in owners(lake.ledger.deliveries(), of).values()] == [1]
