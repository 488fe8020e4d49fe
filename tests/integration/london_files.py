"""London as the oracles know it: where its files lie, codes of areas, and the fields of an expected indicator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.integration.published_files import published_folder

BOROUGHS = [f"E09{number:06d}" for number in range(1, 34)]
REGION = "E12000007"
CITY = "E09000001"
CAMDEN = "E09000007"
Key = tuple[str, str, str]  # indicator, district, period


@dataclass(frozen=True)
class Figure:
    """One expected row; numbers of restricted rows are those that must never be published."""

    period_start: date | None
    period_end: date | None
    value: float | None
    numerator: float | None
    denominator: float | None
    coverage: float | None
    status: str
    value_low: float | None = None
    value_high: float | None = None


def london_folder() -> Path:
    """Folder of London's files."""
    return published_folder("london")
