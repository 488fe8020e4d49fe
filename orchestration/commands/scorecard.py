"""`citylake scorecard`: the quality-of-life scorecard of a release on the terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from lake.errors import UsageError
from lake.settings import Settings
from orchestration.commands.query import AsOfOption


def scorecard(
    city: Annotated[str | None, typer.Option("--city", help="Default: every city of the release.")] = None,
    district: Annotated[
        str | None, typer.Option("--district", help="Code or name: all indicators of this district.")
    ] = None,
    as_of: AsOfOption = None,
) -> None:
    """Show districts by domains with the composite, its rank and rank interval, and what limits the numbers."""
    from lake.scorecard import indicator_lines, scorecards
    from orchestration.render import indicator_table, scorecard_view, stdout_console

    settings = Settings.from_env()
    console = stdout_console()
    if district is not None:
        console.print(indicator_table(indicator_lines(settings, city, district, as_of), f"Indicators of {district}"))
        return
    cards = scorecards(settings, city, as_of)
    if not cards:
        raise UsageError(
            f"{city or 'No city of this release'} has no index.",
            hint='Its indicators: `citylake sql "SELECT * FROM marts.qol_indicators"`.',
        )
    for card in cards:
        console.print(scorecard_view(card))
