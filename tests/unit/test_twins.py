"""The same bytes under another name: one slot, or a second one that is refused for as long as the first stands."""

from __future__ import annotations

import pytest

from lake.city import City
from lake.contract import Contract, Identity
from lake.deliveries.ledger import COMMITTED, REFUSED, SUPERSEDED
from lake.night.restore import withdraw
from tests.unit.deliveries import Lake, city, column, contract, source

BY_NAME = contract(column("id"), column("n", "integer"))
BY_MONTH = contract(
    column("id"),
    column("n", "integer"),
    fileIdentity=Identity(
        patterns=("{month}.csv", "{month}_r{edition}.csv"),
        fields={"month": {"regex": r"\d{4}-\d\d"}, "edition": {"regex": r"\d+"}},
    ),
)
PLACE = city(source("in"))
A, B = "id,n\na,1\n", "id,n\nb,2\n"


def night(lake: Lake, of: Contract = BY_NAME, place: City = PLACE) -> dict[str, str]:
    """What became of the files that were new in one more night."""
    return {one.file_name: one.status for one in lake.night(of, place).deliveries}


def test_another_name_of_one_identity_is_nothing_new(lake: Lake) -> None:
    lake.put("in/2015-01.csv", A)
    lake.put("in/2015-01_r2.csv", A)

    assert night(lake, BY_MONTH) == {"2015-01.csv": COMMITTED}
    lake.put("in/2015-01_r3.csv", A)
    assert night(lake, BY_MONTH) == {}
    lake.put("in/2015-01_r4.csv", B)
    assert night(lake, BY_MONTH) == {"2015-01_r4.csv": COMMITTED}


def test_a_later_edition_with_older_bytes_still_comes_last(lake: Lake) -> None:
    lake.put("in/2015-01.csv", A)
    lake.put("in/2015-01_r2.csv", A)
    night(lake, BY_MONTH)

    lake.put("in/2015-01.csv", B)

    assert night(lake, BY_MONTH) == {"2015-01.csv": SUPERSEDED, "2015-01_r2.csv": COMMITTED}
    assert lake.rows(BY_MONTH, "id") == [("a",)]


@pytest.mark.parametrize("nights", [1, 2])
def test_another_identity_is_refused_and_the_first_is_named(lake: Lake, nights: int) -> None:
    lake.put("in/2015-02.csv" if nights == 2 else "in/2015-01.csv", A)
    if nights == 2:
        night(lake, BY_MONTH)
    lake.put("in/2015-01.csv" if nights == 2 else "in/2015-02.csv", A)

    outcome = lake.night(BY_MONTH, PLACE)

    first, second = ("2015-02.csv", "2015-01.csv") if nights == 2 else ("2015-01.csv", "2015-02.csv")
    (refused,) = outcome.refused
    assert refused.file_name == second
    assert f"the same bytes as {first} (delivery " in refused.reason
    assert "sameBytes: accept" in refused.reason
    assert lake.rows(BY_MONTH, "id, n") == [("a", 1)]
    assert night(lake, BY_MONTH) == {}


def test_the_second_comes_in_when_the_first_has_other_bytes(lake: Lake) -> None:
    lake.put("in/a.csv", A)
    lake.put("in/b.csv", A)
    night(lake)

    lake.put("in/a.csv", B)

    assert night(lake) == {"a.csv": COMMITTED}
    assert night(lake) == {"b.csv": COMMITTED}
    assert night(lake) == {}
    assert lake.rows(BY_NAME, "id") == [("a",), ("b",)]


def test_the_second_comes_in_when_the_first_is_withdrawn(lake: Lake) -> None:
    lake.put("in/a.csv", A)
    lake.put("in/b.csv", A)
    first = lake.night(BY_NAME, PLACE).committed[0]

    withdraw(lake.bench(BY_NAME, PLACE), first, "it is of another month")

    assert night(lake) == {"b.csv": COMMITTED}


def test_a_first_that_is_refused_is_no_first(lake: Lake) -> None:
    lake.auditor.refuse = {"a.csv"}
    lake.put("in/a.csv", A)
    lake.put("in/b.csv", A)

    assert night(lake) == {"a.csv": REFUSED, "b.csv": COMMITTED}


def test_what_is_new_tonight_takes_the_place_of_what_stood(lake: Lake) -> None:
    lake.put("in/a.csv", A)
    night(lake)
    lake.put("in/a.csv", B)
    lake.put("in/b.csv", A)

    assert night(lake) == {"a.csv": COMMITTED, "b.csv": COMMITTED}


def test_the_contract_may_say_that_both_are_meant(lake: Lake) -> None:
    lake.put("in/a.csv", A)
    lake.put("in/b.csv", A)
    assert night(lake) == {"a.csv": COMMITTED, "b.csv": REFUSED}

    assert night(lake, BY_NAME.model_copy(update={"same_bytes": "accept"})) == {"a.csv": COMMITTED, "b.csv": COMMITTED}


def test_two_source_entries_may_deliver_the_same(lake: Lake) -> None:
    lake.put("north/x.csv", A)
    lake.put("south/x.csv", A)
    place = city(source("north", name="north"), source("south", name="south"))

    assert [one.status for one in lake.night(BY_NAME, place).deliveries] == [COMMITTED, COMMITTED]
