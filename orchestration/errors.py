"""How the command line ends when something is wrong: one plain paragraph and a hint on stderr, and an exit code.

The texts and codes belong to the errors themselves (lake/errors.py).
"""

from __future__ import annotations

import typer
from typer.core import TyperGroup

from lake.errors import CitylakeError


class PlainErrorsGroup(TyperGroup):
    """A group of commands that shows CitylakeError without a traceback; any other error is a bug and shows one."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]  # Typer's base class is private
        """Run the command that was asked for. Raises typer.Exit with the error's exit code."""
        try:
            return super().invoke(ctx)
        except CitylakeError as error:
            show_error(error)
            raise typer.Exit(error.exit_code) from error


def show_error(error: CitylakeError) -> None:
    """Print the message and, if there is one, the hint."""
    typer.echo(f"citylake: {error.message}", err=True)
    if error.hint:
        typer.echo(f"hint: {error.hint}", err=True)
