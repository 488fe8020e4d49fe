"""The part of the page about one district or the whole city: scores, figures, and what is missing and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from lake.city import Area
from lake.report.scorecard import DistrictCard, Scorecard
from lake.site import words
from lake.site.charts import Course, Strip, course, strip
from lake.site.facts import OK, Facts, Figure, Indicator
from lake.site.measures import latest


@dataclass(frozen=True)
class DomainScore:
    """The score of one area of life; None where there is none."""

    name: str
    score: float | None


@dataclass(frozen=True)
class Line:
    """One indicator of the district: its newest figure, and what helps to judge it."""

    indicator: Indicator
    figure: Figure
    value: str
    status: str
    city: str
    strip: Strip | None
    course: Course | None
    course_words: str

    @property
    def is_floored(self) -> bool:
        """Whether the composite counts its score as higher than it is."""
        return self.figure.score is not None and self.figure.score.floored

    @property
    def is_imputed(self) -> bool:
        """Whether it was estimated."""
        return self.figure.score is not None and self.figure.score.imputed


@dataclass(frozen=True)
class Part:
    """See the module. `card` is None for what is no district, and for cities without an index."""

    area: Area
    is_city: bool
    is_district: bool
    card: DistrictCard | None
    standing: str
    domains: tuple[DomainScore, ...]
    groups: tuple[tuple[str, tuple[Line, ...]], ...]
    gaps: tuple[str, ...]


def district_parts(facts: Facts) -> list[Part]:
    """The districts by name, then areas of several and the whole city; without those that have no figure at all."""
    maker = _Maker(facts)
    areas = [*sorted(facts.city.districts, key=lambda area: area.name), *facts.city.parts, facts.city.whole_city]
    return [maker.part(area) for area in areas if maker.newest.get(area.code)]


@dataclass(frozen=True)
class _Maker:
    facts: Facts

    @cached_property
    def newest(self) -> Mapping[str, Mapping[str, Figure]]:
        """The newest figure by district and indicator."""
        return {
            district: {code: latest(figures) for code, figures in series.items()}
            for district, series in self.series.items()
        }

    @cached_property
    def series(self) -> Mapping[str, Mapping[str, list[Figure]]]:
        """All figures by district and indicator."""
        found: dict[str, dict[str, list[Figure]]] = {}
        for one in self.facts.figures:
            if one.indicator_code in self.facts.indicators:
                found.setdefault(one.district_code, {}).setdefault(one.indicator_code, []).append(one)
        return found

    @cached_property
    def values(self) -> Mapping[tuple[str, str], list[float]]:
        """The figures of all districts by indicator and period."""
        districts = {area.code for area in self.facts.city.districts}
        found: dict[tuple[str, str], list[float]] = {}
        for one in self.facts.figures:
            if one.value is not None and one.district_code in districts:
                found.setdefault((one.indicator_code, one.period), []).append(one.value)
        return found

    @cached_property
    def digits(self) -> Mapping[str, int]:
        """Digits after the point by indicator."""
        return {
            code: words.decimals(one.value for one in self.facts.figures if one.indicator_code == code)
            for code in self.facts.indicators
        }

    def part(self, area: Area) -> Part:
        """The part of one area."""
        cards = {card.code: card for card in self.facts.card.districts} if self.facts.card else {}
        card = cards.get(area.code)
        lines = [self._line(code, figure) for code, figure in self.newest[area.code].items()]
        domains = self.facts.card.domains if self.facts.card and card else ()
        return Part(
            area=area,
            is_city=area == self.facts.city.whole_city,
            is_district=area in self.facts.city.districts,
            card=card,
            standing=_standing(card, self.facts.card) if card and self.facts.card else "",
            domains=tuple(DomainScore(words.domain(name), card.domains[name]) for name in domains if card),
            groups=tuple(_grouped(lines)),
            gaps=tuple(self._gaps(card, lines)),
        )

    def _line(self, code: str, figure: Figure) -> Line:
        indicator, digits = self.facts.indicators[code], self.digits[code]
        whole = self.series.get(self.facts.city.whole_city.code, {}).get(code, [])
        city = next((one for one in whole if one.period == figure.period), None)
        is_city = figure.district_code == self.facts.city.whole_city.code
        is_district = figure.district_code in {area.code for area in self.facts.city.districts}
        over_time = course(self.series[figure.district_code][code])
        others = self.values.get((code, figure.period), [])
        return Line(
            indicator=indicator,
            figure=figure,
            value=_value(figure, digits),
            status=words.status(figure.status, figure.coverage),
            city="" if city is None or is_city else _value(city, digits),
            strip=strip(figure, others, city.value if city else None) if is_district else None,
            course=over_time,
            course_words=_course_words(over_time, digits) if over_time else "",
        )

    def _gaps(self, card: DistrictCard | None, lines: list[Line]) -> Iterator[str]:
        """What is missing, what limits a score, and why: one sentence per reason."""
        reasons: dict[str, list[str]] = {}
        for line in lines:
            if line.figure.status != OK:
                reasons.setdefault(line.status, []).append(line.indicator.name)
        known = {line.indicator.code for line in lines if line.figure.score or line.figure.status != OK}
        for code in card.missing.split(", ") if card and card.missing else ():
            if code not in known and code in self.facts.indicators:
                reasons.setdefault("no figure that is recent enough for a score", []).append(
                    self.facts.indicators[code].name
                )
        reasons["estimated, not observed"] = [line.indicator.name for line in lines if line.is_imputed]
        reasons["at the bad end of the scale, counted as 1 of 100"] = [
            line.indicator.name for line in lines if line.is_floored
        ]
        for reason, names in reasons.items():
            if names:
                yield f"{words.listed(names)}: {reason}."


def _standing(card: DistrictCard, scorecard: Scorecard) -> str:
    """What is said of the composite; the rank never without its interval, and without how wide these are."""
    if card.score is None:
        return "No overall score and no rank: too many figures are missing. That says nothing about life here."
    score = f"Overall score: {words.points(card.score)} of 100"
    if card.rank is None:
        return f"{score}. There is no ranking."
    place = f"place {card.rank} of {sum(one.rank is not None for one in scorecard.districts)}"
    if card.rank_p05 == card.rank_p95:
        told = "other defensible weights give the same place"
    else:
        told = f"with other defensible weights mostly from {card.rank_p05} to {card.rank_p95}"
    return f"{score}, {place}; {told}. {words.width(scorecard.half_width or 0)}"


def _grouped(lines: list[Line]) -> Iterator[tuple[str, tuple[Line, ...]]]:
    domains = sorted({line.indicator.domain for line in lines})
    for domain in domains:
        of_domain = (line for line in lines if line.indicator.domain == domain)
        yield words.domain(domain), tuple(sorted(of_domain, key=lambda line: line.indicator.name))


def _value(figure: Figure, digits: int) -> str:
    """The figure, with its own interval where it has one."""
    if figure.value is None:
        return words.mark(figure.status)
    return words.estimate(figure.value, figure.value_low, figure.value_high, digits)


def _course_words(over_time: Course, digits: int) -> str:
    """The course in words, for those who do not see the line."""
    named = (("from", over_time.first), ("to", over_time.last), ("lowest", over_time.low), ("highest", over_time.high))
    texts = [
        f"{word} {words.number(one.value, digits)} ({words.period(one.period, one.period_start, one.period_end)})"
        for word, one in named
    ]
    return f"{len(over_time.dots)} periods: {', '.join(texts)}"
