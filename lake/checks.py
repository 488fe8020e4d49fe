"""The outcome of a check, as a fact: what was checked, what was seen, and whether it stops the rows.

Checks themselves run elsewhere: Great Expectations suites in `expectations/`, dbt tests in the dbt project. Whoever
runs them hands over these values; `ops.check_results`, the command line and Dagster show them. No check runs here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from lake.errors import CitylakeError

if TYPE_CHECKING:
    from collections.abc import Iterable

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class CheckResult:
    """One check on one dataset's delivery or on one mart.

    `subject` is the dataset or mart, `delivery_id` is None for a mart. `observed` and `expected` are words for people
    and hold no personal value. `unexpected_rows` counts the rows at fault; None where the check counts no rows.
    """

    subject: str
    check_id: str
    passed: bool
    severity: Severity
    observed: str
    expected: str
    message: str
    delivery_id: str | None = None
    unexpected_rows: int | None = None

    @property
    def blocks(self) -> bool:
        """True when the rows that were checked must not become visible."""
        return not self.passed and self.severity == "error"


class CheckError(CitylakeError):
    """A check could not be run, so nothing is known about the data: neither good nor bad, and not to be released."""


def blocking(results: Iterable[CheckResult]) -> list[CheckResult]:
    """The failed checks of severity `error`, in the order given."""
    return [result for result in results if result.blocks]
