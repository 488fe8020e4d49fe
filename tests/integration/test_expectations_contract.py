"""Every type of expectation that a suite may use tells good rows from bad ones on DuckDB.

The engine rests on private parts of Great Expectations, so this is the test that lets its version move.
"""

from pathlib import Path

import duckdb
import pytest

from expectations.audit import audit_rows
from expectations.suites import Expectation, Suite, load_suites
from expectations.types import TYPES
from lake.checks import CheckResult
from lake.settings import project_root

ROWS = """
    SELECT * FROM (VALUES
        ('E01', 1, 0.25::DECIMAL(18,9), 0.5::DOUBLE, DATE '2015-01-01', TIMESTAMPTZ '2015-01-01 00:00+00', true, 'a'),
        ('E02', 2, 0.50::DECIMAL(18,9), 1.5::DOUBLE, DATE '2015-01-02', TIMESTAMPTZ '2015-01-01 00:30+00', true, 'b'),
        ('E03', 3, 0.75::DECIMAL(18,9), 2.5::DOUBLE, DATE '2015-01-03', TIMESTAMPTZ '2015-01-01 01:00+00', false, NULL),
        ('xE4', 4, 9.00::DECIMAL(18,9), 3.5::DOUBLE, DATE '2015-01-04', TIMESTAMPTZ '2015-01-01 01:30+00', false, NULL)
    ) AS rows(code, number, kwh, share, day, read_at, flag, word)
"""
COLUMNS = ["code", "number", "kwh", "share", "day", "read_at", "flag", "word"]

# type, arguments that hold, arguments that do not, rows at fault (None: the type counts no rows), what is observed
CASES = [
    ("expect_table_columns_to_match_set", {"column_set": COLUMNS, "exact_match": True},
     {"column_set": [*COLUMNS[1:], "other"], "exact_match": True}, None, "other"),
    ("expect_table_columns_to_match_set", {"column_set": COLUMNS[:3], "exact_match": False},
     {"column_set": ["other"], "exact_match": False}, None, "missing: other"),
    ("expect_table_row_count_to_equal", {"value": 4}, {"value": 5}, None, "4"),
    ("expect_table_row_count_to_be_between", {"min_value": 1}, {"min_value": 5}, None, "4"),
    ("expect_table_row_count_to_be_between", {"max_value": 4}, {"max_value": 3}, None, "4"),
    ("expect_column_values_to_be_of_type", {"column": "kwh", "type_": "DECIMAL(18,9)"},
     {"column": "kwh", "type_": "DECIMAL(18,3)"}, None, "DECIMAL(18,9)"),
    ("expect_column_values_to_be_of_type", {"column": "share", "type_": "DOUBLE"},
     {"column": "share", "type_": "BIGINT"}, None, "DOUBLE"),
    ("expect_column_values_to_be_of_type", {"column": "read_at", "type_": "TIMESTAMP WITH TIME ZONE"},
     {"column": "read_at", "type_": "TIMESTAMP"}, None, "TIMESTAMP WITH TIME ZONE"),
    ("expect_column_values_to_be_of_type", {"column": "day", "type_": "DATE"},
     {"column": "day", "type_": "VARCHAR"}, None, "DATE"),
    ("expect_column_values_to_be_of_type", {"column": "flag", "type_": "BOOLEAN"},
     {"column": "flag", "type_": "INTEGER"}, None, "BOOLEAN"),
    ("expect_column_values_to_not_be_null", {"column": "code"}, {"column": "word"}, 2, "2 of 4 rows at fault"),
    ("expect_column_values_to_not_be_null", {"column": "word", "mostly": 0.5},
     {"column": "word", "mostly": 0.6}, 2, "2 of 4 rows"),
    ("expect_column_values_to_be_between", {"column": "kwh", "min_value": 0, "max_value": 9},
     {"column": "kwh", "min_value": 0.5, "max_value": 8}, 2, "e.g. 0.25"),
    ("expect_column_values_to_be_between", {"column": "share", "min_value": 0},
     {"column": "share", "max_value": 1}, 3, "3 of 4 rows"),
    ("expect_column_values_to_be_between", {"column": "number", "max_value": 3, "mostly": 0.75},
     {"column": "number", "max_value": 2, "mostly": 0.75}, 2, "2 of 4 rows"),
    ("expect_column_values_to_be_in_set", {"column": "word", "value_set": ["a", "b"]},
     {"column": "word", "value_set": ["a", "c"]}, 1, "e.g. b"),
    ("expect_column_values_to_match_regex", {"column": "code", "regex": "^.E?[0-9]+$"},
     {"column": "code", "regex": "^E[0-9]+$"}, 1, "e.g. xE4"),
    ("expect_column_max_to_be_between", {"column": "kwh", "max_value": 9},
     {"column": "kwh", "max_value": 8.9}, None, "9"),
    ("expect_column_min_to_be_between", {"column": "kwh", "min_value": 0.25},
     {"column": "kwh", "min_value": 0.3}, None, "0.25"),
    ("expect_column_unique_value_count_to_be_between", {"column": "flag", "max_value": 2},
     {"column": "flag", "max_value": 1}, None, "2"),
    ("unexpected_rows_expectation", {"unexpected_rows_query": "SELECT code FROM {batch} WHERE number > 4"},
     {"unexpected_rows_query": "SELECT code FROM {batch} WHERE number > 1"}, 3, "3 rows"),
    ("unexpected_rows_expectation",
     {"unexpected_rows_query": "SELECT a.code FROM {batch} AS a INNER JOIN {batch} AS b ON a.number = b.number + 9"},
     {"unexpected_rows_query": "SELECT a.code FROM {batch} AS a INNER JOIN {batch} AS b ON a.number = b.number + 1"},
     3, "3 rows"),
]  # fmt: skip


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    con.execute(f"CREATE TEMP TABLE rows AS {ROWS}")
    return con


def run(con: duckdb.DuckDBPyConnection, kind: str, kwargs: dict[str, object]) -> CheckResult:
    expectation = Expectation("check", kind, kwargs, "error", "because", 1)
    suite = Suite("dataset", Path("dataset.yaml"), "a row", (), "", (expectation,))
    (result,) = audit_rows(con, "rows", suite, facts={})
    return result


@pytest.mark.parametrize(("kind", "good", "bad", "rows", "observed"), CASES)
def test_good_rows_pass_and_bad_rows_fail(
    con: duckdb.DuckDBPyConnection,
    kind: str,
    good: dict[str, object],
    bad: dict[str, object],
    rows: int | None,
    observed: str,
) -> None:
    assert run(con, kind, good).passed
    failed = run(con, kind, bad)
    assert not failed.passed
    assert failed.unexpected_rows == rows
    assert observed in failed.observed


def test_nulls_are_no_fault_of_a_range_or_a_set(con: duckdb.DuckDBPyConnection) -> None:
    assert run(con, "expect_column_values_to_be_in_set", {"column": "word", "value_set": ["a", "b"]}).passed
    assert run(con, "expect_column_values_to_match_regex", {"column": "word", "regex": "^[ab]$"}).passed


def test_every_type_that_suites_may_use_is_tried_here() -> None:
    assert {kind for kind, *_ in CASES} == set(TYPES)


def test_suites_use_no_other_type() -> None:
    root = project_root() / "expectations"
    suites = [*load_suites(root / "raw").values(), *load_suites(root / "marts").values()]
    used = {expectation.type for suite in suites for expectation in suite.expectations}
    assert used <= {kind for kind, *_ in CASES}
