"""dbt in this process, for tests: the project is read once for all processes of a test session, and then only run."""

from __future__ import annotations

import functools
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from unittest.mock import patch

import yaml
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from filelock import FileLock

from lake.night.night import DATABASE
from lake.settings import project_root
from tests.session import session_folder

PROJECT = project_root() / "dbt_project"


def dbt(command: Sequence[str], *, database: Path, target: Path, variables: Mapping[str, object]) -> object:
    """What a command of dbt tells of a scratch database; dbt's own exception where it breaks off."""
    options = ["--target-path", str(target), "--vars", yaml.safe_dump(dict(variables), default_flow_style=True)]
    return _invoke([*command, *options], database, _parsed().deepcopy())


def manifest_path() -> Path:
    """The manifest as a file, which the lake reads."""
    _parsed()
    return session_folder() / str(os.getpid()) / "manifest.json"


@functools.cache
def _parsed() -> Manifest:
    """The project's manifest; a command writes into its own copy. What another process has read is not read again."""
    session = session_folder()
    known, target = session / "partial_parse.msgpack", session / str(os.getpid())
    with FileLock(session / "parse.lock"):
        seen = ["--partial-parse-file-path", str(known)] if known.is_file() else []
        told = _invoke(["parse", "--target-path", str(target), *seen], session / DATABASE, None)
        if not seen:
            shutil.copyfile(target / known.name, known)
    if not isinstance(told, Manifest):
        raise TypeError(f"dbt parse told {told!r}")
    return told


def _invoke(arguments: Sequence[str], database: Path, known: Manifest | None) -> object:
    """Run dbt without what it leaves open: a log file, and an event loop that no model of ours needs."""
    places = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    with (
        patch.dict(os.environ, {"CITYLAKE_NIGHT_DB": str(database), "DO_NOT_TRACK": "1"}),
        patch("dbt.adapters.duckdb.environments._ensure_event_loop"),
    ):
        done = dbtRunner(manifest=known).invoke(["--quiet", "--log-level-file", "none", *arguments, *places])
    if done.exception is not None:
        raise done.exception
    return done.result
