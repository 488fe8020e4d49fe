"""What the map can show: the composite, its domains, and every indicator of which several districts have a figure.

A measure has a text and a colour for every district; a district without a figure is hatched and says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lake.scorecard import DistrictCard, Scorecard
from lake.site import words
from lake.site.colours import is_dark, scale
from lake.site.facts import OK, Facts, Figure, Indicator

HATCHED = "url(#hatch)"
COMPOSITE = "Overall"
_LEAST_DISTRICTS = 2


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


def measures(facts: Facts) -> list[Measure]:
    """All measures, the composite first, indicators by domain."""
    return [*(_scores(facts.card) if facts.card else ()), *_indicators(facts)]


def latest(figures: list[Figure]) -> Figure:
    """The figure of the newest period."""
    return max(figures, key=lambda one: (one.period_start is not None, one.period_start, one.period))


def _scores(card: Scorecard) -> Iterator[Measure]:
    period = words.span(card.period_start, card.period_end)
    for key in ("", *card.domains):
        scores = {one.code: one.domains[key] if key else one.score for one in card.districts}
        notes = {one.code: "" if key else _place(one) for one in card.districts}
        cells = _cells(scores, dict.fromkeys(scores, words.mark("missing")), notes, 1)
        if _enough(cells):
            name = words.domain(key) if key else COMPOSITE
            yield Measure(
                key=f"score-{key or 'overall'}",
                group="Scores, 0 to 100",
                name=name,
                unit="points of 100",
                period=period,
                direction=words.direction(1),
                city="",
                classes=_classes(cells),
                cells=cells,
            )


def _place(card: DistrictCard) -> str:
    """The rank, never without its interval; why there is none, where there is none."""
    if card.score is None:
        return "not ranked"
    if card.rank is None:
        return ""
    return f"place {card.rank}, likely {card.rank_p05} to {card.rank_p95}"


def _indicators(facts: Facts) -> Iterator[Measure]:
    districts = [area.code for area in facts.city.districts]
    for indicator in facts.indicators.values():
        newest = _newest(facts, indicator, districts)
        digits = words.decimals(one.value for one in newest.values())
        values = {code: newest[code].value if code in newest else None for code in districts}
        marks = {code: words.mark(newest[code].status if code in newest else "missing") for code in districts}
        notes = {
            code: words.status(newest[code].status, newest[code].coverage) if code in newest else "not measured here"
            for code in districts
        }
        cells = _cells(values, marks, notes, digits)
        if _enough(cells):
            any_figure = next(one for one in newest.values() if one.status == OK)
            whole = _of_city(facts, any_figure)
            yield Measure(
                key=indicator.code,
                group=words.domain(indicator.domain),
                name=indicator.name,
                unit=words.unit(indicator.unit),
                period=words.period(any_figure.period, any_figure.period_start, any_figure.period_end),
                direction=words.direction(indicator.polarity),
                city=words.number(whole, digits) if whole is not None else "",
                classes=_classes(cells),
                cells=cells,
            )


def _newest(facts: Facts, indicator: Indicator, districts: list[str]) -> dict[str, Figure]:
    """Figures of the newest period that any district has, by district."""
    found = [one for one in facts.figures if one.indicator_code == indicator.code and one.district_code in districts]
    if not found:
        return {}
    period = latest([one for one in found if one.status == OK] or found).period
    return {one.district_code: one for one in found if one.period == period}


def _of_city(facts: Facts, like: Figure) -> float | None:
    """The whole city's value of the same indicator and period."""
    wanted = (facts.city.whole_city.code, like.indicator_code, like.period)
    found = (one for one in facts.figures if (one.district_code, one.indicator_code, one.period) == wanted)
    return next((one.value for one in found), None)


def _enough(cells: Mapping[str, Cell]) -> bool:
    return sum(cell.value is not None for cell in cells.values()) >= _LEAST_DISTRICTS


def _cells(
    values: Mapping[str, float | None], marks: Mapping[str, str], notes: Mapping[str, str], digits: int
) -> dict[str, Cell]:
    known = [value for value in values.values() if value is not None]
    colours = scale(known) if known else None
    return {
        code: Cell(
            fill=HATCHED if value is None or colours is None else colours.colour(value),
            text=marks[code] if value is None else words.number(value, digits),
            note=notes[code],
            value=value,
        )
        for code, value in values.items()
    }


def _classes(cells: Mapping[str, Cell]) -> tuple[Class, ...]:
    found = scale([cell.value for cell in cells.values() if cell.value is not None])
    digits = words.exact_decimals(found.bounds)
    bounds = [words.number(bound, digits) for bound in found.bounds]
    pairs = zip(bounds, bounds[1:], found.colours, strict=False)
    return tuple(Class(colour, f"{low} to {high}" if low != high else low) for low, high, colour in pairs)
