"""SQL over releases made by hand: what each role sees, as of when, and how wrong SQL is answered."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

import lake
from lake.errors import CitylakeError, UsageError
from lake.iceberg.file_table import Column, FileTable
from lake.ops_index import write_ops_index
from lake.query.query import look, run_sql
from lake.settings import Settings
from tests.unit.handmade import (
    INDICATORS,
    indicators,
    london_and_sample,
    mart_pin,
    release,
    write_parquet,
)


@pytest.fixture(autouse=True)
def ops(settings: Settings) -> None:
    """One `ops` table with one row."""
    columns = (Column(1, "city", "VARCHAR"), Column(2, "dataset", "VARCHAR"))
    name = write_parquet(
        settings, "open/ops/deliveries/data/1.parquet", "SELECT 'london' AS city, 'air' AS dataset", columns
    )
    write_ops_index(settings, lambda _: {"deliveries": FileTable(columns, (settings.warehouse / name,))})


def test_cities_are_one_table(settings: Settings) -> None:
    london_and_sample(settings)
    rows = run_sql("SELECT city, count(*), sum(value) FROM marts.qol_indicators GROUP BY 1 ORDER BY 1").fetchall()
    assert rows == [("london", 2, 40.5), ("sample", 3, 6.0)]


@pytest.mark.parametrize("name", ["qol_indicators", "MARTS.QOL_INDICATORS", '"marts"."qol_indicators"'])
def test_names_are_found_as_people_write_them(settings: Settings, name: str) -> None:
    london_and_sample(settings)
    assert run_sql(f"SELECT count(*) FROM {name}").fetchall() == [(5,)]


def test_an_empty_mart_is_there_with_its_columns(settings: Settings) -> None:
    london_and_sample(settings)
    described = run_sql("DESCRIBE marts.qol_index").fetchall()
    assert [(row[0], row[1]) for row in described] == [(column.name, column.type) for column in INDICATORS]
    assert run_sql("SELECT * FROM marts.qol_index").fetchall() == []


def test_as_of_an_earlier_release(settings: Settings) -> None:
    release(settings, "london", {"marts.qol_indicators": indicators(settings, "london", 40)}, 1)
    release(settings, "london", {"marts.qol_indicators": indicators(settings, "london", 50)}, 2)
    sql = "SELECT value FROM marts.qol_indicators"
    assert run_sql(sql).fetchall() == [(50.0,)]
    assert run_sql(sql, as_of=1).fetchall() == [(40.0,)]
    assert run_sql(sql, as_of="2026-03-01T12:00Z").fetchall() == [(40.0,)]


def test_files_older_than_a_column_show_it_as_null_whichever_city_is_newer(settings: Settings) -> None:
    wider = (*INDICATORS, Column(6, "unit", "VARCHAR"))
    typed_empty = ", ".join(f"CAST(NULL AS {column.type}) AS {column.name}" for column in wider)
    select = f"SELECT * REPLACE ('sample' AS city, 1.5::DOUBLE AS value, 'kWh' AS unit) FROM (SELECT {typed_empty})"
    file = write_parquet(settings, "open/marts/qol_indicators/data/wide.parquet", select, wider)
    release(settings, "sample", {"marts.qol_indicators": mart_pin((file,), 1, wider, schema_id=1)}, 1)
    release(settings, "london", {"marts.qol_indicators": indicators(settings, "london", 40)}, 2)
    rows = run_sql("SELECT city, value, unit FROM marts.qol_indicators ORDER BY city").fetchall()
    assert rows == [("london", 40.0, None), ("sample", 1.5, "kWh")]


def test_ops_is_there_before_the_first_release(settings: Settings) -> None:
    assert run_sql("SELECT dataset FROM ops.deliveries").fetchall() == [("air",)]
    assert run_sql("SELECT count(*) FROM ops.releases").fetchall() == [(0,)]
    with pytest.raises(CitylakeError, match="no release"):
        run_sql("SELECT * FROM marts.qol_index")


def test_releases_are_a_table(settings: Settings) -> None:
    london_and_sample(settings)
    rows = run_sql("SELECT release_id, city, released_at::VARCHAR, status, stale_datasets FROM ops.releases").fetchall()
    assert rows == [
        (1, "london", "2026-03-01 06:00:00+00", "complete", None),
        (2, "sample", "2026-03-02 06:00:00+00", "complete", None),
    ]


def test_reading_where_no_lake_is_makes_none(tmp_path: Path) -> None:
    nowhere = Settings.at(tmp_path / "nowhere")
    with pytest.raises(CitylakeError, match="no release"):
        run_sql("SELECT * FROM ops.deliveries", settings=nowhere)
    assert not nowhere.home.exists()


@pytest.mark.parametrize(
    ("sql", "message", "hint"),
    [
        ("SELEC 1", "syntax error", ""),
        ("SELECT nothing FROM marts.qol_index", "LINE 1: SELECT nothing", ""),
        ("SELECT * FROM marts.qol_indexes", "no table `marts.qol_indexes`", "marts.qol_index"),
        ("SELECT * FROM raw.air", "table of the data team", "--role team"),
        ("SELECT * FROM information_schema.tables", "engine's own catalog", "citylake tables"),
        ("SELECT CAST('x' AS INTEGER)", "Could not convert", ""),
    ],
)
def test_wrong_sql_is_answered_plainly(settings: Settings, sql: str, message: str, hint: str) -> None:
    london_and_sample(settings)
    with pytest.raises(UsageError, match=message) as caught:
        run_sql(sql).fetchall()
    assert hint in caught.value.hint


def test_an_unknown_role_is_wrong_usage(settings: Settings) -> None:
    with pytest.raises(UsageError, match="no role `boss`"):
        run_sql("SELECT 1", role="boss")


def test_a_notebook_sees_every_table_and_may_bring_its_own(settings: Settings) -> None:
    london_and_sample(settings)
    connection = lake.connect()
    connection.execute("CREATE TABLE mine AS SELECT 'london' AS city")
    joined = "SELECT count(*) FROM qol_indicators JOIN mine USING (city)"
    assert connection.execute(joined).fetchall() == [(2,)]
    assert connection.execute("SELECT count(*) FROM ops.releases").fetchall() == [(2,)]
    with pytest.raises(duckdb.PermissionException):
        connection.execute("SELECT * FROM read_text('/etc/hostname')")


def test_a_notebook_keeps_its_release_while_later_ones_come(settings: Settings) -> None:
    london_and_sample(settings)
    connection = lake.connect(as_of=1)
    release(settings, "london", {"marts.qol_indicators": indicators(settings, "london", 1)}, 3)
    assert connection.execute("SELECT count(*), max(value) FROM qol_indicators").fetchall() == [(2, 40.5)]


def test_roles_see_different_tables(settings: Settings) -> None:
    pin = indicators(settings, "london", 1)
    tables = {"marts.qol_indicators": pin, "marts_restricted.energy_household_daily": pin}
    release(settings, "london", tables)
    assert look().names() == ["marts.qol_indicators", "ops.deliveries", "ops.releases"]
    assert look(role="team").names()[-1] == "marts_restricted.energy_household_daily"
    assert run_sql("SELECT count(*) FROM marts_restricted.energy_household_daily", role="team").fetchall() == [(1,)]


def test_an_analysts_query_loads_no_heavy_package(settings: Settings) -> None:
    london_and_sample(settings)
    heavy = {"pyiceberg", "dagster", "dbt", "pyarrow", "pydantic", "sqlalchemy", "great_expectations", "pandas"}
    code = (
        "import sys; from lake.query.query import run_sql; "
        "run_sql('SELECT count(*) FROM marts.qol_indicators').fetchall();"
        f"print(sorted({{m.partition('.')[0] for m in sys.modules}} & {heavy}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
