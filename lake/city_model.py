"""The parts of a city file as frozen, strict models, and the rows of indicators that a city must have.

A part checks only itself; what must hold between parts, and with the contracts, stands in `lake.city`, which also reads
the file. Periods are those of `lake.city_period`.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from lake.city_period import Period, Span
from lake.mistakes import Strict, wrong_time_zone

SCOPES = ("districts", "districts_and_city", "parts", "city")
YEAR_OF_PERIOD = "of_period"


@dataclasses.dataclass(frozen=True)
class ScopeRow:
    """One row that `marts.qol_indicators` must have; bounds are NULL when undated, `period_end` is exclusive."""

    city: str
    indicator_code: str
    period: str
    period_start: dt.date | None
    period_end: dt.date | None
    district_code: str
    population_year: int | None


def _time_zone(name: str) -> str:
    if instead := wrong_time_zone(name):
        raise ValueError(f"`{name}` is no IANA time zone; {instead}")
    return name


def _below_sources(path: str) -> str:
    if not path or PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
        raise ValueError(f"`{path}` does not lie below --sources; a relative path without `..` expected")
    return path


class Area(Strict):
    """A district, or the whole city, by its code and the name that every mart shows."""

    code: str = Field(min_length=1)
    name: str = Field(min_length=1, description="the name that every mart shows")


class Days(Strict):
    """First and last day of a daily source; without a last day it goes on."""

    first: dt.date
    last: dt.date | None = None


class Source(Strict):
    """Where one dataset comes from: file, folder or globs below `--sources`, and its public page.

    `finished` sources get nothing new and promise no freshness. `name` tells apart two entries of one dataset.
    `licence` stands only where this city's data come under other terms than the contract names. An entry may name a
    `bundle` instead of a dataset: in a city that was read it stands once for each dataset of the bundle.
    """

    dataset: str = Field("", description="a dataset; without it a bundle")
    bundle: str | None = Field(None, description="files that come together in a folder or zip, such as gtfs")
    name: str | None = Field(None, pattern=r"^[a-z][a-z0-9_]*$")
    paths: tuple[Annotated[str, AfterValidator(_below_sources)], ...] = Field(
        alias="path", min_length=1, description="a file, folder or glob below --sources, or a list of them"
    )
    url: str | None = Field(None, pattern=r"^https?://", description="the publisher's page, https://...")
    attribution: str = Field(min_length=1, description="the line that the publisher asks for")
    licence: str | None = Field(None, min_length=1, description="such as CC0-1.0; without it the contract's")
    days: Days | None = None
    service_dates: tuple[dt.date, ...] = Field((), description="the days for which a timetable is counted")
    finished: bool = False

    @property
    def entry(self) -> str:
        """The name of this entry within its city, part of every slot."""
        return self.name or self.bundle or self.dataset


class IndicatorScope(Strict):
    """For which periods and districts a city has one indicator, and whose population is its denominator."""

    periods: tuple[Period, ...] = Field(min_length=1)
    districts: tuple[str, ...] = Field(min_length=1, description=f"{', '.join(SCOPES)}, or a list of codes")
    population_year: str | None = Field(
        None, pattern=rf"^\d{{4}}$|^{YEAR_OF_PERIOD}$", description=f"a calendar year, or {YEAR_OF_PERIOD}"
    )

    def year_for(self, span: Span) -> int | None:
        """Calendar year of the population that goes with a span."""
        if self.population_year == YEAR_OF_PERIOD:
            return span.start.year if span.start else None
        return int(self.population_year) if self.population_year else None


class AirSite(Strict):
    """A monitoring site and the district that it stands in."""

    site_code: str
    district: str


class PoliceArea(Strict):
    """A force, the district that its offences count for, and how names of small areas inside it begin."""

    falls_within: str
    district: str
    lsoa_prefix: str


class Energy(Strict):
    """Which readings the energy indicators rest on, and which half-hours make the load series."""

    readings: Literal["household_files", "all"]
    series: Literal["common", "present_95"]


class City(Strict):
    """One city: where its data come from, what it consists of, which numbers it must have every night."""

    path: Path
    city: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="lower case letters, digits and underscores")
    name: str = Field(min_length=1, description="the city's name for people")
    time_zone: Annotated[str, AfterValidator(_time_zone)] = Field(description="a name such as Europe/London")
    crs: str = Field(
        pattern=r"^(EPSG:\d+|\+proj=.+)$",
        description="the system of the city's coordinates in metres, such as EPSG:27700, or a PROJ string",
    )
    night_starts_at: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="local time, such as 03:30")
    whole_city: Area
    districts: tuple[Area, ...] = ()
    parts: tuple[Area, ...] = Field((), description="areas between district and city with figures of their own")
    sources: tuple[Source, ...] = Field(min_length=1)
    indicators: dict[str, tuple[IndicatorScope, ...]] = Field(default_factory=dict)
    index: str | None = None
    index_until: dt.date | None = Field(None, description="the index uses no figure of a period that ends later")
    air_sites: tuple[AirSite, ...] = ()
    police_areas: tuple[PoliceArea, ...] = ()
    works_agencies: tuple[str, ...] = Field((), description="short names of the agencies of public works, in 311 files")
    energy: Energy | None = None

    @property
    def cron(self) -> str:
        """When the night starts, as a cron line in the city's time zone."""
        hour, minute = self.night_starts_at.split(":")
        return f"{int(minute)} {int(hour)} * * *"

    @property
    def areas(self) -> tuple[tuple[str, Area], ...]:
        """Every area that has figures, each after its level: `district`, `part` or `city`."""
        districts = (("district", area) for area in self.districts)
        return (*districts, *(("part", area) for area in self.parts), ("city", self.whole_city))

    @property
    def area_codes(self) -> tuple[str, ...]:
        """Codes of every area; none where no district is named."""
        return tuple(area.code for _, area in self.areas) if self.districts else ()

    @property
    def datasets(self) -> tuple[str, ...]:
        """The datasets that this city has a source for, each once, in the order of the file."""
        return tuple(dict.fromkeys(source.dataset for source in self.sources))

    @property
    def single_datasets(self) -> tuple[str, ...]:
        """The datasets that come in no bundle."""
        return tuple(dict.fromkeys(source.dataset for source in self.sources if source.bundle is None))

    def sources_of(self, dataset: str) -> tuple[Source, ...]:
        """The entries that feed one dataset."""
        return tuple(source for source in self.sources if source.dataset == dataset)

    @property
    def bundles(self) -> dict[str, tuple[str, ...]]:
        """By bundle: the source entries that are one."""
        found: dict[str, dict[str, None]] = {}
        for source in self.sources:
            if source.bundle is not None:
                found.setdefault(source.bundle, {})[source.entry] = None
        return {bundle: tuple(entries) for bundle, entries in found.items()}

    def only(self, entry: str) -> "City":
        """This city with one of its source entries."""
        return self.model_copy(update={"sources": tuple(one for one in self.sources if one.entry == entry)})

    def together(self, dataset: str) -> tuple[str, ...]:
        """The datasets that are decided together with this one, itself among them: those of its bundle."""
        bundles = {source.bundle for source in self.sources_of(dataset)} - {None}
        others = (source.dataset for source in self.sources if source.bundle in bundles)
        return tuple(dict.fromkeys(others)) or (dataset,)

    @property
    def datasets_by_year(self) -> tuple[str, ...]:
        """The datasets whose events say for which years the city has an indicator."""
        scopes = [scope for listed in self.indicators.values() for scope in listed]
        periods = [period for scope in scopes for period in scope.periods if period.every == "year"]
        return tuple(sorted({dataset for period in periods for dataset in period.of or ()}))

    def scopes(self, delivered: Mapping[str, Sequence[dt.date]]) -> list[ScopeRow]:
        """Every row of the indicators that must exist, given per dataset the first days of what was delivered.

        Of `datasets_by_year` they are the days of events.
        """
        scopes = [(code, scope) for code, listed in self.indicators.items() for scope in listed]
        return [row for code, scope in scopes for row in self._rows(code, scope, delivered)]

    def _rows(self, code: str, scope: IndicatorScope, delivered: Mapping[str, Sequence[dt.date]]) -> Iterator[ScopeRow]:
        for period in scope.periods:
            for span in period.spans(delivered):
                for district in self._codes(scope):
                    year = scope.year_for(span)
                    yield ScopeRow(self.city, code, span.label, span.start, span.end, district, year)

    def _codes(self, scope: IndicatorScope) -> list[str]:
        districts, parts = ([area.code for area in areas] for areas in (self.districts, self.parts))
        whole = [self.whole_city.code]
        named = {"districts": districts, "districts_and_city": [*districts, *whole], "parts": parts, "city": whole}
        return [code for entry in scope.districts for code in named.get(entry, [entry])]
