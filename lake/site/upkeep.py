"""The part of the page about upkeep: requests closed within a day, as counted beside as estimated, and their curve.

Only a city with such requests has it. The numbers are of `lake.report.closings`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lake.city import Area
from lake.report.closings import WHY_THEY_DIFFER, ClosedBy, Closing
from lake.site import words
from lake.site.facts import Facts

WIDTH, HEIGHT = 480, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 30
HOUR_S, DAY_S = 3600, 86_400
MOST_DAYS = 7


@dataclass(frozen=True)
class Row:
    """One area in words; `estimate` is empty where there are too few requests."""

    code: str
    name: str
    requests: str
    counted: str
    estimate: str
    interval: str


@dataclass(frozen=True)
class Curve:
    """The curve in units of its drawing: its line, where a day ends, the two shares at that time, and axes."""

    line: str
    day_x: float
    counted_y: float
    estimate_y: float | None
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    label: str


@dataclass(frozen=True)
class Upkeep:
    """See the module."""

    period: str
    city: Row | None
    rows: tuple[Row, ...]
    without: int
    why: str
    curve: Curve | None


def upkeep(facts: Facts) -> Upkeep | None:
    """The part, or None for a city without requests."""
    if not facts.closings:
        return None
    order = {area.code: number for number, (_, area) in enumerate(_whole_first(facts))}
    told = (one for one in facts.closings if one.district_code in order)
    known = sorted(told, key=lambda one: order[one.district_code])
    names = {area.code: area.name for _, area in facts.city.areas}
    whole = next((one for one in known if one.district_code == facts.city.whole_city.code), None)
    shown = [_row(one, names[one.district_code]) for one in known if one.estimate_pct is not None]
    first = facts.closings[0]
    return Upkeep(
        period=words.span(first.period_start, first.period_end),
        city=_row(whole, names[whole.district_code]) if whole else None,
        rows=tuple(shown),
        without=len(known) - len(shown),
        why=WHY_THEY_DIFFER,
        curve=_curve(whole, facts.closing_curve) if whole and facts.closing_curve else None,
    )


def _whole_first(facts: Facts) -> list[tuple[str, Area]]:
    """The city, then its parts, then its districts."""
    return sorted(facts.city.areas, key=lambda one: ("city", "part", "district").index(one[0]))


def _row(one: Closing, name: str) -> Row:
    estimate = "" if one.estimate_pct is None else f"{words.points(one.estimate_pct)} %"
    interval = "" if one.low_pct is None else f"{words.points(one.low_pct)} to {words.points(one.high_pct)} %"
    counted = f"{words.points(one.counted_pct)} %"
    return Row(one.district_code, name, f"{one.requests:,.0f}", counted, estimate, interval)


def _curve(whole: Closing, steps: Sequence[ClosedBy]) -> Curve:
    """From no wait to the last closing, a day at least and a week at most."""
    last_s = min(max(DAY_S, steps[-1].t_s), MOST_DAYS * DAY_S)
    hours = 6 if last_s <= 1.5 * DAY_S else 24

    def x(t_s: float) -> float:
        return round(LEFT + t_s / last_s * (WIDTH - LEFT - RIGHT), 1)

    def y(pct: float) -> float:
        return round(HEIGHT - BOTTOM - pct / 100 * (HEIGHT - TOP - BOTTOM), 1)

    points, height = [f"{x(0)},{y(0)}"], y(0)
    for step in steps:
        if step.t_s <= last_s:
            points += [f"{x(step.t_s)},{height}", f"{x(step.t_s)},{y(step.closed_pct)}"]
            height = y(step.closed_pct)
    points.append(f"{x(last_s)},{height}")
    ticks = range(0, int(last_s // HOUR_S) + 1, hours)
    estimate = whole.estimate_pct
    told = f"{words.points(whole.counted_pct)} % as counted"
    told += "" if estimate is None else f", {words.points(estimate)} % estimated"
    return Curve(
        line=" ".join(points),
        day_x=x(DAY_S),
        counted_y=y(whole.counted_pct),
        estimate_y=None if estimate is None else y(estimate),
        x_ticks=tuple((x(tick * HOUR_S), f"{tick} h") for tick in ticks),
        y_ticks=tuple((y(pct), f"{pct} %") for pct in (0, 25, 50, 75, 100)),
        label=f"Share of requests closed by hours since they came in; after 24 hours {told}",
    )
