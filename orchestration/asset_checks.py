"""Suites, deliveries and freshness as Dagster asset checks: one check per expectation, with what was seen and where.

Nothing is judged here: results come from `lake` and `expectations` as facts. dbt's tests become checks by themselves
(mart_assets.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import dagster as dg

from expectations.suites import Suite
from lake.checks import CheckResult
from lake.contract import Contract
from lake.deliveries.freshness import Freshness
from lake.deliveries.ledger import Delivery
from lake.night.decide import Outcome
from orchestration.markdown import markdown_table
from orchestration.ui_links import rejects_command

ACCEPTED, FRESH = "deliveries_accepted", "fresh"
SEVERITIES = {"error": dg.AssetCheckSeverity.ERROR, "warning": dg.AssetCheckSeverity.WARN}
SHOWN = 10


def suite_specs(key: dg.AssetKey, suite: Suite | None, *, blocking: bool = False) -> list[dg.AssetCheckSpec]:
    """One spec per expectation of a suite. A blocking one stops what is downstream if its severity is `error`."""
    return [
        dg.AssetCheckSpec(
            item.check_id,
            asset=key,
            description=item.why,
            blocking=blocking and item.severity == "error",
            metadata={"expectation": item.type, "severity": item.severity, "suite": suite.place(item.check_id)},
        )
        for item in (suite.expectations if suite else ())
    ]


def dataset_specs(
    key: dg.AssetKey, contract: Contract, suite: Suite | None, *, promises_freshness: bool
) -> list[dg.AssetCheckSpec]:
    """The checks of a raw dataset."""
    accepted = "Every delivery of the night could be read and stayed within the limits of its contract."
    specs = [dg.AssetCheckSpec(ACCEPTED, asset=key, description=accepted), *suite_specs(key, suite)]
    specs += [
        dg.AssetCheckSpec(rule.id, asset=key, description=f"Never in a bundle: {rule.reason}.")
        for rule in (contract.bundle.rules if contract.bundle else ())
    ]
    if promises_freshness:
        fresh = "The newest event of the last good state is as recent as the contract promises."
        specs.append(dg.AssetCheckSpec(FRESH, asset=key, description=fresh))
    return specs


def delivery_results(
    key: dg.AssetKey, contract: Contract, suite: Suite | None, outcome: Outcome
) -> Iterator[dg.AssetCheckResult]:
    """Results of the deliveries decided now; a dataset without any keeps the results that it has.

    A source that could not be read is no delivery that was refused, and as red.
    """
    if outcome.deliveries or outcome.problem:
        yield _accepted(key, outcome)
    if not outcome.deliveries:
        return
    deliveries = {one.delivery_id: one for one in outcome.deliveries}
    yield from check_results(key, suite, outcome.checks, deliveries)
    for rule in contract.bundle.rules if contract.bundle else ():
        yield from _results_of(key, rule.id, "error", outcome.checks, deliveries)


def check_results(
    key: dg.AssetKey, suite: Suite | None, checks: Sequence[CheckResult], deliveries: dict[str, Delivery] | None = None
) -> Iterator[dg.AssetCheckResult]:
    """One result per expectation that ran."""
    for item in suite.expectations if suite else ():
        yield from _results_of(key, item.check_id, item.severity, checks, deliveries or {})


def _results_of(
    key: dg.AssetKey, check_id: str, severity: str, checks: Sequence[CheckResult], deliveries: dict[str, Delivery]
) -> Iterator[dg.AssetCheckResult]:
    """The result of a check that ran: failed if it failed for any delivery, and then it names which."""
    found = [check for check in checks if check.check_id == check_id]
    failed = [check for check in found if not check.passed]
    if found:
        yield dg.AssetCheckResult(
            asset_key=key,
            check_name=check_id,
            passed=not failed,
            severity=SEVERITIES[severity],
            description=failed[0].message if failed else _passed_words(found),
            metadata={"asset": dg.MetadataValue.asset(key), **_metadata(key, failed or found, deliveries)},
        )


def freshness_result(key: dg.AssetKey, found: Freshness) -> dg.AssetCheckResult:
    """The result of the freshness check. Staleness is told, and stops nothing."""
    newest = found.newest_event_at.isoformat() if found.newest_event_at else "no event yet"
    age = "unknown" if found.age_days is None else f"{found.age_days} days"
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=FRESH,
        passed=found.fresh,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"The newest event is of {newest}; on {found.night_date} that is {age} ago.",
        metadata={
            "observed": age,
            "expected": f"at most {found.max_age_days} days",
            "newest event": newest,
            "judged on": found.night_date.isoformat(),
        },
    )


def _accepted(key: dg.AssetKey, outcome: Outcome) -> dg.AssetCheckResult:
    refused = outcome.refused
    first_refused = f"{refused[0].file_name}: {refused[0].reason}" if refused else ""
    reason = "; ".join(filter(None, (outcome.problem, first_refused)))
    told = f"{len(outcome.deliveries)} deliveries, {len(refused)} refused"
    rows = [(delivery.file_name, delivery.delivery_id, delivery.reason) for delivery in refused]
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=ACCEPTED,
        passed=not reason,
        severity=dg.AssetCheckSeverity.ERROR,
        description=reason or f"{told}.",
        metadata={
            "observed": told,
            "expected": "0 refused",
            "asset": dg.MetadataValue.asset(key),
            "rejected rows": rejects_command(key, [delivery.delivery_id for delivery in refused]),
            **_table("refused", ("file", "delivery", "reason"), rows),
        },
    )


def _metadata(key: dg.AssetKey, checks: Sequence[CheckResult], deliveries: dict[str, Delivery]) -> dict[str, Any]:
    first = checks[0]
    rows = [
        (
            deliveries[check.delivery_id].file_name if check.delivery_id in deliveries else "",
            check.delivery_id or "",
            check.observed,
            "" if check.unexpected_rows is None else check.unexpected_rows,
        )
        for check in checks
    ]
    at_fault = [check.unexpected_rows for check in checks if check.unexpected_rows is not None]
    return {
        "observed": first.observed,
        "expected": first.expected,
        **({"rows at fault": sum(at_fault)} if at_fault else {}),
        **({"file": rows[0][0], "delivery": rows[0][1]} if deliveries else {}),
        **({"rejected rows": rejects_command(key, {row[1] for row in rows})} if deliveries else {}),
        **(_table("deliveries", ("file", "delivery", "observed", "rows at fault"), rows) if len(rows) > 1 else {}),
    }


def _passed_words(found: Sequence[CheckResult]) -> str:
    return found[0].message if len(found) == 1 else f"Holds in all {len(found)} deliveries: {found[0].expected}."


def _table(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> dict[str, dg.MetadataValue[Any]]:
    shown = list(rows)
    return {name: dg.MetadataValue.md(markdown_table(header, shown, SHOWN))} if shown else {}
