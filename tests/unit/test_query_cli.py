"""`citylake sql`, `tables`, `describe` and `scorecard` as somebody types them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from lake.settings import Settings
from orchestration.cli import app
from tests.unit.handmade import london_and_sample


@pytest.fixture(autouse=True)
def lake_of_two_cities(settings: Settings) -> None:
    """London and the sample city, released; no `ops` tables."""
    london_and_sample(settings)


def run(*arguments: str) -> Result:
    """Run the command in process; stdout and stderr apart."""
    return CliRunner().invoke(app, arguments)


def test_csv_says_null_with_an_empty_field_and_an_empty_text_with_quotes() -> None:
    done = run(
        "sql", "SELECT NULL AS a, '' AS b, 'x,\"y\"' AS c, 1.50::DECIMAL(9,2) AS d, true AS e", "--format", "csv"
    )
    assert done.stdout == 'a,b,c,d,e\n,"","x,""y""",1.50,true\n'
    assert done.exit_code == 0


def test_csv_of_a_single_null_is_an_empty_line() -> None:
    assert run("sql", "SELECT NULL AS a", "--format", "csv").stdout == "a\n\n"


def test_json_is_an_array_of_objects() -> None:
    sql = (
        "SELECT 1.5::DECIMAL(9,2) AS d, 'nan'::DOUBLE AS n, TIMESTAMPTZ '2015-01-01 00:00:00+00' AS t, "
        "[1, 2] AS l, {'a': DATE '2015-01-01'} AS s, 'ab'::BLOB AS b FROM range(2)"
    )
    rows = json.loads(run("sql", sql, "--format", "json").stdout)
    once = {"d": 1.5, "n": None, "t": "2015-01-01T00:00:00+00:00", "l": [1, 2], "s": {"a": "2015-01-01"}, "b": "6162"}
    assert rows == [once, once]
    assert json.loads(run("sql", "SELECT 1 AS a WHERE false", "--format", "json").stdout) == []


def test_a_table_shows_every_column_and_stdout_has_nothing_else() -> None:
    done = run("sql", "SELECT city, value, '[bold]' AS markup FROM marts.qol_indicators ORDER BY value")
    lines = [line.split() for line in done.stdout.splitlines() if line.strip()]
    assert lines[0] == ["city", "value", "markup"]
    assert lines[2] == ["sample", "1", "[bold]"]
    assert done.stderr == ""


def test_a_long_table_says_that_there_is_more() -> None:
    done = run("sql", "SELECT i FROM range(1001) AS r(i)")
    assert "first 1000 rows" in done.stderr
    assert "1000" not in done.stdout.split()


@pytest.mark.parametrize("format_", ["csv", "json", "table", "parquet"])
def test_output_goes_to_a_file(tmp_path: Path, format_: str) -> None:
    target = tmp_path / f"out.{format_}"
    done = run("sql", "SELECT city, value FROM marts.qol_indicators", "--format", format_, "--output", str(target))
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    assert target.stat().st_size > 0
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".out")] == []


def test_parquet_keeps_types(tmp_path: Path) -> None:
    target = tmp_path / "out.parquet"
    run("sql", "SELECT city, value, measured_at FROM qol_indicators", "--format", "parquet", "-o", str(target))
    with duckdb.connect() as connection:
        described = connection.execute(f"DESCRIBE FROM '{target}'").fetchall()
        assert [row[1] for row in described] == ["VARCHAR", "DOUBLE", "TIMESTAMP WITH TIME ZONE"]
        assert connection.execute(f"SELECT count(*) FROM '{target}'").fetchall() == [(5,)]


def test_output_into_the_lake_is_refused(settings: Settings) -> None:
    target = settings.releases / "00000009.json"
    done = run("sql", "SELECT 1", "--output", str(target))
    assert done.exit_code == 2
    assert "read-only" in done.stderr
    assert not target.exists()


def test_what_fails_half_way_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("old")
    done = run(
        "sql", "SELECT CAST(c AS INTEGER) FROM (VALUES ('1'), ('x')) AS v(c)", "--format", "csv", "-o", str(target)
    )
    assert done.exit_code == 2
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []


def test_a_wrong_query_is_one_paragraph_and_a_hint_without_traceback() -> None:
    done = run("sql", "SELECT * FROM raw.air")
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "citylake: `raw.air` is a table of the data team; the role `analyst` sees marts and ops.",
        "hint: Members of the team add `--role team`.",
    ]


def test_as_of_reaches_the_query() -> None:
    assert run("sql", "SELECT count(*) AS n FROM qol_indicators", "--as-of", "1", "--format", "csv").stdout == "n\n2\n"
    unknown = run("sql", "SELECT 1", "--as-of", "77")
    assert unknown.exit_code == 2
    assert "hint: The newest releases are 1, 2." in unknown.stderr


def test_tables_lists_what_the_role_sees() -> None:
    done = run("tables")
    assert "Release 2" in done.stdout
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ["marts.qol_indicators", "5", "london,", "sample"] in [row[:4] for row in rows]


def test_describe_shows_columns_types_and_the_snapshot() -> None:
    done = run("describe", "qol_indicators")
    assert done.exit_code == 0
    assert "TIMESTAMP WITH TIME ZONE" in done.stdout
    assert "london: 2 rows, Iceberg snapshot 1 of open/marts/qol_indicators/metadata/1.json" in done.stdout
    assert run("describe", "ops.releases").exit_code == 0
    missing = run("describe", "marts.qol_indicator")
    assert missing.exit_code == 2
    assert "Did you mean marts.qol_indicators" in missing.stderr


def test_every_command_has_help_with_an_example() -> None:
    for command in app.registered_commands:
        name = command.name or (command.callback.__name__ if command.callback else "")
        done = run(name, "--help")
        assert done.exit_code == 0
        assert "Example:  citylake" in done.stdout, name


def test_a_query_waits_for_no_package_that_it_does_not_use() -> None:
    code = "import sys; from orchestration.cli import app; app(standalone_mode=False); print(*sys.modules)"
    arguments = [sys.executable, "-c", code, "sql", "SELECT 1", "--format", "csv"]
    done = subprocess.run(arguments, check=True, capture_output=True, text=True, env=dict(os.environ))
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "duckdb" in loaded
    assert loaded.isdisjoint({"dagster", "dbt", "great_expectations", "pyiceberg", "shapely", "sqlglot", "pyarrow"})


def test_a_dry_run_says_where_no_file_lies(tmp_path: Path) -> None:
    done = run("run", "--city", "london", "--sources", str(tmp_path), "--dry-run")
    assert done.exit_code == 0
    assert (
        f"No file yet: weather_heathrow: nothing fits weather_heathrow_monthly/heathrowdata*.txt in {tmp_path}"
        in done.stdout
    )


def test_mistakes_in_a_city_file_are_wrong_usage_and_show_no_traceback(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("city: x\ndistrits: 1\n")
    done = run("run", "--city-file", str(file), "--sources", str(tmp_path), "--dry-run")
    assert done.exit_code == 2
    assert "bad.yaml:2: distrits: unknown key; did you mean `districts`?" in done.stderr
    assert "Traceback" not in done.stderr
