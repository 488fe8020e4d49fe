"""Every way around the walls that is known is refused with a plain message, and changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from lake.errors import UsageError
from lake.query.query import run_sql
from lake.settings import Settings
from tests.unit.handmade import INDICATORS, indicators, release, write_parquet

REFUSED = {
    "copy": ("COPY (SELECT 1) TO '{file}'", "COPY statements are not allowed"),
    "copy in a CTE": ("WITH a AS (COPY (SELECT 1) TO '{file}' (USE_TMP_FILE false)) SELECT 1", "COPY_TO_FILE"),
    "copy in a nested CTE": (
        "SELECT * FROM (WITH a AS (COPY (SELECT 1 AS i) TO '{file}' (USE_TMP_FILE false)) SELECT 1)",
        "must be at the top level",
    ),
    "serialized": (
        "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
        "JSON_EXECUTE_SERIALIZED_SQL",
    ),
    "pragma": ("PRAGMA json_execute_serialized_sql(json_serialize_sql('SELECT 1'))", "not allowed"),
    "explain analyze": ("EXPLAIN ANALYZE COPY (SELECT 1) TO '{file}'", "EXPLAIN statements are not allowed"),
    "two statements": ("SELECT 1; COPY (SELECT 1) TO '{file}'", "2 SQL statements"),
    "nothing": ("-- nothing", "No SQL statements"),
    "pivot": ("PIVOT marts.qol_indicators ON city USING count(*)", "PIVOT with columns found in the data"),
    "another file": ("SELECT * FROM read_text('/etc/hostname')", "outside the release"),
    "a file by name": ("SELECT * FROM '/etc/hostname.csv'", "outside the release"),
    "a folder": ("SELECT * FROM glob('/etc/*')", "outside the release"),
    "the team's file": ("SELECT * FROM read_parquet('{secret}')", "outside the release"),
    "another mart's file": ("SELECT * FROM read_parquet('{other}')", "outside the release"),
    "an allowed file as text": ("SELECT * FROM marts.qol_indicators, read_blob('{file}')", "READ_BLOB"),
    "settings": ("SELECT * FROM duckdb_settings()", "engine's own catalog"),
    "show": ("SHOW TABLES", "engine's own catalog"),
    "unlock": ("SET lock_configuration = false", "SET statements are not allowed"),
    "attach": ("ATTACH '/tmp/x.db'", "ATTACH statements are not allowed"),
    "install": ("INSTALL httpfs", "not allowed"),
    "insert": ("INSERT INTO marts.qol_indicators SELECT * FROM marts.qol_indicators", "INSERT statements"),
    "create": ("CREATE TABLE x AS SELECT 1", "CREATE statements are not allowed"),
    "logging to a file": (
        "SELECT * FROM enable_logging(storage_path := '{file}.log', storage := 'file')",
        "configuration has been locked",
    ),
}
ADMITTED = [
    "SELECT * FROM marts.qol_indicators",
    "FROM marts.qol_indicators",
    "VALUES (1), (2)",
    "SUMMARIZE marts.qol_indicators",
    "WITH a AS MATERIALIZED (SELECT * FROM marts.qol_indicators) SELECT * FROM a JOIN a AS b USING (city)",
    "WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM r WHERE i < 5) SELECT * FROM r",
    "SELECT city, row_number() OVER (PARTITION BY city ORDER BY value) FROM marts.qol_indicators QUALIFY true",
    "SELECT a.value FROM marts.qol_indicators a WHERE value > (SELECT avg(value) FROM marts.qol_indicators b)",
    "SELECT a.value FROM marts.qol_indicators a ASOF JOIN marts.qol_indicators b ON a.value >= b.value",
    "SELECT a.value FROM marts.qol_indicators a, marts.qol_indicators b WHERE a.value < b.value AND a.city > b.city",
    "SELECT a.value, i FROM marts.qol_indicators a, range(a.value::BIGINT) AS r(i)",
    "SELECT DISTINCT city FROM marts.qol_indicators UNION SELECT 'x' EXCEPT SELECT 'y' ORDER BY 1 LIMIT 3 OFFSET 1",
    "SELECT city, indicator_code, median(value) FROM marts.qol_indicators GROUP BY ROLLUP (1, 2)",
    "SELECT * FROM marts.qol_indicators USING SAMPLE 2",
    "SELECT * FROM marts.qol_indicators USING SAMPLE 10%",
    "SELECT * FROM (PIVOT marts.qol_indicators ON city IN ('london') USING sum(value))",
    "SELECT unnest([1, 2]), (SELECT count(*) FROM generate_series(3))",
    "SELECT * FROM marts.qol_indicators LIMIT 50%",
    "SELECT * FROM marts.qol_indicators a POSITIONAL JOIN marts.qol_indicators b",
    "SELECT * FROM marts.qol_indicators WHERE (city, value) IN (VALUES ('london', 1.0)) AND EXISTS (SELECT 1)",
]


@pytest.fixture
def files(settings: Settings) -> dict[str, Path]:
    """A release with a mart, another mart and a table of the team; their files by how the statements name them."""
    other = write_parquet(settings, "open/marts/b/data/1.parquet", "SELECT 'x' AS city", INDICATORS[:1])
    secret = write_parquet(settings, "team/marts_restricted/c/data/1.parquet", "SELECT 'x' AS city", INDICATORS[:1])
    pin = indicators(settings, "london", 1, 2, 3)
    release(settings, "london", {"marts.qol_indicators": pin})
    assert pin.files is not None
    names = {"file": pin.files[0], "other": other, "secret": secret}
    return {name: settings.warehouse / file for name, file in names.items()}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(files: dict[str, Path], name: str) -> None:
    sql, message = REFUSED[name]
    before = {path: path.read_bytes() for path in files.values()}
    bound_too = sql.format(**files)
    with pytest.raises(UsageError, match=message) as caught:
        run_sql(bound_too).fetchall()
    assert caught.value.exit_code == 2
    assert {path: path.read_bytes() for path in files.values()} == before
    assert not Path(f"{files['file']}.log").exists()


def test_a_write_to_a_file_that_the_statement_may_read_is_refused(files: dict[str, Path]) -> None:
    before = files["file"].read_bytes()
    attack = f"WITH a AS (COPY (SELECT 1 AS i) TO '{files['file']}' (USE_TMP_FILE false)) FROM marts.qol_indicators"
    with pytest.raises(UsageError, match="does more than read"):
        run_sql(attack).fetchall()
    assert files["file"].read_bytes() == before


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("sql", ADMITTED)
def test_admitted(sql: str) -> None:
    assert run_sql(sql).description is not None
