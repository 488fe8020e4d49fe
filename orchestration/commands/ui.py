"""`citylake ui`: the Dagster UI and daemon over this lake's own instance, until Ctrl-C."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from lake.settings import HOME_VARIABLE, KEY_FILE_VARIABLE, Settings

DEFAULT_PORT = 3000


def ui(
    port: Annotated[int, typer.Option("--port", help="Port of the web server.")] = DEFAULT_PORT,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Open the Dagster UI on this lake, with its schedules and sensors at work. Stop it with Ctrl-C."""
    from orchestration.instance import HOME_VARIABLE as DAGSTER_HOME
    from orchestration.instance import prepare_instance, write_workspace

    settings = Settings.from_env()
    settings.prepare()
    prepare_instance(settings)
    places = {
        HOME_VARIABLE: str(settings.home),
        KEY_FILE_VARIABLE: str(settings.key_file),
        DAGSTER_HOME: str(settings.dagster_home),
        "PYTHONWARNINGS": "ignore",  # Dagster tells its developers what is beta
    }
    dagster = str(Path(sys.executable).parent / "dagster")
    command = [dagster, "dev", "-w", str(write_workspace(settings)), "--host", host, "--port", str(port)]
    typer.echo(f"Dagster UI of {settings.home}: http://{host}:{port}  (Ctrl-C stops it)")
    sys.stdout.flush()
    os.execve(dagster, command, {**os.environ, **places})
