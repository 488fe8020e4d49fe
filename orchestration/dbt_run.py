"""One `dbt build` in a night's scratch database, as Dagster events: materializations, tests, column lineage, counts.

dagster-dbt runs dbt as a process of its own and reads its events; here they are told, kept in the night's log, and
tests become facts that the night can judge. Which marts are then released is `lake.night.night`'s decision.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliInvocation, DbtCliResource
from dagster_dbt.core.dbt_event_iterator import DbtEventIterator

from lake.checks import CheckResult, blocking
from lake.night.night import Night
from lake.night.report import PreparedMarts
from orchestration.dbt_manifest import dbt_executable, dbt_project
from orchestration.lineage import LineageCache
from orchestration.night_run import DETAILS

LOG = logging.getLogger("citylake")
BUILD = ("build", "--exclude-resource-type", "unit_test")
NODE_DONE = {"LogModelResult", "LogSeedResult"}
FAILED_ROWS = "dagster_dbt/failed_row_count"
COLUMN_SCHEMA = "dagster/column_schema"
TELL_EVERY = 20


class DbtRun:
    """One invocation. `tests` are the results of dbt's tests, filled while `results` is read."""

    def __init__(
        self, prepared: PreparedMarts, manifest: Path, translator: DagsterDbtTranslator, lineage: LineageCache
    ) -> None:
        self._prepared = prepared
        self._manifest = manifest
        self._translator = translator
        self._lineage = lineage
        self._errors: list[str] = []
        self._failed = False
        self.tests: list[CheckResult] = []

    def results(
        self, assets: Collection[dg.AssetKey], checks: Collection[dg.AssetCheckKey]
    ) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
        """Run dbt; results of the chosen assets and checks in dbt's order."""
        with _environment(self._prepared.env):
            invocation = self._start()
            unknown = self._lineage.is_empty
            # One after another, each over events that are there: dagster-dbt spins while it waits for more.
            told = list(self._events(invocation))
            counted = list(DbtEventIterator(iter(told), invocation).fetch_row_counts())
            looked_up = DbtEventIterator(iter(counted), invocation).fetch_column_metadata(with_column_lineage=unknown)
            found = list(looked_up)
            self._failed = invocation.process.wait() != 0
            _close_database(invocation, found)
        if unknown:
            self._lineage.keep(found)
        for event in found:
            if isinstance(event, dg.AssetMaterialization) and event.asset_key in assets:
                metadata = {**event.metadata, **_typed(event), **self._lineage.of(event.asset_key)}
                yield dg.MaterializeResult(asset_key=event.asset_key, metadata=metadata)
            if isinstance(event, dg.AssetCheckEvaluation) and event.asset_check_key in checks:
                yield _check_result(event)

    def require_success(self, night: Night) -> None:
        """Raises MartsRefused where a model could not be built or a test failed."""
        if blocking(self.tests):
            night.stage_marts(self.tests)
        if self._failed:
            raise night.refusal("; ".join(self._errors[:3]) or "dbt could not build the marts")

    def _start(self) -> DbtCliInvocation:
        project = str(dbt_project())
        resource = DbtCliResource(project_dir=project, profiles_dir=project, dbt_executable=str(dbt_executable()))
        return resource.cli(
            [*BUILD, "--vars", json.dumps(self._prepared.vars)],
            manifest=self._manifest,
            dagster_dbt_translator=self._translator,
            target_path=self._prepared.target,
            raise_on_error=False,
        )

    def _events(self, invocation: DbtCliInvocation) -> Iterator[Any]:
        done = 0
        total = sum(node["resource_type"] in ("model", "seed") for node in invocation.manifest["nodes"].values())
        with contextlib.redirect_stdout(io.StringIO()):
            for message in invocation.stream_raw_events():
                info = message.raw_event["info"]
                DETAILS.debug("dbt: %s", info["msg"])
                if info["level"] == "error":
                    self._errors.append(" ".join(info["msg"].split()))
                if info["name"] in NODE_DONE:
                    done += 1
                    if done % TELL_EVERY == 0 or done == total:
                        LOG.info("marts: dbt has built %d of %d models", done, total)
                events = message.to_default_asset_events(
                    invocation.manifest, self._translator, None, invocation.target_path
                )
                for event in events:
                    if isinstance(event, dg.AssetCheckEvaluation):
                        self.tests.append(_as_fact(event))
                    yield event


def _close_database(invocation: DbtCliInvocation, found: Collection[object]) -> None:
    """dagster-dbt keeps the scratch database open in this process, and the night opens it with other settings."""
    looked = any(isinstance(event, dg.AssetMaterialization) for event in found)
    if looked and invocation.adapter is not None:
        invocation.adapter.connections.env().close()


def _typed(event: dg.AssetMaterialization) -> dict[str, dg.TableSchema]:
    """The columns with DuckDB's own name for text; the adapter calls it by another database's."""
    schema = event.metadata.get(COLUMN_SCHEMA)
    if not isinstance(schema, dg.TableSchemaMetadataValue):
        return {}
    columns = [
        dg.TableColumn(
            column.name,
            "varchar" if column.type.startswith("character varying") else column.type,
            column.description,
            column.constraints,
        )
        for column in schema.schema.columns
    ]
    return {COLUMN_SCHEMA: dg.TableSchema(columns)}


def _check_result(event: dg.AssetCheckEvaluation) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=event.asset_key,
        check_name=event.check_name,
        passed=event.passed,
        severity=event.severity,
        metadata=event.metadata,
    )


def _as_fact(event: dg.AssetCheckEvaluation) -> CheckResult:
    rows = event.metadata.get(FAILED_ROWS)
    failing = rows.value if isinstance(rows, dg.IntMetadataValue) else None
    observed = "error" if failing is None and not event.passed else f"{failing or 0:,} rows at fault"
    return CheckResult(
        subject=event.asset_key.path[-1],
        check_id=event.check_name,
        passed=event.passed,
        severity="warning" if event.severity == dg.AssetCheckSeverity.WARN else "error",
        observed=observed,
        expected="0 rows at fault",
        message=f"dbt test {event.check_name}: {observed}",
        unexpected_rows=failing,
    )


@contextlib.contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Variables that both dbt's process and dagster-dbt's look into the scratch database read."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
