"""A result of Great Expectations in words: what was observed, and the sentence that people read about a check.

Values of rows appear as examples only where the suite holds no personal data. What was expected: `types`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from expectations.types import UNEXPECTED_ROWS, ExpectationType, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from great_expectations.core import ExpectationValidationResult

    from expectations.suites import Expectation

_EXAMPLES = 3
_LONGEST = 60


def unexpected_rows(kind: ExpectationType, result: Mapping[str, Any]) -> int | None:
    """How many rows are at fault; None for what counts no rows."""
    if kind.name == UNEXPECTED_ROWS:
        return int(result["observed_value"])
    return int(result.get("unexpected_count", 0)) if kind.per_row else None


def observed_words(
    kind: ExpectationType, passed: bool, result: Mapping[str, Any], *, show_values: bool, show_rows: bool = False
) -> str:
    """What was seen, such as `3 of 43,800 rows, e.g. 5000.1` or `39`; with `show_rows` the first rows of a query."""
    if kind.name == UNEXPECTED_ROWS:
        words = _count(int(result["observed_value"]))
        examples = _example_rows(result) if show_rows else ""
        return f"{words}, e.g. {examples}" if examples else words
    if kind.per_row:
        return _rows_at_fault(result, show_values=show_values)
    if "column_set" in kind.arguments:
        return "as expected" if passed else _columns_at_fault(result)
    return shown(result.get("observed_value"))


def _rows_at_fault(result: Mapping[str, Any], *, show_values: bool) -> str:
    if not result.get("unexpected_count"):
        return "no row at fault"
    words = f"{result['unexpected_count']:,} of {_count(result['element_count'])} at fault"
    values = [str(value) for value in result.get("partial_unexpected_list", []) if value is not None]
    examples = list(dict.fromkeys(values))[:_EXAMPLES]
    return f"{words}, e.g. {', '.join(examples)}" if examples and show_values else words


def _example_rows(result: Mapping[str, Any]) -> str:
    """The first rows that a query found, such as `area North, age 45; area North, age 50`."""
    rows = (result.get("details") or {}).get("unexpected_rows") or []
    told = [
        ", ".join(f"{name} {_cut(str(value))}" for name, value in dict(row).items() if value is not None)
        for row in rows[:_EXAMPLES]
    ]
    return "; ".join(dict.fromkeys(words for words in told if words))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _columns_at_fault(result: Mapping[str, Any]) -> str:
    mismatched = result.get("details", {}).get("mismatched", {})
    return "; ".join(f"{kind}: {shown(columns)}" for kind, columns in mismatched.items()) or "other columns"


def _count(rows: int) -> str:
    return "1 row" if rows == 1 else f"{rows:,} rows"


def message(audited: str, item: Expectation, *, passed: bool, expected: str, observed: str) -> str:
    """One sentence for the log, the command line and Dagster."""
    if passed:
        return f"{audited}: {item.check_id} holds: {expected}."
    verb = "fails" if item.severity == "error" else "warns"
    return f"{audited}: {item.check_id} {verb}: expected {expected}; found {observed}. Why it matters: {item.why}"


def exception_messages(result: ExpectationValidationResult) -> list[str]:
    """What went wrong inside GX while it computed a result; empty when the result is about the data."""
    info = result.exception_info or {}
    entries = [info] if "raised_exception" in info else list(info.values())
    return sorted({str(entry["exception_message"]) for entry in entries if entry and entry["raised_exception"]})
