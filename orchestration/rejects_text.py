"""Rejects on a terminal: refused deliveries first, then every rule that rejected something, the most frequent first.

Only looks; the facts come from lake/report/rejects.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.console import Group, RenderableType
from rich.text import Text

from lake.report.rejects import RejectReport
from orchestration.render import plain_table


def rejects_view(report: RejectReport, output: Path | None) -> Group:
    """The rejects of a dataset in short."""
    return Group(*_lines(report, output))


def _lines(report: RejectReport, output: Path | None) -> Iterator[RenderableType]:
    read, accepted, rejected, cells, expected = (
        sum(getattr(one, name) or 0 for one in report.deliveries)
        for name in ("rows_read", "rows_accepted", "rows_rejected", "cells_rejected", "rows_no_data")
    )
    count = len(report.deliveries)
    no_data = f" ({expected:,} of them blank or no data, as expected: not shown)" if expected else ""
    yield Text(
        f"{report.dataset}: {count:,} {'delivery' if count == 1 else 'deliveries'}, {read:,} rows read = "
        f"{accepted:,} accepted + {rejected:,} rejected{no_data}; {cells:,} cells rejected in rows accepted"
    )
    for one in report.refused:
        yield Text(f"Refused: {one.file_name} of {one.city} (delivery {one.delivery_id}): {one.reason}")
    if report.rules:
        header = ("rule", "what", "column", "count", "files", "reason", "first ones")
        rows = [
            (rule.rule_id, rule.kind, rule.column, f"{rule.count:,}", rule.files, rule.reason, "; ".join(rule.examples))
            for rule in report.rules
        ]
        yield plain_table(header, rows)
    else:
        yield Text("No row and no cell to send back.")
    if output is not None:
        yield Text(f"Every row with its file, line, reason and text: {output}")
    elif report.rules:
        yield Text("--output FILE writes every row with its file, line, reason and text.")
