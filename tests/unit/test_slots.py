"""What is new: bytes, not time stamps; slots by name, folder and edition; another decision about what was refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lake.contract import Contract, Identity, Limits, Load
from lake.contract_identity import IdentityField
from lake.deliveries.landing import Landed, SourceFile, land
from lake.deliveries.ledger import COMMITTED, REFUSED, SUPERSEDED
from lake.deliveries.slots import Candidate, candidates
from tests.unit.deliveries import KEY, Lake, city, column, contract, source

TOY = contract(column("id"), column("n", "integer"))


def identity(*patterns: str, personal: str = "", **fields: str) -> Identity:
    return Identity(
        patterns=patterns,
        fields={name: IdentityField(regex=regex, identifier=name == personal) for name, regex in fields.items()},
    )


EDITIONS = contract(
    column("id"),
    column("n", "integer"),
    fileIdentity=identity("{month}.csv", "{month}_r{edition}.csv", month=r"\d{4}-\d\d", edition=r"\d+"),
)


def touch(path: Path, seconds: int = 10) -> None:
    """The same bytes, written later."""
    stat = path.stat()
    os.utime(path, (stat.st_atime + seconds, stat.st_mtime + seconds))


def found(lake: Lake, of: Contract, *paths: str, name: str | None = None) -> list[Candidate]:
    return candidates(city(source(*paths, name=name)), of, lake.sources, KEY)


def new(lake: Lake, of: Contract, *paths: str) -> list[str]:
    """Names of the new files, in order; afterwards they are decided."""
    return [one.file_name for one in lake.night(of, city(source(*paths))).deliveries]


def test_a_file_comes_once_however_often_it_is_touched(lake: Lake) -> None:
    path = lake.put("toy.csv", "id,n\na,1\n")

    assert new(lake, TOY, "toy.csv") == ["toy.csv"]
    assert new(lake, TOY, "toy.csv") == []
    touch(path)
    assert new(lake, TOY, "toy.csv") == []
    assert lake.snapshots(TOY) == 1


def test_nothing_is_read_where_size_and_time_are_as_before(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(file: SourceFile, landing: Path) -> Landed:
        read.append(file.name)
        return land(file, landing)

    monkeypatch.setattr("lake.deliveries.slots.land", counted)
    lake.put("in/a.csv", "id,n\na,1\n")
    path = lake.put("in/b.csv", "id,n\nb,1\n")
    new(lake, TOY, "in")
    new(lake, TOY, "in")
    touch(path)
    new(lake, TOY, "in")
    new(lake, TOY, "in")

    assert read == ["a.csv", "b.csv", "b.csv"]


def test_going_back_to_older_bytes_is_heard(lake: Lake) -> None:
    first, second = "id,n\na,1\n", "id,n\na,2\n"
    values = []
    for number, content in enumerate((first, second, first)):
        touch(lake.put("toy.csv", content), number)
        assert new(lake, TOY, "toy.csv") == ["toy.csv"]
        values += lake.rows(TOY, "n")

    assert values == [(1,), (2,), (1,)]


def test_the_same_bytes_are_read_again_when_the_contract_reads_them_otherwise(lake: Lake) -> None:
    lake.put("toy.csv", "id,n\na,1\n,2\n")
    new(lake, TOY, "toy.csv")
    named = TOY.model_copy(update={"columns": (column("id", required=True), TOY.columns[1])})
    reworded = named.model_copy(update={"owner": "somebody else"})

    assert new(lake, named, "toy.csv") == ["toy.csv"]
    assert lake.rows(named, "n") == [(1,)]
    assert new(lake, reworded, "toy.csv") == []


def test_what_was_refused_is_tried_again_when_suite_limit_or_somebody_says_so(lake: Lake) -> None:
    place = city()
    lake.put("toy.csv", "id,n\na,1\n")
    lake.auditor.refuse = {"toy.csv"}
    assert [one.status for one in lake.night(TOY, place).deliveries] == [REFUSED]

    assert lake.night(TOY, place).deliveries == []
    assert [one.status for one in lake.night(TOY, place, retry_refused=True).deliveries] == [REFUSED]
    limit = TOY.model_copy(update={"limits": Limits(rejectedShare=0.5, reason="another")})
    assert len(lake.arrivals(limit, place)) == 1
    lake.auditor.refuse = set()
    assert [one.status for one in lake.night(TOY, place, suite_hash="new").deliveries] == [COMMITTED]
    assert lake.night(TOY, place, suite_hash="newer").deliveries == []


def test_editions_of_one_slot_are_decided_in_their_order(lake: Lake) -> None:
    for edition, n in (("_r2", 2), ("_r10", 10), ("", 0)):
        lake.put(f"in/2015-01{edition}.csv", f"id,n\na,{n}\n")

    outcome = lake.night(EDITIONS, city(source("in")))

    assert [(one.file_name, one.status) for one in outcome.deliveries] == [
        ("2015-01.csv", SUPERSEDED), ("2015-01_r2.csv", SUPERSEDED), ("2015-01_r10.csv", COMMITTED),
    ]  # fmt: skip
    assert {one.slot for one in outcome.deliveries} == {"toy/month=2015-01"}
    assert lake.rows(EDITIONS, "n") == [(10,)]
    assert new(lake, EDITIONS, "in") == []


def test_a_later_edition_is_heard_and_the_earlier_file_beside_it_is_not_heard_again(lake: Lake) -> None:
    early = lake.put("in/2015-01.csv", "id,n\na,1\n")
    new(lake, EDITIONS, "in")
    lake.put("in/2015-01_r2.csv", "id,n\na,2\n")

    assert new(lake, EDITIONS, "in") == ["2015-01_r2.csv"]
    touch(early)
    assert new(lake, EDITIONS, "in") == []
    assert lake.rows(EDITIONS, "n") == [(2,)]


def test_without_an_edition_the_later_file_of_a_slot_counts(lake: Lake) -> None:
    of = EDITIONS.model_copy(update={"identity": identity("{month}-a.csv", "{month}-b.csv", month=r"\d{4}-\d\d")})
    lake.put("in/2015-01-a.csv", "id,n\na,1\n")
    touch(lake.put("in/2015-01-a.csv", "id,n\na,1\n"), 5)
    lake.put("in/2015-01-b.csv", "id,n\na,2\n")

    assert new(lake, of, "in") == ["2015-01-b.csv", "2015-01-a.csv"]
    assert lake.rows(of, "n") == [(1,)]


def test_one_file_is_one_slot_whatever_it_is_called_and_a_folder_has_one_per_name(lake: Lake) -> None:
    lake.put("in/a.csv", "id,n\na,1\n")
    lake.put("in/b.csv", "id,n\nb,1\n")

    assert [one.slot for one in found(lake, TOY, "in/a.csv")] == ["toy"]
    assert [one.slot for one in found(lake, TOY, "in/a.csv", name="extra")] == ["toy/extra"]
    assert [one.slot for one in found(lake, TOY, "in")] == ["toy/a.csv", "toy/b.csv"]
    assert [one.slot for one in found(lake, TOY, "in/*.csv")] == ["toy/a.csv", "toy/b.csv"]
    assert [one.slot for one in found(lake, TOY, "in/a.csv", "in/b.csv")] == ["toy/a.csv", "toy/b.csv"]


def test_two_files_of_one_dataset_never_erase_each_others_rows(lake: Lake) -> None:
    lake.put("in/a.csv", "id,n\na,1\n")
    lake.put("in/b.csv", "id,n\nb,1\n")
    new(lake, TOY, "in")
    lake.put("in/b.csv", "id,n\nc,22\n")
    new(lake, TOY, "in")

    assert lake.rows(TOY, "id, n") == [("a", 1), ("c", 22)]


def test_files_that_the_contract_does_not_name_and_missing_places_are_no_candidates(lake: Lake) -> None:
    lake.put("in/2015-01.csv", "id,n\na,1\n")
    lake.put("in/readme.txt", "hello")

    assert [one.file_name for one in found(lake, EDITIONS, "in", "not there", "not/there.csv")] == ["2015-01.csv"]


def test_a_household_in_a_file_name_is_a_pseudonym_everywhere(lake: Lake) -> None:
    of = contract(
        column("id", identifier=True, classification="personal"),
        column("n", "integer"),
        pseudonymDomain="energy",
        legalBasis="consent",
        load=Load(mode="replace_all"),
        fileIdentity=identity("{household}.csv", personal="household", household=r"MAC\d+"),
    )
    lake.put("in/MAC000001.csv", "id,n\nMAC000001,1\nMAC000001,x\n")
    lake.night(of, city(source("in")))

    hidden = KEY.pseudonym("MAC000001")
    (delivery,) = lake.ledger.deliveries()
    assert (delivery.slot, delivery.file_name) == (f"toy/household={hidden}", f"{hidden}.csv")
    assert delivery.origin == f"in/{hidden}.csv"
    assert lake.rejects(of, "file_name, raw_text") == [(f"{hidden}.csv", "x")]
    landing = lake.settings.landing
    kept = [path for path in lake.settings.home.rglob("*") if path.is_file() and not path.is_relative_to(landing)]
    assert kept
    assert [path for path in kept if b"MAC000001" in path.read_bytes() or "MAC000001" in path.name] == []
    assert [path for path in landing.rglob("*") if "MAC" in path.name] == []
