"""What every step of one dataset's part of a night works with, and what the part comes to.

The audit is given by the caller (`expectations` in production), so that this package knows nothing of how checks are
run. The steps are `lake.night.decide` for new deliveries and `lake.night.restore` for earlier ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import duckdb
from pyiceberg.catalog import Catalog

from lake.checks import CheckResult
from lake.contract import Contract
from lake.deliveries.known import Known
from lake.deliveries.ledger import COMMITTED, REFUSED, Delivery, Ledger
from lake.iceberg.staging import StagedFile
from lake.keys import PseudonymKey
from lake.settings import Settings


class Auditor(Protocol):
    """Runs the suites; `expectations.gate` is the one in production."""

    def audit_delivery(
        self, con: duckdb.DuckDBPyConnection, contract: Contract, delivery: Delivery, files: Sequence[StagedFile]
    ) -> list[CheckResult]:
        """Check exactly the staged files of one delivery."""

    def audit_mart(self, con: duckdb.DuckDBPyConnection, mart: str, relation: str) -> list[CheckResult]:
        """Check a mart as it will be."""


@dataclass(frozen=True)
class Bench:
    """What every step of one dataset's part needs."""

    settings: Settings
    city: str
    night_id: str
    scratch: Path
    contract: Contract
    suite_hash: str
    key: PseudonymKey | None
    ledger: Ledger
    catalog: Catalog
    auditor: Auditor
    known: Known


@dataclass
class Outcome:
    """What became of a dataset in a night. `deliveries` are those decided now, in order; `problem` says why its source
    could not be read at all."""

    dataset: str
    deliveries: list[Delivery] = field(default_factory=list)
    checks: list[CheckResult] = field(default_factory=list)
    seconds: float = 0.0
    problem: str = ""

    def add(self, other: Outcome) -> None:
        """Take in what became of another source entry of the dataset."""
        self.deliveries += other.deliveries
        self.checks += other.checks
        self.seconds += other.seconds
        self.problem = "; ".join(filter(None, (self.problem, other.problem)))

    @property
    def committed(self) -> list[Delivery]:
        """Deliveries whose rows are in the table now."""
        return [delivery for delivery in self.deliveries if delivery.status == COMMITTED]

    @property
    def refused(self) -> list[Delivery]:
        """Deliveries of which no row is visible."""
        return [delivery for delivery in self.deliveries if delivery.status == REFUSED]
