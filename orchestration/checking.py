"""Everything that people write about datasets and cities, read and judged without running anything.

`check_project` reads what citylake comes with, `check_file` one file, whose kind its content or else its place tells.
A night reads the same (`require_right`), so that it stops for nothing that `citylake check` does not name.
What is a mistake is decided where the files are read: lake/contract.py, lake/city.py, expectations/suites.py, drift.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from expectations.drift import differing_columns, missing_files
from expectations.gate import FOLDER
from expectations.suites import load_suite, read_suites
from lake.city import packaged_cities, read_city
from lake.contract import Contract, contract_files, load_contract, read_contracts
from lake.errors import UsageError
from lake.mistakes import ConfigError, shown
from lake.settings import project_root
from lake.yaml_source import Mistake, read_yaml

Kind = Literal["contract", "suite", "city"]
MARKS: Mapping[Kind, frozenset[str]] = {
    "contract": frozenset({"apiVersion", "kind", "schema"}),
    "suite": frozenset({"suite", "expectations"}),
    "city": frozenset({"city", "sources", "districts", "whole_city"}),
}


@dataclass(frozen=True)
class Checked:
    """What was read, for people, and every mistake in it."""

    what: str
    mistakes: list[Mistake]


def check_project(cities: Iterable[Path] | None = None) -> Checked:
    """Contracts, suites and staging models as they go together, and these city files (default: the packaged ones)."""
    project = _Project()
    files = list(packaged_cities().values() if cities is None else cities)
    found = [*project.mistakes, *(mistake for path in files for mistake in project.city_mistakes(path))]
    datasets, suites = len(contract_files()), len(list(FOLDER.glob("*/*.yaml")))
    return Checked(f"{datasets} contracts, {suites} suites and {_cities(len(files))}", found)


def check_file(path: Path) -> Checked:
    """One contract, suite or city file. Raises UsageError where there is no such file."""
    if not path.is_file():
        problem = f"{path} is a folder." if path.is_dir() else f"There is no file {path}."
        raise UsageError(
            problem, hint="Say contracts, suites or city files; without any, all that citylake has is checked."
        )
    kind = _kind(path)
    if kind is None:
        expected = "a contract has `kind: DataContract`, a suite `suite: ...`, a city file `city: ...`"
        source = read_yaml(shown(path))
        found = list(source.mistakes) or [source.mistake((), "is neither contract, suite nor city file", expected)]
        return Checked(str(shown(path)), found)
    project = _Project()
    own = project.city_mistakes(path) if kind == "city" else _own_mistakes(path, kind)
    place = shown(path)
    return Checked(f"{kind} {place}", [*own, *(one for one in project.drift if one.path == place)])


def require_right(city_file: Path) -> dict[str, Contract]:
    """The contracts that a night of this city file runs by. Raises ConfigError with the mistakes of all files."""
    project = _Project()
    mistakes = [*project.mistakes, *project.city_mistakes(city_file)]
    if mistakes:
        raise ConfigError("contracts, suites and city file", mistakes)
    return project.contracts


class _Project:
    """The files that citylake comes with, each read once."""

    def __init__(self) -> None:
        self.contracts, self._of_contracts = read_contracts()
        self._raw, self._of_raw = read_suites(FOLDER / "raw")
        self._of_marts = read_suites(FOLDER / "marts")[1]

    @property
    def mistakes(self) -> list[Mistake]:
        """Of contracts and suites, each by itself and together."""
        return [*self._of_contracts, *self._of_raw, *self._of_marts, *self.drift]

    @cached_property
    def drift(self) -> list[Mistake]:
        """Where contracts, suites and staging models do not go together."""
        both = [(self.contracts[name], suite) for name, suite in self._raw.items() if name in self.contracts]
        columns = [mistake for contract, suite in both for mistake in differing_columns(contract, suite)]
        return [*missing_files(project_root()), *columns]

    def city_mistakes(self, path: Path) -> list[Mistake]:
        """Of one city file."""
        unread = {one.stem for one in contract_files()} - self.contracts.keys()
        return read_city(path, self.contracts, unread)[1]


def _own_mistakes(path: Path, kind: Kind) -> list[Mistake]:
    try:
        load_contract(path) if kind == "contract" else load_suite(path)
    except ConfigError as error:
        return list(error.mistakes)
    return []


def _kind(path: Path) -> Kind | None:
    """What a file is: by its keys, or where these say nothing by the folder that it lies in."""
    keys = read_yaml(path).value.keys()
    by_keys = max(MARKS, key=lambda kind: len(MARKS[kind] & keys))
    if MARKS[by_keys] & keys:
        return by_keys
    places: dict[Kind, Path] = {"contract": project_root() / "lake" / "contracts", "suite": FOLDER}
    places["city"] = project_root() / "lake" / "cities"
    return next((kind for kind, folder in places.items() if path.resolve().is_relative_to(folder)), None)


def _cities(count: int) -> str:
    return f"{count} city file{'s' if count != 1 else ''}"
