"""A night in this process, as `citylake run` wants it: the city's job against the lake's own Dagster instance.

The same job as the schedule starts and the UI shows; only where it runs and how progress is told differ.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from lake.city import City
from lake.contract import Contract
from lake.errors import CitylakeError
from lake.settings import Settings
from orchestration.instance import LOCATION, command_line_instance

if TYPE_CHECKING:
    from collections.abc import Mapping

    import dagster as dg

    from lake.night.report import NightReport

# The command line shows its own progress.
SILENT = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
REPOSITORY_TAG = ".dagster/repository"


@dataclass(frozen=True)
class NightOrder:
    """What somebody asked for: a city's night, or a part of it. `days` reads those days again from landing."""

    city: City
    only: Sequence[str] = ()
    as_of: date | None = None
    days: tuple[date, date] | None = None


@dataclass(frozen=True)
class NightDone:
    """A night that ran. `report` is None where it could not even open; `error` is what ended it."""

    night_id: str
    report: NightReport | None
    error: BaseException | None


def run_night(settings: Settings, contracts: Mapping[str, Contract], order: NightOrder) -> NightDone:
    """Run the job. Raises CitylakeError where dbt or the suites cannot be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Dagster tells its developers what is beta
        from orchestration.definitions import build_defs
        from orchestration.night_run import Witness

        logging.getLogger("dagster").addHandler(logging.NullHandler())
        witness = Witness()
        defs = build_defs(settings=settings, contracts=contracts, cities=[order.city], witness=witness)
        job = defs.resolve_job_def(f"night_{order.city.city}")
        with command_line_instance(settings) as instance:
            result = job.execute_in_process(
                run_config=SILENT,
                instance=instance,
                tags=_tags(order),
                asset_selection=_selection(order, job),
                raise_on_error=False,
            )
    run = witness.run
    if run is None:
        return NightDone(result.run_id, None, witness.opening_error or CitylakeError("the night did not open"))
    return NightDone(result.run_id, run.report, run.error or witness.page_error or _unseen_error(result))


def _tags(order: NightOrder) -> dict[str, str]:
    from orchestration.night_run import DATE_TAG, DAYS_TAG, RETRY_TAG

    tags = {REPOSITORY_TAG: f"__repository__@{LOCATION}"}
    if order.as_of:
        tags[DATE_TAG] = order.as_of.isoformat()
    if order.days:
        tags[DAYS_TAG] = f"{order.days[0]}..{order.days[1]}"
    if order.only:
        tags[RETRY_TAG] = "true"
    return tags


def _selection(order: NightOrder, job: dg.JobDefinition) -> list[dg.AssetKey] | None:
    """The assets of the night but for the datasets that were not asked for; None for all."""
    import dagster as dg

    if not order.only:
        return None
    left_out = {dg.AssetKey([order.city.city, name]) for name in order.city.datasets if name not in order.only}
    return [key for key in job.asset_layer.executable_asset_keys if key not in left_out]


def _unseen_error(result: dg.ExecuteInProcessResult) -> BaseException | None:
    if result.success:
        return None
    errors = [getattr(event.event_specific_data, "error", None) for event in result.all_events]
    if any(error is not None and "Interrupt" in str(error.cls_name) for error in errors):
        return CitylakeError("the night was stopped", hint="nothing half-done is visible; run it again to finish it")
    return CitylakeError("a step failed before or after the night itself", hint="the log and `citylake ui` say why")
