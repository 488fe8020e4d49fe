"""`citylake scorecard`: the quality-of-life scorecard of a release on the terminal, or as a page for residents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lake.errors import UsageError
from lake.settings import Settings
from orchestration.commands.query import AsOfOption

if TYPE_CHECKING:
    from lake.query.query import AsOf


def scorecard(
    city: Annotated[str | None, typer.Option("--city", help="Default: every city of the release.")] = None,
    district: Annotated[
        str | None, typer.Option("--district", help="Code or name: all indicators of this district.")
    ] = None,
    as_of: AsOfOption = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write one city's page for residents; it needs no network."),
    ] = None,
) -> None:
    """Show districts by domains with the composite, its rank and rank interval, and what limits the numbers."""
    settings = Settings.from_env()
    if html is not None:
        if district is not None:
            raise UsageError("A page has all districts.", hint="Leave out --district or --html.")
        _write(settings, city, html, as_of)
    elif district is not None:
        _show_district(settings, city, district, as_of)
    else:
        _show_scorecards(settings, city, as_of)


def _write(settings: Settings, city: str | None, html: Path, as_of: AsOf) -> None:
    from lake.contract import load_contracts
    from lake.site import write_page
    from orchestration.chosen import choose_city

    contracts = load_contracts()
    chosen, _ = choose_city(settings, contracts, city, None)
    typer.echo(f"Wrote {write_page(settings, chosen, contracts, html, as_of)}")


def _show_district(settings: Settings, city: str | None, district: str, as_of: AsOf) -> None:
    from lake.report.scorecard import indicator_lines
    from orchestration.render import indicator_table, stdout_console

    lines = indicator_lines(settings, city, district, as_of)
    stdout_console().print(indicator_table(lines, f"Indicators of {district}"))


def _show_scorecards(settings: Settings, city: str | None, as_of: AsOf) -> None:
    from lake.report.scorecard import scorecards
    from orchestration.render import scorecard_view, stdout_console

    cards = scorecards(settings, city, as_of)
    if not cards:
        raise UsageError(
            f"{city or 'No city of this release'} has no index.",
            hint="`citylake tables` names what it has; its indicators, if any, are in marts.qol_indicators.",
        )
    console = stdout_console()
    for card in cards:
        console.print(scorecard_view(card))
