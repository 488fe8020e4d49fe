"""The checks of a suite as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator

from expectations.suites import Expectation, Suite
from expectations.types import TYPES, UNEXPECTED_ROWS, expected_words
from orchestration.reference.markdown import text


def suite_checks(suite: Suite, *, error: str) -> Iterator[tuple[str, str, str]]:
    """What holds, what happens if not (`error`, or a warning), and why it must hold."""
    for one in suite.expectations:
        yield _holds(one), error if one.severity == "error" else "warns", text(one.why)


def _holds(expectation: Expectation) -> str:
    """In words; a query says less than the name that its author gave it."""
    if expectation.type == UNEXPECTED_ROWS:
        return text(expectation.check_id.replace("_", " "))
    return text(expected_words(TYPES[expectation.type], expectation.kwargs))
