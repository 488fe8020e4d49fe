"""`citylake check`: are contracts, suites and city files right, without running anything?"""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lake.errors import EXIT_USAGE

if TYPE_CHECKING:
    from lake.yaml_source import Mistake


class CheckFormat(StrEnum):
    """How mistakes are written."""

    TEXT = "text"
    JSON = "json"


def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Contracts, suites or city files. Default: all that citylake has."),
    ] = None,
    format_: Annotated[
        CheckFormat, typer.Option("--format", help="json: a list of file, line, key, problem, expected for editors.")
    ] = CheckFormat.TEXT,
) -> None:
    """Say every mistake and open question in contracts, suites and city files; run nothing.

    Exit codes: 0 all is right, 2 there are mistakes.
    """
    from orchestration.checking import check_file, check_project

    results = [check_file(path) for path in files] if files else [check_project()]
    mistakes = _in_order(mistake for result in results for mistake in result.mistakes)
    if format_ is CheckFormat.JSON:
        typer.echo(json.dumps([_as_json(mistake) for mistake in mistakes], indent=2, ensure_ascii=False))
    elif mistakes:
        _show(mistakes)
    else:
        for result in results:
            typer.echo(f"{result.what}: {'is' if files else 'all is'} right.")
    if mistakes:
        raise typer.Exit(EXIT_USAGE)


def _in_order(mistakes: Iterable[Mistake]) -> list[Mistake]:
    return sorted(set(mistakes), key=lambda mistake: (str(mistake.path), mistake.line, mistake.key))


def _show(mistakes: list[Mistake]) -> None:
    from lake.mistakes import counted

    for mistake in mistakes:
        typer.echo(str(mistake))
    typer.echo(f"{counted(mistakes)}.")


def _as_json(mistake: Mistake) -> dict[str, object]:
    return {
        "file": str(mistake.path),
        "line": mistake.line,
        "key": mistake.key,
        "problem": mistake.problem,
        "expected": mistake.expected,
    }
