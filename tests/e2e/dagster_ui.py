"""A Dagster UI with its daemon over a lake of one's own, its GraphQL endpoint, and a real browser that looks at it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lake.settings import HOME_VARIABLE, KEY_FILE_VARIABLE, Settings, project_root

SELECTOR = {"repositoryLocationName": "citylake", "repositoryName": "__repository__"}
ENDED = {"SUCCESS", "FAILURE", "CANCELED"}
START_SECONDS, RUN_SECONDS, PAGE_MILLISECONDS = 120, 240, 30_000


def browser() -> str | None:
    """The browser's command, if there is one."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def environment(settings: Settings) -> dict[str, str]:
    """The variables of a process that works on this lake."""
    return {
        **os.environ,
        HOME_VARIABLE: str(settings.home),
        KEY_FILE_VARIABLE: str(settings.key_file),
        "DAGSTER_HOME": str(settings.dagster_home),
        "PYTHONPATH": str(project_root()),
    }


def citylake(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the command line in a process of its own."""
    code = "from orchestration.cli import app; app()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=environment(settings),
        capture_output=True,
        text=True,
        check=False,
    )


@dataclass(frozen=True)
class DagsterUI:
    """A running UI."""

    url: str

    def query(self, text: str, **variables: object) -> dict[str, Any]:
        """Ask the GraphQL endpoint."""
        body = json.dumps({"query": text, "variables": variables}).encode()
        request = urllib.request.Request(f"{self.url}/graphql", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as response:
            answer: dict[str, Any] = json.load(response)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    def launch(self, job: str, *keys: str) -> str:
        """Materialize chosen assets of a city; returns the status of the run when it has ended."""
        mutation = """mutation($p: ExecutionParams!) { launchRun(executionParams: $p) {
            __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
        selection = [{"path": key.split("/")} for key in keys]
        selector = {**SELECTOR, "jobName": job, "assetSelection": selection}
        params = {"selector": selector, "mode": "default", "runConfigData": {}}
        run_id = self.query(mutation, p=params)["launchRun"]["run"]["runId"]
        status = "query($i: ID!) { runOrError(runId: $i) { ... on Run { status } } }"
        return _until(lambda: self.query(status, i=run_id)["runOrError"]["status"], ENDED)

    def backfill(self, key: str, days: list[str]) -> dict[str, Any]:
        """Materialize some days of an asset; returns status and runs when it has ended."""
        mutation = """mutation($p: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $p) {
            __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }"""
        params = {"assetSelection": [{"path": key.split("/")}], "partitionNames": days}
        backfill = self.query(mutation, p=params)["launchPartitionBackfill"]["backfillId"]
        query = """query($b: String!) { partitionBackfillOrError(backfillId: $b) { ... on PartitionBackfill { status } }
            runsOrError(filter: {tags: [{key: "dagster/backfill", value: $b}]}) { ... on Runs {
                results { runId status } } } }"""
        status = _until(
            lambda: self.query(query, b=backfill)["partitionBackfillOrError"]["status"],
            {"COMPLETED_SUCCESS", "COMPLETED_FAILED", "FAILED"},
        )
        return {"status": status, "runs": self.query(query, b=backfill)["runsOrError"]["results"]}

    def shown(self, path: str) -> str:
        """The text of a page as a browser shows it, once its scripts are done."""
        done = self._browse(path, "--dump-dom")
        return done.stdout

    def screenshot(self, path: str, file: Path) -> Path:
        """A picture of a page."""
        self._browse(path, f"--screenshot={file}")
        return file

    def _browse(self, path: str, *options: str) -> subprocess.CompletedProcess[str]:
        command = browser()
        assert command is not None
        wait = f"--virtual-time-budget={PAGE_MILLISECONDS}"
        flags = ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1800,1200", wait)
        return subprocess.run(
            [command, *flags, *options, f"{self.url}{path}"], capture_output=True, text=True, check=True, timeout=180
        )


@contextmanager
def running_ui(settings: Settings) -> Iterator[DagsterUI]:
    """`dagster dev` with the repository's workspace file: web server and daemon, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    dagster = str(Path(sys.executable).parent / "dagster")
    log = settings.home / "ui.log"
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [dagster, "dev", "-w", "workspace.yaml", "--port", str(port)],
            env=environment(settings),
            cwd=project_root(),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        ui = DagsterUI(f"http://127.0.0.1:{port}")
        try:
            _until(lambda: _loaded(ui), {"LOADED"}, START_SECONDS)
            yield ui
        finally:
            os.killpg(process.pid, signal.SIGINT)
            _stop(process)


def _loaded(ui: DagsterUI) -> str:
    query = "{ workspaceOrError { ... on Workspace { locationEntries { name loadStatus } } } }"
    try:
        entries = ui.query(query)["workspaceOrError"]["locationEntries"]
    except (urllib.error.URLError, ConnectionError):
        return ""
    return str(entries[0]["loadStatus"]) if entries else ""


def _stop(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=20)


def _until(ask: Any, wanted: set[str], seconds: float = RUN_SECONDS) -> str:  # noqa: ANN401  any question will do
    deadline = time.monotonic() + seconds
    answer = ask()
    while answer not in wanted:
        assert time.monotonic() < deadline, f"still {answer!r} after {seconds} s"
        time.sleep(1)
        answer = ask()
    return str(answer)


def materialized_days(ui: DagsterUI, key: str) -> Mapping[str, str]:
    """By day: the run that materialized it last."""
    query = """query($k: AssetKeyInput!) { assetNodeOrError(assetKey: $k) { ... on AssetNode {
        assetMaterializations(limit: 1000) { partition runId timestamp } } } }"""
    found = ui.query(query, k={"path": key.split("/")})["assetNodeOrError"]["assetMaterializations"]
    newest_last = sorted(found, key=lambda one: float(one["timestamp"]))
    return {one["partition"]: one["runId"] for one in newest_last if one["partition"]}
