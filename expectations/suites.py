"""Suites: YAML files that say what must hold for the rows of one dataset or mart, read into frozen values.

A suite is closed: every mistake in every file is reported at once, with file and line, and an expectation that would
be dropped silently by Great Expectations (unknown type, bad severity) is a mistake here. Running them: `audit`.
In arguments and queries `$name` stands for a fact of the delivery, see FACTS.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from expectations.types import ROWS_QUERY, TYPES, argument_problem
from lake.mistakes import ConfigError, Strict, find_mistakes, shown, suggest
from lake.questions import with_questions
from lake.yaml_source import Mistake, YamlSource, dig, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lake.checks import Severity
    from lake.yaml_source import Loc

KEYS_DISTINCT = "keys_distinct"
FACTS = {
    "rows_accepted": "source records of the delivery that were accepted",
    "rows_written": "rows that were staged, as counted by whoever wrote them",
    "latest_date": "the later of the night's date and today: no event lies after it",
    KEYS_DISTINCT: "rows there would be if no key of the suite's `key` stood in two; counted by the audit itself",
}
FACT = re.compile(r"\$([a-z][a-z_]*)")


class _Expectation(Strict):
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="a name that is unique in the suite")
    type: str = Field(description="a type of expectation, such as expect_column_values_to_not_be_null")
    kwargs: dict[str, Any] = Field(default_factory=dict)
    severity: Literal["error", "warning"] = "error"
    why: str = Field(min_length=1, description="why it must hold, for people")


class _Suite(Strict):
    suite: str = Field(description="the name of the dataset or mart, as in the file's name")
    about: str = Field(min_length=1, description="what one row is, for people")
    key: tuple[str, ...] = ()
    key_where: str = ""
    expectations: tuple[_Expectation, ...] = Field(min_length=1, description="a list of expectations")


@dataclass(frozen=True)
class Expectation:
    """One thing that must hold. `line` is where it stands in the suite's file."""

    check_id: str
    type: str
    kwargs: dict[str, Any]
    severity: Severity
    why: str
    line: int

    @property
    def facts(self) -> frozenset[str]:
        """Names of the facts that its arguments ask for."""
        return frozenset(name for value in self.kwargs.values() for name in _facts_in(value))


@dataclass(frozen=True)
class Suite:
    """What must hold for one dataset or mart.

    `key` names the columns that identify a row, among the rows where `key_where` (SQL, all rows when empty) holds.
    """

    name: str
    path: Path
    about: str
    key: tuple[str, ...]
    key_where: str
    expectations: tuple[Expectation, ...]

    def place(self, check_id: str) -> str:
        """`file:line` of one expectation."""
        line = next(expectation.line for expectation in self.expectations if expectation.check_id == check_id)
        return f"{shown(self.path)}:{line}"


def load_suites(folder: Path) -> dict[str, Suite]:
    """Every `*.yaml` of a folder, by name. Raises ConfigError with all mistakes of all files."""
    suites, mistakes = read_suites(folder)
    if mistakes:
        raise ConfigError(f"the suites in {shown(folder)}", mistakes)
    return suites


def read_suites(folder: Path) -> tuple[dict[str, Suite], list[Mistake]]:
    """As `load_suites`, for who goes on in spite of mistakes: the suites without any, and every mistake."""
    read = [_read(path) for path in sorted(folder.glob("*.yaml"))]
    mistakes = [mistake for _, found in read for mistake in found]
    return {suite.name: suite for suite, found in read if suite and not found}, mistakes


def load_suite(path: Path) -> Suite:
    """One suite. Raises ConfigError with all its mistakes."""
    suite, mistakes = _read(path)
    if suite is None or mistakes:
        raise ConfigError(f"the suite {shown(path)}", mistakes)
    return suite


def _read(path: Path) -> tuple[Suite | None, list[Mistake]]:
    source = read_yaml(shown(path))
    if not source.value:
        return None, list(source.mistakes) or [source.mistake((), "is empty", "a suite expected")]
    model, wrong = find_mistakes(_Suite, source.value, source, lambda loc: loc)
    suite = None if model is None else _suite_of(model, source)
    mistakes = with_questions(source, [*source.mistakes, *wrong, *_mistakes_of(source)])
    in_file = _length(source.value.get("expectations"))
    if suite is not None and len(suite.expectations) != in_file:
        problem = f"holds {in_file} expectations, of which {len(suite.expectations)} were loaded"
        mistakes.append(source.mistake(("expectations",), problem))
    return suite, mistakes


def _suite_of(model: _Suite, source: YamlSource) -> Suite:
    expectations = tuple(
        Expectation(item.id, item.type, item.kwargs, item.severity, item.why, source.line(("expectations", index)))
        for index, item in enumerate(model.expectations)
    )
    path = source.path.absolute()
    return Suite(model.suite, path, model.about, model.key, model.key_where, expectations)


def _mistakes_of(source: YamlSource) -> Iterator[Mistake]:
    """What the model cannot judge, told together with what it finds; values of another type are left to it."""
    name, stem = source.value.get("suite"), source.path.stem
    if isinstance(name, str) and name != stem:
        yield source.mistake(("suite",), f"`{name}` is not the file's name", f"`{stem}` expected")
    seen: dict[str, int] = {}
    for loc, expectation in _written(source):
        first = seen.setdefault(expectation.check_id, expectation.line)
        if first != expectation.line:
            yield source.mistake((*loc, "id"), "is given twice", f"first on line {first}")
        yield from _argument_mistakes(expectation, source, loc)
        yield from _fact_mistakes(expectation, source, loc)


def _written(source: YamlSource) -> Iterator[tuple[Loc, Expectation]]:
    """The expectations as far as they can be judged one by one, each with its place."""
    for index in range(_length(source.value.get("expectations"))):
        loc: Loc = ("expectations", index)
        check_id, kind, kwargs = (dig(source.value, *loc, key) for key in ("id", "type", "kwargs"))
        given = {} if kwargs is None else kwargs
        if isinstance(check_id, str) and isinstance(kind, str) and isinstance(given, dict):
            yield loc, Expectation(check_id, kind, given, "error", "", source.line(loc))


def _length(value: object) -> int:
    return len(value) if isinstance(value, list) else 0


def _argument_mistakes(expectation: Expectation, source: YamlSource, loc: Loc) -> Iterator[Mistake]:
    kind = TYPES.get(expectation.type)
    if kind is None:
        yield source.mistake(
            (*loc, "type"),
            f"`{expectation.type}` is no expectation type that is known to work on DuckDB",
            suggest(expectation.type, TYPES),
        )
        return
    for name in expectation.kwargs.keys() - kind.arguments:
        yield source.mistake((*loc, "kwargs", name), "unknown argument", suggest(name, kind.arguments))
    for choice in kind.required:
        if not choice & expectation.kwargs.keys():
            yield source.mistake((*loc, "kwargs"), f"{' or '.join(sorted(choice))} is missing")
    if problem := argument_problem(expectation.kwargs):
        yield source.mistake((*loc, "kwargs"), problem)


def _fact_mistakes(expectation: Expectation, source: YamlSource, loc: Loc) -> Iterator[Mistake]:
    for name in sorted(expectation.facts - FACTS.keys()):
        yield source.mistake((*loc, "kwargs"), f"`${name}` is no fact of a delivery", suggest(name, FACTS))
    if KEYS_DISTINCT in expectation.facts and not source.value.get("key"):
        yield source.mistake((*loc, "kwargs"), f"`${KEYS_DISTINCT}` needs the suite's `key`", "list its columns")


def is_fact(value: object) -> bool:
    """Whether an argument is a fact as a whole, such as `$rows_written`."""
    return isinstance(value, str) and FACT.fullmatch(value) is not None


def _facts_in(value: object) -> list[str]:
    """Facts of an argument: the whole of a plain one, any place of a query (recognised by its `{batch}`)."""
    if not isinstance(value, str):
        return []
    return FACT.findall(value) if "{batch}" in value or is_fact(value) else []


def is_query(argument: str) -> bool:
    """Whether an argument of this name holds SQL, in which facts are written as literals."""
    return argument == ROWS_QUERY
