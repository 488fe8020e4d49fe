"""The types of expectation that a suite may use: a closed list, with the arguments and the words of each.

Great Expectations has more. A type belongs here only after the contract test (tests/integration/
test_expectations_contract.py) has shown that it tells good from bad data on DuckDB; some do not (increasing, strftime,
JSON schema). The list lets the loader find mistakes without importing Great Expectations, which takes seconds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

UNEXPECTED_ROWS = "unexpected_rows_expectation"
ROWS_QUERY = "unexpected_rows_query"
SHOWN_VALUES = 10


@dataclass(frozen=True)
class ExpectationType:
    """What a suite may write for one type of expectation.

    `words` say what holds, filled with the arguments. `required`: of each set of arguments at least one is given.
    `per_row`: judged row by row, so that a failure counts rows.
    """

    name: str
    words: str
    required: tuple[frozenset[str], ...]
    optional: frozenset[str] = frozenset()
    per_row: bool = False

    @property
    def arguments(self) -> frozenset[str]:
        """Every argument that a suite may give."""
        return self.optional.union(*self.required)


_RANGE = "min_value|max_value"


def _type(name: str, words: str, arguments: str, optional: str = "", *, per_row: bool = False) -> ExpectationType:
    required = tuple(frozenset(choice.split("|")) for choice in arguments.split())
    return ExpectationType(name, words, required, frozenset(optional.split()), per_row)


def _per_row(name: str, words: str, arguments: str) -> ExpectationType:
    return _type(name, words, f"column {arguments}", "mostly", per_row=True)


TYPES: Mapping[str, ExpectationType] = {
    kind.name: kind
    for kind in (
        _type("expect_table_columns_to_match_set", "the columns {column_set}", "column_set", "exact_match"),
        _type("expect_table_row_count_to_equal", "{value} rows", "value"),
        _type("expect_table_row_count_to_be_between", "{range} rows", _RANGE),
        _type("expect_column_values_to_be_of_type", "{column} of type {type_}", "column type_"),
        _per_row("expect_column_values_to_not_be_null", "{column} never empty", ""),
        _per_row("expect_column_values_to_be_between", "{column} {range}", _RANGE),
        _per_row("expect_column_values_to_be_in_set", "{column} one of {value_set}", "value_set"),
        _per_row("expect_column_values_to_match_regex", "{column} like {regex}", "regex"),
        _type("expect_column_max_to_be_between", "largest {column} {range}", f"column {_RANGE}"),
        _type("expect_column_min_to_be_between", "smallest {column} {range}", f"column {_RANGE}"),
        _type("expect_column_unique_value_count_to_be_between", "{range} distinct {column}", f"column {_RANGE}"),
        _type(UNEXPECTED_ROWS, "no row against the rule", ROWS_QUERY),
    )
}

_DUCKDB_TYPE = re.compile(
    r"BOOLEAN|INTEGER|BIGINT|DOUBLE|VARCHAR|DATE|BLOB|TIMESTAMP( WITH TIME ZONE)?|DECIMAL\(\d{1,2},\d{1,2}\)"
)


def argument_problem(kwargs: Mapping[str, object]) -> str | None:
    """What is wrong with arguments that are of the right name; None when nothing is."""
    regex = kwargs.get("regex")
    if isinstance(regex, str) and not (regex.startswith("^") and regex.endswith("$")):
        return f"regex {regex!r} must begin with ^ and end with $: DuckDB finds it anywhere in the text otherwise"
    column_type = kwargs.get("type_")
    if isinstance(column_type, str) and not _DUCKDB_TYPE.fullmatch(column_type):
        return f"{column_type!r} is not how DuckDB names a type (such as VARCHAR, DECIMAL(18,9))"
    query = kwargs.get(ROWS_QUERY)
    if query is not None and "{batch}" not in str(query):
        return "the query must read FROM {batch}: the rows under check"
    return None


def expected_words(kind: ExpectationType, kwargs: Mapping[str, object]) -> str:
    """What holds when the check passes, in words: `energy_kwh from 0 to 10`."""
    arguments = {name: shown(value) for name, value in kwargs.items()}
    words = kind.words.format(**arguments, range=_range(kwargs))
    mostly = kwargs.get("mostly")
    return words if mostly is None else f"{words} in at least {mostly} of the rows"


def _range(kwargs: Mapping[str, object]) -> str:
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    if low is None:
        return f"at most {shown(high)}"
    return f"at least {shown(low)}" if high is None else f"from {shown(low)} to {shown(high)}"


def shown(value: object) -> str:
    """A value or list for people: long lists cut, whole numbers with separators."""
    if isinstance(value, list):
        more = f" and {len(value) - SHOWN_VALUES} more" if len(value) > SHOWN_VALUES else ""
        return ", ".join(map(str, value[:SHOWN_VALUES])) + more
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
