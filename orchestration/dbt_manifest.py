"""dbt's manifest, written by `dbt parse` when the project has changed since the last time, and only then.

Assets are made from it before any run, so it must be there before definitions load. The run itself: mart_assets.py.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from filelock import FileLock

from lake.contract import Contract
from lake.errors import CitylakeError
from lake.night.night import DATABASE
from lake.release.fingerprint import DESCRIPTION_FILES, MODEL_FILES, files_hash, project_files
from lake.settings import Settings, project_root
from orchestration.dbt_sources import refresh_raw_sources

LOG = logging.getLogger("citylake")


def dbt_project() -> Path:
    """Folder of the dbt project, which holds its profiles too."""
    return project_root() / "dbt_project"


def dbt_executable() -> Path:
    """The `dbt` command beside this Python: the right one also where PATH names another or none."""
    return Path(sys.executable).parent / "dbt"


def ensure_manifest(settings: Settings, contracts: Mapping[str, Contract]) -> Path:
    """The manifest of the project as it is now, its raw sources those of the contracts.

    Raises CitylakeError where dbt cannot read the project, or its sources cannot be written.
    """
    target = settings.dbt_target
    target.mkdir(parents=True, exist_ok=True)
    manifest, stamp = target / "manifest.json", target / "manifest.stamp"
    with FileLock(target / "parse.lock"):
        if refresh_raw_sources(dbt_project(), contracts):
            LOG.info("dbt: the raw tables are declared again, contracts have changed")
        files = files_hash(project_files((*MODEL_FILES, *DESCRIPTION_FILES)))
        now = f"{version('dbt-core')} {version('dbt-duckdb')} {files}"
        if not manifest.is_file() or not stamp.is_file() or stamp.read_text(encoding="utf-8") != now:
            LOG.info("dbt: reading the models, which are new or have changed")
            _parse(settings)
            stamp.write_text(now, encoding="utf-8")
    return manifest


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest as data."""
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return manifest


def _parse(settings: Settings) -> None:
    project = str(dbt_project())
    command = [str(dbt_executable()), "--no-use-colors", "parse", "--project-dir", project, "--profiles-dir", project]
    places = {
        "DBT_TARGET_PATH": str(settings.dbt_target),
        "DBT_LOG_PATH": str(settings.dbt_logs),
        # Not opened here; relations are named after the file, and every night's scratch database is called so.
        "CITYLAKE_NIGHT_DB": str(settings.scratch / DATABASE),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    done = subprocess.run(command, env={**os.environ, **places}, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CitylakeError(
            f"dbt cannot read its project in {project}:\n{done.stdout}{done.stderr}".rstrip(),
            hint=f"put the model right; the full log is {settings.dbt_logs / 'dbt.log'}",
        )
