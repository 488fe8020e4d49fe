"""City files, one YAML per city, read strictly: sources, districts, indicators, index.

`load_city` reads one file and judges it against the contracts; every mistake is reported at once as `file:line: key:
problem; what was expected`. The models are in `lake.city_model`, what must hold between them in `lake.city_checks`.
Which files of a source are new is decided by `lake.deliveries.slots`, what indicators mean by the dbt project.
"""

import copy
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from lake.city_checks import findings, items
from lake.city_model import AirSite, Area, City, Days, Energy, IndicatorScope, PoliceArea, ScopeRow, Source
from lake.contract_bundle import bundled
from lake.contract_model import Contract
from lake.mistakes import ConfigError, find_mistakes, shown
from lake.questions import with_questions
from lake.yaml_source import Loc, Mistake, YamlSource, dig, read_yaml

__all__ = [
    "AirSite", "Area", "City", "CityError", "Days", "Energy", "IndicatorScope", "PoliceArea", "ScopeRow", "Source",
    "load_city", "packaged_cities", "read_city",
]  # fmt: skip


class CityError(ConfigError):
    """A city file that cannot be used; `mistakes` holds each one, the text all of them."""


def packaged_cities() -> dict[str, Path]:
    """The city files that come with citylake, by city."""
    return {path.stem: path for path in sorted((Path(__file__).parent / "cities").glob("*.yaml"))}


def load_city(path: Path, contracts: Mapping[str, Contract]) -> City:
    """Read one city file. Raises CityError with all of its mistakes, OSError if there is no such file."""
    city, mistakes = read_city(path, contracts)
    if city is None or mistakes:
        raise CityError("a city file", mistakes)
    return city


def read_city(
    path: Path, contracts: Mapping[str, Contract], unread: Collection[str] = ()
) -> tuple[City | None, list[Mistake]]:
    """As `load_city`, for who goes on in spite of mistakes.

    `unread` are datasets whose contract has mistakes of its own: nothing is said about their entries.
    """
    source = read_yaml(shown(path))
    if not source.value:
        return None, list(source.mistakes) or [source.mistake((), "is empty", "a city expected")]
    found = [source.mistake(*finding) for finding in findings(source, contracts, unread)]
    city, wrong = find_mistakes(City, _spelt_out(source), source, lambda loc: _written(loc, source))
    if city is not None:
        city = city.model_copy(update={"sources": tuple(_each_dataset(city, contracts))})
    return city, with_questions(source, [*source.mistakes, *found, *wrong])


def _each_dataset(city: City, contracts: Mapping[str, Contract]) -> Iterator[Source]:
    """The entries of a city; that of a bundle once for each dataset of it."""
    for entry in city.sources:
        if entry.bundle is None:
            yield entry
            continue
        for dataset in bundled(contracts, entry.bundle):
            yield entry.model_copy(update={"dataset": dataset})


def _spelt_out(source: YamlSource) -> dict[str, object]:
    """The values of the file with its short forms written out: one text for a list of one, a bare period label."""
    values = copy.deepcopy(source.value)
    for _, item in items(values, "sources"):
        _spell_out(item, "path", _listed)
    indicators = values.get("indicators")
    if not isinstance(indicators, dict):
        indicators = {}
    for code in indicators:
        _spell_out(indicators, code, _one_or_more)
        for _, scope in items(indicators, code):
            _spell_out(scope, "districts", _listed)
            _spell_out(scope, "periods", _labelled)
            _spell_out(scope, "population_year", _year_text)
    return {**values, "path": str(source.path.absolute())}


def _written(loc: Loc, source: YamlSource) -> Loc:
    """Where a place of the spelt-out values stands in the file: a scope alone is no list there."""
    alone = loc[:1] == ("indicators",) and isinstance(dig(source.value, *loc[:2]), dict)
    return (*loc[:2], *loc[3:]) if alone else loc


def _spell_out(mapping: dict[str, object], key: str, change: Callable[[object], object]) -> None:
    if key in mapping:
        mapping[key] = change(mapping[key])


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, dict) else value


def _labelled(periods: object) -> object:
    if not isinstance(periods, list):
        return periods
    entries = [period if isinstance(period, dict) else {"label": period} for period in periods]
    for entry in entries:
        _spell_out(entry, "of", _listed)
    return entries


def _year_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
