"""The gate between staged and visible: which suite is run over what, with which facts.

`lake` hands over staged files and marts and knows this class only by its protocol (`lake.night.bench.Auditor`). A
dataset without a suite passes no row; a mart without one rests on its dbt tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

from expectations.audit import audit_rows
from expectations.suites import load_suites
from lake.checks import CheckError, CheckResult
from lake.contract import Contract
from lake.deliveries.known import latest_date
from lake.deliveries.ledger import Delivery
from lake.iceberg.file_table import literal
from lake.iceberg.staging import StagedFile
from lake.release.fingerprint import files_hash

FOLDER = Path(__file__).parent
AUDITED = "_audited_files"
RESTRICTED = "marts_restricted."


class SuiteGate:
    """The suites of a folder with `raw/` and `marts/`; `night_date` is the date that the night is for."""

    def __init__(self, folder: Path = FOLDER, *, night_date: date | None = None) -> None:
        self._raw = load_suites(folder / "raw")
        self._marts = load_suites(folder / "marts")
        self._night_date = night_date

    @property
    def suite_hashes(self) -> dict[str, str]:
        """By dataset or mart: what changes when its suite does."""
        return {name: files_hash([suite.path]) for name, suite in {**self._raw, **self._marts}.items()}

    def audit_delivery(
        self, con: duckdb.DuckDBPyConnection, contract: Contract, delivery: Delivery, files: Sequence[StagedFile]
    ) -> list[CheckResult]:
        """Run the dataset's suite over exactly these staged files.

        A file that may be empty, and is, has nothing to check.
        Raises CheckError where there is no suite, no staged row, or a check cannot be run.
        """
        suite = self._raw.get(contract.dataset)
        if suite is None:
            raise CheckError(f"there is no suite for {contract.dataset}", hint=f"add raw/{contract.dataset}.yaml")
        if not files and contract.limits.may_be_empty and delivery.rows_read == 0:
            return []
        if not files:
            raise CheckError(f"{delivery.file_name} brought no row that could be checked", hint="see its rejects")
        paths = ", ".join(literal(str(file.path)) for file in files)
        con.execute(f"create or replace temp view {AUDITED} as select * from read_parquet([{paths}])")
        facts = {
            "rows_accepted": delivery.rows_accepted,
            "rows_written": delivery.rows_written,
            "latest_date": latest_date(self._night_date),
        }
        return audit_rows(
            con,
            AUDITED,
            suite,
            facts=facts,
            delivery_id=delivery.delivery_id,
            file_name=delivery.file_name,
            about_persons=contract.personal_data != "none",
        )

    def audit_mart(self, con: duckdb.DuckDBPyConnection, mart: str, relation: str) -> list[CheckResult]:
        """Run a mart's suite over the mart as it will be; a mart without a suite rests on its dbt tests."""
        suite = self._marts.get(mart)
        if suite is None:
            return []
        restricted = relation.startswith(RESTRICTED)
        facts = {"latest_date": latest_date(self._night_date)}
        return audit_rows(con, relation, suite, facts=facts, about_persons=restricted)
