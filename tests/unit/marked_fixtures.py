"""Fixtures with mistakes say themselves what must be found: `# <- message` at the end of the line it belongs to."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from lake.mistakes import ConfigError
from lake.yaml_source import Mistake

FIXTURES = Path(__file__).parents[1] / "fixtures"
MARKER = "# <- "

Place = tuple[str | int, ...]


def cases(kind: str) -> list[str]:
    """The names of all fixtures of a kind that hold a mistake."""
    return sorted(folder.name for folder in (FIXTURES / kind).iterdir() if folder.name != "valid")


def marked(folder: Path) -> list[str]:
    """The messages marked in all files of a fixture, as `file:line: message`, in order."""
    return [
        f"{path.relative_to(folder)}:{number}: {message.strip()}"
        for path in sorted(folder.rglob("*.yaml"))
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        for message in line.split(MARKER)[1:]
    ]


def found(error: ConfigError, folder: Path) -> list[str]:
    """The mistakes of an error in the same form."""
    return [str(mistake).replace(f"{_shown(folder)}/", "") for mistake in error.mistakes]


def _shown(folder: Path) -> Path:
    return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder


def places(value: object, place: Place = ()) -> list[Place]:
    """Every place in a document below its top."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place] * bool(place) + [found for key, item in items for found in places(item, (*place, key))]


def spoilt(document: Any, place: Place, junk: object) -> str:  # noqa: ANN401  a document is of any shape
    """The document as YAML with junk at a place."""
    whole = copy.deepcopy(document)
    owner = whole
    for step in place[:-1]:
        owner = owner[step]
    owner[place[-1]] = junk
    return yaml.safe_dump(whole)


def assert_answered_by_mistakes_only(read: Callable[[], object]) -> None:
    """Whether what was written is right or wrong, nothing but mistakes comes of it."""
    mistakes: tuple[Mistake, ...] | None = None
    try:
        read()
    except ConfigError as error:
        mistakes = error.mistakes

    assert mistakes is None or all(mistake.line >= 1 and mistake.problem for mistake in mistakes)
    assert mistakes != ()
