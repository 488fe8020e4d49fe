"""How old a dataset's last good state is, against the promise of its contract.

Age counts from the newest event time of the deliveries whose rows are in the table, never from when a night ran: a
refused delivery makes nothing fresh. Staleness is reported and stops nothing. A finished source promises nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from lake.city import City
from lake.contract import Contract
from lake.deliveries.ledger import Ledger
from lake.deliveries.owners import standing


@dataclass(frozen=True)
class Freshness:
    """The newest event of a dataset (None: no row yet) and the age in days at the night's date."""

    dataset: str
    newest_event_at: datetime | None
    night_date: date
    max_age_days: int

    @property
    def age_days(self) -> int | None:
        """Days from the newest event's date (UTC) to the night's date; None without an event."""
        return None if self.newest_event_at is None else (self.night_date - self.newest_event_at.date()).days

    @property
    def fresh(self) -> bool:
        """Whether the promise holds."""
        return self.age_days is not None and self.age_days <= self.max_age_days


def freshness(
    ledger: Ledger, city: City, contracts: Mapping[str, Contract], as_of: date | None = None
) -> dict[str, Freshness]:
    """Freshness of every dataset of the city that promises one, by dataset.

    Without `as_of` the date is that of the newest event in these datasets: they are judged against each other.
    """
    newest = {dataset: newest_event(ledger, city.city, contracts[dataset]) for dataset in promising(city, contracts)}
    known = [event.date() for event in newest.values() if event is not None]
    night_date = as_of or max(known, default=datetime.now(UTC).date())
    return {
        dataset: Freshness(dataset, event, night_date, promise.max_age_days)
        for dataset, event in newest.items()
        if (promise := contracts[dataset].freshness) is not None
    }


def promising(city: City, contracts: Mapping[str, Contract]) -> list[str]:
    """Datasets of the city whose contract promises freshness and that have a source which is not finished."""
    return [
        dataset
        for dataset in city.datasets
        if contracts[dataset].freshness is not None and not all(one.finished for one in city.sources_of(dataset))
    ]


def newest_event(ledger: Ledger, city: str, contract: Contract) -> datetime | None:
    """The newest event time among the deliveries whose rows are in the table."""
    events = [one.newest_event_at for one in standing(ledger.deliveries(city, contract.dataset), contract)]
    return max((event for event in events if event is not None), default=None)
