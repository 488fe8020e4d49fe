"""Whole nights for tests: a lake in a temporary home, real deliveries and suites, dbt in process; all but Dagster.

A home cannot be copied (Iceberg's metadata is absolute), so tests that need a night behind them build on one another,
or read one of `tests.integration.first_nights`.
As a command it runs one night in a process of its own, which may die or wait for another one at a named point.
"""

from __future__ import annotations

import functools
import itertools
import json
import os
import pkgutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
from dbt.artifacts.schemas.run import RunExecutionResult, RunResult

from expectations.gate import FOLDER as SUITES
from expectations.gate import SuiteGate
from lake.checks import CheckResult
from lake.city import City, load_city, packaged_cities
from lake.contract import Contract, load_contracts
from lake.deliveries.ledger import Delivery, Ledger
from lake.iceberg.catalog import open_catalog
from lake.night.night import Night, NightReport, PreparedMarts
from lake.query.query import AsOf, connect
from lake.settings import Settings, project_root
from tests.integration.dbt_project import dbt, manifest_path

# Points of a night: just before this function is called, or just after it.
BEFORE = {
    "raw_committing": "lake.night.decide.superseded_filter",
    "ingested": "lake.night.night.Night.prepare_marts",
    "marts_committed": "lake.night.night.publish",
    "publishing": "lake.release.release.create_exclusively",
}
AFTER = {"raw_committed": "lake.night.decide.commit_raw"}
Hooks = Mapping[str, Callable[[], None]]
Rows = list[tuple[Any, ...]]
EXIT_DIED = 9
WAIT_SECONDS = 120


@dataclass
class TrialLake:
    """A lake of one's own below `folder`, with the deliveries of one city beside it."""

    folder: Path
    city: City
    sources: Path | str
    suites: Path
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @classmethod
    def at(cls, folder: Path, city: str = "sample", sources: Path | None = None, suites: Path = SUITES) -> TrialLake:
        """The lake in `folder`; `city` is the name of a packaged city or the path of a city file."""
        path = packaged_cities().get(city) or Path(city)
        return cls(folder, load_city(path, load_contracts()), sources or folder / "sources", suites)

    @property
    def settings(self) -> Settings:
        """Where the lake keeps its state."""
        return Settings.at(self.folder / "home", self.folder / "keys")

    def open(self, night_id: str = "", contracts: Mapping[str, Contract] | None = None) -> Night:
        """A night that has taken the city's lock; the caller closes it."""
        gate = SuiteGate(self.suites)
        return Night.open(
            self.settings,
            self.city,
            contracts or load_contracts(),
            sources=str(self.sources),
            night_id=night_id or f"{self.city.city}-{next(self._numbers)}",
            auditor=gate,
            suite_hashes=gate.suite_hashes,
            manifest=manifest_path(),
        )

    def run(
        self,
        *,
        only: Sequence[str] = (),
        hooks: Hooks | None = None,
        retry_refused: bool = False,
        contracts: Mapping[str, Contract] | None = None,
    ) -> NightReport:
        """One night up to its release, as the orchestration runs it; what stops it is in the report."""
        with at_points(hooks or {}):
            night = self.open(contracts=contracts)
            error: Exception | None = None
            try:
                night.ingest_all(only, retry_refused=retry_refused)
                release_marts(night)
            except Exception as problem:  # noqa: BLE001  the report tells it
                error = problem
            return night.close(error)

    def ledger(self) -> list[Delivery]:
        """All deliveries of the city, in the order of their registration."""
        ledger = Ledger.at(self.settings.ledger)
        try:
            return ledger.deliveries(self.city.city)
        finally:
            ledger.close()

    @contextmanager
    def query(self, role: str = "team", as_of: AsOf = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection over a release, as people get it."""
        con = connect(as_of, role, self.settings)
        try:
            yield con
        finally:
            con.close()

    def rows(self, sql: str, *, role: str = "team", as_of: AsOf = None) -> Rows:
        """Rows of one statement over a release."""
        with self.query(role, as_of) as con:
            return con.execute(sql).fetchall()

    def snapshots(self) -> dict[str, int | None]:
        """The current snapshot of every table in the catalog."""
        catalog = open_catalog(self.settings)
        tables = [name for space in catalog.list_namespaces() for name in catalog.list_tables(space)]
        found = {".".join(name): catalog.load_table(name).current_snapshot() for name in tables}
        return {name: snapshot and snapshot.snapshot_id for name, snapshot in found.items()}


def release_marts(night: Night) -> None:
    """The second half of a night: marts and release; nothing where the release is up to date."""
    prepared = night.prepare_marts()
    if prepared is None:
        return
    tests, errors = build_marts(prepared)
    if errors:
        raise night.refusal("; ".join(errors))
    night.stage_marts(tests)
    night.release()


def build_marts(prepared: PreparedMarts) -> tuple[list[CheckResult], list[str]]:
    """`dbt build`: results of dbt's tests, and what other nodes failed with."""
    command = ["build", "--exclude-resource-type", "unit_test"]
    told = dbt(command, database=prepared.database, target=prepared.target, variables=prepared.vars)
    if not isinstance(told, RunExecutionResult):
        raise TypeError(f"dbt build told {told!r}")
    tests = [item for item in told.results if item.node.resource_type == "test" and item.status != "skipped"]
    others = [item for item in told.results if item.node.resource_type != "test" and item.status != "success"]
    return [_fact(item) for item in tests], [f"{item.node.name}: {item.message}" for item in others]


def _fact(item: RunResult) -> CheckResult:
    name, observed = item.node.name, f"{item.failures} rows at fault"
    model = getattr(item.node, "attached_node", None) or item.node.depends_on.nodes[0]
    return CheckResult(
        subject=model.rsplit(".", 1)[-1],
        check_id=name,
        passed=item.status == "pass",
        severity="error",
        observed=observed,
        expected="0 rows at fault",
        message=f"dbt test {name}: {observed}",
        unexpected_rows=item.failures,
    )


@contextmanager
def at_points(hooks: Hooks) -> Iterator[None]:
    """Call a hook each time that a night comes to its point."""
    with ExitStack() as stack:
        for point, hook in hooks.items():
            place = BEFORE.get(point) or AFTER[point]
            hooked = _hooked(pkgutil.resolve_name(place), hook, point in BEFORE)
            stack.enter_context(patch(place, hooked))
        yield


def _hooked(function: Callable[..., object], hook: Callable[[], None], before: bool) -> Callable[..., object]:
    @functools.wraps(function)
    def hooked(*args: object, **kwargs: object) -> object:
        if before:
            hook()
        result = function(*args, **kwargs)
        if not before:
            hook()
        return result

    return hooked


def start(lake: TrialLake, *, die_at: str = "", meet_at: str = "", night_id: str = "") -> subprocess.Popen[str]:
    """Start a night of a lake in a process of its own; see `main`."""
    facts = [str(lake.folder), str(lake.city.path), str(lake.sources), str(lake.suites), die_at, meet_at, night_id]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.integration.night_runner", *facts],
        cwd=project_root(),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def main(folder: str, city: str, sources: str, suites: str, die_at: str, meet_at: str, night_id: str) -> None:
    """Run one night; die without a word at the point `die_at`, or wait at `publishing` for another process.

    `meet_at` is `<folder>:<count>`: so many processes leave a mark in the folder and go on together.
    """
    lake = TrialLake.at(Path(folder), city, Path(sources), Path(suites))
    hooks: dict[str, Callable[[], None]] = {}
    if die_at:
        hooks[die_at] = lambda: os._exit(EXIT_DIED)
    if meet_at:
        place, _, count = meet_at.rpartition(":")
        hooks["publishing"] = lambda: meet(Path(place), int(count))
    lake._numbers = iter([]) if night_id else lake._numbers
    report = lake.run(hooks=hooks)
    sys.stdout.write(json.dumps({"status": report.status, "message": report.message}))


def meet(place: Path, count: int) -> None:
    """Wait until `count` processes are here; who comes by again does not wait."""
    place.mkdir(exist_ok=True)
    (place / str(os.getpid())).touch()
    deadline = time.monotonic() + WAIT_SECONDS
    while len(list(place.iterdir())) < count:
        if time.monotonic() > deadline:
            raise TimeoutError(f"fewer than {count} nights came to {place}")
        time.sleep(0.005)


if __name__ == "__main__":
    main(*sys.argv[1:])
