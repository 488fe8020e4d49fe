"""Suites are closed: every mistake is named with file and line, and none is dropped silently."""

import textwrap
from pathlib import Path

import pytest

from expectations.suites import load_suite, load_suites
from expectations.types import TYPES, expected_words
from expectations.words import observed_words
from lake.mistakes import ConfigError

GOOD = """\
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
    severity: warning
    why: No household uses more.
"""


def write(folder: Path, text: str, name: str = "readings") -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as error:
        load_suite(write(folder, text))
    return [str(mistake).partition("readings.yaml:")[2] for mistake in error.value.mistakes]


def test_a_suite_is_read_with_the_line_of_every_expectation(tmp_path: Path) -> None:
    suite = load_suite(write(tmp_path, GOOD))
    assert (suite.name, suite.key) == ("readings", ("meter", "hour"))
    assert [(e.check_id, e.severity, e.line) for e in suite.expectations] == [
        ("rows_as_written", "error", 5),
        ("kwh_in_range", "warning", 9),
    ]
    assert suite.place("kwh_in_range").endswith("readings.yaml:9")
    assert suite.expectations[0].facts == {"rows_written"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            ("expect_column_values_to_be_between", "expect_column_values_to_be_betwen"),
            "10: expectations.kwh_in_range.type: `expect_column_values_to_be_betwen` is no expectation type",
        ),
        (("severity: warning", "severity: warn"), "12: expectations.kwh_in_range.severity: `warn` is not allowed"),
        (
            ("min_value: 0", "min_valu: 0"),
            "11: expectations.kwh_in_range.kwargs.min_valu: unknown argument; did you mean `min_value`?",
        ),
        (("column: kwh, ", ""), "11: expectations.kwh_in_range.kwargs: column is missing"),
        (
            (", min_value: 0, max_value: 10", ""),
            "11: expectations.kwh_in_range.kwargs: max_value or min_value is missing",
        ),
        (("id: kwh_in_range", "id: rows_as_written"), "9: expectations.rows_as_written.id: is given twice; first on"),
        (
            ("$rows_written", "$rows_writen"),
            "7: expectations.rows_as_written.kwargs: `$rows_writen` is no fact of a delivery; did you mean",
        ),
        (("    why: No household uses more.\n", ""), "9: expectations.kwh_in_range.why: is missing; expected: why"),
        (("about: One", "abuot: One"), "2: abuot: unknown key; did you mean `about`?"),
        (("suite: readings", "suite: reading"), "1: suite: `reading` is not the file's name"),
        (("key: [meter, hour]", "key: []"), "7: expectations.rows_as_written.kwargs: `$keys_distinct` needs"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, change: tuple[str, str], expected: str) -> None:
    text = GOOD.replace("$rows_written", "$keys_distinct") if "keys_distinct" in expected else GOOD
    assert any(found.startswith(expected) for found in mistakes(tmp_path, text.replace(*change)))


@pytest.mark.parametrize(
    ("kind", "kwargs", "problem"),
    [
        ("expect_column_values_to_match_regex", '{column: code, regex: "E[0-9]+"}', "must begin with ^ and end with $"),
        ("expect_column_values_to_be_of_type", "{column: kwh, type_: NUMBER}", "is not how DuckDB names a type"),
        ("unexpected_rows_expectation", "{unexpected_rows_query: SELECT 1 FROM kwh}", "must read FROM {batch}"),
    ],
)
def test_arguments_that_would_check_something_else_are_mistakes(
    tmp_path: Path, kind: str, kwargs: str, problem: str
) -> None:
    text = GOOD.replace("expect_table_row_count_to_equal", kind).replace("{value: $rows_written}", kwargs)
    assert any(problem in found for found in mistakes(tmp_path, text))


def test_the_nearest_type_is_suggested(tmp_path: Path) -> None:
    text = GOOD.replace("values_to_be_between", "values_to_be_betwen")
    assert mistakes(tmp_path, text)[0].endswith("did you mean `expect_column_values_to_be_between`?")


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("severity: warning", "severity: warn").replace("about:", "abuot:"))
    write(tmp_path, GOOD.replace("expect_table_row_count_to_equal", "expect_rows"), "other")
    with pytest.raises(ConfigError, match=r"5 mistakes in the suites") as error:
        load_suites(tmp_path)
    assert {mistake.path.name for mistake in error.value.mistakes} == {"other.yaml", "readings.yaml"}


def test_an_expectation_that_pydantic_lost_would_be_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from expectations import suites

    real = suites._suite_of
    monkeypatch.setattr(
        suites, "_suite_of", lambda model, source: real(model.model_copy(update={"expectations": ()}), source)
    )
    assert mistakes(tmp_path, GOOD) == ["4: expectations: holds 2 expectations, of which 0 were loaded"]


@pytest.mark.parametrize(
    ("kind", "kwargs", "words"),
    [
        ("expect_column_values_to_be_between", {"column": "kwh", "min_value": 0, "max_value": 10}, "kwh from 0 to 10"),
        ("expect_column_values_to_be_between", {"column": "kwh", "max_value": 1000}, "kwh at most 1,000"),
        ("expect_column_values_to_not_be_null", {"column": "kwh", "mostly": 0.5}, "kwh never empty in at least 0.5 of"),
        ("expect_column_values_to_be_in_set", {"column": "n", "value_set": list(range(12))}, "8, 9 and 2 more"),
        ("expect_table_row_count_to_equal", {"value": 12345}, "12,345 rows"),
    ],
)
def test_what_was_expected_is_told_in_words(kind: str, kwargs: dict[str, object], words: str) -> None:
    assert words in expected_words(TYPES[kind], kwargs)


def test_rows_without_a_value_are_counted_and_give_no_example() -> None:
    result = {"unexpected_count": 1, "element_count": 371, "partial_unexpected_list": [None]}
    kind = TYPES["expect_column_values_to_not_be_null"]
    assert observed_words(kind, passed=False, result=result, show_values=True) == "1 of 371 rows at fault"
