"""Which city and which sources a command is about, from its options or from what was used last.

Raises UsageError, with what is known, where that is not clear.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lake.city import City, load_city, packaged_cities
from lake.contract import Contract
from lake.deliveries.sources import CitySources, recall, remembered
from lake.errors import UsageError
from lake.settings import Settings


@dataclass(frozen=True)
class Chosen:
    """A city and the place of its deliveries."""

    city: City
    where: CitySources


def choose_city(
    settings: Settings, contracts: Mapping[str, Contract], name: str | None, file: Path | None
) -> tuple[City, Path]:
    """The city of `--city` or `--city-file`; without either the only one that this lake has had a night of."""
    path = city_file(settings, name, file)
    return load_city(path, contracts), path


def city_file(settings: Settings, name: str | None, file: Path | None) -> Path:
    """Where that city's file lies."""
    if name is not None and file is not None:
        raise UsageError("--city and --city-file both say which city.", hint="Leave one of them out.")
    path = file.absolute() if file is not None else _file_of(settings, name or _only_city(settings))
    if not path.is_file():
        raise UsageError(f"There is no city file {path}.", hint="Packaged ones lie in lake/cities.")
    return path


def choose(
    settings: Settings,
    contracts: Mapping[str, Contract],
    name: str | None,
    file: Path | None,
    sources: str | None,
) -> Chosen:
    """City and sources: those of the options, else those that were used last."""
    city, path = choose_city(settings, contracts, name, file)
    packaged = packaged_cities().get(city.city) == path
    known = recall(settings, city.city)
    place = _absolute(sources) if sources is not None else (known.sources if known else None)
    if place is None:
        raise UsageError(
            f"Where do the deliveries of {city.name} lie?",
            hint=f"`citylake run --city {city.city} --sources DIR`; later runs remember it.",
        )
    if "://" not in place and not Path(place).is_dir():
        raise UsageError(f"The folder of sources {place} is not there.", hint="--sources names another one.")
    return Chosen(city, CitySources(place, "" if packaged else str(path)))


def _only_city(settings: Settings) -> str:
    known = sorted(remembered(settings))
    if len(known) == 1:
        return known[0]
    names = ", ".join(known or packaged_cities())
    raise UsageError("Which city?", hint=f"--city names one of {names}; --city-file brings another.")


def _file_of(settings: Settings, name: str) -> Path:
    packaged = packaged_cities()
    known = remembered(settings).get(name)
    if known is not None and known.city_file:
        return Path(known.city_file)
    if name not in packaged:
        raise UsageError(f"There is no city `{name}`.", hint=f"Known are {', '.join(packaged)}; or use --city-file.")
    return packaged[name]


def _absolute(sources: str) -> str:
    return sources if "://" in sources else str(Path(sources).expanduser().absolute())
