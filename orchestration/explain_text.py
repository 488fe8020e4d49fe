"""An explanation on a terminal: the number first, then what it is made of, then where that came from.

Only looks; the facts come from lake/explain/explain.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from lake.explain.deliveries_of import DeliveryFacts
from lake.explain.explain import VALUE, CheckFacts, Explanation, RawSource
from lake.explain.formula import Formula
from lake.query.results import text
from orchestration.render import plain_table

SHOWN_DELIVERIES = 15


def explanation_view(found: Explanation) -> Group:
    """Everything that is known of a cell, from the number to the bytes."""
    return Group(*_lines(found))


def _lines(found: Explanation) -> Iterator[RenderableType]:
    yield Text(f"{found.table}: {', '.join(f'{name} {value}' for name, value in found.key.items())}")
    yield plain_table(
        ("figure", "value"), [(name, _figure(name, value, found.unit)) for name, value in found.figures.items()]
    )
    yield from (Text(line) for line in _formula(found.formula))
    yield from (Text(line) for line in _release(found))
    for source in found.sources:
        yield from _source(source)
    if not found.sources:
        yield Text("It rests on no delivery: the dbt project itself says so, or the city has no source of it.")
    yield Text("")
    yield from (Text(line) for line in _checks(found.checks))


def _figure(name: str, value: object, unit: str) -> str:
    shown = f"{value:.10g}" if isinstance(value, float) else text(value)
    return f"{shown} {unit}".strip() if name == "value" and isinstance(value, float) else shown or "-"


def _formula(formula: Formula) -> Iterator[str]:
    if formula.text:
        yield f"{'Formula' if formula.column else 'Meaning'}: {formula.text}"
    if formula.numbers:
        told = {True: "the value", False: "NOT the value that stands there", None: ""}[formula.reproduces]
        yield f"         {formula.numbers} = {formula.computed:.10g}, {told}"


def _release(found: Explanation) -> Iterator[str]:
    release = found.release
    same = "" if release.asked == release.computed_by else f", carried over to release {release.asked}"
    yield (
        f"Release: computed by release {release.computed_by} ({release.released_at:%Y-%m-%d %H:%M} UTC, "
        f"{release.status}){same}; night {release.night_id}, code {release.code_version}"
    )
    yield f"         Iceberg snapshot {release.snapshot_id} of {found.table}, {release.metadata_location}"


def _source(source: RawSource) -> Iterator[RenderableType]:
    role = "figures come from" if source.role == VALUE else "which rows count is also decided by"
    yield Text(f"\n{source.table}: {role} {', '.join(name for name in source.columns if name != '*') or 'its rows'}")
    if source.values:
        yield Text(
            "  in its one row: " + ", ".join(f"{name} = {float(value):.10g}" for name, value in source.values.items())
        )
    narrowed = f"; deliveries narrowed by {', '.join(source.narrowed_by)}" if source.narrowed_by else ""
    yield Text(f"  Iceberg snapshot {source.snapshot_id}, contract {source.contract_version}{narrowed}")
    yield Text(f"  {source.licence}: {source.attribution}")
    if source.note:
        yield Text(f"  Note: {source.note}.")
    yield from (Text(f"  {line}") for one in source.deliveries[:SHOWN_DELIVERIES] for line in _delivery(one))
    if len(source.deliveries) > SHOWN_DELIVERIES:
        yield Text(f"  and {len(source.deliveries) - SHOWN_DELIVERIES:,} more deliveries: --format json has them all")


def _delivery(one: DeliveryFacts) -> Iterator[str]:
    reason = f" ({one.reason})" if one.reason else ""
    yield f"- {one.file_name}, delivery {one.delivery_id}, {_count(one.bytes)} bytes, {one.status}{reason}"
    counts = f"{_count(one.rows_accepted)} accepted + {_count(one.rows_rejected)} rejected"
    cells = f", {_count(one.cells_rejected)} cells rejected" if one.cells_rejected else ""
    yield f"  rows read {_count(one.rows_read)} = {counts}{cells}; contract {one.contract_version}"
    yield f"  sha256 {one.sha256}"
    yield f"  {one.landing or 'its bytes are no longer in landing'}"


def _count(number: int | None) -> str:
    return "?" if number is None else f"{number:,}"


def _checks(checks: Sequence[CheckFacts]) -> Iterator[str]:
    held: dict[str, set[str]] = {}
    for check in checks:
        if check.passed:
            held.setdefault(check.subject, set()).add(check.check_id)
    for subject, names in sorted(held.items()):
        yield f"Checks of {subject} that held ({len(names)}): {', '.join(sorted(names))}"
    for check in checks:
        if not check.passed:
            where = f" in delivery {check.delivery_id}" if check.delivery_id else ""
            yield f"Did not hold ({check.severity}): {check.subject}, {check.check_id}{where}: {check.message}"
