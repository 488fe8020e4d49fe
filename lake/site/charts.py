"""Where the marks of the small charts stand, in percent of their width or in units of their own drawing.

Intervals of ranks, the place of a figure among the districts, and the course of a figure over time. The templates draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lake.report.scorecard import DistrictCard
from lake.site.facts import Figure

_PAD = 4.0
SPARK_WIDTH, SPARK_HEIGHT = 120, 34
_SPARK_PAD = 4
# Periods that begin more than so many typical steps apart are not joined: nobody knows what was between.
_GAP = 1.6


@dataclass(frozen=True)
class Interval:
    """A dot at `at` on a bar from `low` to `high`, in percent."""

    low: float
    at: float
    high: float


@dataclass(frozen=True)
class Tick:
    """A mark of an axis, in percent."""

    at: float
    text: str


@dataclass(frozen=True)
class Strip:
    """A figure among those of all districts, in percent from the least to the most; `low` to `high` is its interval."""

    at: float
    city: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Course:
    """A line over time in units of the drawing: pieces without a gap, and a dot for each period."""

    pieces: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    low: Figure
    high: Figure
    first: Figure
    last: Figure


def rank_interval(card: DistrictCard, ranked: int) -> Interval | None:
    """The rank on an axis from 1 to `ranked`; None for a district without one."""
    if card.rank is None or card.rank_p05 is None or card.rank_p95 is None:
        return None
    return Interval(*(_on_axis(rank, 1, ranked) for rank in (card.rank_p05, card.rank, card.rank_p95)))


def rank_ticks(ranked: int) -> list[Tick]:
    """The first, the last and some round ranks between them."""
    step = next((one for one in (1, 2, 5, 10, 20, 50) if ranked / one <= 5), 100)
    inner = [rank for rank in range(step, ranked, step) if min(rank - 1, ranked - rank) > step / 2]
    return [Tick(_on_axis(rank, 1, ranked), str(rank)) for rank in dict.fromkeys((1, *inner, ranked))]


def score_dot(score: float) -> Interval:
    """A score on an axis from 0 to 100, where there are no ranks."""
    at = _on_axis(score, 0, 100)
    return Interval(at, at, at)


def score_ticks() -> list[Tick]:
    """The axis of scores."""
    return [Tick(_on_axis(score, 0, 100), str(score)) for score in (0, 25, 50, 75, 100)]


def strip(figure: Figure, values: Sequence[float], city: float | None) -> Strip | None:
    """Where a figure stands among others; None where there is nothing to compare. Intervals end with the axis."""
    if figure.value is None or not values or min(values) == max(values):
        return None
    low, high = min(values), max(values)
    shown = city if city is not None and low <= city <= high else None
    at, mark, least, most = (
        None if value is None else _on_axis(min(max(value, low), high), low, high)
        for value in (figure.value, shown, figure.value_low, figure.value_high)
    )
    return Strip(at or 0.0, mark, least, most)


def course(figures: Sequence[Figure]) -> Course | None:
    """The course of one indicator in one district; None where there are fewer than two figures with a date."""
    known = [(one, one.period_start, one.value) for one in figures if one.period_start and one.value is not None]
    if len(known) < 2:
        return None
    known.sort(key=lambda item: item[1])
    days = [start.toordinal() for _, start, _ in known]
    values = [value for _, _, value in known]
    dots = tuple((_across(day, days), _up(value, values)) for day, value in zip(days, values, strict=True))
    typical = min(after - before for before, after in pairwise(days)) or 1
    pieces: list[list[tuple[float, float]]] = [[dots[0]]]
    for n, (before, after) in enumerate(pairwise(days), start=1):
        if after - before > _GAP * typical:
            pieces.append([])
        pieces[-1].append(dots[n])
    by_value = sorted((one for one, _, _ in known), key=lambda one: one.value or 0)
    lines = tuple(" ".join(f"{x},{y}" for x, y in piece) for piece in pieces if len(piece) > 1)
    return Course(lines, dots, by_value[0], by_value[-1], known[0][0], known[-1][0])


def _on_axis(value: float, low: float, high: float) -> float:
    """Percent of the width, with room for a dot at both ends."""
    share = (value - low) / (high - low) if high > low else 0.5
    return round(_PAD + share * (100 - 2 * _PAD), 2)


def _across(day: int, days: Sequence[int]) -> float:
    return round(_SPARK_PAD + (day - days[0]) / ((days[-1] - days[0]) or 1) * (SPARK_WIDTH - 2 * _SPARK_PAD), 1)


def _up(value: float, values: Sequence[float]) -> float:
    low, high = min(values), max(values)
    share = (value - low) / (high - low) if high > low else 0.5
    return round(SPARK_HEIGHT - _SPARK_PAD - share * (SPARK_HEIGHT - 2 * _SPARK_PAD), 1)
