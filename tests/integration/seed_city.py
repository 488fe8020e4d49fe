"""The made-up city of a hundred districts in which the 95 % intervals of marts are tried: a district is a seed.

What a subject brings to it (files, sources, indicators, and the truth its intervals must hold) stands in a `Study` of a
module of its own, seeds_*.py; test_hundred_seeds.py runs the night.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SEEDS = range(1, 101)
CITY_CODE = "ALL"
PARTS = {"1": "First", "2": "Second", "3": "Third", "4": "Fourth"}
DISTRICTS_A_PART = 25
SOURCE = {"attribution": "Invented for a test", "licence": "CC0-1.0", "finished": True}


@dataclass(frozen=True)
class Claim:
    """A 95 % interval that a mart states for every district, and the truth behind it."""

    name: str
    sql: str  # one row per district: district_code, low, high
    truth: Callable[[int], float]


@dataclass(frozen=True)
class Study:
    """What one subject brings: entries of the city file, the files, and what its marts claim.

    `sections` are other keys of the city file.
    """

    sources: Sequence[Mapping[str, object]]
    indicators: Mapping[str, object]
    write: Callable[[Path, Sequence[int]], None]
    claims: Sequence[Claim]
    sections: Mapping[str, object] = field(default_factory=dict)


def part_of(seed: int) -> str:
    """Code of the part that a seed's district lies in."""
    return str(1 + (seed - 1) // DISTRICTS_A_PART)


def number_of(seed: int) -> int:
    """Number of a seed's district within its part."""
    return 1 + (seed - 1) % DISTRICTS_A_PART


def district_of(seed: int) -> str:
    """Code of a seed's district: part and number."""
    return f"{part_of(seed)}{number_of(seed):02d}"


def district_name(seed: int) -> str:
    """Name of a seed's district."""
    return f"Seed {seed}"


def write_city(path: Path, studies: Sequence[Study]) -> None:
    """The city file with the sources and indicators of the studies."""
    city: dict[str, Any] = {
        "city": "seeds",
        "name": "Seeds",
        "time_zone": "UTC",
        "crs": "EPSG:27700",
        "night_starts_at": "03:30",
        "whole_city": {"code": CITY_CODE, "name": "Seeds"},
        "parts": [{"code": code, "name": name} for code, name in PARTS.items()],
        "districts": [{"code": district_of(seed), "name": district_name(seed)} for seed in SEEDS],
        "sources": [dict(source) | SOURCE for study in studies for source in study.sources],
        "indicators": {code: scope for study in studies for code, scope in study.indicators.items()},
        **{key: value for study in studies for key, value in study.sections.items()},
    }
    path.write_text(json.dumps(city, indent=1))  # YAML that names nothing twice
