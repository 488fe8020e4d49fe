"""Check results that still stand: what a night did not judge again keeps the result of the night that did.

Dagster plans every check of a run and shows one without a result as skipped, which would hide a red one as soon as a
night brings nothing new.
"""

from collections.abc import Iterable

import dagster as dg
from dagster import AssetCheckEvaluation

STANDS = "stands since run"


def tell_again(context: dg.AssetExecutionContext, keys: Iterable[dg.AssetCheckKey]) -> None:
    """Log the last result of each check once more, with the run that it came from."""
    chosen = sorted(keys, key=lambda one: one.to_user_string())
    records = context.instance.event_log_storage.get_asset_check_summary_records(chosen)
    for key in chosen:
        record = records[key].last_completed_check_execution_record
        event = record.event.dagster_event if record is not None and record.event is not None else None
        last = event.event_specific_data if event is not None else None
        if record is None or not isinstance(last, AssetCheckEvaluation):
            continue
        context.log_event(
            AssetCheckEvaluation(
                asset_key=last.asset_key,
                check_name=last.check_name,
                passed=last.passed,
                metadata={STANDS: dg.MetadataValue.dagster_run(record.run_id), **last.metadata},
                target_materialization_data=last.target_materialization_data,
                severity=last.severity,
                description=last.description,
                blocking=last.blocking,
            )
        )
