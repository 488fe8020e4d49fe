"""What a night knows: its lock, where sources lie, what changed, which marts there are, what a release rests on."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import duckdb
import pytest

from lake.city import ScopeRow, load_city, packaged_cities
from lake.contract import EventTime, Load, load_contracts
from lake.deliveries.sources import CitySources, recall, remember, remembered
from lake.errors import CitylakeError
from lake.iceberg.file_table import Column, FileTable
from lake.night.changes import Change, changed_dates, changed_files, periods_to_compute
from lake.night.database import write_night_database
from lake.night.lock import CityLock, NightRunning
from lake.night.mart_models import MartModel, mart_models
from lake.night.outlook import city_keys, outlook
from lake.release.fingerprint import fingerprint, needs_rebuild
from lake.release.pinned import pinned_table
from lake.release.pins import keep_snapshot, pin_table
from lake.settings import Settings
from tests.unit.deliveries import Lake, city, column, contract, day, source

HOURLY = contract(
    column("at", "timestamptz", required=True, zone="Europe/London"),
    column("n", "integer"),
    load=Load(mode="replace_period", period="day"),
    eventTime=EventTime(column="at", zone="Europe/London"),
)
STAMPS = (Column(1, "at", "TIMESTAMP WITH TIME ZONE"),)


def test_one_night_at_a_time_for_a_city_and_the_other_is_told_who(tmp_path: Path) -> None:
    first, second, elsewhere = (CityLock(tmp_path / "locks", name) for name in ("a", "a", "b"))
    first.acquire("night-1")
    elsewhere.acquire("night-2")

    with pytest.raises(NightRunning, match="a night of a is running already: night night-1, process"):
        second.acquire("night-3")
    second.release()
    with pytest.raises(NightRunning):
        second.acquire("night-3")
    first.release()
    second.acquire("night-3")
    second.release()
    elsewhere.release()


def test_a_lock_may_be_given_back_by_another_thread(tmp_path: Path) -> None:
    lock, other = CityLock(tmp_path, "a"), CityLock(tmp_path, "a")
    lock.acquire("night-1")

    thread = threading.Thread(target=lock.release)
    thread.start()
    thread.join()

    other.acquire("night-2")
    other.release()


def test_a_lock_does_not_outlive_its_process(tmp_path: Path) -> None:
    code = f"import os; from pathlib import Path; from lake.night.lock import CityLock; lock = CityLock(Path({str(tmp_path)!r}), 'a'); lock.acquire('night-1'); os._exit(9)"  # noqa: E501
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 9

    lock = CityLock(tmp_path, "a")
    lock.acquire("night-2")
    lock.release()


def test_the_place_of_sources_is_remembered_by_city_and_the_environment_wins(settings: Settings) -> None:
    assert recall(settings, "london", {}) is None
    remember(settings, "london", CitySources("/data/london"))
    remember(settings, "other", CitySources("/data/other", "other.yaml"))
    remember(settings, "london", CitySources("s3://bucket"))

    assert remembered(settings) == {
        "london": CitySources("s3://bucket"),
        "other": CitySources("/data/other", "other.yaml"),
    }
    assert recall(settings, "other", {"CITYLAKE_SOURCES_OTHER": "/else"}) == CitySources("/else", "other.yaml")
    assert recall(settings, "new", {"CITYLAKE_SOURCES_NEW": "/new"}) == CitySources("/new")
    assert list(settings.home.glob("*.part")) == []


def stamps(path: Path, *moments: str) -> Path:
    rows = ", ".join(f"(timestamptz '{moment}')" for moment in moments)
    with duckdb.connect() as con:
        con.execute(
            f"""copy (select * from (values {rows}) v("at")) to '{path}' (format parquet, field_ids {{"at": 1}})"""
        )
    return path


def test_changed_dates_are_those_of_files_that_came_or_went_on_the_sources_clock(tmp_path: Path) -> None:
    same = stamps(tmp_path / "same", "2015-01-01 00:00+00")
    gone = stamps(tmp_path / "gone", "2015-07-02 22:59+00", "2015-07-02 23:00+00")
    came = stamps(tmp_path / "came", "2015-01-09 23:30+00")
    before, now = FileTable(STAMPS, (gone, same)), FileTable(STAMPS, (came, same))
    with duckdb.connect() as con:
        assert changed_dates(con, HOURLY, now, before) == [date(2015, 1, 9), date(2015, 7, 2), date(2015, 7, 3)]
        assert changed_dates(con, HOURLY, now, None) == [date(2015, 1, 1), date(2015, 1, 9)]
        assert changed_dates(con, HOURLY, now, now) == []
        assert changed_dates(con, HOURLY.model_copy(update={"event_time": None}), now, before) == []
    assert changed_files(now, before) == [came, gone]


def test_a_night_computes_changed_days_or_the_periods_that_hold_them(tmp_path: Path) -> None:
    days = MartModel("marts", "days", (), "date", changed_by=("read",), all_by=("register",))
    periods = MartModel("marts", "periods", (), "period_start", changed_by=("read",), periods_of=("ENE",))
    scopes = [
        ScopeRow("a", code, label, start, end, "D1", None)
        for code, label, start, end in [
            ("ENE", "jan", day(1), day(1, 2)), ("ENE", "feb", day(1, 2), day(1, 3)), ("ENE", "undated", None, None),
            ("AIR", "mar", day(1, 3), day(1, 4)),
        ]
    ]  # fmt: skip
    every = {"read": [day(1), day(31), day(1, 2)], "register": []}
    change = Change({"read": [day(31)]}, frozenset({"read"}), every.__getitem__)
    moved = Change({}, frozenset({"register"}), every.__getitem__)

    assert periods_to_compute(days, change, scopes) == [day(31)]
    assert periods_to_compute(periods, change, scopes) == [day(1)]
    assert periods_to_compute(days, moved, scopes) == every["read"]
    assert periods_to_compute(periods, moved, scopes) == []
    assert periods_to_compute(periods, moved, scopes, anew=True) == [day(1), day(1, 2)]


def manifest(tmp_path: Path, **columns: dict[str, str]) -> Path:
    def node(name: str, kind: str = "model", schema: str = "marts", **config: object) -> dict[str, object]:
        return {"resource_type": kind, "name": name, "schema": schema, "config": config,
                "columns": {key: {"name": key, **value} for key, value in columns.items()}}  # fmt: skip

    period = {
        "materialized": "period_mart",
        "replace_by": "date",
        "meta": {"changed_by": ["read"], "periods_of": ["X"]},
    }
    nodes = [node("small"), node("daily", schema="marts_restricted", **period), node("seed", "seed"),
             node("stg_x", schema="staging"), node("test_x", "test")]  # fmt: skip
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({"nodes": {str(number): value for number, value in enumerate(nodes)}}))
    return path


def test_marts_are_models_and_seeds_of_the_marts_schemas(tmp_path: Path) -> None:
    path = manifest(tmp_path, city={"data_type": "varchar", "description": "the city"}, n={"data_type": "double"})

    small, seed, daily = sorted(mart_models(path), key=lambda mart: (mart.namespace, mart.name != "small"))

    assert [mart.qualified for mart in (small, seed, daily)] == ["marts.small", "marts.seed", "marts_restricted.daily"]
    assert (small.replace_by, small.staged, small.has_city) == (None, "marts.small", True)
    assert (daily.replace_by, daily.staged) == ("date", "marts_restricted.daily__staged")
    assert (daily.changed_by, daily.periods_of) == (("read",), ("X",))
    assert [(one.name, one.type, one.doc) for one in small.columns] == [
        ("city", "varchar", "the city"),
        ("n", "double", ""),
    ]


def test_a_mart_column_without_a_type_is_named(tmp_path: Path) -> None:
    with pytest.raises(CitylakeError, match="column n of mart small has no data_type"):
        mart_models(manifest(tmp_path, n={"description": "?"}))


def test_a_fingerprint_tells_inputs_from_how_numbers_are_made() -> None:
    contracts = load_contracts()
    london = load_city(packaged_cities()["london"], contracts)
    base = fingerprint(london, contracts, {"a": 1}, {"s": "1"})
    rows = fingerprint(london, contracts, {"a": 2}, {"s": "1"})
    suites = fingerprint(london, contracts, {"a": 1}, {"s": "2"})
    stops = contracts["bus_stops_tfl"]
    worded = {**contracts, "bus_stops_tfl": stops.model_copy(update={"description": "Where buses stop."})}
    without_rule = {**contracts, "bus_stops_tfl": stops.model_copy(update={"duplicates": None})}
    other_rows = fingerprint(london, without_rule, {"a": 1}, {"s": "1"})

    assert base == fingerprint(london, contracts, {"a": 1}, {"s": "1"})
    assert len({json.dumps(one) for one in (base, rows, suites, other_rows)}) == 4
    assert not needs_rebuild(base, rows)
    assert not needs_rebuild(base, suites)
    assert needs_rebuild(base, other_rows)
    assert fingerprint(london, worded, {"a": 1}, {"s": "1"}) == base


def test_a_pin_holds_one_citys_files_and_is_read_without_the_catalog(lake: Lake) -> None:
    of = contract(column("id"), column("n", "integer"))
    lake.put("toy.csv", "id,n\na,1\nb,2\n")
    lake.night(of, city())
    lake.night(of, city(name="hilltown"))
    table = lake.tables(of)[0]
    warehouse = lake.settings.warehouse
    empty = pin_table(lake.tables(of)[1], "rivertown", warehouse, with_files=True)

    pin = pin_table(table, "rivertown", warehouse, with_files=True)
    keep_snapshot(table, pin.snapshot_id)
    keep_snapshot(table, pin.snapshot_id)
    keep_snapshot(table, None)
    lake.put("toy.csv", "id,n\nc,33\n")
    lake.night(of, city())

    assert (empty.snapshot_id, empty.rows, empty.files) == (None, 0, ())
    assert pin.rows == 2
    assert [column.name for column in pin.columns or ()][-2:] == ["id", "n"]
    pinned = pinned_table(warehouse, pin, "rivertown")
    assert pinned.files == tuple(warehouse / file for file in pin.files or ())
    assert len(pinned.files) == 1
    assert f"released-{pin.snapshot_id}" in table.refresh().metadata.refs


def test_the_outlook_tells_what_is_new_and_keeps_nothing(lake: Lake, tmp_path: Path) -> None:
    file = tmp_path / "some.yaml"
    file.write_text("")
    of = contract(column("id"), column("n", "integer")).model_copy(update={"path": file})
    place = city(source("toy.csv"), source("x.csv", dataset="other")).model_copy(update={"path": file})
    contracts = {"toy": of, "other": of.model_copy(update={"dataset": "other"})}
    lake.put("toy.csv", "id,n\na,1\n")

    look = outlook(lake.settings, place, contracts, str(lake.sources), {"toy": "suite"})

    assert {name: [one.candidate.file_name for one in new] for name, new in look.new.items()} == {"toy": ["toy.csv"]}
    assert (look.released, look.nothing_to_do) == (False, False)
    assert list(lake.settings.landing.rglob("*")) == []
    lake.night(of, place)
    again = outlook(lake.settings, place, contracts, str(lake.sources), {"toy": "suite"})
    assert (again.new, again.silent, again.nothing_to_do) == ({}, (), False)
    away = outlook(lake.settings, place, contracts, "http://127.0.0.1:9", {"toy": "suite"})
    assert (away.new, away.silent, away.nothing_to_do) == ({}, ("toy", "other"), False)


def test_keys_are_asked_for_by_the_domains_of_a_citys_datasets(lake: Lake) -> None:
    personal = contract(
        column("id", identifier=True, classification="personal"), pseudonymDomain="energy", legalBasis="consent"
    )

    assert city_keys(lake.settings, city(), {"toy": contract(column("id"))}, lake.ledger) == {}
    assert not lake.settings.key_file.exists()
    made = city_keys(lake.settings, city(), {"toy": personal}, lake.ledger)
    assert city_keys(lake.settings, city(), {"toy": personal}, lake.ledger) == made
    assert list(made) == ["energy"]


def test_the_scratch_database_holds_the_citys_facts_and_views(tmp_path: Path) -> None:
    london = load_city(packaged_cities()["london"], load_contracts())
    raw = {"air": FileTable(STAMPS, (stamps(tmp_path / "a", "2015-01-01 00:00+00"),)), "none": FileTable(STAMPS, ())}
    scope = ScopeRow("london", "X", "2015", day(1), day(1, 2), "E09000001", 2015)
    path = tmp_path / "deep" / "scratch.duckdb"
    for _ in range(2):
        write_night_database(path, london, raw, {"mart": raw["none"]}, {"daily": [day(1), day(2)], "none": []}, [scope])

    with duckdb.connect(str(path), read_only=True) as con:

        def one(sql: str) -> object:
            return con.execute(sql).fetchone()

        assert one("select count(*) from raw.air") == (1,)
        assert one("select count(*) from raw.none") == one("select count(*) from pinned.mart") == (0,)
        assert one("select count(*), count(*) filter (where level = 'city') from city.districts") == (34, 1)
        assert one("select city, time_zone, index_code, crs from city.cities") == (
            "london", "Europe/London", "QOL_LON8", "EPSG:27700",
        )  # fmt: skip
        assert one("select * from city.indicator_scopes") == (
            "london",
            "X",
            "2015",
            day(1),
            day(1, 2),
            "E09000001",
            2015,
        )
        assert con.execute("select * from night.changed_periods order by 2").fetchall() == [
            ("daily", day(1)),
            ("daily", day(2)),
        ]
