"""Explanations of cells, and the source files that they lead to, found again by their bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from lake.contract import load_contracts
from lake.explain.explain import Explanation, Question, explain
from tests.integration.night_runner import TrialLake


def explained(
    lake: TrialLake, table: str, given: Mapping[str, str], *, role: str = "analyst", column: str | None = None
) -> Explanation:
    """The explanation of a cell of the lake's city."""
    question = Question(table, {"city": lake.city.city, **given}, column, role=role)
    return explain(lake.settings, question, load_contracts(), lambda _: lake.city)


def files_behind(lake: TrialLake, found: Explanation, role: str = "value") -> set[str]:
    """Paths below the sources of the files whose bytes are those of the deliveries; landing has the same bytes."""
    known = {_sha256(path): path for path in lake.sources.rglob("*") if path.is_file()}
    files = set()
    for source in found.sources:
        for delivery in source.deliveries if source.role == role else ():
            assert delivery.landing is not None
            assert _sha256(lake.settings.home / delivery.landing) == delivery.sha256
            assert delivery.rows_read == (delivery.rows_accepted or 0) + (delivery.rows_rejected or 0)
            path = known[delivery.sha256]
            assert delivery.bytes == path.stat().st_size
            files.add(path.relative_to(lake.sources).as_posix())
    return files


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
