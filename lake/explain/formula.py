"""How a figure of a mart is made, in words and with the numbers put in; the numbers must give the figure again.

The words are the registry's for indicators and the mart's own description for all else. The arithmetic that is done
again here is that of published rows: a ratio of numerator and denominator, a score between goalposts, weighted means of
scores. What a model computes from rows is not computed again; lineage leads to those rows.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lake.explain.cell import RESTRICTED, Cell
from lake.iceberg.file_table import literal

OVERALL = "overall"
TOLERANCE = 1e-9
HUNDRED = 100.0
# `(life expectancy of men + that of women) / 2`.
_SUM_OVER = re.compile(r"^\([^()]+ \+ [^()]+\) / (\d+)$")
# `1,000 x offences / residents`: the factor stands first.
_FACTOR = re.compile(r"^([\d,]+) x ")
# `100 x (1 - survival at 24 hours)`: numerator and denominator are told beside it, and it is not their ratio.
_OF_A_BRACKET = re.compile(r"^[\d,]+ x \(")

Rows = Callable[[str], Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Formula:
    """`column` is the figure that it makes. `reproduces` is None where there is nothing to put in."""

    column: str
    text: str
    numbers: str = ""
    computed: float | None = None
    reproduces: bool | None = None


@dataclass(frozen=True)
class Numbers:
    """What can be put into a formula.

    `rows` asks the release's marts, `floors` are the least scores (0..1) that count in an index, `inputs` the figures
    of the single source rows that a row was taken from.
    """

    rows: Rows
    floors: Mapping[str, float]
    inputs: Mapping[str, float]


def formula_of(cell: Cell, described: str, numbers: Numbers) -> Formula:
    """The formula of a row's main figure; of other marts what their description says of their figures."""
    table = cell.table.partition(".")[2]
    match table:
        case "qol_indicators" | "qol_indicators_restricted":
            return _indicator(cell, numbers)
        case "qol_index":
            return _index_score(cell, numbers)
        case "qol_scores":
            return _score(cell, numbers)
    return Formula("", described)


def _indicator(cell: Cell, numbers: Numbers) -> Formula:
    code = cell.row["indicator_code"]
    registry = numbers.rows(f"select formula from marts.indicator_registry where code = {literal(code)}")
    text = registry[0]["formula"] if registry else ""
    value, numerator, denominator = (cell.row[name] for name in ("value", "numerator", "denominator"))
    if cell.row["status"] == RESTRICTED or value is None:
        return Formula("value", text)
    if numerator is not None and denominator and not _OF_A_BRACKET.match(text):
        factor = _FACTOR.match(text)
        times = float(factor[1].replace(",", "")) if factor else 1.0
        first = f"{factor[1]} x " if factor else ""
        return _checked(
            "value", text, f"{first}{_n(numerator)} / {_n(denominator)}", times * numerator / denominator, value
        )
    if numbers.rows(f"select 1 as one from marts.index_definition where index_code = {literal(code)} limit 1"):
        words, composite = _composite(cell.row["city"], code, cell.row["district_code"], numbers)
        return _checked("value", text, words, composite, value)
    return _published(text, value, numbers.inputs)


def _published(text: str, value: float, inputs: Mapping[str, float]) -> Formula:
    """A figure taken over from one source row: as it is, or as the sum of several over a number."""
    words = [f"{name} {_n(number)}" for name, number in sorted(inputs.items())]
    if len(words) == 1:
        return _checked("value", text, words[0], sum(inputs.values()), value)
    parts = _SUM_OVER.search(text)
    if words and parts:
        return _checked(
            "value", text, f"({' + '.join(words)}) / {parts[1]}", sum(inputs.values()) / int(parts[1]), value
        )
    return Formula("value", text)


def _index_score(cell: Cell, numbers: Numbers) -> Formula:
    city, code, district = (cell.row[name] for name in ("city", "index_code", "district_code"))
    score, domain = cell.row["score"], cell.row["domain"]
    if domain == OVERALL:
        text = "100 x weighted geometric mean of the domain scores, each at least the index's floor"
        if score is None:
            return Formula("score", text)
        words, composite = _composite(city, code, district, numbers)
        return _checked("score", text, f"100 x {words}", HUNDRED * composite, score)
    text = "weighted mean of the scores of the domain's indicators"
    parts = numbers.rows(
        f"""select s.indicator_code as name, s.score, d.weight from marts.qol_scores as s
        join marts.index_definition as d on s.index_code = d.index_code and s.indicator_code = d.indicator_code
        where s.city = {literal(city)} and s.index_code = {literal(code)} and s.district_code = {literal(district)}
          and d.domain = {literal(domain)} order by name"""
    )
    if score is None or not parts:
        return Formula("score", text)
    mean = sum(part["weight"] * part["score"] for part in parts) / sum(part["weight"] for part in parts)
    return _checked("score", text, f"mean of {_weighted(parts)}", mean, score)


def _score(cell: Cell, numbers: Numbers) -> Formula:
    text = "100 x position of the value between the goalposts, from the bad one to the good one, cut off beyond them"
    keys = {
        name: literal(cell.row[name]) for name in ("city", "index_code", "district_code", "indicator_code", "period")
    }
    found = numbers.rows(
        f"""select i.value, d.goalpost_low as low, d.goalpost_high as high, r.polarity
        from marts.qol_indicators as i
        join marts.index_definition as d on i.indicator_code = d.indicator_code and d.index_code = {keys["index_code"]}
        join marts.indicator_registry as r on i.indicator_code = r.code
        where i.city = {keys["city"]} and i.district_code = {keys["district_code"]}
          and i.indicator_code = {keys["indicator_code"]} and i.period = {keys["period"]}"""
    )
    if len(found) != 1 or found[0]["value"] is None:
        return Formula("score", text)
    value, low, high = (found[0][name] for name in ("value", "low", "high"))
    bad, good = (high, low) if found[0]["polarity"] == -1 else (low, high)
    score = HUNDRED * min(1.0, max(0.0, (value - bad) / (good - bad)))
    return _checked(
        "score", text, f"100 x ({_n(value)} - {_n(bad)}) / ({_n(good)} - {_n(bad)})", score, cell.row["score"]
    )


def _composite(city: str, code: str, district: str, numbers: Numbers) -> tuple[str, float]:
    """The geometric mean of a district's domain scores, in words and as a number 0..1."""
    parts = numbers.rows(
        f"""select i.domain as name, i.score, sum(d.weight) as weight from marts.qol_index as i
        join marts.index_definition as d on i.index_code = d.index_code and i.domain = d.domain
        where i.city = {literal(city)} and i.index_code = {literal(code)} and i.district_code = {literal(district)}
          and i.score is not null
        group by i.domain, i.score order by name"""
    )
    if not parts:
        return "no domain has a score", math.nan
    floor = numbers.floors.get(code, 0.0)
    logs = sum(part["weight"] * math.log(max(floor, part["score"] / HUNDRED)) for part in parts)
    composite = math.exp(logs / sum(part["weight"] for part in parts))
    return f"geometric mean of {_weighted(parts)}, each divided by 100 and at least {_n(floor)}", composite


def _weighted(parts: Sequence[Mapping[str, Any]]) -> str:
    same = len({part["weight"] for part in parts}) == 1
    return ", ".join(f"{p['name']} {_n(p['score'])}" + ("" if same else f" (weight {_n(p['weight'])})") for p in parts)


def _checked(column: str, text: str, numbers: str, computed: float, value: float) -> Formula:
    return Formula(column, text, numbers, computed, math.isclose(computed, value, rel_tol=TOLERANCE, abs_tol=1e-12))


def _n(number: float) -> str:
    return f"{number:,.10g}"
