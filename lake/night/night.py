"""One night of one city, from the deliveries at its sources to a release; the steps, in the order in which they run.

The orchestration calls the steps and shows their outcomes; dbt runs between `prepare_marts` and `stage_marts`. What a
step does stands in `lake.night.decide`, `lake.night.restore`, `lake.night.database`, `lake.night.marts` and
`lake.release.release`. A night holds the city's lock from `open` to `close` and lives in one process.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from lake.checks import CheckResult, blocking
from lake.city import City
from lake.contract import Contract, bundled, on_clock_of
from lake.deliveries.known import Known, latest_date
from lake.deliveries.ledger import WITHDRAWING, Delivery, Ledger
from lake.deliveries.news import Search
from lake.errors import CitylakeError
from lake.iceberg.catalog import open_catalog
from lake.keys import PseudonymKey
from lake.night.bundles import decide_bundle, finish_bundles
from lake.night.changes import periods_to_compute
from lake.night.database import write_night_database
from lake.night.decide import Auditor, Bench, Outcome, counted, decide, unreachable
from lake.night.kept_models import keep_models
from lake.night.liveness import dead_nights, mark_alive, mark_ended
from lake.night.lock import CityLock
from lake.night.mart_models import mart_models
from lake.night.marts import MartBench, MartsRefused, StagedMart, audit_and_stage, commit_marts
from lake.night.outlook import city_keys
from lake.night.raw_state import RawState, delivered_periods, raw_state, recover, stale_datasets
from lake.night.report import NightReport, PreparedMarts, Status, night_facts, refused_marts
from lake.night.restore import finish_withdrawals, reingest, withdraw
from lake.ops import NightFacts, append_night
from lake.release.fingerprint import code_version, fingerprint, needs_rebuild
from lake.release.pins import keep_snapshot, pin_table
from lake.release.record import CityEntry, Release, StaleDataset
from lake.release.release import newest_release, publish
from lake.settings import Settings

__all__ = ["Night", "NightReport", "PreparedMarts"]

LOG = logging.getLogger("citylake")
# Not named like one of its schemas: DuckDB would take `night.x` for the database.
DATABASE = "scratch.duckdb"


@dataclass
class Night:
    """See the module. Make one with `Night.open`."""

    settings: Settings
    city: City
    contracts: Mapping[str, Contract]
    sources: str
    night_id: str
    as_of: date | None
    auditor: Auditor
    suite_hashes: Mapping[str, str]
    manifest: Path
    ledger: Ledger
    keys: Mapping[str, PseudonymKey]
    lock: CityLock
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    outcomes: list[Outcome] = field(default_factory=list)
    mart_checks: list[CheckResult] = field(default_factory=list)
    release_made: Release | None = None
    up_to_date: bool = False
    died: list[NightFacts] = field(default_factory=list)
    _raw: RawState | None = None
    _bench: MartBench | None = None
    _prepared: PreparedMarts | None = None
    _staged: list[StagedMart] | None = None
    _rests_on: dict[str, str] = field(default_factory=dict)

    @classmethod
    def open(  # noqa: PLR0913  a night is what these say, each by name
        cls,
        settings: Settings,
        city: City,
        contracts: Mapping[str, Contract],
        *,
        sources: str,
        night_id: str,
        auditor: Auditor,
        suite_hashes: Mapping[str, str],
        manifest: Path,
        as_of: date | None = None,
    ) -> Night:
        """Take the city's lock and look after what a crashed night left.

        Raises NightRunning where another process holds the lock, KeyProblem before a row is read.
        """
        settings.prepare()
        contracts = on_clock_of(city.time_zone, contracts)
        lock = CityLock(settings.locks, city.city)
        lock.acquire(night_id)
        try:
            ledger = Ledger.at(settings.ledger)
            keys = city_keys(settings, city, contracts, ledger)
            night = cls(settings, city, contracts, sources, night_id, as_of, auditor, suite_hashes, manifest, ledger,
                        keys, lock)  # fmt: skip
            night.died = dead_nights(night.scratch.parent, city.city)
            _clear_scratch(settings, city.city)
            mark_alive(night.scratch, night.started_at)
            benches = {dataset: night.bench(dataset) for dataset in city.datasets}
            for bench in benches.values():
                recover(bench)
            finish_bundles(benches)
            for bench in benches.values():
                finish_withdrawals(bench)
        except BaseException:
            lock.release()
            raise
        return night

    @property
    def scratch(self) -> Path:
        """Folder of this night's temporary files."""
        return self.settings.scratch / self.city.city / self.night_id

    @property
    def datasets(self) -> tuple[str, ...]:
        """Datasets of the city."""
        return self.city.datasets

    def bench(self, dataset: str) -> Bench:
        """What the steps of one dataset need."""
        contract = self.contracts[dataset]
        return Bench(
            settings=self.settings,
            city=self.city.city,
            night_id=self.night_id,
            scratch=self.scratch / dataset,
            contract=contract,
            suite_hash=self.suite_hashes.get(dataset, ""),
            key=self.keys.get(contract.pseudonym_domain or ""),
            ledger=self.ledger,
            catalog=open_catalog(self.settings),
            auditor=self.auditor,
            known=Known(latest_date(self.as_of), self.city.area_codes),
        )

    def search(self, *, retry_refused: bool = False) -> Search:
        """How to look for what is new; `retry_refused` asks for another decision about refused deliveries."""
        return Search(
            self.city, self.contracts, self.sources, self.keys, self.suite_hashes, self.ledger, self.settings.landing,
            retry_refused=retry_refused,
        )  # fmt: skip

    def ingest_all(self, only: Sequence[str] = (), *, retry_refused: bool = False) -> None:
        """Decide the new deliveries of all datasets, or of some and what is decided together with them."""
        chosen = {one for dataset in only or self.datasets for one in self.city.together(dataset)}
        for dataset in self.city.single_datasets:
            if dataset in chosen:
                self.ingest(dataset, retry_refused=retry_refused)
        for bundle in self.city.bundles:
            if chosen & set(bundled(self.contracts, bundle)):
                self.ingest_bundle(bundle, retry_refused=retry_refused)

    def ingest(self, dataset: str, *, retry_refused: bool = False) -> Outcome:
        """Decide the dataset's new deliveries: committed, or refused with a reason.

        What cannot be read, a source or single files, stays as it is; the outcome says so.
        """
        if dataset not in self.city.single_datasets:
            raise CitylakeError(f"{dataset} comes in a bundle, whose files are decided together")
        try:
            news = self.search(retry_refused=retry_refused).of_dataset(dataset)
        except OSError as problem:
            outcome = unreachable(dataset, problem)
        else:
            outcome = decide(self.bench(dataset), news)
        self.outcomes.append(outcome)
        return outcome

    def ingest_bundle(self, bundle: str, *, retry_refused: bool = False) -> list[Outcome]:
        """Decide the new deliveries of a bundle's datasets: of each source entry all files are committed, or none."""
        outcomes: dict[str, Outcome] = {}
        for entry in self.city.bundles[bundle]:
            for outcome in self._ingest_entry(entry, retry_refused):
                outcomes.setdefault(outcome.dataset, Outcome(outcome.dataset)).add(outcome)
        self.outcomes.extend(outcomes.values())
        return list(outcomes.values())

    def _ingest_entry(self, entry: str, retry_refused: bool) -> list[Outcome]:
        benches = {dataset: self.bench(dataset) for dataset in self.city.only(entry).datasets}
        try:
            news = self.search(retry_refused=retry_refused).of_bundle(entry)
        except OSError as problem:
            return [unreachable(dataset, problem) for dataset in benches]
        return decide_bundle(benches, entry, news)

    def reingest(self, dataset: str, first: date, last: date) -> Outcome:
        """Read the current deliveries of some days again from landing (backfill)."""
        outcome = reingest(self.bench(dataset), first, last)
        self.outcomes.append(outcome)
        read = counted(len(outcome.deliveries), "delivery", "deliveries")
        LOG.info("%s: %s..%s read again from %s", dataset, first, last, read)
        return outcome

    def withdraw(self, delivery: Delivery, why: str) -> Outcome:
        """Take one delivery's rows out again, with those of its bundle; see `lake.night.restore.withdraw`."""
        together = [one for one in self.ledger.bundle(delivery.bundle_id) if one.delivery_id != delivery.delivery_id]
        outcome = withdraw(self.bench(delivery.dataset), delivery, why, together)
        for one in together:
            withdraw(self.bench(one.dataset), replace(one, status=WITHDRAWING), why)
        self.outcomes.append(outcome)
        for one in (delivery, *together):
            LOG.info("%s: withdrew %s (%s)", one.dataset, one.delivery_id, one.file_name)
        return outcome

    def prepare_marts(self) -> PreparedMarts | None:
        """Make the scratch database for dbt; None where the current release rests on today's inputs already."""
        entry = self._entry()
        now = self._rests_on = self._fingerprint()
        if entry is not None and dict(entry.fingerprint) == now:
            self.up_to_date = True
            LOG.info("marts: the current release rests on today's inputs")
            return None
        models = mart_models(self.manifest)
        rebuild = entry is None or needs_rebuild(entry.fingerprint, now)
        self._raw = raw_state(self.settings, self.city, self.contracts, None if rebuild else entry)
        delivered = delivered_periods(self.ledger, self.city.city, self.contracts)
        events = {dataset: self._raw.change.all_dates(dataset) for dataset in self.city.datasets_by_year}
        scopes = self.city.scopes({**delivered, **events})
        pinned = {} if rebuild else self._raw.pinned_marts(models, self.settings, self.city.city)
        changed = {
            model.name: periods_to_compute(model, self._raw.change, scopes, anew=model.name not in pinned)
            for model in models
            if model.replace_by
        }
        self._bench = MartBench(
            self.settings, open_catalog(self.settings), self.city.city, self.night_id, self.auditor, changed,
            frozenset(pinned),
        )  # fmt: skip
        database = self.scratch / DATABASE
        write_night_database(database, self.city, self._raw.tables, pinned, changed, scopes)
        LOG.info("marts: computing %s", _periods_words(changed))
        self._prepared = PreparedMarts(
            database=database,
            env={"CITYLAKE_NIGHT_DB": str(database)},
            vars={"city": self.city.city, "pinned_marts": sorted(pinned)},
        )
        return self._prepared

    def stage_marts(self, test_results: Sequence[CheckResult] = ()) -> list[CheckResult]:
        """After `dbt build`: audit the marts as they will be and stage them.

        `test_results` are those of dbt's tests. Raises MartsRefused, naming the new deliveries, where one fails.
        """
        if self._bench is None:
            raise CitylakeError("stage_marts was called before prepare_marts")
        self.mart_checks.extend(test_results)
        if not blocking(test_results):
            self._staged, checks = audit_and_stage(self._bench, self.scratch / DATABASE, mart_models(self.manifest))
            self.mart_checks.extend(checks)
        failed = blocking(self.mart_checks)
        if failed:
            raise self.refusal(f"{failed[0].subject}: {failed[0].check_id}: {failed[0].message}")
        return self.mart_checks

    def refusal(self, problem: str) -> MartsRefused:
        """Why there is no new release, with the deliveries that are new since the last one."""
        return refused_marts(self.city.city, problem, self.ledger.deliveries(self.city.city), self._entry())

    def release(self) -> Release:
        """Commit the staged marts and publish the record."""
        if self._bench is None or self._raw is None or self._staged is None or self._prepared is None:
            raise CitylakeError(
                "nothing can be released: the marts were not checked in this run",
                hint="materialize the marts with their checks and the release together, or run the whole night",
            )
        keep_models(self.settings, self.city, self._rests_on, self._prepared.target / "manifest.json")
        commit_marts(self._bench, self._staged)
        catalog, warehouse = self._bench.catalog, self.settings.warehouse
        pins = dict(self._raw.pins)
        for mart in self._staged:
            pins[mart.model.qualified] = pin_table(mart.table, self.city.city, warehouse, with_files=True)
        for name, pin in pins.items():
            namespace, _, table = name.partition(".")
            keep_snapshot(catalog.load_table((namespace, table)), pin.snapshot_id)
        entry = CityEntry(
            night_id=self.night_id,
            fingerprint=self._rests_on,
            contracts={dataset: self.contracts[dataset].version for dataset in self.city.datasets},
            tables=pins,
            stale=self._stale(),
        )
        self.release_made = publish(self.settings, self.city.city, entry, code_version=code_version())
        LOG.info("released: number %d", self.release_made.release_id)
        return self.release_made

    def report(self, error: BaseException | None = None) -> NightReport:
        """How the night went so far."""
        status: Status = "nothing_new" if self.up_to_date and error is None else "not_released"
        if self.release_made is not None:
            status = "released"
        message = {"released": "released", "nothing_new": "nothing new"}.get(status, "not released")
        return NightReport(
            city=self.city.city,
            night_id=self.night_id,
            status=status,
            release=self.release_made,
            outcomes=tuple(self.outcomes),
            stale=self._stale(),
            checks=tuple(check for outcome in self.outcomes for check in outcome.checks) + tuple(self.mart_checks),
            message=str(error) if error else message,
            seconds=(datetime.now(UTC) - self.started_at).total_seconds(),
        )

    def close(self, error: BaseException | None = None) -> NightReport:
        """End the night: make it public in `ops`, tidy up, give the lock back. Scratch is kept after a failure."""
        try:
            report = self.report(error)
            facts = night_facts(report, self.started_at)
            catalog = open_catalog(self.settings)
            for dead in self.died:
                append_night(catalog, self.settings, self.ledger, dead, ())
            append_night(catalog, self.settings, self.ledger, facts, report.checks)
            mark_ended(self.scratch)
            if error is None:
                shutil.rmtree(self.scratch, ignore_errors=True)
            return report
        finally:
            self.ledger.close()
            self.lock.release()

    def _stale(self) -> tuple[StaleDataset, ...]:
        """Datasets of which something was refused, or whose source could not be read tonight."""
        refused = stale_datasets(self.ledger, self.city.city)
        known = {one.dataset for one in refused}
        silent = [one for one in self.outcomes if one.problem and one.dataset not in known]
        return (*refused, *(StaleDataset(one.dataset, self.started_at, one.problem) for one in silent))

    def _entry(self) -> CityEntry | None:
        release = newest_release(self.settings)
        return release.cities.get(self.city.city) if release else None

    def _fingerprint(self) -> dict[str, str]:
        return fingerprint(self.city, self.contracts, self.ledger.heads(self.city.city), self.suite_hashes)


def _clear_scratch(settings: Settings, city: str) -> None:
    """Earlier nights' temporary files of the city: the lock says that none of them is alive."""
    shutil.rmtree(settings.scratch / city, ignore_errors=True)


def _periods_words(changed: Mapping[str, Sequence[date]]) -> str:
    words = [f"{mart} for {len(days)} periods" for mart, days in changed.items() if days]
    return ", ".join(words) or "whole-city marts only"
