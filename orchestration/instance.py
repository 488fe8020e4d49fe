"""The Dagster instance of a lake: `dagster/` in its home, with a dagster.yaml that is written once and then left alone.

Command line and UI share it, so that the UI shows what the command line ran.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lake.settings import Settings

if TYPE_CHECKING:
    import dagster as dg

HOME_VARIABLE = "DAGSTER_HOME"
LOCATION = "citylake"
DAGSTER_YAML = """\
# Written by citylake when there was none; change it as you like.
telemetry: {enabled: false}
nux: {enabled: false}

# What citylake tells while it works stands in the event log of each run.
python_logs:
  managed_python_loggers: [citylake]
  python_log_level: INFO

# A night tells of thousands of checks: its event log keeps its files open.
event_log_storage:
  module: orchestration.event_log
  class: OpenEventLog
  config: {home: {env: DAGSTER_HOME}}

# Runs start at once: each city's lock sees to it that only one works.
run_coordinator:
  module: dagster._core.run_coordinator
  class: DefaultRunCoordinator

# A run whose process died is marked as failed.
run_monitoring: {enabled: true, start_timeout_seconds: 300}
"""
WORKSPACE_YAML = f"""\
# Written by citylake: the same code location as the workspace.yaml of the repository.
load_from:
  - python_module: {{module_name: orchestration.definitions, location_name: {LOCATION}}}
"""
EVENT_LOG = {"module": "orchestration.event_log", "class": "OpenEventLog"}
# The command line draws its progress itself, and nothing else writes to its terminal.
NO_CAPTURE = {"module": "dagster._core.storage.noop_compute_log_manager", "class": "NoOpComputeLogManager"}


def prepare_instance(settings: Settings) -> None:
    """Make the instance's folder and its dagster.yaml where they are missing."""
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    path = settings.dagster_home / "dagster.yaml"
    if not path.exists():
        path.write_text(DAGSTER_YAML, encoding="utf-8")


def write_workspace(settings: Settings) -> Path:
    """The workspace file for `citylake ui`, which works in any folder and from an installed package."""
    path = settings.dagster_home / "workspace.yaml"
    path.write_text(WORKSPACE_YAML, encoding="utf-8")
    return path


def command_line_instance(settings: Settings) -> dg.DagsterInstance:
    """The instance, for a run in this very process."""
    import dagster as dg
    from dagster._core.instance.ref import InstanceRef

    prepare_instance(settings)
    home = str(settings.dagster_home)
    overrides = {"compute_logs": NO_CAPTURE, "event_log_storage": {**EVENT_LOG, "config": {"home": home}}}
    return dg.DagsterInstance.from_ref(InstanceRef.from_dir(home, overrides=overrides))
