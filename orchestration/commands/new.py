"""`citylake new dataset`: drafts of the files that a new dataset needs, from one file as its publisher delivers it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lake.mistakes import shown
from lake.settings import project_root

if TYPE_CHECKING:
    from lake.draft import Draft

app = typer.Typer(help="Draft the files that something new needs.", no_args_is_help=True)


@app.command(epilog="Example:  citylake new dataset footfall-2026.csv --name footfall --domain mobility")
def dataset(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file of the dataset, as its publisher delivers it.")],
    name: Annotated[str, typer.Option("--name", help="Name of the dataset: lower case letters, digits, underscores.")],
    domain: Annotated[
        str | None, typer.Option("--domain", help="Such as mobility. Default: that of datasets named alike.")
    ] = None,
    sheet: Annotated[
        str | None, typer.Option("--sheet", help="The sheet of an Excel workbook. Default: the only one.")
    ] = None,
) -> None:
    """Draft contract, suite and staging model of a dataset; what only people know is left as a question.

    Nothing that exists is overwritten.
    """
    from lake.draft import draft_dataset, write_draft

    draft = draft_dataset(file, name, domain, sheet)
    files = write_draft(draft, project_root())
    _show(draft)
    typer.echo("Written:")
    for path in files:
        typer.echo(f"  {shown(path)}")
    _show_next(draft, files)


def _show(draft: Draft) -> None:
    from orchestration.render import plain_table, stdout_console

    console = stdout_console()
    odd = f"; {draft.odd_records} records are left out: blank, or of another number of fields" * bool(draft.odd_records)
    console.print(f"{draft.shown_file}: {draft.rows:,} rows, {draft.dialect.words}{odd}.")
    rows = [(column.name, column.type.name, column.seen) for column in draft.columns]
    console.print(plain_table(("column", "type", "seen"), rows))
    keys = [", ".join(column.name for column in key) for key in draft.keys]
    found = "; or ".join(keys) if keys else "none of up to three columns"
    console.print(f"Unique in the file: {found}.")
    if draft.period_headers:
        console.print(f"{len(draft.period_headers)} headers name periods: is each cell a row? See the contract's head.")


def _show_next(draft: Draft, files: list[Path]) -> None:
    from orchestration.checking import check_file

    contract, suite, *_ = files
    count = sum(len(check_file(path).mistakes) for path in (contract, suite))
    lines = (
        "Next:",
        f"  answer {count} questions, each in the place of its TODO; `citylake check` names those that are open:",
        f"    citylake check {shown(contract)} {shown(suite)}",
        "  let a city have it, in the `sources` of its file:",
        f"    - {{dataset: {draft.name}, path: FOLDER/*, attribution: ...}}",
        "  and run its night. docs/adding-a-dataset.md goes through it step by step.",
    )
    for line in lines:
        typer.echo(line)
