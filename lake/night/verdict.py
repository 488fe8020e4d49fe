"""One delivery: staged, audited, and judged to be committed or refused as a whole, with a reason for people.

Nothing is visible yet: `lake.night.decide` commits what passed.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
from pyiceberg.table import Table

from lake.checks import CheckError, CheckResult, blocking
from lake.contract import Contract
from lake.deliveries.known import rules_hash
from lake.deliveries.landing import Landed, landed_path
from lake.deliveries.ledger import COMMITTED, COMMITTING, REFUSED, Delivery
from lake.deliveries.slots import Arrival
from lake.errors import CitylakeError
from lake.iceberg.staging import StagedFile
from lake.ingest.incoming import Incoming
from lake.ingest.ingest import Staged, connect, ingest
from lake.night.bench import Bench
from lake.readers.relation import cut_off
from lake.settings import Settings

MACHINE_AT_FAULT = (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.InterruptException)
TWIN_HINT = "if both are meant, `sameBytes: accept` in the contract says so"
QUOTED_LINE = "Original Line:"
ABSENT = "its bundle came without the file"


@dataclass(frozen=True)
class Judged:
    """A delivery with its verdict and what was staged of it."""

    delivery: Delivery
    files: tuple[StagedFile, ...]
    reject_files: tuple[StagedFile, ...]


def register(bench: Bench, arrival: Arrival) -> Delivery:
    """A delivery of its own for what has arrived, not yet judged."""
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
        origin=candidate.origin,
        landed_at=now,
        contract_version=bench.contract.version,
        parsing_hash=rules_hash(bench.contract, bench.known.areas),
        suite_hash=bench.suite_hash,
        night_id=bench.night_id,
        entry=candidate.entry,
        absent=candidate.absent,
        reason=ABSENT if candidate.absent else "",
    )


def judge(
    bench: Bench, delivery: Delivery, landed: Landed, tables: tuple[Table, Table], twin: Delivery | None
) -> tuple[Judged, list[CheckResult]]:
    """Stage and audit one delivery; whatever is wrong with it ends in a refusal that says so.

    `twin` stands with the same bytes under another identity.

    Raises what DuckDB raises where the machine is at fault (memory, disk): no delivery is refused for that.
    """
    if delivery.absent:
        return Judged(replace(delivery, rows_read=0, rows_accepted=0, rows_rejected=0), (), ()), []
    if twin is not None:
        reason = (
            f"the same bytes as {twin.file_name} (delivery {twin.delivery_id}), which stands under another identity"
        )
        return _refused(replace(delivery, duplicate_of=twin.delivery_id), f"{reason} ({TWIN_HINT})")
    scratch = bench.scratch / delivery.delivery_id
    scratch.mkdir(parents=True, exist_ok=True)
    con = connect(scratch)
    try:
        _require_first(bench, delivery)
        _require_whole(landed)
        staged = stage(bench, con, delivery, landed.path, tables)
        return _audit(bench, con, counted_delivery(delivery, staged), staged)
    except MACHINE_AT_FAULT:
        raise
    except CitylakeError as problem:
        return _refused(delivery, _words(problem).replace(str(landed.path), delivery.file_name))
    except duckdb.Error as problem:
        # DuckDB quotes the line that it stumbled over: too long to show, and never into a record about persons.
        lines = (line for line in str(problem).splitlines() if not line.startswith(QUOTED_LINE))
        said = " ".join(lines).replace(str(landed.path), delivery.file_name)
        shown = said if bench.contract.personal_data == "none" else "details withheld, the dataset is about persons"
        return _refused(delivery, f"the file cannot be parsed: {shown}")
    finally:
        con.close()
        shutil.rmtree(scratch, ignore_errors=True)


def _audit(
    bench: Bench, con: duckdb.DuckDBPyConnection, delivery: Delivery, staged: Staged
) -> tuple[Judged, list[CheckResult]]:
    """Check what was staged; a delivery that cannot be checked is refused with its counts and rejects."""
    checks: list[CheckResult] = []
    reason = over_limit(bench.contract, delivery)
    try:
        checks = bench.auditor.audit_delivery(con, bench.contract, delivery, staged.files)
    except CheckError as problem:
        reason = reason or _words(problem)
    reason = reason or _failed(checks)
    decided = replace(delivery, status=REFUSED if reason else COMMITTING, reason=reason)
    return Judged(decided, staged.files, staged.reject_files), checks


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


def _require_whole(landed: Landed) -> None:
    if landed.cut_off:
        raise cut_off(f"the file is smaller than announced: {landed.bytes:,} of {landed.announced:,} bytes came")


def stage(
    bench: Bench,
    con: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    landed: Path,
    tables: tuple[Table, Table],
    only_periods: Sequence[date] | None = None,
) -> Staged:
    """Ingest one landed delivery into staged files. Raises what `lake.ingest.ingest.ingest` raises."""
    incoming = Incoming(
        city=bench.city,
        slot=delivery.slot,
        delivery_id=delivery.delivery_id,
        file_name=delivery.file_name,
        file_fields=delivery.file_fields,
        landed=landed,
        ingested_at=_ingested_at(bench, delivery),
        known=bench.known,
    )
    scratch = bench.scratch / delivery.delivery_id
    return ingest(con, incoming, bench.contract, tables, key=bench.key, scratch=scratch, only_periods=only_periods)


def _ingested_at(bench: Bench, delivery: Delivery) -> datetime:
    """Now; where every delivery stays, when its bytes first came, since that tells which row of a key is the last."""
    if bench.contract.load.mode != "append_changes":
        return datetime.now(UTC)
    known = bench.ledger.deliveries(bench.city, bench.contract.dataset)
    return min(one.landed_at for one in (*known, delivery) if one.slot == delivery.slot)


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
    """Why the delivery is refused as a whole for its share of rejected records; '' if it is not.

    Rows that are no data do not count, nor do repetitions: of each key one row is kept, however often it came.
    """
    by_rule = delivery.rejected_by_rule or {}
    repeated = by_rule.get(contract.duplicates.id, 0) if contract.duplicates else 0
    data = (delivery.rows_read or 0) - (delivery.rows_no_data or 0)
    rejected = (delivery.rows_rejected or 0) - (delivery.rows_no_data or 0) - repeated
    share = rejected / data if data else float(not contract.limits.may_be_empty)
    if share <= contract.limits.rejected_share:
        return ""
    rules = ", ".join(f"{rule} {number:,}" for rule, number in sorted(by_rule.items()))
    return (
        f"{rejected:,} of {data:,} records rejected ({share:.1%}), the contract allows "
        f"{contract.limits.rejected_share:.1%}: {rules or 'no record holds data'}"
    )


def _failed(checks: Sequence[CheckResult]) -> str:
    return "; ".join(f"{check.check_id}: {check.message}" for check in blocking(checks))


def _refused(delivery: Delivery, reason: str) -> tuple[Judged, list[CheckResult]]:
    words = " ".join(reason.split())[:1000]
    return Judged(replace(delivery, status=REFUSED, reason=words), (), ()), []


def refuse(one: Judged, reason: str, *, together_with: str = "") -> Judged:
    """The same delivery refused for what was found beside it; `together_with` names the delivery at fault."""
    words = " ".join(reason.split())[:1000]
    return replace(one, delivery=replace(one.delivery, status=REFUSED, reason=words, refused_with=together_with))


def landed_bytes(settings: Settings, delivery: Delivery) -> Landed:
    """The bytes of a delivery that was landed before."""
    return Landed(landed_path(settings.landing, delivery.sha256), delivery.sha256, delivery.bytes)
