"""Where a city's deliveries were last looked for: the command line remembers it, UI, schedule and sensor use it.

`CITYLAKE_SOURCES_<CITY>` in the environment wins over what was remembered.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from lake.settings import Settings


@dataclass(frozen=True)
class CitySources:
    """The folder or URL below which a city's sources lie, and its city file where that is not a packaged one."""

    sources: str
    city_file: str = ""


def remember(settings: Settings, city: str, where: CitySources) -> None:
    """Keep the place for later runs; written whole or not at all."""
    known = {name: asdict(place) for name, place in remembered(settings).items()}
    known[city] = asdict(where)
    path = _file(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    part.touch(mode=0o600)  # an address may hold credentials
    part.write_text(json.dumps(known, indent=1, sort_keys=True), encoding="utf-8")
    part.replace(path)


def remembered(settings: Settings) -> dict[str, CitySources]:
    """All places that were remembered, by city."""
    path = _file(settings)
    if not path.exists():
        return {}
    return {city: CitySources(**place) for city, place in json.loads(path.read_text(encoding="utf-8")).items()}


def recall(settings: Settings, city: str, environ: Mapping[str, str] | None = None) -> CitySources | None:
    """The place of one city's sources; None where nobody ever named one."""
    variables = os.environ if environ is None else environ
    known = remembered(settings).get(city)
    named = variables.get(f"CITYLAKE_SOURCES_{city.upper()}")
    if named:
        return CitySources(named, known.city_file if known else "")
    return known


def _file(settings: Settings) -> Path:
    return settings.home / "sources.json"
