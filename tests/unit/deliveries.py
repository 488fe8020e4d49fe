"""Small contracts, a lake to deliver to, and what it holds afterwards: real DuckDB, Parquet and Iceberg tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
from pyiceberg.catalog import Catalog
from pyiceberg.table import Table

from lake.checks import CheckResult
from lake.city import Area, City, Source
from lake.contract import Column, Contract, Limits, Load, Reader
from lake.deliveries.known import Known
from lake.deliveries.ledger import Delivery, Ledger
from lake.deliveries.slots import Arrival, News, candidates, new_arrivals
from lake.iceberg.file_paths import local_path
from lake.iceberg.staging import StagedFile
from lake.iceberg.tables import raw_table, rejects_table
from lake.ingest.incoming import Incoming
from lake.ingest.ingest import Staged, connect, ingest
from lake.keys import PseudonymKey
from lake.night.decide import Bench, Outcome, decide
from lake.settings import Settings

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
KEY = PseudonymKey("energy", 1, bytes(range(32)))
CITY = "rivertown"
Rows = list[tuple[Any, ...]]


def column(name: str, of_type: str = "text", **more: object) -> Column:
    """A column whose header text is its lake name."""
    unit = None if of_type in ("text", "boolean", "date", "timestamptz", "binary") else "1"
    values = {"physicalName": name, "unit": unit, "onBad": f"bad_{name}", "onNull": f"null_{name}", **more}
    return Column(name=name, physicalType=of_type, description="a test column", **values)


def contract(*columns: Column, limits: float = 1, **more: object) -> Contract:
    """A contract `toy` of delimited text that rejects any share of the records, unless told otherwise."""
    values = {
        "reader": Reader(format="delimited", quote='"'),
        "load": Load(mode="replace_all"),
        "personalData": "personal" if "pseudonymDomain" in more else "none",
        "limits": Limits(rejectedShare=limits, reason="a test says so"),
        **more,
    }
    return Contract(
        path=Path("toy.yaml"),
        name="toy",
        domain="test",
        version="1.0.0",
        status="active",
        description="a test",
        dataGranularityDescription="a row",
        owner="nobody",
        licence="CC0-1.0",
        attribution="nobody",
        permittedPurposes=("ANY",),
        columns=columns,
        **values,
    )


def city(*sources: Source, name: str = CITY) -> City:
    """A city with one district and these sources; by default one file `toy.csv`."""
    return City(
        path=Path("city.yaml"),
        city=name,
        name=name.title(),
        time_zone="Europe/London",
        crs="EPSG:27700",
        night_starts_at="03:30",
        whole_city=Area(code="W", name="Whole"),
        districts=(Area(code="D1", name="One"),),
        sources=sources or (source("toy.csv"),),
    )


def source(*paths: str, dataset: str = "toy", name: str | None = None) -> Source:
    """A source entry."""
    return Source(dataset=dataset, name=name, path=paths, attribution="nobody")


@dataclass
class Auditor:
    """Passes everything but files whose name stands in `refuse`, and says what it was asked."""

    refuse: set[str] = field(default_factory=set)
    asked: list[tuple[str, int]] = field(default_factory=list)
    before_answer: Callable[[Delivery], None] | None = None

    def audit_delivery(
        self, _con: duckdb.DuckDBPyConnection, contract: Contract, delivery: Delivery, files: Sequence[StagedFile]
    ) -> list[CheckResult]:
        if self.before_answer:
            self.before_answer(delivery)
        self.asked.append((delivery.file_name, sum(file.rows for file in files)))
        passed = delivery.file_name not in self.refuse
        return [CheckResult(contract.dataset, "toy_rule", passed, "error", "seen", "wanted", "as told",
                            delivery.delivery_id)]  # fmt: skip

    def audit_mart(self, _con: duckdb.DuckDBPyConnection, _mart: str, _relation: str) -> list[CheckResult]:
        return []

    def suite_hash(self, _name: str) -> str:
        return "suite"


@dataclass
class Lake:
    """An empty lake with its catalog and ledger; `sources` is the folder in which files arrive."""

    settings: Settings
    catalog: Catalog
    ledger: Ledger
    sources: Path
    auditor: Auditor = field(default_factory=Auditor)
    key: PseudonymKey | None = KEY
    nights: int = 0

    def put(self, name: str, content: str | bytes) -> Path:
        """A file at the sources."""
        path = self.sources / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def tables(self, contract: Contract) -> tuple[Table, Table]:
        """Raw and rejects table."""
        return raw_table(self.catalog, self.settings, contract), rejects_table(self.catalog, self.settings, contract)

    def ingest(
        self,
        contract: Contract,
        path: Path,
        file_fields: Mapping[str, str] | None = None,
        only_periods: Sequence[date] | None = None,
        areas: tuple[str, ...] = (),
    ) -> Staged:
        """Stage one file, not yet visible, under the delivery id `delivery-1`, in a night on the day of `NOW`."""
        con = connect(self.settings.scratch)
        incoming = Incoming(
            CITY, "slot", "delivery-1", path.name, file_fields or {}, path, NOW, Known(NOW.date(), areas)
        )
        scratch = self.settings.scratch / "one"
        try:
            return ingest(
                con, incoming, contract, self.tables(contract), key=self.key, scratch=scratch, only_periods=only_periods
            )
        finally:
            con.close()

    def bench(self, contract: Contract, city: City, suite_hash: str = "suite") -> Bench:
        """What a night's steps need."""
        self.nights += 1
        known = Known(NOW.date(), city.area_codes)
        return Bench(self.settings, city.city, f"night-{self.nights}", self.settings.scratch / f"{self.nights}",
                     contract, suite_hash, self.key, self.ledger, self.catalog, self.auditor, known)  # fmt: skip

    def arrivals(
        self, contract: Contract, city: City, *, suite_hash: str = "suite", retry_refused: bool = False
    ) -> list[Arrival]:
        """What is new at the sources."""
        return self.news(contract, city, suite_hash=suite_hash, retry_refused=retry_refused).arrivals

    def news(self, contract: Contract, city: City, *, suite_hash: str = "suite", retry_refused: bool = False) -> News:
        """What is new at the sources, and what could not be read."""
        found = candidates(city, contract, self.sources, self.key)
        return new_arrivals(found, contract, suite_hash, self.ledger, city, self.settings.landing,
                            retry_refused=retry_refused)  # fmt: skip

    def night(
        self, contract: Contract, city: City, *, suite_hash: str = "suite", retry_refused: bool = False
    ) -> Outcome:
        """Decide what is new."""
        news = self.news(contract, city, suite_hash=suite_hash, retry_refused=retry_refused)
        return decide(self.bench(contract, city, suite_hash), news)

    def rows(self, contract: Contract, columns: str = "*", where: str = "true") -> Rows:
        """Visible rows of the raw table, in order."""
        return visible(self.tables(contract)[0], columns, where)

    def rejects(self, contract: Contract, columns: str = "rule_id, _source_row, raw_text") -> Rows:
        """Visible rejects, in order."""
        return visible(self.tables(contract)[1], columns)

    def snapshots(self, contract: Contract) -> int:
        """How many snapshots the raw table has."""
        return len(self.tables(contract)[0].refresh().snapshots())


def visible(table: Table, columns: str = "*", where: str = "true") -> Rows:
    """Rows of a table's current snapshot."""
    files = [local_path(task.file.file_path) for task in table.refresh().scan().plan_files()]
    return read(files, columns, where)


def read(files: Sequence[Path] | Sequence[StagedFile], columns: str = "*", where: str = "true") -> Rows:
    """Rows of Parquet files, ordered by all columns."""
    paths = [str(file.path if isinstance(file, StagedFile) else file) for file in files]
    if not paths:
        return []
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        return con.execute(f"select {columns} from read_parquet({paths}) where {where} order by all").fetchall()


def day(number: int, month: int = 1) -> date:
    """A day of 2015."""
    return date(2015, month, number)
