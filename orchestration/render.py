"""Tables for a terminal: scorecards, indicators of a district, and rows of a query.

Only looks; the facts come from lake/report/scorecard.py and lake/query/query.py.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from rich import box
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from lake.query import results
from lake.report.scorecard import DistrictCard, IndicatorLine, Scorecard

# Wide enough for every table; a pipe or a file has no width of its own.
PIPE_WIDTH = 400
NOTHING = "-"


def stdout_console() -> Console:
    """A console on stdout that wraps to the terminal and never cuts what goes into a pipe."""
    return Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False, markup=False)


def plain_table(names: Iterable[str], rows: Iterable[Sequence[object]], title: str = "") -> Table:
    """Any rows under their column names; numbers stand right."""
    table = Table(title=title or None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    return table


def scorecard_view(card: Scorecard) -> Group:
    """Districts by domains with the composite, its rank and rank interval; below, what limits which numbers."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("district", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("rank\n(5-95 %)", justify="right", no_wrap=True)
    for domain in card.domains:
        table.add_column(domain.replace("_", "\n"), justify="right", overflow="fold")
    for district in card.districts:
        scores = [_whole(district.domains[domain]) for domain in card.domains]
        table.add_row(district.name, _score(district.score), _rank(district), *scores)
    notes = [Text(f"{district.name}: {_notes(district)}") for district in card.districts if _notes(district)]
    width = [Text(f"Rank intervals: half of them span {card.half_width} or more places.")] if card.half_width else []
    return Group(Text(_title(card)), table, *width, *notes)


def indicator_table(lines: Sequence[IndicatorLine], title: str) -> Table:
    """The indicators of a district, one a line."""
    names = ("domain", "indicator", "what", "period", "value", "unit", "coverage", "score", "status")
    rows = (
        (
            line.domain.replace("_", " "),
            line.code,
            line.name,
            line.period,
            line.value,
            line.unit,
            None if line.coverage is None else f"{line.coverage:.0%}",
            _score(line.score),
            line.status.replace("_", " "),
        )
        for line in lines
    )
    return plain_table(names, rows, title)


def _cell(value: object) -> Text:
    match value:
        case bool():
            return Text(results.text(value))
        case float():
            return Text(f"{value:.10g}", justify="right")
        case int():
            return Text(str(value), justify="right")
    return Text(results.text(value))


def _title(card: Scorecard) -> str:
    return f"{card.index_code} of {card.city}{_period(card.period_start, card.period_end)}; scores 0 to 100"


def _period(start: date | None, end: date | None) -> str:
    """`, 2014-01-01 to 2014-12-31`: people read the last day, the marts hold the day after it."""
    if start is None or end is None:
        return ""
    return f", {start} to {end - timedelta(days=1)}"


def _score(score: float | None) -> str:
    return NOTHING if score is None else f"{score:.1f}"


def _whole(score: float | None) -> str:
    return NOTHING if score is None else f"{score:.0f}"


def _rank(district: DistrictCard) -> str:
    if district.rank is None:
        return NOTHING
    return f"{district.rank} ({district.rank_p05}-{district.rank_p95})"


def _notes(district: DistrictCard) -> str:
    notes = [] if district.status == "ok" else [district.status.replace("_", " ")]
    for word, codes in (("missing", district.missing), ("floored", district.floored), ("imputed", district.imputed)):
        if codes:
            notes.append(f"{word} {codes}")
    return "; ".join(notes)
