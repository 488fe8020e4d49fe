"""What a night knows that no file says: the latest day that may have been observed, and the areas that there are.

Contracts refer to both (`observed`, `areaCode`); what they mean for a row is `lake.ingest.parse`'s.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from lake.contract import Contract


@dataclass(frozen=True)
class Known:
    """`areas` are the codes of a city's districts and of the whole city; none where the city names no district."""

    latest_date: date
    areas: tuple[str, ...]


def latest_date(night_date: date | None) -> date:
    """The later of the date that a night is for and today: nothing can have happened after it."""
    today = datetime.now(UTC).date()
    return max(today, night_date or today)


def rules_hash(contract: Contract, areas: Sequence[str]) -> str:
    """What changes when other rows come out of a file: how the contract parses it, and the areas where it asks."""
    if not any(column.area_code for column in contract.columns):
        return contract.parsing_hash
    return hashlib.sha256("|".join((contract.parsing_hash, *sorted(areas))).encode()).hexdigest()
