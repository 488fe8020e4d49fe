"""What definitions are made from: contracts, city files, suites and dbt's manifest, read once.

Every factory of assets, checks and triggers takes one Blueprint, so that tests can hand over their own. Reading is
`lake`'s and `expectations`' work; how the parts become Dagster objects stands in the neighbours of this module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from expectations.gate import FOLDER
from expectations.suites import Suite, load_suites
from lake.city import City, load_city, packaged_cities
from lake.contract import Contract, load_contracts
from lake.deliveries.sources import remembered
from lake.settings import Settings
from orchestration.dbt_manifest import ensure_manifest, read_manifest

DAY = "day"


@dataclass(frozen=True)
class Blueprint:
    """One code location. `suites` is a folder with `raw/` and `marts/`."""

    settings: Settings
    contracts: Mapping[str, Contract]
    cities: Sequence[City]
    suites: Path
    manifest: Path

    @cached_property
    def raw_suites(self) -> dict[str, Suite]:
        """Suites by dataset."""
        return load_suites(self.suites / "raw")

    @cached_property
    def mart_suites(self) -> dict[str, Suite]:
        """Suites by mart."""
        return load_suites(self.suites / "marts")

    @cached_property
    def dbt(self) -> Mapping[str, Any]:
        """dbt's manifest."""
        return read_manifest(self.manifest)

    def lineage_file(self, city: City) -> Path:
        """Where the column lineage of a city's assets is kept."""
        return self.settings.dbt_target / f"lineage_{city.city}.json"

    def is_daily(self, city: City, dataset: str) -> bool:
        """Whether a dataset has daily partitions: replaced by day, and its city file says from when on."""
        return self.contracts[dataset].load.period == DAY and any(one.days for one in city.sources_of(dataset))

    def daily(self, city: City) -> list[str]:
        """The daily datasets of a city."""
        return [dataset for dataset in city.datasets if self.is_daily(city, dataset)]


def group_name(city: str, domain: str) -> str:
    """The group of a domain's assets. Each city has its own: in a graph of several, nodes would have the same names."""
    return f"{city}_{domain}"


def read_blueprint(
    settings: Settings | None = None,
    *,
    contracts: Mapping[str, Contract] | None = None,
    cities: Sequence[City] | None = None,
    suites: Path | None = None,
    manifest: Path | None = None,
) -> Blueprint:
    """Everything that was not given is read: packaged files, and city files that nights were run from."""
    place = settings or Settings.from_env()
    known = contracts or load_contracts()
    return Blueprint(
        settings=place,
        contracts=known,
        cities=known_cities(place, known) if cities is None else cities,
        suites=suites or FOLDER,
        manifest=manifest or ensure_manifest(place, known),
    )


def known_cities(settings: Settings, contracts: Mapping[str, Contract]) -> list[City]:
    """The packaged cities, and those whose night was once run from a file of their own."""
    files = packaged_cities()
    for city, place in remembered(settings).items():
        if place.city_file and Path(place.city_file).is_file():
            files[city] = Path(place.city_file)
    return [load_city(path, contracts) for _, path in sorted(files.items())]
