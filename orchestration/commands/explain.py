"""`citylake explain`: why one cell of a mart is what it is, down to the bytes. Loads neither Dagster nor dbt."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer

from lake.errors import UsageError
from lake.settings import Settings
from orchestration.commands.query import AsOfOption, RoleName, RoleOption


class Format(StrEnum):
    """How an explanation is written."""

    TEXT = "text"
    JSON = "json"


def explain(
    table: Annotated[str, typer.Argument(help="A mart, such as qol_indicators.", metavar="MART")],
    values: Annotated[
        list[str] | None, typer.Argument(help="Values of columns that name one row.", metavar="COLUMN=VALUE...")
    ] = None,
    column: Annotated[str | None, typer.Option("--column", help="One figure of the row. Default: all.")] = None,
    as_of: AsOfOption = None,
    role: RoleOption = RoleName.ANALYST,
    format_: Annotated[Format, typer.Option("--format", help="json: the keys are listed in docs/explain.md.")] = (
        Format.TEXT
    ),
) -> None:
    """Lead a number back to its formula, release, deliveries, checks and terms."""
    from lake.contract import load_contracts
    from lake.explain.explain import Question, explain
    from orchestration.chosen import choose_city
    from orchestration.explain_text import explanation_view
    from orchestration.render import stdout_console

    settings, contracts = Settings.from_env(), load_contracts()
    question = Question(table, _given(values or ()), column, as_of, role)
    found = explain(settings, question, contracts, lambda name: choose_city(settings, contracts, name, None)[0])
    if format_ is Format.JSON:
        typer.echo(json.dumps(found.to_json(), indent=1, ensure_ascii=False))
    else:
        stdout_console().print(explanation_view(found))


def _given(values: Sequence[str]) -> dict[str, str]:
    given = {}
    for item in values:
        name, sign, value = item.partition("=")
        if not sign or not name:
            raise UsageError(f"`{item}` is no COLUMN=VALUE.", hint="Such as indicator_code=ENV_NO2 period=2018.")
        given[name] = value
    return given
