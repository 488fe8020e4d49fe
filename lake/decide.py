"""One dataset's part of a night: its new deliveries are ingested, audited and committed, or refused, each on its own.

A delivery that is refused leaves the dataset at its last good state and never stops another. The audit is given by the
caller (`expectations` in production), so that this package knows nothing of how checks are run.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

import duckdb
from pyiceberg.catalog import Catalog
from pyiceberg.table import Table

from lake.checks import CheckError, CheckResult
from lake.commit import SlotRows, commit, superseded_filter
from lake.contract import Contract
from lake.errors import CitylakeError
from lake.incoming import Incoming
from lake.ingest import Staged, connect, ingest
from lake.keys import PseudonymKey
from lake.landing import Landed, landed_path
from lake.ledger import COMMITTED, COMMITTING, REFUSED, SUPERSEDED, Delivery, Ledger
from lake.predicates import among
from lake.settings import Settings
from lake.slots import Arrival
from lake.staging import StagedFile, discard
from lake.tables import raw_table, rejects_table

LOG = logging.getLogger("citylake")
PROGRESS_SECONDS = 3.0
MACHINE_AT_FAULT = (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.InterruptException)


class Auditor(Protocol):
    """Runs the suites; `expectations.gate` is the one in production."""

    def audit_delivery(
        self, con: duckdb.DuckDBPyConnection, contract: Contract, delivery: Delivery, files: Sequence[StagedFile]
    ) -> list[CheckResult]:
        """Check exactly the staged files of one delivery."""

    def audit_mart(self, con: duckdb.DuckDBPyConnection, mart: str, relation: str) -> list[CheckResult]:
        """Check a mart as it will be."""

    def suite_hash(self, name: str) -> str:
        """What changes when the suite of this dataset or mart does."""


@dataclass(frozen=True)
class Bench:
    """What every step of one dataset's part needs."""

    settings: Settings
    city: str
    night_id: str
    scratch: Path
    contract: Contract
    suite_hash: str
    key: PseudonymKey | None
    ledger: Ledger
    catalog: Catalog
    auditor: Auditor


@dataclass
class Outcome:
    """What became of a dataset in a night. `deliveries` are those decided now, in order; `problem` says why its source
    could not be read at all."""

    dataset: str
    deliveries: list[Delivery] = field(default_factory=list)
    checks: list[CheckResult] = field(default_factory=list)
    seconds: float = 0.0
    problem: str = ""

    @property
    def committed(self) -> list[Delivery]:
        """Deliveries whose rows are in the table now."""
        return [delivery for delivery in self.deliveries if delivery.status == COMMITTED]

    @property
    def refused(self) -> list[Delivery]:
        """Deliveries of which no row is visible."""
        return [delivery for delivery in self.deliveries if delivery.status == REFUSED]


@dataclass(frozen=True)
class _Decided:
    delivery: Delivery
    files: tuple[StagedFile, ...]
    reject_files: tuple[StagedFile, ...]


def decide(bench: Bench, arrivals: Sequence[Arrival]) -> Outcome:
    """Ingest, audit and commit the arrivals of one dataset, in their order.

    Raises what DuckDB raises where the machine is at fault (memory, disk): no delivery is refused for that.
    """
    started = time.monotonic()
    if arrivals and bench.key:
        # Before the first pseudonym is written: a night that dies must not leave some of an unknown key.
        bench.ledger.record_key(bench.key.domain, bench.key.version, bench.key.fingerprint)
    outcome = Outcome(bench.contract.dataset)
    raw = raw_table(bench.catalog, bench.settings, bench.contract)
    rejects = rejects_table(bench.catalog, bench.settings, bench.contract)
    decided: list[_Decided] = []
    told = started
    for number, arrival in enumerate(arrivals, start=1):
        delivery = _register(bench, arrival)
        one, checks = _decide_one(bench, delivery, arrival.landed, (raw, rejects))
        decided.append(one)
        outcome.checks.extend(checks)
        if time.monotonic() - told > PROGRESS_SECONDS:
            told = time.monotonic()
            LOG.info("%s: %d of %d deliveries read", bench.contract.dataset, number, len(arrivals))
    outcome.deliveries = _commit_all(bench, decided, raw, rejects)
    outcome.seconds = time.monotonic() - started
    _tell(outcome)
    return outcome


def _register(bench: Bench, arrival: Arrival) -> Delivery:
    candidate, landed = arrival.candidate, arrival.landed
    now = datetime.now(UTC)
    seed = f"{bench.city}|{candidate.slot}|{landed.sha256}|{now.isoformat()}"
    return Delivery(
        delivery_id=f"{now:%Y%m%d}-{hashlib.sha256(seed.encode()).hexdigest()[:12]}",
        city=bench.city,
        dataset=bench.contract.dataset,
        slot=candidate.slot,
        file_name=candidate.file_name,
        file_fields=candidate.file_fields,
        edition=candidate.edition,
        sha256=landed.sha256,
        bytes=landed.bytes,
        origin=candidate.file.url.replace(candidate.file.name, candidate.file_name),
        landed_at=now,
        contract_version=bench.contract.version,
        parsing_hash=bench.contract.parsing_hash,
        suite_hash=bench.suite_hash,
        night_id=bench.night_id,
    )


def _decide_one(
    bench: Bench, delivery: Delivery, landed: Landed, tables: tuple[Table, Table]
) -> tuple[_Decided, list[CheckResult]]:
    """Stage and audit one delivery; whatever is wrong with it ends in a refusal that says so."""
    scratch = bench.scratch / delivery.delivery_id
    scratch.mkdir(parents=True, exist_ok=True)
    con = connect(scratch)
    try:
        _require_first(bench, delivery)
        staged = stage(bench, con, delivery, landed.path, tables)
        return _audit(bench, con, counted_delivery(delivery, staged), staged)
    except MACHINE_AT_FAULT:
        raise
    except CitylakeError as problem:
        return _refused(delivery, _words(problem).replace(str(landed.path), delivery.file_name))
    except duckdb.Error as problem:
        # DuckDB quotes the line that it stumbled over: never into a record about persons.
        said = str(problem).replace(str(landed.path), delivery.file_name)
        shown = said if bench.contract.personal_data == "none" else "details withheld, the dataset is about persons"
        return _refused(delivery, f"the file cannot be parsed: {shown}")
    finally:
        con.close()
        shutil.rmtree(scratch, ignore_errors=True)


def _audit(
    bench: Bench, con: duckdb.DuckDBPyConnection, delivery: Delivery, staged: Staged
) -> tuple[_Decided, list[CheckResult]]:
    """Check what was staged; a delivery that cannot be checked is refused with its counts and rejects."""
    checks: list[CheckResult] = []
    reason = over_limit(bench.contract, delivery)
    try:
        checks = bench.auditor.audit_delivery(con, bench.contract, delivery, staged.files)
    except CheckError as problem:
        reason = reason or _words(problem)
    reason = reason or _failed(checks)
    decided = replace(delivery, status=REFUSED if reason else COMMITTING, reason=reason)
    return _Decided(decided, staged.files, staged.reject_files), checks


def _words(problem: CitylakeError) -> str:
    return f"{problem} ({problem.hint})" if problem.hint else str(problem)


def _require_first(bench: Bench, delivery: Delivery) -> None:
    """A slot that is only ever appended to does not deliver twice."""
    if bench.contract.load.mode != "append":
        return
    before = bench.ledger.deliveries(bench.city, bench.contract.dataset)
    if any(one.slot == delivery.slot and one.status == COMMITTED for one in before):
        raise CitylakeError(
            f"{delivery.file_name} came before with other content; {bench.contract.dataset} is append-only",
            hint="withdraw the earlier delivery first if this one replaces it",
        )


def stage(
    bench: Bench,
    con: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    landed: Path,
    tables: tuple[Table, Table],
    only_periods: Sequence[date] | None = None,
) -> Staged:
    """Ingest one landed delivery into staged files. Raises what `lake.ingest.ingest` raises."""
    incoming = Incoming(
        city=bench.city,
        slot=delivery.slot,
        delivery_id=delivery.delivery_id,
        file_name=delivery.file_name,
        file_fields=delivery.file_fields,
        landed=landed,
        ingested_at=datetime.now(UTC),
    )
    scratch = bench.scratch / delivery.delivery_id
    return ingest(con, incoming, bench.contract, tables, key=bench.key, scratch=scratch, only_periods=only_periods)


def counted_delivery(delivery: Delivery, staged: Staged) -> Delivery:
    """The delivery with the counts of its ingest."""
    return replace(
        delivery,
        rows_read=staged.rows_read,
        rows_accepted=staged.rows_accepted,
        rows_rejected=staged.rejects.records + staged.rejects.no_data,
        rows_no_data=staged.rejects.no_data,
        cells_rejected=staged.rejects.cells,
        cells_rounded=staged.cells_rounded,
        rows_written=staged.rows_written,
        rejected_by_rule=dict(staged.rejects.by_rule),
        unexpected_columns=staged.unexpected_columns,
        periods=staged.periods,
        newest_event_at=staged.newest_event_at,
    )


def over_limit(contract: Contract, delivery: Delivery) -> str:
    """Why the delivery is refused as a whole for its share of rejected records; '' if it is not."""
    data = (delivery.rows_read or 0) - (delivery.rows_no_data or 0)
    rejected = (delivery.rows_rejected or 0) - (delivery.rows_no_data or 0)
    share = rejected / data if data else 1.0
    if share <= contract.limits.rejected_share:
        return ""
    rules = ", ".join(f"{rule} {number:,}" for rule, number in sorted((delivery.rejected_by_rule or {}).items()))
    return (
        f"{rejected:,} of {data:,} records rejected ({share:.1%}), the contract allows "
        f"{contract.limits.rejected_share:.1%}: {rules or 'no record holds data'}"
    )


def _failed(checks: Sequence[CheckResult]) -> str:
    failed = [check for check in checks if not check.passed and check.severity == "error"]
    return "; ".join(f"{check.check_id}: {check.message}" for check in failed)


def _refused(delivery: Delivery, reason: str) -> tuple[_Decided, list[CheckResult]]:
    words = " ".join(reason.split())[:1000]
    return _Decided(replace(delivery, status=REFUSED, reason=words), (), ()), []


def unreachable(dataset: str, problem: OSError) -> Outcome:
    """The outcome for a dataset whose source cannot be listed or fetched: nothing changes, and it is told."""
    message = f"the source of {dataset} cannot be read: {problem.strerror or type(problem).__name__}"
    LOG.warning("%s", message)
    check = CheckResult(dataset, "source_reachable", False, "error", "not reachable", "reachable", message)
    return Outcome(dataset, checks=[check], problem=message)


def _commit_all(bench: Bench, decided: Sequence[_Decided], raw: Table, rejects: Table) -> list[Delivery]:
    """One commit per table; the ledger knows before and after, so that a crash in between is found out."""
    winners = _latest_of_each_slot(decided)
    final = [_final(one, winners) for one in decided]
    bench.ledger.record([replace(d, status=COMMITTING) if d.status == COMMITTED else d for d in final])
    reject_files = [file for one in decided for file in one.reject_files]
    ids = [one.delivery.delivery_id for one in decided if one.reject_files]
    if reject_files:
        commit(rejects, reject_files, delete=among("_delivery_id", ids), night_id=bench.night_id)
    files = [file for some in winners.values() for file in some]
    replaced = [
        row for one in decided if one.delivery.delivery_id in winners for row in _supersedes(bench, one.delivery)
    ]
    if files or replaced:
        commit_raw(bench, raw, files, replaced)
    now = datetime.now(UTC)
    final = [replace(delivery, decided_at=now) for delivery in final]
    bench.ledger.record(final)
    for one in decided:
        discard(tuple(file for file in one.files if file not in winners.get(one.delivery.delivery_id, ())))
    return final


def commit_raw(bench: Bench, raw: Table, files: Sequence[StagedFile], replaced: Sequence[SlotRows]) -> None:
    """Replace rows of the raw table in one commit, and remember its snapshot as the city's head."""
    snapshot_id = commit(raw, files, delete=superseded_filter(replaced), night_id=bench.night_id)
    if snapshot_id is not None:
        bench.ledger.record_head(bench.city, bench.contract.dataset, snapshot_id)


def _latest_of_each_slot(decided: Sequence[_Decided]) -> dict[str, tuple[StagedFile, ...]]:
    """By delivery id: the staged files that a later delivery of the same slot does not supersede in this very night."""
    taken: set[tuple[str, date | None]] = set()
    winners: dict[str, tuple[StagedFile, ...]] = {}
    for one in reversed(decided):
        if one.delivery.status == REFUSED:
            continue
        slot = one.delivery.slot
        kept = tuple(file for file in one.files if (slot, file.period) not in taken)
        if kept or not one.files:
            winners[one.delivery.delivery_id] = kept
        taken |= {(slot, file.period) for file in one.files} or {(slot, None)}
    return winners


def _final(one: _Decided, winners: dict[str, tuple[StagedFile, ...]]) -> Delivery:
    delivery = one.delivery
    if delivery.status == REFUSED:
        return replace(delivery, rows_written=0)
    if delivery.delivery_id not in winners:
        reason = "a later delivery of the same slot came in the same night"
        return replace(delivery, status=SUPERSEDED, reason=reason, rows_written=0)
    return replace(delivery, status=COMMITTED, rows_written=sum(file.rows for file in winners[delivery.delivery_id]))


def _supersedes(bench: Bench, delivery: Delivery) -> list[SlotRows]:
    mode = bench.contract.load.mode
    if mode == "replace_all":
        return [SlotRows(bench.city, delivery.slot)]
    if mode == "replace_period" and delivery.periods:
        return [SlotRows(bench.city, delivery.slot, tuple(delivery.periods))]
    return []


def _tell(outcome: Outcome) -> None:
    if not outcome.deliveries:
        LOG.info("%s: nothing new", outcome.dataset)
        return
    rows = sum(delivery.rows_read or 0 for delivery in outcome.deliveries)
    rejected = sum(delivery.rows_rejected or 0 for delivery in outcome.deliveries)
    LOG.info(
        "%s: %d deliveries, %s rows read, %s rejected, %d refused, %.1f s",
        outcome.dataset,
        len(outcome.deliveries),
        f"{rows:,}",
        f"{rejected:,}",
        len(outcome.refused),
        outcome.seconds,
    )
    for delivery in outcome.refused:
        LOG.warning("%s: refused %s: %s", outcome.dataset, delivery.file_name, delivery.reason)


def landed_bytes(settings: Settings, delivery: Delivery) -> Landed:
    """The bytes of a delivery that was landed before."""
    return Landed(landed_path(settings.landing, delivery.sha256), delivery.sha256, delivery.bytes)
