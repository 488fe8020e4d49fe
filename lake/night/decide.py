"""One dataset's part of a night: its new deliveries are judged, each on its own, and what passed is committed at once.

A delivery that is refused leaves the dataset at its last good state and never stops another. How one is judged stands
in `lake.night.verdict`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from pyiceberg.table import Table

from lake.checks import CheckResult
from lake.deliveries.ledger import COMMITTED, COMMITTING, REFUSED, SUPERSEDED, Delivery
from lake.deliveries.notices import notices
from lake.deliveries.slots import Arrival, News
from lake.deliveries.twins import Twins
from lake.iceberg.commit import SlotRows, commit, superseded_filter
from lake.iceberg.staging import StagedFile, discard
from lake.iceberg.tables import raw_table, rejects_table
from lake.night.bench import Auditor, Bench, Outcome
from lake.night.verdict import Judged, judge, landed_bytes, register

__all__ = ["Auditor", "Bench", "Outcome", "Trial", "commit_raw", "decide", "settle", "try_out", "unreachable"]

LOG = logging.getLogger("citylake")
PROGRESS_SECONDS = 3.0
NO_SNAPSHOT = 0


@dataclass
class Trial:
    """The arrivals of one dataset, judged and not yet committed."""

    bench: Bench
    raw: Table
    rejects: Table
    started: float
    judged: list[Judged] = field(default_factory=list)
    checks: list[CheckResult] = field(default_factory=list)


def decide(bench: Bench, news: News) -> Outcome:
    """Ingest, audit and commit the arrivals of one dataset, in their order; tell of files that could not be read.

    Raises what DuckDB raises where the machine is at fault (memory, disk): no delivery is refused for that.
    """
    outcome = settle(try_out(bench, news.arrivals))
    if news.unread:
        add_problem(outcome, unread_words(bench.contract.dataset, news.unread))
    return outcome


def try_out(bench: Bench, arrivals: Sequence[Arrival], bundle_id: str = "") -> Trial:
    """Ingest and audit the arrivals of one dataset; nothing becomes visible."""
    if arrivals and bench.key:
        # Before the first pseudonym is written: a night that dies must not leave some of an unknown key.
        bench.ledger.record_key(bench.key.domain, bench.key.version, bench.key.fingerprint)
    trial = _trial(bench)
    twins = Twins(bench.ledger.deliveries(bench.city, bench.contract.dataset), bench.contract)
    told = trial.started
    for number, arrival in enumerate(arrivals, start=1):
        delivery = replace(register(bench, arrival), bundle_id=bundle_id)
        one, checks = judge(bench, delivery, arrival.landed, (trial.raw, trial.rejects), twins.of(delivery))
        twins.add(one.delivery)
        trial.judged.append(one)
        trial.checks.extend(checks)
        if time.monotonic() - told > PROGRESS_SECONDS:
            told = time.monotonic()
            LOG.info("%s: %d of %d deliveries read", bench.contract.dataset, number, len(arrivals))
    return trial


def try_again(bench: Bench, delivery: Delivery) -> Trial:
    """Ingest and audit a delivery once more from landing."""
    trial = _trial(bench)
    landed = landed_bytes(bench.settings, delivery)
    one, trial.checks = judge(bench, delivery, landed, (trial.raw, trial.rejects), None)
    trial.judged.append(one)
    return trial


def _trial(bench: Bench) -> Trial:
    raw = raw_table(bench.catalog, bench.settings, bench.contract)
    return Trial(bench, raw, rejects_table(bench.catalog, bench.settings, bench.contract), time.monotonic())


def settle(trial: Trial) -> Outcome:
    """Commit what passed, and record every verdict."""
    outcome = Outcome(trial.bench.contract.dataset, checks=trial.checks)
    outcome.deliveries = _commit_all(trial.bench, trial.judged, trial.raw, trial.rejects)
    outcome.seconds = time.monotonic() - trial.started
    _tell(outcome)
    return outcome


def unreachable(dataset: str, problem: OSError) -> Outcome:
    """The outcome for a dataset whose source cannot be listed or fetched: nothing changes, and it is told."""
    outcome = Outcome(dataset)
    add_problem(outcome, f"the source of {dataset} cannot be read: {_why(problem)}")
    return outcome


def unread_words(dataset: str, unread: Mapping[str, OSError]) -> str:
    """What is told of a dataset's files that cannot be read."""
    name, problem = next(iter(unread.items()))
    files = name if len(unread) == 1 else f"{len(unread)} files, such as {name},"
    return f"{files} of {dataset} cannot be read: {_why(problem)}"


def add_problem(outcome: Outcome, message: str) -> None:
    """Tell that a source, or a file of it, is not to be had: nothing changes."""
    LOG.warning("%s", message)
    outcome.problem = message
    check = CheckResult(outcome.dataset, "source_reachable", False, "error", "not reachable", "reachable", message)
    outcome.checks.append(check)


def _why(problem: OSError) -> str:
    """What the system says; not where, which may hold an identifier."""
    return problem.strerror or type(problem).__name__


def _commit_all(bench: Bench, decided: Sequence[Judged], raw: Table, rejects: Table) -> list[Delivery]:
    """One commit per table; the ledger knows before and after, so that a crash in between is found out."""
    winners = _latest_of_each_slot(decided)
    final = [_final(one, winners) for one in decided]
    bench.ledger.record([replace(d, status=COMMITTING) if d.status == COMMITTED else d for d in final])
    reject_files = [file for one in decided for file in one.reject_files]
    if reject_files:
        commit(rejects, reject_files, delete=None, night_id=bench.night_id)
    files = [file for some in winners.values() for file in some]
    replaced = [
        row for one in decided if one.delivery.delivery_id in winners for row in _supersedes(bench, one.delivery)
    ]
    commit_raw(bench, raw, files, replaced)
    now = datetime.now(UTC)
    final = [replace(delivery, decided_at=now) for delivery in final]
    bench.ledger.record(final)
    for one in decided:
        discard(tuple(file for file in one.files if file not in winners.get(one.delivery.delivery_id, ())))
    return final


def commit_raw(bench: Bench, raw: Table, files: Sequence[StagedFile], replaced: Sequence[SlotRows]) -> None:
    """Replace rows of the raw table in one commit, and remember its snapshot as the city's head.

    Where there is nothing to do the head stays: the table's newest snapshot may be another city's. During the commit
    the head is no snapshot at all: a night that dies here is never taken for one that changed nothing.
    """
    if not files and not replaced:
        return
    bench.ledger.record_head(bench.city, bench.contract.dataset, NO_SNAPSHOT)
    snapshot_id = commit(raw, files, delete=superseded_filter(replaced), night_id=bench.night_id)
    if snapshot_id is not None:
        bench.ledger.record_head(bench.city, bench.contract.dataset, snapshot_id)


def _latest_of_each_slot(decided: Sequence[Judged]) -> dict[str, tuple[StagedFile, ...]]:
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


def _final(one: Judged, winners: dict[str, tuple[StagedFile, ...]]) -> Delivery:
    delivery = one.delivery
    if delivery.status == REFUSED:
        return replace(delivery, rows_written=0)
    if delivery.delivery_id not in winners:
        reason = "a later delivery of the same slot came in the same night"
        return replace(delivery, status=SUPERSEDED, reason=reason, rows_written=0)
    return replace(delivery, status=COMMITTED, rows_written=sum(file.rows for file in winners[delivery.delivery_id]))


def _supersedes(bench: Bench, delivery: Delivery) -> list[SlotRows]:
    mode = bench.contract.load.mode
    if mode in ("replace_all", "append_changes"):
        return [SlotRows(bench.city, delivery.slot)]
    if mode == "replace_period" and delivery.periods:
        return [SlotRows(bench.city, delivery.slot, tuple(delivery.periods))]
    return []


def counted(number: int, one: str, many: str) -> str:
    """A number with its noun."""
    return f"{number} {one if number == 1 else many}"


def _tell(outcome: Outcome) -> None:
    if not outcome.deliveries:
        LOG.info("%s: nothing new", outcome.dataset)
        return
    rows = sum(delivery.rows_read or 0 for delivery in outcome.deliveries)
    rejected = sum(delivery.rows_rejected or 0 for delivery in outcome.deliveries)
    LOG.info(
        "%s: %s, %s rows read, %s rejected, %d refused, %.1f s",
        outcome.dataset,
        counted(len(outcome.deliveries), "delivery", "deliveries"),
        f"{rows:,}",
        f"{rejected:,}",
        len(outcome.refused),
        outcome.seconds,
    )
    for notice in notices(outcome.deliveries):
        LOG.info("%s", notice)
    for delivery in outcome.refused:
        LOG.warning("%s: refused %s: %s", outcome.dataset, delivery.file_name, delivery.reason)
