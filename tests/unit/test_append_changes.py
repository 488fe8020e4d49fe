"""Deliveries that all stay: each is a slot of its own, comes once, in its order, and goes alone."""

from __future__ import annotations

import os

import pytest

from lake.contract import Contract, Identity, Load
from lake.contract_identity import IdentityField
from lake.deliveries.ledger import COMMITTED, REFUSED, Delivery
from lake.night.raw_state import stale_datasets
from lake.night.restore import withdraw
from tests.unit.deliveries import Lake, Rows, city, column, contract, source

CHANGES = contract(
    column("id", primaryKey=True, required=True),
    column("n", "integer"),
    column("status"),
    load=Load(mode="append_changes"),
)
EDITIONS = Identity(patterns=("sales.csv", "sales-{edition}.csv"), fields={"edition": IdentityField(regex=r"\d+")})
MONTHLY = CHANGES.model_copy(update={"identity": EDITIONS})
PLACE = city(source("in"))
FIRST, SECOND = "id,n,status\na,1,A\nb,1,A\n", "id,n,status\na,22,C\nb,,D\n"


def put(lake: Lake, name: str, content: str, modified: int) -> None:
    path = lake.put(f"in/{name}", content)
    os.utime(path, (modified, modified))


def night(lake: Lake, of: Contract = CHANGES) -> list[Delivery]:
    return lake.night(of, PLACE).deliveries


def rows(lake: Lake) -> Rows:
    return lake.rows(CHANGES, "id, n, status")


def last_of_each_key(lake: Lake) -> Rows:
    """What staging makes of it: of each key the row of the latest delivery, unless that says it is gone."""
    latest = "_ingested_at = max(_ingested_at) over (partition by id)"
    return sorted(row[:2] for row in lake.rows(CHANGES, f"id, n, {latest}, status") if row[2] and row[3] != "D")


def test_every_delivery_stays_and_the_later_one_counts(lake: Lake) -> None:
    put(lake, "sales.csv", FIRST, 1)
    (first,) = night(lake)
    put(lake, "sales.csv", SECOND, 2)
    (second,) = night(lake)

    assert rows(lake) == [("a", 1, "A"), ("a", 22, "C"), ("b", 1, "A"), ("b", None, "D")]
    assert last_of_each_key(lake) == [("a", 22)]
    assert [first.slot, second.slot] == [f"toy/sales.csv@{one.sha256[:12]}" for one in (first, second)]
    assert [first.status, second.status] == [COMMITTED, COMMITTED]


def test_the_same_bytes_are_nothing_new_also_after_others(lake: Lake) -> None:
    for modified, content in enumerate((FIRST, FIRST, SECOND, FIRST, SECOND), start=1):
        put(lake, "sales.csv", content, modified)
        night(lake)

    assert len(lake.ledger.deliveries()) == 2
    assert len(rows(lake)) == 4


@pytest.mark.parametrize(
    ("of", "files", "order"),
    [
        (MONTHLY, {"sales-10.csv": 1, "sales-9.csv": 2, "sales.csv": 3}, ["sales.csv", "sales-9.csv", "sales-10.csv"]),
        (CHANGES, {"a.csv": 3, "b.csv": 1, "c.csv": 2}, ["b.csv", "c.csv", "a.csv"]),
        (CHANGES, {"b.csv": 1, "a.csv": 1}, ["a.csv", "b.csv"]),
    ],
    ids=["edition", "time", "name"],
)
def test_the_deliveries_of_one_night_have_an_order(
    lake: Lake, of: Contract, files: dict[str, int], order: list[str]
) -> None:
    numbers = {name: number for number, name in enumerate(files)}
    for name, modified in files.items():
        put(lake, name, f"id,n,status\na,{numbers[name]},A\n", modified)

    assert [one.file_name for one in night(lake, of)] == order
    assert last_of_each_key(lake) == [("a", numbers[order[-1]])]


def test_a_withdrawal_takes_out_that_delivery_alone(lake: Lake) -> None:
    put(lake, "sales.csv", FIRST, 1)
    night(lake)
    put(lake, "sales.csv", SECOND, 2)
    (second,) = night(lake)

    withdraw(lake.bench(CHANGES, PLACE), second, "it was wrong")

    assert rows(lake) == [("a", 1, "A"), ("b", 1, "A")]
    assert night(lake) == []
    put(lake, "sales.csv", "id,n,status\na,333,C\n", 3)
    night(lake)
    assert last_of_each_key(lake) == [("a", 333), ("b", 1)]


def test_what_another_contract_reads_again_keeps_its_place_in_the_order(lake: Lake) -> None:
    put(lake, "all.csv", FIRST, 1)
    night(lake)
    put(lake, "changes.csv", SECOND, 2)
    night(lake)
    (lake.sources / "in/changes.csv").unlink()
    stricter = CHANGES.model_copy(update={"columns": (*CHANGES.columns[:2], column("status", required=True))})

    (again,) = night(lake, stricter)

    assert again.file_name == "all.csv"
    assert len(rows(lake)) == 4
    assert last_of_each_key(lake) == [("a", 22)]
    withdraw(lake.bench(stricter, PLACE), again, "it was wrong")
    assert rows(lake) == [("a", 22, "C"), ("b", None, "D")]


def test_better_bytes_of_a_file_make_good_for_refused_ones(lake: Lake) -> None:
    lake.auditor.refuse = {"sales.csv"}
    put(lake, "sales.csv", FIRST, 1)
    assert [one.status for one in night(lake)] == [REFUSED]
    assert [one.dataset for one in stale_datasets(lake.ledger, PLACE.city)] == ["toy"]
    lake.auditor.refuse = set()
    put(lake, "sales.csv", SECOND, 2)
    night(lake)

    assert stale_datasets(lake.ledger, PLACE.city) == []
