"""`citylake rejects`: what to send back to a publisher, by reason, and every row of it as a file."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated

import typer

from lake.contract import Contract, load_contracts
from lake.errors import UsageError
from lake.settings import Settings
from orchestration.commands.query import RoleName, RoleOption
from orchestration.output_file import outside_the_lake, written_whole


def rejects(
    dataset: Annotated[str, typer.Argument(help="Such as police_street.", metavar="DATASET")],
    city: Annotated[str | None, typer.Option("--city", help="Default: every city that has the dataset.")] = None,
    delivery: Annotated[
        str | None, typer.Option("--delivery", help="One delivery. Default: all whose rows count now, and the refused.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write every row (file, line, reason, text) as CSV.")
    ] = None,
    role: RoleOption = RoleName.ANALYST,
) -> None:
    """Show why rows of a dataset were rejected; `--output` writes all of them, for the publisher."""
    from lake.report.rejects import report_rejects, write_rejects
    from orchestration.rejects_text import rejects_view
    from orchestration.render import stdout_console

    settings = Settings.from_env()
    contract = _contract(dataset, role)
    if output is not None:
        outside_the_lake(settings, output)
    report = report_rejects(settings, contract, city, delivery)
    stdout_console().print(rejects_view(report, output))
    if output is not None:
        with written_whole(output) as out:
            write_rejects(settings, contract, out, city, delivery)


def _contract(dataset: str, role: RoleName) -> Contract:
    contracts = load_contracts()
    if dataset not in contracts:
        close = difflib.get_close_matches(dataset, contracts, n=3)
        meant = f"Did you mean {' or '.join(close)}?" if close else f"Datasets are {', '.join(contracts)}."
        raise UsageError(f"There is no dataset `{dataset}`.", hint=meant)
    if contracts[dataset].personal_data != "none" and role is not RoleName.TEAM:
        raise UsageError(
            f"{dataset} holds data about persons; what was rejected of it is for the data team.",
            hint="Members of the team add `--role team`.",
        )
    return contracts[dataset]
