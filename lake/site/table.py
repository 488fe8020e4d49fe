"""Every figure of a city as rows: for the table on the page, and as CSV for a spreadsheet.

The CSV holds numbers in full and the names of the marts' columns. A text that a spreadsheet would take for a formula
gets an apostrophe before it, which spreadsheets do not show.
"""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from lake.report.scorecard import OVERALL
from lake.site import words
from lake.site.facts import Facts, Indicator

BYTE_ORDER_MARK = "\ufeff"  # spreadsheets take the text for UTF-8 only with it
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
FIGURE_COLUMNS = (
    "city", "district_code", "district_name", "domain", "indicator_code", "indicator_name", "period", "period_start",
    "period_end", "value", "unit", "value_low", "value_high", "numerator", "denominator", "coverage", "status", "score",
    "floored", "imputed",
)  # fmt: skip
SCORE_COLUMNS = (
    "city", "index_code", "district_code", "district_name", "domain", "score", "rank", "rank_p05", "rank_p95", "status",
    "missing_codes",
)  # fmt: skip


@dataclass(frozen=True)
class TableRow:
    """One figure as the page shows it; `value`, `score` and `order` (of periods) are what the columns are sorted by."""

    district: str
    indicator: str
    period: str
    order: str
    value: float | None
    text: str
    unit: str
    score: float | None
    remark: str


def figures_rows(facts: Facts) -> list[TableRow]:
    """All figures, by district, indicator and period."""
    digits = {
        code: words.decimals(one.value for one in facts.figures if one.indicator_code == code)
        for code in facts.indicators
    }
    names = facts.names
    return [
        TableRow(
            district=names[one.district_code],
            indicator=facts.indicators[one.indicator_code].name,
            period=words.period(one.period, one.period_start, one.period_end),
            order=one.period_start.isoformat() if one.period_start else "",
            value=one.value,
            text=words.mark(one.status)
            if one.value is None
            else words.estimate(one.value, one.value_low, one.value_high, digits[one.indicator_code]),
            unit=words.unit(facts.indicators[one.indicator_code].unit),
            score=one.score.score if one.score else None,
            remark=words.status(one.status, one.coverage),
        )
        for one in facts.figures
    ]


def figures_csv(facts: Facts, indicators: Iterable[Indicator]) -> str:
    """All figures of these indicators as CSV."""
    return _csv(FIGURE_COLUMNS, _figures(facts, {one.code for one in indicators}))


def scores_csv(facts: Facts) -> str:
    """Scores of all districts by domain, and the composite with its rank and the rank's interval, as CSV."""
    return _csv(SCORE_COLUMNS, _scores(facts))


def address(text: str) -> str:
    """A CSV as an address of its own, so that a link downloads it without a server or a script."""
    content = base64.b64encode(f"{BYTE_ORDER_MARK}{text}".encode()).decode("ascii")
    return f"data:text/csv;charset=utf-8;base64,{content}"


def _csv(columns: Iterable[str], rows: Iterable[tuple[object, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def _figures(facts: Facts, codes: Collection[str]) -> Iterator[tuple[object, ...]]:
    names = facts.names
    for one in facts.figures:
        if one.indicator_code not in codes:
            continue
        indicator, score = facts.indicators[one.indicator_code], one.score
        yield (
            facts.city.city, one.district_code, names[one.district_code], indicator.domain, indicator.code,
            indicator.name, one.period, one.period_start, one.period_end, one.value, indicator.unit, one.value_low,
            one.value_high, one.numerator, one.denominator, one.coverage, one.status, score and score.score,
            score and score.floored, score and score.imputed,
        )  # fmt: skip


def _scores(facts: Facts) -> Iterator[tuple[object, ...]]:
    if facts.card is None:
        return
    names = facts.names
    for card in facts.card.districts:
        of_index = (facts.city.city, facts.card.index_code, card.code, names[card.code])
        yield (*of_index, OVERALL, card.score, card.rank, card.rank_p05, card.rank_p95, card.status, card.missing)
        for domain, score in card.domains.items():
            yield (*of_index, domain, score, None, None, None, None, None)


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
