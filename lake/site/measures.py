"""What the map can show: the composite, its domains, and every indicator in which districts differ.

A measure has a text and a colour for every district; a district without a figure is hatched and says why.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from lake.report.scorecard import OVERALL, DistrictCard
from lake.site import words
from lake.site.colours import is_dark, scale
from lake.site.facts import OK, Facts, Figure, Indicator

HATCHED = "url(#hatch)"
_LEAST_VALUES = 2


@dataclass(frozen=True)
class Cell:
    """One district: its colour, its figure as text, what is to be said beside it, and where it stands in the table."""

    fill: str
    text: str
    note: str
    value: float | None

    @property
    def is_dark(self) -> bool:
        """Whether a name on it must be light."""
        return is_dark(self.fill)


@dataclass(frozen=True)
class Class:
    """One colour of the legend and the values that it stands for."""

    colour: str
    text: str


@dataclass(frozen=True)
class Measure:
    """One choice of the map."""

    key: str
    group: str
    name: str
    unit: str
    period: str
    direction: str
    city: str
    classes: tuple[Class, ...]
    cells: Mapping[str, Cell]

    @property
    def about(self) -> str:
        """Unit, period and direction in one line, with the figure of the whole city where it has one."""
        city = f"whole city: {self.city}" if self.city else ""
        return " · ".join(text for text in (self.unit, self.period, self.direction, city) if text)

    @property
    def ordered(self) -> list[tuple[str, Cell]]:
        """Districts from the largest figure to the smallest, then those without one."""
        return sorted(self.cells.items(), key=lambda item: (item[1].value is None, -(item[1].value or 0), item[0]))


@dataclass(frozen=True)
class _Told:
    """What there is of a district: a value, or what stands in its place, and a note."""

    value: float | None
    mark: str = words.NO_FIGURE
    note: str = ""


def measures(facts: Facts) -> list[Measure]:
    """All measures, the composite first, indicators by domain."""
    found = [*_scores(facts), *_indicators(facts)]
    return [one for one in found if len({cell.value for cell in one.cells.values()} - {None}) >= _LEAST_VALUES]


def latest(figures: list[Figure]) -> Figure:
    """The figure of the newest period."""
    return max(figures, key=lambda one: (one.period_start is not None, one.period_start, one.period))


def _scores(facts: Facts) -> Iterator[Measure]:
    if facts.card is None:
        return
    cards = {card.code: card for card in facts.card.districts}
    period = words.span(facts.card.period_start, facts.card.period_end)
    for domain in (OVERALL, *facts.card.domains):
        told = {area.code: _score(cards.get(area.code), domain) for area in facts.city.districts}
        cells = _cells(told, 1)
        yield Measure(
            key=f"score-{domain}",
            group="Scores, 0 to 100",
            name=words.domain(domain),
            unit="points of 100",
            period=period,
            direction=words.direction(1),
            city="",
            classes=_classes(cells),
            cells=cells,
        )


def _score(card: DistrictCard | None, domain: str) -> _Told:
    """A score, the composite's with the rank, which is never without its interval."""
    if card is None:
        return _Told(None)
    if domain != OVERALL:
        return _Told(card.domains[domain])
    if card.score is None:
        return _Told(None, note="not ranked")
    return _Told(card.score, note=f"place {card.rank}, likely {card.rank_p05} to {card.rank_p95}" if card.rank else "")


def _indicators(facts: Facts) -> Iterator[Measure]:
    for indicator in facts.indicators.values():
        figures = _newest(facts, indicator)
        if not figures:
            continue
        first = next(iter(figures.values()))
        whole = figures.pop(facts.city.whole_city.code, None)
        digits = words.decimals(one.value for one in figures.values())
        cells = _cells({area.code: _figure(figures.get(area.code)) for area in facts.city.districts}, digits)
        yield Measure(
            key=indicator.code,
            group=words.domain(indicator.domain),
            name=indicator.name,
            unit=words.unit(indicator.unit),
            period=words.period(first.period, first.period_start, first.period_end),
            direction=words.direction(indicator.polarity),
            city=words.number(whole.value, digits) if whole and whole.value is not None else "",
            classes=_classes(cells),
            cells=cells,
        )


def _newest(facts: Facts, indicator: Indicator) -> dict[str, Figure]:
    """Figures of the newest period that any district has a value of, by district, with the city's of the same."""
    districts = {area.code for area in facts.city.districts}
    found = [one for one in facts.figures if one.indicator_code == indicator.code]
    known = [one for one in found if one.status == OK and one.district_code in districts]
    period = latest(known).period if known else None
    return {one.district_code: one for one in found if one.period == period}


def _figure(figure: Figure | None) -> _Told:
    if figure is None:
        return _Told(None, note="not measured here")
    return _Told(figure.value, words.mark(figure.status), words.status(figure.status, figure.coverage))


def _cells(told: Mapping[str, _Told], digits: int) -> dict[str, Cell]:
    known = [one.value for one in told.values() if one.value is not None]
    colours = scale(known) if known else None
    return {
        code: Cell(
            fill=HATCHED if one.value is None or colours is None else colours.colour(one.value),
            text=one.mark if one.value is None else words.number(one.value, digits),
            note=one.note,
            value=one.value,
        )
        for code, one in told.items()
    }


def _classes(cells: Mapping[str, Cell]) -> tuple[Class, ...]:
    known = [cell.value for cell in cells.values() if cell.value is not None]
    if not known:
        return ()
    found = scale(known)
    digits = words.exact_decimals(bound for bound in found.bounds if math.isfinite(bound))
    pairs = zip(pairwise(found.bounds), found.colours, strict=True)
    return tuple(Class(colour, _between(low, high, digits)) for (low, high), colour in pairs)


def _between(low: float, high: float, digits: int) -> str:
    """The values of a class in words."""
    if not math.isfinite(low):
        return f"below {words.number(high, digits)}"
    if not math.isfinite(high):
        return f"{words.number(low, digits)} or more"
    return f"{words.number(low, digits)} to {words.number(high, digits)}"
