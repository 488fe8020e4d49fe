"""Rows once more from landing: who owns which rows of a slot, and how an owner's rows are put back.

Used for backfills (the owners of some days are read again) and for withdrawals (a slot goes back to who owned its rows
before). New deliveries are `lake.night.decide`'s.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from lake.checks import CheckResult, blocking
from lake.deliveries.ledger import COMMITTED, SUPERSEDED, WITHDRAWING, WITHDRAWN, Delivery
from lake.deliveries.owners import of_days, owners
from lake.errors import CitylakeError
from lake.iceberg.commit import SlotRows
from lake.iceberg.staging import StagedFile, discard
from lake.iceberg.tables import raw_table, rejects_table
from lake.ingest.ingest import connect
from lake.night.bench import Bench, Outcome
from lake.night.decide import commit_raw
from lake.night.verdict import counted_delivery, landed_bytes, stage


class NothingToRestore(CitylakeError):
    """A delivery cannot be withdrawn: none of its rows is in the lake."""


def reingest(bench: Bench, first: date, last: date) -> Outcome:
    """Read the current deliveries of the days first..last again from landing and replace exactly those days."""
    current = owners(bench.ledger.deliveries(bench.city, bench.contract.dataset), bench.contract)
    chosen = of_days(current, first, last)
    outcome = Outcome(bench.contract.dataset)
    outcome.checks, outcome.deliveries = put_back(bench, chosen, sorted(chosen, key=str))
    return outcome


def withdraw(bench: Bench, delivery: Delivery, why: str, together: Sequence[Delivery] = ()) -> Outcome:
    """Take a delivery's rows out of the lake; where an earlier delivery owned them, its rows come back.

    `together` are the other files of its bundle, which are to follow. One whose rows were superseded already is kept
    from coming back. The bytes count as decided until other bytes come.
    Raises NothingToRestore for a delivery that is not committed.
    """
    history = bench.ledger.deliveries(bench.city, bench.contract.dataset)
    before = owners(history, bench.contract)
    taken = [place for place, owner in before.items() if owner.delivery_id == delivery.delivery_id]
    if delivery.status not in (COMMITTED, WITHDRAWING):
        raise NothingToRestore(
            f"delivery {delivery.delivery_id} is {delivery.status}: none of its rows is in the lake",
            hint='`citylake sql "SELECT delivery_id, dataset, file_name, status FROM ops.deliveries"` lists deliveries',
        )
    # Known before the rows go: a night that dies in between is finished by the next one.
    bench.ledger.record(replace(one, status=WITHDRAWING, reason=why) for one in (delivery, *together))
    gone = replace(delivery, status=WITHDRAWN, reason=why, decided_at=datetime.now(UTC), rows_written=0)
    after = owners([gone if one.delivery_id == gone.delivery_id else one for one in history], bench.contract)
    restored = {place: after[place] for place in taken if place in after}
    try:
        checks, owned_again = put_back(bench, restored, taken)
    except CitylakeError:
        bench.ledger.record([replace(delivery, status=COMMITTED)])
        raise
    bench.ledger.record([gone, *(_in_force(one) for one in owned_again if one.status == SUPERSEDED)])
    return Outcome(bench.contract.dataset, deliveries=[gone], checks=checks)


def finish_withdrawals(bench: Bench) -> None:
    """After a crash: withdrawals that were begun are carried out."""
    begun = bench.ledger.deliveries(bench.city, bench.contract.dataset, statuses=(WITHDRAWING,))
    for delivery in begun:
        withdraw(bench, delivery, delivery.reason)


def _in_force(delivery: Delivery) -> Delivery:
    return replace(delivery, status=COMMITTED, reason="", decided_at=datetime.now(UTC))


def put_back(
    bench: Bench, chosen: Mapping[tuple[str, date | None], Delivery], replaced: Sequence[tuple[str, date | None]]
) -> tuple[list[CheckResult], list[Delivery]]:
    """Replace the rows of the places `replaced` by those that the owners in `chosen` have for them; one commit."""
    tables = (raw_table(bench.catalog, bench.settings, bench.contract),
              rejects_table(bench.catalog, bench.settings, bench.contract))  # fmt: skip
    files: list[StagedFile] = []
    checks: list[CheckResult] = []
    read: list[Delivery] = []
    for owner in {owner.delivery_id: owner for owner in chosen.values()}.values():
        if owner.absent:
            read.append(owner)
            continue
        periods = [day for (_, day), one in chosen.items() if one.delivery_id == owner.delivery_id and day is not None]
        scratch = bench.scratch / owner.delivery_id
        scratch.mkdir(parents=True, exist_ok=True)
        con = connect(scratch)
        try:
            staged = stage(bench, con, owner, landed_bytes(bench.settings, owner).path, tables, periods or None)
            written = replace(counted_delivery(owner, staged), rows_accepted=staged.rows_written)
            found = bench.auditor.audit_delivery(con, bench.contract, written, staged.files)
        finally:
            con.close()
            shutil.rmtree(scratch, ignore_errors=True)
        checks += found
        _require_passed(owner, blocking(found))
        discard(staged.reject_files)
        files += staged.files
        read.append(replace(owner, rows_written=staged.rows_written) if owner.status == SUPERSEDED else owner)
    commit_raw(bench, tables[0], files, _places(bench.city, replaced))
    return checks, read


def _places(city: str, replaced: Sequence[tuple[str, date | None]]) -> list[SlotRows]:
    by_slot: dict[str, list[date]] = {}
    for slot, day in replaced:
        by_slot.setdefault(slot, []).extend([] if day is None else [day])
    return [SlotRows(city, slot, tuple(sorted(days)) or None) for slot, days in by_slot.items()]


def _require_passed(owner: Delivery, failed: Sequence[CheckResult]) -> None:
    if failed:
        raise CitylakeError(
            f"{owner.file_name} (delivery {owner.delivery_id}) passed its checks before and fails now: "
            f"{failed[0].check_id}: {failed[0].message}",
            hint="nothing was changed; put the suite right, or withdraw that delivery as well",
        )
