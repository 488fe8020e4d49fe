"""A night in words for a terminal: what was decided, what the checks found, what to type next.

Facts come from `lake.night.night`'s report; scorecards are drawn by render.py. Nothing is read here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.table import Table

from lake.checks import CheckResult
from lake.city import City
from lake.deliveries.ledger import Delivery
from lake.errors import CitylakeError
from lake.night.decide import Outcome
from lake.night.report import NightReport
from lake.release.record import StaleDataset
from orchestration.raw_metadata import rejected_by_rule
from orchestration.render import plain_table

SHOWN = 12
VERDICTS = {
    "released": "Released: number {release}, {seconds:.0f} s.",
    "nothing_new": "Nothing new: the current release rests on today's deliveries. No release was published.",
    "not_released": "Not released; what analysts see stays as it was.",
}


def verdict(report: NightReport) -> str:
    """One line that says how the night ended."""
    number = report.release.release_id if report.release else 0
    return VERDICTS[report.status].format(release=number, seconds=report.seconds)


def dataset_table(outcomes: Sequence[Outcome]) -> Table | None:
    """Rows read, accepted, rejected and refused deliveries, by dataset; None where nothing came."""
    rows = [
        (
            outcome.dataset,
            len(outcome.deliveries),
            len(outcome.refused),
            _sum(outcome.deliveries, "rows_read"),
            _sum(outcome.deliveries, "rows_accepted"),
            _sum(outcome.deliveries, "rows_rejected"),
            _sum(outcome.deliveries, "cells_rejected"),
        )
        for outcome in outcomes
        if outcome.deliveries
    ]
    header = ("dataset", "deliveries", "refused", "rows read", "accepted", "rejected", "cells rejected")
    return plain_table(header, [_grouped(row) for row in rows], "What came") if rows else None


def reject_table(outcomes: Sequence[Outcome]) -> Table | None:
    """Rejected rows and cells by dataset and rule."""
    rows = [
        (outcome.dataset, rule, number)
        for outcome in outcomes
        for rule, number in sorted(rejected_by_rule(outcome.deliveries).items())
    ]
    header = ("dataset", "rule", "rejected")
    return plain_table(header, [_grouped(row) for row in rows], "Why rows were rejected") if rows else None


def check_lines(checks: Sequence[CheckResult], deliveries: Sequence[Delivery]) -> Iterator[str]:
    """How many checks held, and the sentences of those that did not; errors come first."""
    failed = sorted((check for check in checks if not check.passed), key=lambda check: check.severity)
    yield f"Checks: {len(checks):,} ran, {len(checks) - len(failed):,} held, {len(failed)} did not."
    files = {delivery.delivery_id: delivery.file_name for delivery in deliveries}
    for check in failed[:SHOWN]:
        file = files.get(check.delivery_id or "")
        about = f" ({file})" if file and file not in check.message else ""
        yield f"  {check.severity}: {check.message}{about}"
    if len(failed) > SHOWN:
        yield f'  and {len(failed) - SHOWN} more: citylake sql "SELECT * FROM ops.check_results WHERE NOT passed"'


def stale_lines(datasets: Sequence[StaleDataset]) -> Iterator[str]:
    """What a release holds in an older state."""
    for stale in datasets:
        yield f"Stale: {stale.dataset} since {stale.since:%Y-%m-%d %H:%M} UTC: {stale.reason}"


def next_lines(city: City, refused: Sequence[Delivery] = ()) -> list[str]:
    """What to type next: only a city with an index has a scorecard."""
    lines = [f"citylake scorecard --city {city.city}" if city.index else "citylake tables"]
    if city.indicators:
        lines.append('citylake sql "SELECT * FROM marts.qol_indicators LIMIT 20"')
    if refused:
        lines.append(f'citylake sql --role team "SELECT * FROM rejects.{refused[0].dataset} LIMIT 20"')
    return [*lines, "citylake status", "citylake ui"]


def failure_paragraph(error: BaseException | None, report: NightReport | None, log: Path) -> str:
    """What failed, where, what to do, and where the full log is: one plain paragraph."""
    if error is None and report is not None and report.refused:
        first = report.refused[0]
        more = f" ({len(report.refused)} deliveries were refused)" if len(report.refused) > 1 else ""
        what = f"{first.dataset}: {first.file_name} (delivery {first.delivery_id}) was refused{more}: {first.reason}"
        todo = "The dataset keeps its last good state; it is tried again when other bytes come"
        return f"{_sentence(what)} {todo}, or with `citylake run --only {first.dataset}`. Full log: {log}"
    if isinstance(error, CitylakeError):
        hint = f" {_sentence(error.hint)}" if error.hint else ""
        return f"{_sentence(error.message)}{hint} Full log: {log}"
    what = f"{type(error).__name__}: {error}" if error is not None else "no release was asked for"
    return f"The night ended early. {_sentence(' '.join(what.split()))} What was released before stays. Full log: {log}"


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _sum(deliveries: Sequence[Delivery], count: str) -> int:
    return sum(getattr(delivery, count) or 0 for delivery in deliveries)


def _grouped(row: Sequence[object]) -> list[object]:
    return [f"{cell:,}" if isinstance(cell, int) else cell for cell in row]
