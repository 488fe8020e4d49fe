"""Numbers, units, periods and statuses as residents read them. Plain text; escaping is the templates' business."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, timedelta

EN_DASH = "\N{EN DASH}"
NO_FIGURE = EN_DASH
CONFIDENTIAL = "c"
MINUS = "\N{MINUS SIGN}"
_UNIT_SIGNS = (("ug/m3", "µg/m³"), ("NO2", "NO₂"), ("km2", "km²"), ("GBP", "£"), ("..", " to "))
_MOST_DECIMALS = 3
_STATUS = {
    "missing": "the source has no figure",
    "insufficient_data": "too little was recorded to say",
    "restricted": "confidential: too few households, persons or firms behind the figure",
}


def decimals(values: Iterable[float | None]) -> int:
    """Digits after the point that tell these values apart without pretending more: about three that count."""
    known = [abs(value) for value in values if value is not None and value != 0]
    if not known:
        return 0
    wanted = min(max(2 - math.floor(math.log10(max(known))), 0), _MOST_DECIMALS)
    enough = (d for d in range(wanted) if all(math.isclose(value, round(value, d), rel_tol=1e-9) for value in known))
    return next(enough, wanted)


def exact_decimals(values: Iterable[float]) -> int:
    """As many digits after the point as these round numbers need."""
    known = list(values)
    return next((d for d in range(12) if all(math.isclose(one, round(one, d), abs_tol=1e-12) for one in known)), 12)


def number(value: float | None, digits: int) -> str:
    """A number with thousands set apart, or a dash for none."""
    if value is None:
        return NO_FIGURE
    text = f"{value:,.{digits}f}"
    return text.replace("-", MINUS) if float(text.replace(",", "")) else text.removeprefix("-")


def estimate(value: float, low: float | None, high: float | None, digits: int) -> str:
    """A number, with its interval where it has one."""
    if low is None or high is None:
        return number(value, digits)
    return f"{number(value, digits)} ({number(low, digits)} to {number(high, digits)})"


def width(places: int) -> str:
    """How wide the ranges of ranks are: stands beside the ranks."""
    return f"Half of all ranges are {counted(places, 'place', 'places')} wide or wider."


def points(score: float | None) -> str:
    """A score, 0..100, with one digit after the point."""
    return number(score, 1)


def unit(code: str) -> str:
    """A unit of the registry with its proper signs."""
    for plain, sign in _UNIT_SIGNS:
        code = code.replace(plain, sign)
    return code


def domain(code: str) -> str:
    """An area of life."""
    return code.replace("_", " ").capitalize()


def direction(polarity: int | None) -> str:
    """Which way an indicator is good."""
    return {1: "more is better", -1: "less is better"}.get(polarity or 0, "for context only")


def day(moment: date) -> str:
    """`24 November 2026`."""
    return f"{moment.day} {moment:%B %Y}"


def period(label: str, start: date | None, end: date | None) -> str:
    """A period's label for people: `2014-15` with a dash, `January 2015`, `22 May 2014`; what holds a date stays."""
    if start is None or end is None:
        return "no date given"
    if end - start == timedelta(days=1):
        return day(start)
    if start.day == end.day == 1 and end - start <= timedelta(days=31):
        return f"{start:%B %Y}"
    return label.replace("-", EN_DASH) if label.count("-") == 1 else label


def span(start: date | None, end: date | None) -> str:
    """From the first to the last day; marts hold the day after the last."""
    if start is None or end is None:
        return ""
    return f"{day(start)} to {day(end - timedelta(days=1))}"


def status(code: str, coverage: float | None = None) -> str:
    """Why there is no figure; empty where there is one."""
    words = _STATUS.get(code, "")
    if code == "insufficient_data" and coverage:
        return f"{words} ({coverage:.0%} of what should be there)"
    return words


def mark(code: str) -> str:
    """What stands in place of a number that is not there."""
    return CONFIDENTIAL if code == "restricted" else NO_FIGURE


def listed(items: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def counted(count: int, one: str, many: str) -> str:
    """`1 district`, `12 districts`."""
    return f"{count:,} {one if count == 1 else many}"
