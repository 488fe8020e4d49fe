"""`citylake sql`, `tables` and `describe`: what a release holds, for analysts. Loads neither Dagster nor dbt."""

from __future__ import annotations

import sys
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import IO, Annotated

import typer

from lake.errors import UsageError
from lake.query.query import Selection, look, select
from lake.settings import Settings
from orchestration.output_file import outside_the_lake, written_whole

MAX_TABLE_ROWS = 1000


class Format(StrEnum):
    """How rows are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


class RoleName(StrEnum):
    """Who asks."""

    ANALYST = "analyst"
    TEAM = "team"


AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="RELEASE_OR_TIME",
        help="Release number, or a time such as 2026-03-01T06:00Z or 2026-03-01 (its end, UTC). Default: newest.",
    ),
]
RoleOption = Annotated[
    RoleName, typer.Option("--role", help="analyst: marts and ops. team: also raw, rejects, marts_restricted.")
]


def sql(
    statement: Annotated[str, typer.Argument(help="One SELECT in DuckDB's SQL.", metavar="SELECT")],
    as_of: AsOfOption = None,
    role: RoleOption = RoleName.ANALYST,
    format_: Annotated[Format, typer.Option("--format", help="NULL is an empty field in csv.")] = Format.TABLE,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file, not stdout.")] = None,
) -> None:
    """Query a release with SQL. Read-only; nothing but the result goes to stdout."""
    settings = Settings.from_env()
    if output is not None:
        outside_the_lake(settings, output)
    if format_ is Format.PARQUET and output is None and sys.stdout.isatty():
        raise UsageError("Parquet is not for a terminal.", hint="Add `--output FILE`, or send it into a file or pipe.")
    selection = select(statement, as_of=as_of, role=role, settings=settings)
    if output is None:
        _write(selection, format_, sys.stdout)
        return
    with written_whole(output) as out:
        _write(selection, format_, out)


def tables(as_of: AsOfOption = None, role: RoleOption = RoleName.ANALYST) -> None:
    """List the tables of a release: rows, cities, and what one row means."""
    from lake.query.descriptions import describe as description_of
    from orchestration.render import plain_table, stdout_console

    view = look(as_of, role, Settings.from_env())
    rows = []
    for name in view.names():
        pins = view.pins(name)
        rows.append((name, view.rows(name), ", ".join(pins), description_of(name).table))
    title = "No release yet" if view.release is None else f"Release {view.release.release_id}"
    stdout_console().print(plain_table(("table", "rows", "cities", "what it holds"), rows, title))


def describe(
    table: Annotated[str, typer.Argument(help="Such as marts.qol_index.", metavar="TABLE")],
    as_of: AsOfOption = None,
    role: RoleOption = RoleName.ANALYST,
) -> None:
    """Show the columns of a table, with their types and meanings, and where its rows come from."""
    from lake.query.descriptions import describe as description_of
    from orchestration.render import plain_table, stdout_console

    view = look(as_of, role, Settings.from_env())
    name = view.find(table)
    meaning = description_of(name)
    columns = [(column.name, column.type, meaning.of(column)) for column in view.columns(name)]
    console = stdout_console()
    console.print(f"{name}: {meaning.table}" if meaning.table else name)
    console.print(plain_table(("column", "type", "meaning"), columns))
    for city, pin in view.pins(name).items():
        console.print(f"{city}: {pin.rows:,} rows, Iceberg snapshot {pin.snapshot_id} of {pin.metadata_location}")


def _write(selection: Selection, format_: Format, out: IO[str]) -> None:
    from lake.query import results

    match format_:
        case Format.CSV:
            results.write_csv(selection.execute(), out)
        case Format.JSON:
            results.write_json(selection.execute(), out)
        case Format.PARQUET:
            results.write_parquet(selection, out.buffer)  # type: ignore[attr-defined]  # text over a binary file
        case Format.TABLE:
            _write_table(selection, out)


def _write_table(selection: Selection, out: IO[str]) -> None:
    from lake.query import results
    from orchestration.render import plain_table, stdout_console

    result = selection.execute()
    rows = results.rows(result)
    shown = list(islice(rows, MAX_TABLE_ROWS))
    console = stdout_console()
    console.file = out
    console.print(plain_table(results.column_names(result), shown))
    if next(rows, None) is not None:
        typer.echo(f"These are the first {MAX_TABLE_ROWS} rows. hint: --format csv writes them all.", err=True)
