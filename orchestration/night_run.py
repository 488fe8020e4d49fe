"""A night as a Dagster resource: it opens before the first step of a run and closes after the last, however that ends.

The resource takes the city's lock, so that schedule, UI and command line respect each other; lives as long as the
(in-process) run; and writes the run's full log. What a night does is `lake.night.night`'s.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg

from expectations.gate import SuiteGate
from lake.checks import CheckResult
from lake.city import City
from lake.deliveries.sources import recall
from lake.errors import CitylakeError
from lake.night.night import Night
from lake.night.report import NightReport, PreparedMarts
from orchestration.blueprint import Blueprint

LOG = logging.getLogger("citylake")
DETAILS = logging.getLogger("citylake_details")

CITY_TAG, NIGHT_TAG = "city", "night"
DATE_TAG, DAYS_TAG, RETRY_TAG = "citylake/date", "citylake/days", "citylake/retry_refused"


def resource_key(city: City) -> str:
    """Name of the resource that is a city's night."""
    return f"night_{city.city}"


@dataclass
class NightRun:
    """The night of one run, and what its steps leave for each other. `error` is the first that a step raised."""

    night: Night
    retry_refused: bool
    days: tuple[date, date] | None
    prepared: PreparedMarts | None = None
    tests: list[CheckResult] = field(default_factory=list)
    error: BaseException | None = None
    report: NightReport | None = None

    @contextmanager
    def step(self) -> Iterator[Night]:
        """The night, for the whole of one step; what goes wrong in it is remembered as what ended the night."""
        try:
            yield self.night
        except GeneratorExit:
            raise
        except BaseException as error:
            self.error = self.error or error
            DETAILS.error("%s", traceback.format_exc())
            raise

    def close(self) -> NightReport:
        """End the night."""
        self.report = self.night.close(self.error)
        return self.report


@dataclass
class Witness:
    """Sees a night from outside its run: the night, or why it could not open, and why its page was not written."""

    run: NightRun | None = None
    opening_error: BaseException | None = None
    page_error: BaseException | None = None


def night_resource(blueprint: Blueprint, city: City, witness: Witness | None = None) -> dg.ResourceDefinition:
    """The resource of a city's nights."""
    seen = witness or Witness()

    @dg.resource(description=f"A night of {city.name}: holds the city's lock from the first step to the last")
    def night(context: dg.InitResourceContext) -> Iterator[NightRun]:
        dagster_run = context.dagster_run
        if dagster_run is None or context.instance is None:
            raise CitylakeError("a night needs a run", hint="start it with `citylake run` or in the Dagster UI")
        with _logged_to(log_file(blueprint, dagster_run.run_id)):
            try:
                run = seen.run = _open(blueprint, city, dagster_run)
            except BaseException as error:
                seen.opening_error = error
                raise
            context.instance.add_run_tags(dagster_run.run_id, _tags(city, run))
            try:
                yield run
            finally:
                run.close()

    return night


def log_file(blueprint: Blueprint, night_id: str) -> Path:
    """The full log of a night."""
    return blueprint.settings.logs / f"{night_id}.log"


def _open(blueprint: Blueprint, city: City, dagster_run: dg.DagsterRun) -> NightRun:
    where = recall(blueprint.settings, city.city)
    if where is None:
        raise CitylakeError(
            f"nobody has said yet where the deliveries of {city.name} lie",
            hint=f"`citylake run --city {city.city} --sources DIR` once, or set CITYLAKE_SOURCES_{city.city.upper()}",
        )
    as_of = _as_of(dagster_run.tags)
    gate = SuiteGate(blueprint.suites, night_date=as_of)
    night = Night.open(
        blueprint.settings,
        city,
        blueprint.contracts,
        sources=where.sources,
        night_id=dagster_run.run_id,
        auditor=gate,
        suite_hashes=gate.suite_hashes,
        manifest=blueprint.manifest,
        as_of=as_of,
    )
    return NightRun(night, retry_refused=_asks_again(city, dagster_run), days=_days(dagster_run.tags))


def _as_of(tags: Mapping[str, str]) -> date | None:
    return date.fromisoformat(tags[DATE_TAG]) if DATE_TAG in tags else None


def _days(tags: Mapping[str, str]) -> tuple[date, date] | None:
    if DAYS_TAG not in tags:
        return None
    first, last = tags[DAYS_TAG].split("..")
    return date.fromisoformat(first), date.fromisoformat(last)


def _asks_again(city: City, dagster_run: dg.DagsterRun) -> bool:
    """Somebody who chose datasets, or runs a run again, wants another decision about what was refused."""
    # An empty selection is that of a whole night in the process of the command line.
    chosen = dagster_run.asset_selection
    part_of_a_night = not chosen or dg.AssetKey([city.city, "release"]) in chosen
    return not part_of_a_night or dagster_run.parent_run_id is not None or RETRY_TAG in dagster_run.tags


def _tags(city: City, run: NightRun) -> dict[str, str]:
    night_date = run.night.as_of or datetime.now(ZoneInfo(city.time_zone)).date()
    return {CITY_TAG: city.city, NIGHT_TAG: night_date.isoformat()}


@contextmanager
def _logged_to(path: Path) -> Iterator[None]:
    """What `citylake` tells, and details that only this file holds, go to `path` as well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    DETAILS.setLevel(logging.DEBUG)
    DETAILS.propagate = False
    for logger in (LOG, DETAILS):
        logger.addHandler(handler)
    try:
        yield
    except BaseException:
        DETAILS.error("%s", traceback.format_exc())
        raise
    finally:
        for logger in (LOG, DETAILS):
            logger.removeHandler(handler)
        handler.close()
