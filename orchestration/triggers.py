"""What starts a city's night: its job, the nightly schedule in the city's time zone, and a look at its folder.

Whether there is anything to do is `lake.night.outlook`'s question. A night that was started twice ends at the city's
lock.
"""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition as AssetJob

from expectations.gate import SuiteGate
from lake.city import City
from lake.deliveries.sources import recall
from lake.deliveries.watch import sources_stamp
from lake.night.outlook import outlook
from orchestration.blueprint import Blueprint
from orchestration.night_run import CITY_TAG, DATE_TAG

LOOK_EVERY_SECONDS = 60
UNDER_WAY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def night_job(city: City) -> AssetJob:
    """The whole night of a city."""
    return dg.define_asset_job(
        f"night_{city.city}",
        selection=dg.AssetSelection.key_prefixes([city.city]),
        description=f"One night of {city.name}: new deliveries, marts, release.",
        executor_def=dg.in_process_executor,
        tags={CITY_TAG: city.city},
    )


def nightly_schedule(blueprint: Blueprint, city: City, job: AssetJob) -> dg.ScheduleDefinition:
    """Every night at the city's own time; on as soon as the daemon runs."""

    @dg.schedule(
        name=f"nightly_{city.city}",
        job=job,
        cron_schedule=city.cron,
        execution_timezone=city.time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"The night of {city.name}, at {city.night_starts_at} in {city.time_zone}.",
    )
    def nightly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if recall(blueprint.settings, city.city) is None:
            return _nowhere(city)
        return dg.RunRequest(run_key=context.scheduled_execution_time.isoformat(), tags=_tags(city))

    return nightly


def delivery_sensor(blueprint: Blueprint, city: City, job: AssetJob) -> dg.SensorDefinition:
    """Starts a night when new deliveries lie in the city's folder and nothing has changed there since the last look."""

    @dg.sensor(
        name=f"deliveries_{city.city}",
        job=job,
        minimum_interval_seconds=LOOK_EVERY_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"Watches the folder that the deliveries of {city.name} come to.",
    )
    def deliveries(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        where = recall(blueprint.settings, city.city)
        if where is None:
            return _nowhere(city)
        if _under_way(context.instance, city):
            return dg.SkipReason(f"A night of {city.name} is running.")
        now = sources_stamp(city, where.sources)
        seen = json.loads(context.cursor) if context.cursor else {}
        if now == seen.get("settled"):
            return dg.SkipReason("No file has changed since the last look.")
        if now != seen.get("latest"):
            return _look_again(now, seen)
        gate = SuiteGate(blueprint.suites)
        seen_through = outlook(blueprint.settings, city, blueprint.contracts, where.sources, gate.suite_hashes)
        settled = json.dumps({"latest": now, "settled": now})
        if not seen_through.new:
            return dg.SensorResult(skip_reason="Files have changed, but none is a new delivery.", cursor=settled)
        return dg.SensorResult([dg.RunRequest(run_key=now, tags=_tags(city))], cursor=settled)

    return deliveries


def _look_again(now: str, seen: dict[str, str]) -> dg.SensorResult:
    cursor = json.dumps({**seen, "latest": now})
    return dg.SensorResult(skip_reason="Files have changed; waiting until they have all arrived.", cursor=cursor)


def _nowhere(city: City) -> dg.SkipReason:
    command = f"citylake run --city {city.city} --sources DIR"
    return dg.SkipReason(f"Nobody has said yet where deliveries of {city.name} lie; `{command}` does.")


def _under_way(instance: dg.DagsterInstance, city: City) -> bool:
    running = dg.RunsFilter(statuses=UNDER_WAY, tags={CITY_TAG: city.city})
    return instance.get_runs_count(running) > 0


def _tags(city: City) -> dict[str, str]:
    """A night that starts by itself judges freshness by the wall clock."""
    today = datetime.now(UTC).astimezone(ZoneInfo(city.time_zone)).date()
    return {CITY_TAG: city.city, DATE_TAG: today.isoformat()}
