"""The raw tables of a city tonight and in its current release: pins, what differs, what is stale, what a crash left."""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from pyiceberg.catalog import Catalog
from pyiceberg.expressions import And

from lake.city import City
from lake.contract import Contract
from lake.deliveries.ledger import ABANDONED, COMMITTED, COMMITTING, REFUSED, SUPERSEDED, Delivery, Ledger
from lake.deliveries.owners import standing
from lake.deliveries.slots import last_of_slots
from lake.duck import utc_duckdb
from lake.errors import CitylakeError
from lake.iceberg.catalog import open_catalog
from lake.iceberg.commit import commit
from lake.iceberg.file_table import Column, FileTable
from lake.iceberg.predicates import among, equals
from lake.iceberg.tables import RAW, REJECTS, raw_columns, raw_table, rejects_table
from lake.night.bench import Bench
from lake.night.changes import Change, changed_dates, changed_files
from lake.night.mart_models import MartModel
from lake.release.pinned import pinned_table
from lake.release.pins import pin_table
from lake.release.record import CityEntry, StaleDataset, TablePin
from lake.settings import Settings

LOG = logging.getLogger("citylake")
# A field of a file's name with this name is the month that the file is of, as `yyyy-mm`.
MONTH_FIELD = "month"


@dataclass(frozen=True)
class RawState:
    """Raw tables by dataset (typed and empty for datasets that the city has not), pins of raw and rejects, changes."""

    tables: Mapping[str, FileTable]
    pins: Mapping[str, TablePin]
    change: Change
    entry: CityEntry | None

    def pinned_marts(self, models: Sequence[MartModel], settings: Settings, city: str) -> dict[str, FileTable]:
        """Period-replaced marts as the current release holds them; a mart that moved since is left out (all anew)."""
        catalog = open_catalog(settings)
        found: dict[str, FileTable] = {}
        for model in models:
            pin = self.entry.tables.get(model.qualified) if self.entry and model.replace_by else None
            if pin is None or pin.columns is None or pin.files is None:
                continue
            now = pin_table(
                catalog.load_table((model.namespace, model.name)), city, settings.warehouse, with_files=True
            )
            if now.files == pin.files and [c.name for c in pin.columns] == [c.name for c in model.columns]:
                found[model.name] = FileTable(pin.columns, tuple(settings.warehouse / file for file in pin.files))
        return found


def raw_state(settings: Settings, city: City, contracts: Mapping[str, Contract], entry: CityEntry | None) -> RawState:
    """Pin every raw table of the city now, and compare with the release `entry` (None: everything counts as new)."""
    catalog = open_catalog(settings)
    tables: dict[str, FileTable] = {}
    pins: dict[str, TablePin] = {}
    for dataset, contract in contracts.items():
        if dataset not in city.datasets:
            tables[dataset] = _empty(contract)
            continue
        pin = pin_table(raw_table(catalog, settings, contract), city.city, settings.warehouse, with_files=False)
        rejects = rejects_table(catalog, settings, contract)
        pins[f"{RAW}.{dataset}"] = pin
        pins[f"{REJECTS}.{dataset}"] = pin_table(rejects, city.city, settings.warehouse, with_files=False)
        tables[dataset] = pinned_table(settings.warehouse, pin, city.city)
    before = {dataset: _before(settings, catalog, city.city, dataset, entry) for dataset in city.datasets}
    return RawState(tables, pins, _change(city, contracts, tables, before), entry)


def _empty(contract: Contract) -> FileTable:
    types = {"text": "VARCHAR", "binary": "BLOB"}
    columns = enumerate(raw_columns(contract), start=1)
    return FileTable(tuple(Column(number, c.name, types.get(c.type, c.type)) for number, c in columns), ())


def _before(settings: Settings, catalog: Catalog, city: str, dataset: str, entry: CityEntry | None) -> FileTable | None:
    """The dataset as the release pins it. Old table metadata may have been tidied away: then the catalog has it."""
    pin = entry.tables.get(f"{RAW}.{dataset}") if entry else None
    if pin is None:
        return None
    try:
        return pinned_table(settings.warehouse, pin, city)
    except CitylakeError:
        table = catalog.load_table((RAW, dataset))
        metadata = pin_table(table, city, settings.warehouse, with_files=False).metadata_location
        return pinned_table(settings.warehouse, replace(pin, metadata_location=metadata), city)


def _change(
    city: City,
    contracts: Mapping[str, Contract],
    tables: Mapping[str, FileTable],
    before: Mapping[str, FileTable | None],
) -> Change:
    @functools.cache
    def all_dates(dataset: str) -> Sequence[date]:
        return _dates(contracts[dataset], tables[dataset], None)

    changed = frozenset(d for d in city.datasets if changed_files(tables[d], before[d]))
    dates = {d: _dates(contracts[d], tables[d], before[d]) for d in changed}
    return Change(dates, changed, all_dates)


def _dates(contract: Contract, now: FileTable, before: FileTable | None) -> Sequence[date]:
    with utc_duckdb() as con:
        return changed_dates(con, contract, now, before)


def delivered_periods(ledger: Ledger, city: str, contracts: Mapping[str, Contract]) -> dict[str, list[date]]:
    """By dataset: first days of the days or months that the deliveries in force carry or are named after."""
    return {dataset: _periods(ledger.deliveries(city, dataset), contract) for dataset, contract in contracts.items()}


def _periods(deliveries: Sequence[Delivery], contract: Contract) -> list[date]:
    found: set[date] = set()
    for one in standing(deliveries, contract):
        found.update(one.periods)
        if MONTH_FIELD in one.file_fields:
            found.add(datetime.strptime(one.file_fields[MONTH_FIELD], "%Y-%m").replace(tzinfo=UTC).date())
    return sorted(found)


def stale_datasets(ledger: Ledger, city: str) -> list[StaleDataset]:
    """Datasets of which a slot's last delivery was refused: since when, and why. A later edition makes good."""
    found: dict[str, StaleDataset] = {}
    for one in last_of_slots(ledger.deliveries(city)):
        if one.status == REFUSED and one.dataset not in found:
            found[one.dataset] = StaleDataset(one.dataset, one.landed_at, f"{one.file_name}: {one.reason}")
    return list(found.values())


def recover(bench: Bench) -> None:
    """After a crash between verdict and end of a commit: verdicts whose rows landed hold, all others come again.

    The deliveries of a night that passed are one commit: where one of them is in the table, all are. Without any the
    verdicts are forgotten, refusals too, and so are the rejects that were written already.
    """
    known = bench.ledger.deliveries(bench.city, bench.contract.dataset, statuses=(COMMITTING, REFUSED, SUPERSEDED))
    left = [one for one in known if one.decided_at is None]
    if not left:
        return
    landed = _landed(bench, [one.delivery_id for one in left if one.status == COMMITTING])
    settled = [_settled(one, landed) for one in left]
    if not landed:
        rejects = rejects_table(bench.catalog, bench.settings, bench.contract)
        ours = And(equals("city", bench.city), among("_delivery_id", [one.delivery_id for one in left]))
        commit(rejects, (), delete=ours, night_id=bench.night_id)
    bench.ledger.record(settled)
    for one in settled:
        LOG.info("%s: after a crash, %s is %s", one.dataset, one.file_name, one.status)


def _settled(one: Delivery, landed: bool) -> Delivery:
    if not landed:
        return replace(one, status=ABANDONED)
    status = COMMITTED if one.status == COMMITTING else one.status
    return replace(one, status=status, decided_at=datetime.now(UTC))


def _landed(bench: Bench, delivery_ids: Sequence[str]) -> bool:
    """Whether the raw table holds rows of one of these deliveries; then its snapshot is the city's head."""
    if not delivery_ids:
        return False
    table = raw_table(bench.catalog, bench.settings, bench.contract)
    ours = And(equals("city", bench.city), among("_delivery_id", delivery_ids))
    snapshot = table.current_snapshot()
    if snapshot is None or next(iter(table.scan(row_filter=ours).plan_files()), None) is None:
        return False
    bench.ledger.record_head(bench.city, bench.contract.dataset, snapshot.snapshot_id)
    return True
