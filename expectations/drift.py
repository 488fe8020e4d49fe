"""Where contract, suite and staging model of a dataset do not go together, told like mistakes: with file and line.

What is wrong within one contract or one suite is found when it is read (lake/contract.py, expectations/suites.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lake.contract import contract_files
from lake.iceberg.tables import raw_columns
from lake.mistakes import shown, suggest
from lake.yaml_source import Mistake, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expectations.suites import Expectation, Suite
    from lake.contract import Contract

SUITES = Path("expectations") / "raw"
STAGING = Path("dbt_project") / "models" / "staging"


def missing_files(root: Path) -> Iterator[Mistake]:
    """Contracts without a suite or staging model, and suites without a contract, of the project in `root`."""
    contracts = {path.stem: path for path in contract_files(root / "lake" / "contracts")}
    suites = {path.stem: path for path in sorted((root / SUITES).glob("*.yaml"))}
    models = {path.stem: path for path in (root / STAGING).rglob("stg_*.sql")}
    for dataset, path in contracts.items():
        if dataset not in suites:
            yield _about(path, "name", f"`{dataset}` has no suite", f"write {SUITES}/{dataset}.yaml")
        model = models.get(f"stg_{dataset}")
        if model is None:
            expected = STAGING / path.parent.name / f"stg_{dataset}.sql"
            yield _about(path, "name", f"`{dataset}` has no staging model", f"write {expected}")
        elif not model.with_suffix(".yml").is_file():
            expected = model.with_suffix(".yml").relative_to(root)
            yield _about(path, "name", "its staging model is not described", f"write {expected}")
    for dataset in suites.keys() - contracts.keys():
        problem, near = f"there is no contract `{dataset}`", suggest(dataset, contracts)
        yield _about(suites[dataset], "suite", problem, f"write lake/contracts/<domain>/{dataset}.yaml; {near}")


def differing_columns(contract: Contract, suite: Suite) -> Iterator[Mistake]:
    """Columns that a suite names and the staged files have not, and columns that the suite's list leaves out."""
    staged = [column.name for column in raw_columns(contract)]
    path = shown(suite.path)
    for expectation in suite.expectations:
        key = f"expectations.{expectation.check_id}.kwargs"
        named = _columns_of(expectation)
        for name in named:
            if name not in staged:
                problem = f"`{name}` is no column of contract {contract.dataset}"
                yield Mistake(path, expectation.line, key, problem, suggest(name, staged))
        if left_out := [name for name in staged if "column_set" in expectation.kwargs and name not in named]:
            problem = f"leaves out {', '.join(left_out)}"
            yield Mistake(path, expectation.line, key, problem, "every column of the contract is listed")
    for name in suite.key:
        if name not in staged:
            problem = f"`{name}` is no column of contract {contract.dataset}"
            yield _about(suite.path, "key", problem, suggest(name, staged))


def _columns_of(expectation: Expectation) -> list[str]:
    listed = expectation.kwargs.get("column_set")
    names = [expectation.kwargs.get("column"), *(listed if isinstance(listed, list) else [])]
    return [name for name in names if isinstance(name, str)]


def _about(path: Path, key: str, problem: str, expected: str) -> Mistake:
    return read_yaml(shown(path)).mistake((key,), problem, expected)
