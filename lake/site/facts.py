"""What a page tells of a city as one release has it: districts, indicators, figures, index, outlines, sources.

Reads public marts through lake/query/query.py, like any analyst, the city file and contracts for names and terms, and
the release's models for what an indicator rests on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lake.city import Area, City, Source
from lake.contract import Contract
from lake.errors import UsageError
from lake.explain.lineage import Lineage
from lake.explain.raw_behind import datasets_behind
from lake.licences import licence_of
from lake.night.kept_models import kept_models
from lake.query.query import AsOf
from lake.query.results import named_rows
from lake.release.record import CityEntry, Release
from lake.release.release import release_as_of
from lake.report.closings import ClosedBy, Closing, read_closings, read_curve
from lake.report.scorecard import Scorecard, scorecards
from lake.settings import Settings

OK = "ok"
BOUNDARIES = "marts.district_boundaries"
INDICATORS = "marts.qol_indicators"

_INDICATORS_SQL = """
SELECT code, name, domain, unit, polarity, formula, standard_refs FROM marts.indicator_registry ORDER BY domain, name
"""
_GOALPOSTS_SQL = """
SELECT index_code, indicator_code, weight, goalpost_low, goalpost_high, goalpost_source FROM marts.index_definition
"""
_FIGURES_SQL = f"""
SELECT district_code, indicator_code, period, period_start, period_end, value, numerator, denominator, coverage, status,
       value_low, value_high
FROM {INDICATORS}
ORDER BY district_code, indicator_code, period_start, period
"""
_SCORES_SQL = """
SELECT index_code, district_code, indicator_code, period, score, floored, imputed FROM marts.qol_scores
"""
_OUTLINES_SQL = f"SELECT district_code, crs, geometry_wkb FROM {BOUNDARIES}"

Row = dict[str, Any]


@dataclass(frozen=True)
class Goalposts:
    """Which value of an indicator scores 0 and which 100, why, and its weight in the city's index."""

    weight: float
    goalpost_low: float
    goalpost_high: float
    goalpost_source: str


@dataclass(frozen=True)
class Indicator:
    """One indicator of the registry; without goalposts it takes no part in the city's index."""

    code: str
    name: str
    domain: str
    unit: str
    polarity: int | None
    formula: str
    standard_refs: str | None
    goalposts: Goalposts | None


@dataclass(frozen=True)
class Score:
    """What a figure counts for in the index, 0..100."""

    score: float
    floored: bool
    imputed: bool


@dataclass(frozen=True)
class Figure:
    """One row of marts.qol_indicators; `score` is None for what the index does not use."""

    district_code: str
    indicator_code: str
    period: str
    period_start: date | None
    period_end: date | None
    value: float | None
    numerator: float | None
    denominator: float | None
    coverage: float | None
    status: str
    value_low: float | None
    value_high: float | None
    score: Score | None


@dataclass(frozen=True)
class Outline:
    """The shape of a district: WKB in the coordinate system `crs`."""

    crs: str
    geometry_wkb: bytes


@dataclass(frozen=True)
class SourceTerms:
    """What a source delivers, and the terms that it comes under."""

    dataset: str
    purpose: str
    licence: str
    attribution: str
    url: str | None


@dataclass(frozen=True)
class Facts:
    """Everything on the page. `card` and `index` are None for a city without an index.

    `rests_on` are by indicator, that of the index too, the sources behind its figures.
    """

    city: City
    release: Release
    entry: CityEntry
    card: Scorecard | None
    index: Indicator | None
    indicators: Mapping[str, Indicator]
    figures: tuple[Figure, ...]
    outlines: Mapping[str, Outline]
    closings: tuple[Closing, ...]
    closing_curve: tuple[ClosedBy, ...]
    sources: tuple[SourceTerms, ...]
    rests_on: Mapping[str, tuple[SourceTerms, ...]]

    @property
    def areas(self) -> tuple[Area, ...]:
        """The districts, the parts that several of them make, and the whole city."""
        return tuple(area for _, area in self.city.areas)

    @property
    def names(self) -> dict[str, str]:
        """Names by code; a district that the city file has no more keeps its code."""
        told = [figure.district_code for figure in self.figures]
        ranked = [card.code for card in self.card.districts] if self.card else []
        return {code: code for code in (*told, *ranked)} | {area.code: area.name for area in self.areas}


def read_facts(settings: Settings, city: City, contracts: Mapping[str, Contract], as_of: AsOf = None) -> Facts:
    """The facts of a city.

    Raises UsageError if the release has no such city, CitylakeError before the first one or if its models are not kept.
    """
    release = release_as_of(settings, as_of)
    if city.city not in release.cities:
        known = ", ".join(sorted(release.cities))
        raise UsageError(f"Release {release.release_id} has no city `{city.city}`.", hint=f"It has {known}.")
    release = release.only(city.city)
    entry = release.cities[city.city]
    card = next(iter(scorecards(settings, city.city, release.release_id)), None)
    index = card.index_code if card else None
    outlines = named_rows(_OUTLINES_SQL, release, settings) if BOUNDARIES in entry.tables else []
    figures = _figures(settings, release, index)
    shown = {figure.indicator_code for figure in figures}
    registry = {one.code: one for one in _indicators(settings, release, index)}
    return Facts(
        city=city,
        release=release,
        entry=entry,
        card=card,
        index=registry.get(index or ""),
        indicators={code: one for code, one in registry.items() if code in shown},
        figures=figures,
        outlines={row["district_code"]: Outline(row["crs"], bytes(row["geometry_wkb"])) for row in outlines},
        closings=read_closings(settings, release, city.city),
        closing_curve=read_curve(settings, release, city.city, city.whole_city.code),
        sources=_sources(city, contracts, entry),
        rests_on={
            code: tuple(source for dataset in datasets for source in _terms(city, contracts[dataset]))
            for code, datasets in _datasets(settings, city, entry, registry.keys() & {*shown, index}).items()
        },
    )


def _of_index(settings: Settings, release: Release, index: str | None, sql: str) -> list[Row]:
    """Rows of a statement that belong to the index, without the column that says so."""
    rows = named_rows(sql, release, settings)
    return [row for row in rows if row.pop("index_code") == index]


def _indicators(settings: Settings, release: Release, index: str | None) -> list[Indicator]:
    """The registry; goalposts are those of the index."""
    goalposts = {
        row.pop("indicator_code"): Goalposts(**row) for row in _of_index(settings, release, index, _GOALPOSTS_SQL)
    }
    rows = named_rows(_INDICATORS_SQL, release, settings)
    return [Indicator(**row, goalposts=goalposts.get(row["code"])) for row in rows]


def _figures(settings: Settings, release: Release, index: str | None) -> tuple[Figure, ...]:
    """All figures of the city but the composite, which the scorecard has."""
    scores = {
        _figure_key(row): Score(row["score"], row["floored"], row["imputed"])
        for row in _of_index(settings, release, index, _SCORES_SQL)
    }
    rows = named_rows(_FIGURES_SQL, release, settings)
    return tuple(Figure(**row, score=scores.get(_figure_key(row))) for row in rows if row["indicator_code"] != index)


def _figure_key(row: Row) -> tuple[str, str, str]:
    return row["district_code"], row["indicator_code"], row["period"]


def _datasets(settings: Settings, city: City, entry: CityEntry, codes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The datasets behind the figures of each indicator."""
    lineage = Lineage(kept_models(settings, city.city, entry))
    return {
        code: datasets_behind(lineage, entry, INDICATORS, city=city.city, indicator_code=code) for code in sorted(codes)
    }


def _sources(city: City, contracts: Mapping[str, Contract], entry: CityEntry) -> tuple[SourceTerms, ...]:
    """In the order of the city file."""
    return tuple(
        _source(source, contracts[source.dataset])
        for source in city.sources
        if source.dataset in entry.contracts and source.dataset in contracts
    )


def _terms(city: City, contract: Contract) -> list[SourceTerms]:
    """The sources of a dataset; the contract's terms where the city file names none any more."""
    found = [_source(source, contract) for source in city.sources_of(contract.dataset)]
    return found or [
        SourceTerms(contract.dataset, contract.description, contract.licence, contract.attribution, url=None)
    ]


def _source(source: Source, contract: Contract) -> SourceTerms:
    return SourceTerms(
        dataset=source.dataset,
        purpose=contract.description,
        licence=licence_of(source, contract),
        attribution=source.attribution,
        url=source.url,
    )
