"""What a night hands over: the database that it prepared for dbt, and how it went, for people and exit codes.

Facts only. `lake.night.night` makes them, the orchestration shows them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from lake.checks import CheckResult
from lake.deliveries.ledger import COMMITTED, Delivery
from lake.night.bench import Outcome
from lake.night.marts import MartsRefused
from lake.ops import NightFacts
from lake.release.record import CityEntry, Release, StaleDataset

NAMED_DELIVERIES = 5

Status = Literal["released", "nothing_new", "not_released"]


@dataclass(frozen=True)
class PreparedMarts:
    """The scratch database is ready for `dbt build` with these variables and this environment."""

    database: Path
    env: Mapping[str, str]
    vars: Mapping[str, object]

    @property
    def target(self) -> Path:
        """The folder for what dbt writes about its run; a release keeps the compiled models from there."""
        return self.database.parent / "dbt"


@dataclass(frozen=True)
class NightReport:
    """How a night went, for people and exit codes."""

    city: str
    night_id: str
    status: Status
    release: Release | None
    outcomes: Sequence[Outcome]
    stale: Sequence[StaleDataset]
    checks: Sequence[CheckResult]
    message: str
    seconds: float

    @property
    def refused(self) -> list[Delivery]:
        """Deliveries refused in this night, those at fault before those that went with another file of their bundle."""
        refused = [delivery for outcome in self.outcomes for delivery in outcome.refused]
        return sorted(refused, key=lambda one: one.refused_with != "")


def night_facts(report: NightReport, started_at: datetime) -> NightFacts:
    """A night as `ops.nights` tells it, ended now."""
    return NightFacts(
        night_id=report.night_id,
        city=report.city,
        started_at=started_at,
        ended_at=datetime.now(UTC),
        status=report.status,
        release_id=report.release.release_id if report.release else None,
        message=report.message,
    )


def refused_marts(city: str, problem: str, deliveries: Sequence[Delivery], current: CityEntry | None) -> MartsRefused:
    """Why there is no new release, with the deliveries that are new since the current one."""
    since = current.released_at if current else None
    new = [
        f"{one.dataset} {one.file_name} ({one.delivery_id})"
        for one in deliveries
        if one.status == COMMITTED and (since is None or (one.decided_at and one.decided_at > since))
    ]
    more = f"; and {len(new) - NAMED_DELIVERIES} more" if len(new) > NAMED_DELIVERIES else ""
    shown = "; ".join(new[:NAMED_DELIVERIES]) + more
    return MartsRefused(
        f"no new release of {city}, the earlier one stays: {problem}. New since it: {shown or 'none'}",
        hint="`citylake withdraw DELIVERY --why ...` takes a bad delivery out; the next night releases again",
    )
