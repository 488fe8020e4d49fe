"""docs/reference/commands.md: every command with its options, as `--help` tells them."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any

import typer

from orchestration.reference.markdown import code, page, table, text

ABOUT = (
    "Exit codes: 0 done, 1 not released, 2 wrong usage or mistakes in files, 3 a delivery was refused. Every command "
    "has `--help`."
)
Command = Parameter = Any  # Typer's own copy of Click has no public types


def commands_page(app: typer.Typer) -> str:
    """The page."""
    return page("Commands", ABOUT, [part for name, command in commands(app) for part in _command(name, command)])


def commands(app: typer.Typer) -> Iterator[tuple[str, Command]]:
    """Every command by what is typed, in the order of the help; groups are gone into."""
    yield from _below("citylake", typer.main.get_command(app))


def options(command: Command) -> list[str]:
    """Every option that a command takes."""
    return [option for parameter in command.params for option in parameter.opts if option.startswith("-")]


def _below(name: str, command: Command) -> Iterator[tuple[str, Command]]:
    parts = getattr(command, "commands", None)
    if parts is None:
        yield name, command
        return
    for word, part in parts.items():
        yield from _below(f"{name} {word}", part)


def _command(name: str, command: Command) -> Iterator[str]:
    context = typer.Context(command, info_name=name)
    yield f"## {name}"
    yield from (text(paragraph) for paragraph in (command.help or "").split("\n\n"))
    yield table(
        ("argument or option", "meaning", "default"), [_parameter(parameter, context) for parameter in command.params]
    )
    yield f"```sh\n{(command.epilog or '').removeprefix('Example:').strip()}\n```"


def _parameter(parameter: Parameter, context: typer.Context) -> tuple[str, str, str]:
    given = parameter.get_default(context)
    nothing = given is None or given is False or given == ()
    default = "required" if parameter.required else "" if nothing else str(getattr(given, "value", given))
    named = ", ".join(parameter.opts) if parameter.param_type_name == "option" else ""
    return code(f"{named} {_value(parameter)}"), text(parameter.help or ""), text(default)


def _value(parameter: Parameter) -> str:
    """What is typed for a value: its choices, the word for it, or its name."""
    if getattr(parameter, "is_flag", False):
        return ""
    kind = parameter.type_descriptor.annotation
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "|".join(str(choice.value) for choice in kind)
    return parameter.metavar or str(parameter.name).strip("_").upper()
