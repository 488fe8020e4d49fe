"""What people read beside a raw asset: its contract as metadata, and what a night did to it.

Values come from the contract and from the night's outcome; nothing is computed here but sums of counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dagster as dg

from lake.checks import CheckResult
from lake.city import City
from lake.contract import Contract
from lake.deliveries.ledger import Delivery
from lake.deliveries.notices import notices
from lake.iceberg.tables import raw_columns
from lake.licences import licences_of
from lake.night.decide import Outcome
from lake.report.reject_sample import RejectedRow
from lake.report.status import DatasetStatus
from orchestration.markdown import markdown_table
from orchestration.ui_links import checks_page, rejects_command

SHOWN_DELIVERIES = 20


def contract_metadata(city: City, contract: Contract) -> dict[str, Any]:
    """Licence, attribution, promises and columns of a dataset."""
    sources = city.sources_of(contract.dataset)
    urls = list(dict.fromkeys(source.url for source in sources if source.url))
    facts: dict[str, Any] = {
        "dagster/table_name": f"raw.{contract.dataset}",
        "dagster/column_schema": dg.TableSchema(_columns(contract)),
        "licence": "; ".join(licences_of(city, contract)),
        "attribution": "; ".join(dict.fromkeys(source.attribution for source in sources)),
        "one row is": contract.granularity,
        "contract": f"version {contract.version}, lake/contracts/{contract.domain}/{contract.dataset}.yaml",
        "delivered as": "; ".join(path for source in sources for path in source.paths),
        "a delivery replaces": _load_words(contract),
        "permitted purposes": ", ".join(contract.permitted_purposes),
        "personal data": contract.personal_data,
    }
    if contract.freshness:
        facts["freshness promised"] = f"newest event at most {contract.freshness.max_age_days} days old"
    return {**facts, **{f"published at{_number(n)}": dg.MetadataValue.url(url) for n, url in enumerate(urls)}}


def _columns(contract: Contract) -> list[dg.TableColumn]:
    known = {column.name: column for column in contract.columns}
    columns = []
    for spec in raw_columns(contract):
        column = known.get(spec.name)
        unit = f" Unit: {column.unit}." if column and column.unit else ""
        constraints = dg.TableColumnConstraints(nullable=not (column and column.required))
        columns.append(dg.TableColumn(spec.name, spec.type, f"{spec.doc}{unit}", constraints))
    return columns


def _load_words(contract: Contract) -> str:
    words = {
        "replace_all": "everything of its own source slot",
        "replace_period": f"the {contract.load.period}s that it carries, in its own source slot",
        "append_changes": "an earlier reading of the same bytes; every delivery stays, the last row of a key counts",
        "append": "nothing; a slot is never delivered twice",
    }
    return words[contract.load.mode]


def _number(index: int) -> str:
    return f" ({index + 1})" if index else ""


def standing_metadata(status: DatasetStatus, rows: int) -> dict[str, Any]:
    """What the dataset holds after this night, whether it brought anything or not."""
    facts: dict[str, Any] = {
        "dagster/row_count": rows,
        "state": status.state,
        "deliveries that stand": status.deliveries,
    }
    if status.freshness and status.freshness.newest_event_at:
        facts["newest event"] = dg.MetadataValue.timestamp(status.freshness.newest_event_at)
    if status.missing_days:
        facts["days that never came"] = ", ".join(day.isoformat() for day in status.missing_days[:SHOWN_DELIVERIES])
    return facts


def outcome_metadata(key: dg.AssetKey, outcome: Outcome, rejected: Sequence[RejectedRow]) -> dict[str, Any]:
    """Counts of a night, its deliveries, what checks saw, and rejected rows, with the way to all of them."""
    if not outcome.deliveries:
        return {"this night": "nothing new"}
    facts: dict[str, Any] = {
        "this night": f"{len(outcome.deliveries)} deliveries, {len(outcome.refused)} refused",
        "rows read": _total(outcome.deliveries, "rows_read"),
        "rows accepted": _total(outcome.deliveries, "rows_accepted"),
        "rows rejected": _total(outcome.deliveries, "rows_rejected"),
        "rows that are no data": _total(outcome.deliveries, "rows_no_data"),
        "cells rejected": _total(outcome.deliveries, "cells_rejected"),
        "rows written": _total(outcome.deliveries, "rows_written"),
        "seconds": round(outcome.seconds, 2),
        "deliveries": dg.MetadataValue.md(_deliveries(outcome)),
    }
    told = notices(outcome.deliveries)
    if told:
        facts["unknown columns"] = "; ".join(told)
    rules = rejected_by_rule(outcome.deliveries)
    if rules:
        facts["rejected by rule"] = dg.MetadataValue.md(markdown_table(("rule", "rejected"), sorted(rules.items())))
    if rejected:
        facts["rejected rows (sample)"] = dg.MetadataValue.md(_rejected(rejected))
        facts["all rejected rows"] = rejects_command(key, {one.delivery_id for one in outcome.deliveries})
    if outcome.checks:
        facts["what checks saw"] = dg.MetadataValue.md(_seen(outcome.checks))
        facts["checks"] = checks_page(key)
    return facts


def rejected_by_rule(deliveries: Sequence[Delivery]) -> dict[str, int]:
    """Rejected records and cells by rule, all deliveries together."""
    rules: dict[str, int] = {}
    for delivery in deliveries:
        for rule, number in (delivery.rejected_by_rule or {}).items():
            rules[rule] = rules.get(rule, 0) + number
    return rules


def _total(deliveries: Sequence[Delivery], count: str) -> int:
    return sum(getattr(delivery, count) or 0 for delivery in deliveries)


def _deliveries(outcome: Outcome) -> str:
    refused_first = sorted(outcome.deliveries, key=lambda one: one.status != "refused")
    rows = [
        (one.file_name, one.delivery_id, one.status, one.rows_read or 0, one.rows_accepted or 0,
         one.rows_rejected or 0, one.rows_written or 0, one.reason)
        for one in refused_first
    ]  # fmt: skip
    header = ("file", "delivery", "status", "read", "accepted", "rejected", "written", "reason")
    return markdown_table(header, rows, SHOWN_DELIVERIES)


def _seen(checks: Sequence[CheckResult]) -> str:
    """One row per check: what it saw where it failed first, else in the first delivery."""
    shown: dict[str, CheckResult] = {}
    for check in sorted(checks, key=lambda one: one.passed):
        shown.setdefault(check.check_id, check)
    rows = [(one.check_id, "yes" if one.passed else "no", one.observed, one.expected) for one in shown.values()]
    return markdown_table(("check", "held", "observed", "expected"), rows)


def _rejected(rejected: Sequence[RejectedRow]) -> str:
    has_text = any(row.text for row in rejected)
    header = ("file", "line", "rule", "reason", "column", *(("text",) if has_text else ()))
    rows = [
        (row.file_name, "" if row.line is None else str(row.line), row.rule_id, row.reason, row.column,
         *((f"`{row.text}`" if row.text else "",) if has_text else ()))
        for row in rejected
    ]  # fmt: skip
    return markdown_table(header, rows)
