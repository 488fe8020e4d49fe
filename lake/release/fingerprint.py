"""What a release rests on, as short hashes: raw snapshots, contracts, city file, suites, models, code.

Two equal fingerprints mean that another release would hold the same numbers. `models` covers the dbt project with its
seeds, so that a changed formula or goalpost takes effect in the next night.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from lake.city import City
from lake.contract import Contract
from lake.settings import project_root

MODEL_FILES = ("*.sql", "*.csv", "*.py")
DESCRIPTION_FILES = ("*.yml",)
REBUILD_PARTS = ("contracts", "city", "models", "code")


def code_version() -> str:
    """The version of the installed package."""
    try:
        return version("citylake")
    except PackageNotFoundError:
        return "uninstalled"


def files_hash(paths: Iterable[Path]) -> str:
    """One hash of names and contents."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def text_hash(text: str) -> str:
    """A short hash of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def project_files(patterns: Iterable[str]) -> list[Path]:
    """Files of the dbt project; what dbt itself writes there is left out."""
    project = project_root() / "dbt_project"
    found = [path for pattern in patterns for path in project.rglob(pattern)]
    return [path for path in found if not {"target", "logs", "dbt_packages"} & set(path.relative_to(project).parts)]


def fingerprint(
    city: City, contracts: Mapping[str, Contract], heads: Mapping[str, int], suite_hashes: Mapping[str, str]
) -> dict[str, str]:
    """The fingerprint of what a city's next release would rest on.

    Contracts and city count as they were read, not as their files may be by now. Of contracts only what decides which
    rows come out counts, so that better wording computes nothing anew.
    """
    parsing = {dataset: contracts[dataset].parsing_hash for dataset in city.datasets}
    return {
        **{f"raw.{dataset}": str(snapshot) for dataset, snapshot in sorted(heads.items())},
        "contracts": text_hash(repr(sorted(parsing.items()))),
        "city": text_hash(city.model_dump_json(exclude={"path"})),
        "suites": text_hash(repr(sorted(suite_hashes.items()))),
        "models": files_hash(project_files(MODEL_FILES)),
        "descriptions": files_hash(project_files(DESCRIPTION_FILES)),
        "code": code_version(),
    }


def needs_rebuild(before: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """Whether marts must be computed for all periods: how numbers are made has changed, not only what came in."""
    return any(before.get(part) != now.get(part) for part in REBUILD_PARTS)
