"""An audit names what failed, tells bad data from a check that cannot run, and leaves the connection as it was."""

import datetime as dt
import os
import textwrap
from pathlib import Path

import duckdb
import pytest

from expectations.audit import BATCH, audit_rows
from expectations.suites import Suite, load_suite
from lake.checks import CheckError, CheckResult, blocking

SUITE = """
    suite: readings
    about: One reading.
    key: [meter, hour]
    expectations:
      - id: rows_as_written
        type: expect_table_row_count_to_equal
        kwargs: {value: $rows_written}
        why: Nothing may be lost.
      - id: kwh_in_range
        type: expect_column_values_to_be_between
        kwargs: {column: kwh, min_value: 0, max_value: 10}
        why: No household uses more.
      - id: key_unique
        type: expect_table_row_count_to_equal
        kwargs: {value: $keys_distinct}
        why: Twice is once too many.
      - id: small
        type: expect_column_values_to_be_between
        kwargs: {column: kwh, max_value: 1}
        severity: warning
        why: Large readings are rare.
      - id: not_in_the_future
        type: unexpected_rows_expectation
        kwargs: {unexpected_rows_query: "SELECT * FROM {batch} WHERE day > $latest_date"}
        why: Clocks go wrong.
"""
FACTS = {"rows_written": 4, "latest_date": dt.date(2015, 1, 31)}


def suite_of(folder: Path, text: str) -> Suite:
    path = folder / "readings.yaml"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return load_suite(path)


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    return suite_of(tmp_path, SUITE)


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(
        "CREATE TEMP TABLE readings AS SELECT 'm' || (i % 2) AS meter, i // 2 AS hour, i / 10 AS kwh,"
        " DATE '2015-01-01' AS day FROM range(4) AS r(i)"
    )
    return con


def by_id(results: list[CheckResult]) -> dict[str, CheckResult]:
    return {result.check_id: result for result in results}


def test_good_rows_pass_in_the_order_of_the_suite(con: duckdb.DuckDBPyConnection, suite: Suite) -> None:
    results = audit_rows(con, "readings", suite, facts=FACTS, delivery_id="d1")
    assert [result.check_id for result in results] == [item.check_id for item in suite.expectations]
    assert all(result.passed and result.subject == "readings" and result.delivery_id == "d1" for result in results)


def test_a_failed_check_names_delivery_file_expectation_and_rows(con: duckdb.DuckDBPyConnection, suite: Suite) -> None:
    con.execute("UPDATE readings SET kwh = 12.5 WHERE hour = 1")
    results = audit_rows(con, "readings", suite, facts=FACTS, delivery_id="d1", file_name="lcl_2015-01-01.csv")
    (failed,) = blocking(results)
    assert (failed.check_id, failed.unexpected_rows) == ("kwh_in_range", 2)
    assert failed.message == (
        "readings, delivery d1 (lcl_2015-01-01.csv): kwh_in_range fails: expected kwh from 0 to 10; "
        "found 2 of 4 rows at fault, e.g. 12.5. Why it matters: No household uses more."
    )


def test_a_warning_is_reported_and_blocks_nothing(con: duckdb.DuckDBPyConnection, suite: Suite) -> None:
    con.execute("UPDATE readings SET kwh = 5 WHERE hour = 1")
    results = audit_rows(con, "readings", suite, facts=FACTS)
    assert [result.check_id for result in results if not result.passed] == ["small"]
    assert blocking(results) == []


def test_a_repeated_key_is_found_by_its_count(con: duckdb.DuckDBPyConnection, suite: Suite) -> None:
    con.execute("UPDATE readings SET hour = 0 WHERE meter = 'm0'")
    failed = by_id(audit_rows(con, "readings", suite, facts=FACTS))["key_unique"]
    assert (failed.passed, failed.observed, failed.expected) == (False, "4", "3 rows")


def test_rows_outside_key_where_may_repeat(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    con.execute("UPDATE readings SET meter = NULL, hour = 0")
    keyed = suite_of(tmp_path, SUITE.replace("key: [meter, hour]", "key: [meter]\n    key_where: meter IS NOT NULL"))
    assert by_id(audit_rows(con, "readings", keyed, facts=FACTS))["key_unique"].passed


def test_a_fact_stands_in_a_query_as_a_literal(con: duckdb.DuckDBPyConnection, suite: Suite) -> None:
    facts = {**FACTS, "latest_date": dt.date(2014, 12, 31)}
    failed = by_id(audit_rows(con, "readings", suite, facts=facts))["not_in_the_future"]
    assert (failed.passed, failed.unexpected_rows) == (False, 4)


def test_each_delivery_is_judged_alone(con: duckdb.DuckDBPyConnection, suite: Suite, tmp_path: Path) -> None:
    for name, kwh in (("good", 1), ("bad", 99)):
        con.execute(f"COPY (SELECT * REPLACE ({kwh} AS kwh) FROM readings) TO '{tmp_path}/{name}.parquet'")
    outcome = {
        name: blocking(
            audit_rows(con, f"read_parquet(['{tmp_path}/{name}.parquet'])", suite, facts=FACTS, delivery_id=name)
        )
        for name in ("bad", "good")
    }
    assert outcome["good"] == []
    assert [result.delivery_id for result in outcome["bad"]] == ["bad"]


def test_a_query_shows_the_first_rows_that_it_found_in_a_delivery_about_nobody(
    con: duckdb.DuckDBPyConnection, suite: Suite
) -> None:
    facts = {**FACTS, "latest_date": dt.date(2014, 12, 31)}

    def said(delivery_id: str | None, *, about_persons: bool = False) -> str:
        found = audit_rows(
            con, "readings", suite, facts=facts, delivery_id=delivery_id, about_persons=about_persons
        )  # fmt: skip
        return by_id(found)["not_in_the_future"].observed

    assert said("d1").startswith("4 rows, e.g. meter m0, ")
    assert said("d1", about_persons=True) == "4 rows"
    assert said(None) == "4 rows", "a mart's fault may be that it shows a restricted number"


def test_personal_values_are_never_shown(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    con.execute("UPDATE readings SET kwh = 12.5 WHERE hour = 1")
    suite = suite_of(tmp_path, SUITE)
    failed = by_id(audit_rows(con, "readings", suite, facts=FACTS, about_persons=True))["kwh_in_range"]
    assert failed.observed == "2 of 4 rows at fault"
    assert "12.5" not in failed.message


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("column: kwh, min_value: 0", "column: kw, min_value: 0"), 'The column "kw" in BatchData does not exist'),
        (("WHERE day >", "WHERE days >"), "days"),
    ],
)
def test_a_check_that_cannot_run_is_an_error_report_and_not_bad_data(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, change: tuple[str, str], words: str
) -> None:
    broken = suite_of(tmp_path, SUITE.replace(*change))
    with pytest.raises(CheckError) as error:
        audit_rows(con, "readings", broken, facts=FACTS, delivery_id="d1", file_name="a.csv")
    assert words in error.value.message
    assert "readings, delivery d1 (a.csv) could not be run" in error.value.message
    assert "readings.yaml:" in error.value.message


def test_a_relation_that_is_not_there_is_an_error_report(con: duckdb.DuckDBPyConnection, suite: Suite) -> None:
    with pytest.raises(CheckError, match="nowhere"):
        audit_rows(con, "nowhere", suite, facts=FACTS)


def test_a_fact_that_nobody_gave_is_an_error_report(con: duckdb.DuckDBPyConnection, suite: Suite) -> None:
    with pytest.raises(CheckError, match=r"readings.yaml:6: rows_as_written needs the fact \$rows_written"):
        audit_rows(con, "readings", suite, facts={})


def test_the_connection_is_left_as_it_was(con: duckdb.DuckDBPyConnection, suite: Suite) -> None:
    con.execute("BEGIN")
    con.execute("INSERT INTO readings VALUES ('m9', 9, 0.1, DATE '2015-01-01')")
    audit_rows(con, "readings", suite, facts={**FACTS, "rows_written": 5})
    con.execute("ROLLBACK")
    assert con.execute("SELECT count(*) FROM readings").fetchall() == [(4,)]
    assert con.execute("SELECT count(*) FROM duckdb_views() WHERE view_name = ?", [BATCH]).fetchall() == [(0,)]


def test_nothing_is_written_anywhere(
    con: duckdb.DuckDBPyConnection, suite: Suite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("home", "here"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "here")
    audit_rows(con, "readings", suite, facts=FACTS)
    assert [files for _, folders, files in os.walk(tmp_path) if files] == [["readings.yaml"]]
