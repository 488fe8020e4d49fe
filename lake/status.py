"""How a city's datasets stand: fresh or stale, refused, rejected, and the days that never came.

Facts from the ledger and the city file, for people (`citylake status`); nights themselves are in `ops.nights`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lake.city import City
from lake.contract import Contract
from lake.freshness import Freshness, freshness
from lake.ledger import COMMITTED, REFUSED, Delivery, Ledger
from lake.raw_state import delivered_periods
from lake.settings import Settings
from lake.slots import last_decisions

DAY = "day"


@dataclass(frozen=True)
class DatasetStatus:
    """One dataset of a city. Counts are those of its committed deliveries; `refused` wait for other bytes.

    `freshness` is None where none is promised. `missing_days` lie between the first and the last day that should have
    come by now.
    """

    dataset: str
    deliveries: int
    last_landed_at: datetime | None
    rows_accepted: int
    rows_rejected: int
    freshness: Freshness | None
    refused: tuple[Delivery, ...]
    missing_days: tuple[date, ...]

    @property
    def state(self) -> str:
        """`refused`, `stale`, `fresh`, `no delivery yet`, or `ok` where no freshness is promised."""
        if self.refused:
            return "refused"
        if not self.deliveries:
            return "no delivery yet"
        if self.freshness is None:
            return "ok"
        return "fresh" if self.freshness.fresh else "stale"


def city_status(
    settings: Settings, city: City, contracts: Mapping[str, Contract], as_of: date | None = None
) -> list[DatasetStatus]:
    """Status of every dataset of a city, in the order of its file; `as_of` as in `lake.freshness`."""
    ledger = Ledger.at(settings.ledger)
    try:
        ages = freshness(ledger, city, contracts, as_of)
        periods = delivered_periods(ledger, city.city, contracts)
        known = {dataset: ledger.deliveries(city.city, dataset) for dataset in city.datasets}
    finally:
        ledger.close()
    return [
        _status(
            dataset, known[dataset], ages.get(dataset), missing_days(city, contracts[dataset], periods.get(dataset, []))
        )
        for dataset in city.datasets
    ]


def missing_days(city: City, contract: Contract, delivered: Iterable[date]) -> tuple[date, ...]:
    """Days of a daily dataset without a row: from the city file's first day to its last, or to the newest delivered."""
    if contract.load.period != DAY:
        return ()
    there = set(delivered)
    spans = [source.days for source in city.sources_of(contract.dataset) if source.days]
    expected = {
        span.first + timedelta(days=number)
        for span in spans
        for number in range(((span.last or max(there, default=span.first)) - span.first).days + 1)
    }
    return tuple(sorted(expected - there)) if there else ()


def _status(
    dataset: str, deliveries: list[Delivery], age: Freshness | None, missing: tuple[date, ...]
) -> DatasetStatus:
    committed = [one for one in deliveries if one.status == COMMITTED]
    refused = tuple(one for one in last_decisions(deliveries).values() if one.status == REFUSED)
    return DatasetStatus(
        dataset=dataset,
        deliveries=len(committed),
        last_landed_at=max((one.landed_at for one in deliveries), default=None),
        rows_accepted=sum(one.rows_accepted or 0 for one in committed),
        rows_rejected=sum(one.rows_rejected or 0 for one in committed),
        freshness=age,
        refused=refused,
        missing_days=missing,
    )
