"""The command `citylake`: every command in the order of work, each with an example.

Commands live in orchestration/commands/; Dagster, dbt and Great Expectations load only inside those that need them.
Exit codes: 0 done, 1 not released or without its page, 2 wrong usage, 3 a delivery was refused.
"""

from __future__ import annotations

import typer

from orchestration.commands import check, explain, new, query, rejects, run, sample, scorecard, status, ui, withdraw
from orchestration.errors import PlainErrorsGroup

app = typer.Typer(
    cls=PlainErrorsGroup,
    name="citylake",
    help="A data lakehouse for cities: audited datasets, quality-of-life indicators every night.",
    epilog="Example:  citylake run --city sample --sources .sample",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command(epilog="Example:  citylake sample --out .sample --households 2000")(sample.sample)
app.command(epilog="Example:  citylake run --city sample --sources .sample")(run.run)
app.add_typer(new.app, name="new")
app.command(epilog="Example:  citylake check my_city.yaml --format json")(check.check)
app.command(epilog="Example:  citylake status --city sample")(status.status)
app.command(epilog='Example:  citylake scorecard --city sample --district "Old Harbour"')(scorecard.scorecard)
app.command(
    epilog='Example:  citylake sql "SELECT city, count(*) FROM marts.qol_indicators GROUP BY city" --format csv'
)(query.sql)
app.command(epilog="Example:  citylake tables --as-of 2026-03-01")(query.tables)
app.command(epilog="Example:  citylake describe marts.qol_index")(query.describe)
app.command(
    epilog="Example:  citylake explain qol_indicators city=sample district_code=B09000001 indicator_code=SAF_CRIME"
)(explain.explain)
app.command(epilog="Example:  citylake rejects police_street --city sample --output police_street_rejects.csv")(
    rejects.rejects
)
app.command(epilog='Example:  citylake withdraw 20260301-0123456789ab --why "meters were swapped"')(withdraw.withdraw)
app.command(epilog="Example:  citylake ui --port 3000")(ui.ui)
