"""How a city's datasets stand: fresh or stale, refused, rejected, and the days that never came.

Facts from the ledger and the city file, for people (`citylake status`); nights themselves are in `ops.nights`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lake.city import City
from lake.contract import Contract
from lake.deliveries.freshness import Freshness, freshness
from lake.deliveries.ledger import REFUSED, Delivery, Ledger
from lake.deliveries.notices import notices
from lake.deliveries.owners import standing
from lake.deliveries.slots import last_of_slots
from lake.iceberg.catalog import open_catalog
from lake.iceberg.tables import raw_table
from lake.night.raw_state import delivered_periods
from lake.release.pins import pin_table
from lake.settings import Settings

DAY = "day"


@dataclass(frozen=True)
class DatasetStatus:
    """One dataset of a city. Counts are those of the deliveries whose rows stand; `refused` wait for other bytes.

    `freshness` is None where none is promised. `missing_days` lie between the first and the last day that should have
    come by now. `notices` are of the deliveries that stand.
    """

    dataset: str
    deliveries: int
    last_landed_at: datetime | None
    rows_accepted: int
    rows_rejected: int
    freshness: Freshness | None
    refused: tuple[Delivery, ...]
    missing_days: tuple[date, ...]
    notices: tuple[str, ...]

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
    """Status of every dataset of a city, in the order of its file; `as_of` as in `lake.deliveries.freshness`."""
    with closing(Ledger.at(settings.ledger)) as ledger:
        ages = freshness(ledger, city, contracts, as_of)
        return [dataset_status(ledger, city, contracts[dataset], ages.get(dataset)) for dataset in city.datasets]


def dataset_status(ledger: Ledger, city: City, contract: Contract, age: Freshness | None) -> DatasetStatus:
    """Status of one dataset, of whose freshness `age` is known."""
    deliveries = ledger.deliveries(city.city, contract.dataset)
    days = delivered_periods(ledger, city.city, {contract.dataset: contract}).get(contract.dataset, [])
    return _status(contract, deliveries, age, missing_days(city, contract, days))


def dataset_rows(settings: Settings, city: City, contract: Contract) -> int:
    """Rows of the city in the raw table now, as its metadata tells."""
    table = raw_table(open_catalog(settings), settings, contract)
    return pin_table(table, city.city, settings.warehouse, with_files=False).rows


def missing_days(city: City, contract: Contract, delivered: Iterable[date]) -> tuple[date, ...]:
    """Days of a daily dataset without a row, up to the newest delivered or to the last day of a finished source."""
    if contract.load.period != DAY:
        return ()
    there = set(delivered)
    expected: set[date] = set()
    for source in city.sources_of(contract.dataset):
        if source.days and there:
            last = source.days.last if source.finished and source.days.last else max(there)
            expected |= {source.days.first + timedelta(days=n) for n in range((last - source.days.first).days + 1)}
    return tuple(sorted(expected - there))


def _status(
    contract: Contract, deliveries: list[Delivery], age: Freshness | None, missing: tuple[date, ...]
) -> DatasetStatus:
    committed = standing(deliveries, contract)
    refused = tuple(one for one in last_of_slots(deliveries) if one.status == REFUSED)
    return DatasetStatus(
        dataset=contract.dataset,
        deliveries=len(committed),
        last_landed_at=max((one.landed_at for one in deliveries), default=None),
        rows_accepted=sum(one.rows_accepted or 0 for one in committed),
        rows_rejected=sum(one.rows_rejected or 0 for one in committed),
        freshness=age,
        refused=refused,
        missing_days=missing,
        notices=tuple(notices(committed)),
    )
