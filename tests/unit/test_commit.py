"""Staged files become visible: field ids, whole files by slot and period, two writers, an answer that got lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import CommitFailedException, CommitStateUnknownException
from pyiceberg.io.pyarrow import ArrowScan
from pyiceberg.table import Table

from lake.contract import EventTime, Load
from lake.iceberg.catalog import ensure_table, field_ids, open_catalog
from lake.iceberg.commit import NIGHT, ForeignFile, SlotRows, commit, superseded_filter
from lake.iceberg.staging import StagedFile, copy_to_parquet, discard
from lake.iceberg.tables import raw_columns
from lake.ingest.ingest import connect
from tests.unit.deliveries import Lake, city, column, contract, day, source, visible

DAILY = contract(
    column("on", "date", required=True),
    column("n", "integer"),
    load=Load(mode="replace_period", period="day"),
    eventTime=EventTime(column="on", zone="UTC"),
)
LONG = "slot=" + "x" * 60


def staged(table: Table, lake: Lake, slot: str, *days: int, city: str = "a", n: int = 1) -> tuple[StagedFile, ...]:
    """Files of one slot with one row a day."""
    rows = " union all ".join(
        f"select '{city}' as city, '{slot}' as _slot, 'd' as _delivery_id, timestamptz '2026-01-01 00:00+00' as "
        f"_ingested_at, date '{day(number)}' as _period, date '{day(number)}' as \"on\", {n}::integer as n"
        for number in days
    )
    con = connect(lake.settings.scratch)
    try:
        return copy_to_parquet(
            con, rows, location=table.location(), name=f"{city}-{n}", ids=field_ids(table), by_period=True
        )
    finally:
        con.close()


def put(table: Table, lake: Lake, slot: str, *days: int, city: str = "a", n: int = 1) -> int | None:
    files = staged(table, lake, slot, *days, city=city, n=n)
    delete = superseded_filter([SlotRows(city, slot, tuple(day(number) for number in days))])
    return commit(table, files, delete=delete, night_id="night-1")


def seen(table: Table) -> list[tuple[Any, ...]]:
    return visible(table, 'city, _slot, day("on"), n')


def test_a_file_without_the_tables_field_ids_is_refused(lake: Lake) -> None:
    table, _ = lake.tables(DAILY)
    path = lake.settings.warehouse_team / "foreign.parquet"
    pq.write_table(pa.table({"city": ["a"], "n": pa.array([1], pa.int32())}), path)

    with pytest.raises(ForeignFile, match=r"column city has field id none, in table raw\.toy it is 1"):
        commit(table, [StagedFile(path, None, 1)], delete=None, night_id="n")
    assert table.refresh().current_snapshot() is None


def test_a_file_with_another_columns_id_is_refused(lake: Lake) -> None:
    table, _ = lake.tables(DAILY)
    path = lake.settings.warehouse_team / "foreign.parquet"
    with duckdb.connect() as con:
        con.execute(f"copy (select 'a' as city, 1 as n) to '{path}' (field_ids {{city: 1, n: 6}})")

    with pytest.raises(ForeignFile, match=r"column n has field id 6, in table raw\.toy it is 7"):
        commit(table, [StagedFile(path, None, 1)], delete=None, night_id="n")


def test_a_slot_replaces_its_own_periods_and_nothing_else(lake: Lake) -> None:
    table, _ = lake.tables(DAILY)
    put(table, lake, f"{LONG}1", 1, 2, 3)
    put(table, lake, f"{LONG}2", 1, 2)
    put(table, lake, f"{LONG}1", 1, city="b")

    put(table, lake, f"{LONG}1", 2, 4, n=9)

    assert seen(table) == [
        ("a", f"{LONG}1", 1, 1), ("a", f"{LONG}1", 2, 9), ("a", f"{LONG}1", 3, 1), ("a", f"{LONG}1", 4, 9),
        ("a", f"{LONG}2", 1, 1), ("a", f"{LONG}2", 2, 1), ("b", f"{LONG}1", 1, 1),
    ]  # fmt: skip


def test_whole_files_go_and_none_is_rewritten(lake: Lake) -> None:
    table, _ = lake.tables(DAILY)
    for number in range(1, 5):
        put(table, lake, f"{LONG}{number}", 1, 2)
    before = {task.file.file_path for task in table.refresh().scan().plan_files()}

    files = staged(table, lake, f"{LONG}2", 7)
    commit(table, files, delete=superseded_filter([SlotRows("a", f"{LONG}2")]), night_id="n")

    after = {task.file.file_path for task in table.refresh().scan().plan_files()}
    assert {path.removeprefix("file://") for path in after - before} == {str(file.path) for file in files}
    assert len(before - after) == 2
    assert all(not task.delete_files for task in table.scan().plan_files())


def test_nothing_to_do_makes_no_snapshot(lake: Lake) -> None:
    table, _ = lake.tables(DAILY)
    gone = superseded_filter([SlotRows("a", "never was")])

    assert commit(table, [], delete=gone, night_id="n") is None
    first = put(table, lake, "s", 1)
    assert commit(table, [], delete=gone, night_id="n") == first
    assert commit(table, [], delete=None, night_id="n") == first
    assert len(table.refresh().snapshots()) == 1


def test_slots_that_only_lose_rows_are_one_commit(lake: Lake) -> None:
    table, _ = lake.tables(DAILY)
    put(table, lake, "s", 1, 2)

    last = commit(table, [], delete=superseded_filter([SlotRows("a", "s", (day(1),))]), night_id="n")

    assert seen(table) == [("a", "s", 2, 1)]
    assert last == table.current_snapshot().snapshot_id


def test_the_snapshot_says_which_night_made_it(lake: Lake) -> None:
    table, _ = lake.tables(DAILY)
    put(table, lake, "s", 1)

    assert table.refresh().current_snapshot().summary[NIGHT] == "night-1"


def test_a_filter_is_none_where_nothing_is_superseded() -> None:
    assert superseded_filter([]) is None
    assert superseded_filter([SlotRows("a", "s", ())]) is None


@pytest.mark.parametrize("error", [CommitStateUnknownException, CommitFailedException])
def test_a_commit_that_landed_though_it_was_reported_as_failed_is_not_repeated(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    table, _ = lake.tables(DAILY)
    put(table, lake, "s", 1)
    really, calls = SqlCatalog.commit_table, []

    def loses_the_answer(*args: object) -> object:
        calls.append(1)
        answer = really(*args)
        if len(calls) == 1:
            raise error("the answer got lost")
        return answer

    monkeypatch.setattr(SqlCatalog, "commit_table", loses_the_answer)
    put(table, lake, "s", 1, 2, n=5)

    assert seen(table) == [("a", "s", 1, 5), ("a", "s", 2, 5)]
    assert len(calls) == 1
    assert len(table.refresh().snapshots()) == 3


def test_a_commit_that_did_not_land_is_tried_again(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    table, _ = lake.tables(DAILY)
    really, calls = SqlCatalog.commit_table, []

    def fails_twice(*args: object) -> object:
        calls.append(1)
        if len(calls) <= 2:
            raise CommitStateUnknownException("no connection")
        return really(*args)

    monkeypatch.setattr(SqlCatalog, "commit_table", fails_twice)
    put(table, lake, "s", 1)

    assert seen(table) == [("a", "s", 1, 1)]


def at_once(*works: Callable[[], object]) -> None:
    """Run each in a thread of its own; the first error is raised here."""
    errors: list[BaseException] = []

    def guarded(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001  handed over to the test
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    if errors:
        raise errors[0]


def test_two_cities_commit_to_one_table_at_the_same_time(lake: Lake) -> None:
    lake.tables(DAILY)

    def nights(city: str) -> None:
        catalog = open_catalog(lake.settings)
        table = catalog.load_table("raw.toy")
        for number in range(1, 6):
            put(table, lake, "s", 1, 2, city=city, n=number)
        assert isinstance(catalog, SqlCatalog)
        catalog.engine.dispose()

    at_once(lambda: nights("a"), lambda: nights("b"))

    table, _ = lake.tables(DAILY)
    assert seen(table) == [(city, "s", number, 5) for city in "ab" for number in (1, 2)]


def test_two_nights_create_one_table(lake: Lake) -> None:
    def create() -> None:
        catalog = open_catalog(lake.settings)
        ensure_table(catalog, lake.settings, ("raw", "toy"), raw_columns(DAILY), ["city"])
        assert isinstance(catalog, SqlCatalog)
        catalog.engine.dispose()

    at_once(create, create)

    assert lake.catalog.list_tables("raw") == [("raw", "toy")]


def test_a_column_more_in_the_contract_widens_the_table_and_old_rows_read_as_null(lake: Lake) -> None:
    table, _ = lake.tables(DAILY)
    put(table, lake, "s", 1)
    wider = DAILY.model_copy(update={"columns": (*DAILY.columns, column("m", "integer"))})

    table, _ = lake.tables(wider)

    assert table.scan(selected_fields=("n", "m")).to_arrow().to_pylist() == [{"n": 1, "m": None}]
    put(table, lake, "s", 2)
    assert seen(table) == [("a", "s", 1, 1), ("a", "s", 2, 1)]


def test_staged_files_hold_one_period_each_and_keep_their_order(lake: Lake) -> None:
    table, _ = lake.tables(DAILY)
    sql = """select 'a' as city, 's' as _slot, 'd' as _delivery_id, timestamptz '2026-01-01 00:00+00' as _ingested_at,
                    (date '2015-01-01' + (i // 1000)::integer)::date as _period, _period as "on", i::integer as n
             from range(400000) r(i) order by n"""
    con = connect(lake.settings.scratch)
    files = copy_to_parquet(con, sql, location=table.location(), name="x", ids=field_ids(table), by_period=True)
    con.close()

    assert sum(file.rows for file in files) == 400_000
    assert len({file.period for file in files}) == 400
    for file in files[::50]:
        rows = pq.read_table(file.path, columns=["_period", "n"]).to_pydict()
        assert set(rows["_period"]) == {file.period}
        assert rows["n"] == sorted(rows["n"])
        assert len(rows["n"]) == 1000


def test_no_rows_leave_no_file_and_discarded_files_are_gone(lake: Lake) -> None:
    table, _ = lake.tables(DAILY)
    con = connect(lake.settings.scratch)
    nothing = "select 'a' as city, 1::integer as n where false"
    assert copy_to_parquet(con, nothing, location=table.location(), name="x", ids=field_ids(table)) == ()
    con.close()
    files = staged(table, lake, "s", 1, 2)
    discard(files)

    data = lake.settings.warehouse_team / "raw" / "toy" / "data"
    assert list(data.rglob("*.parquet")) == []
    assert [file.period for file in files] == [date(2015, 1, 1), date(2015, 1, 2)]


def test_more_slots_than_a_filter_may_list_read_no_file(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Measured on 2026-11-24: with one list of 250 slots pyiceberg 0.12 read all files of the table."""
    of = contract(column("id"), column("n", "integer"))
    for number in range(3):
        lake.put(f"in/{number}.csv", f"id,n\na,{number}\n")
    lake.night(of, city(source("in")))
    table = lake.tables(of)[0]
    read: list[object] = []
    monkeypatch.setattr(ArrowScan, "to_table", lambda _scan, tasks: read.extend(tasks))
    slots = [SlotRows("rivertown", f"toy/new-{number}.csv") for number in range(250)]

    commit(table, (), delete=superseded_filter(slots), night_id="n")

    assert read == []
    assert len(lake.rows(of)) == 3
