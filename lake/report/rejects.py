"""What to send back to a publisher: the rows and cells of a dataset's deliveries that did not become data, and why.

Rejects are read as they are by now, of the deliveries that stand and of those that wait, refused, for other bytes; or
of one delivery that is named. Rows that are no data (totals, blank lines) are expected and left out. Identifiers in
texts are pseudonyms from the first row on; what concerns persons is for the data team all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import IO

import duckdb

from lake.contract import Contract
from lake.deliveries.ledger import REFUSED, Delivery, Ledger
from lake.deliveries.owners import standing
from lake.deliveries.slots import last_of_slots
from lake.duck import utc_duckdb
from lake.errors import UsageError
from lake.iceberg.file_table import Column, FileTable, select_sql
from lake.iceberg.tables import REJECT_COLUMNS
from lake.query.results import write_csv
from lake.report.reject_sample import rejects_of
from lake.settings import Settings

EXAMPLES = 5
NO_COLUMNS = tuple(Column(n, column.name, column.type) for n, column in enumerate(REJECT_COLUMNS, start=1))
COLUMNS = """city, file_name as file, _source_row as line, kind, rule_id as rule, reason, column_name as "column",
    raw_text as text, _delivery_id as delivery"""


@dataclass(frozen=True)
class RuleSummary:
    """Rejects of one rule, `kind` record or cell: how many, in how many files, and where the first ones stand."""

    rule_id: str
    kind: str
    column: str
    reason: str
    count: int
    files: int
    examples: Sequence[str]


@dataclass(frozen=True)
class RejectReport:
    """The rejects of a dataset in short. `refused` are deliveries of which nothing was let in."""

    dataset: str
    deliveries: Sequence[Delivery]
    refused: Sequence[Delivery]
    rules: Sequence[RuleSummary]


def report_rejects(
    settings: Settings, contract: Contract, city: str | None = None, delivery_id: str | None = None
) -> RejectReport:
    """Summarise the rejects of a dataset, the most frequent rule first.

    Raises UsageError for a delivery or a city that the dataset does not have.
    """
    deliveries = _deliveries(settings, contract, city, delivery_id)
    with _rejects(settings, contract, deliveries) as con:
        rows = con.execute(
            """
            select rule_id, kind, coalesce(column_name, ''), reason, count(*) as found, count(distinct file_name),
                list(file_name || coalesce(', line ' || _source_row, '') order by file_name, _source_row)[1:$examples]
            from rejects group by all order by found desc, rule_id""",
            {"examples": EXAMPLES},
        ).fetchall()
    refused = [one for one in deliveries if one.status == REFUSED]
    return RejectReport(contract.dataset, deliveries, refused, [RuleSummary(*row) for row in rows])


def write_rejects(
    settings: Settings, contract: Contract, out: IO[str], city: str | None = None, delivery_id: str | None = None
) -> None:
    """Write every rejected row and cell as CSV, by file and line. Raises UsageError as `report_rejects`."""
    deliveries = _deliveries(settings, contract, city, delivery_id)
    with _rejects(settings, contract, deliveries) as con:
        write_csv(con.execute(f"select {COLUMNS} from rejects order by city, file, line, rule"), out)


def _deliveries(settings: Settings, contract: Contract, city: str | None, delivery_id: str | None) -> list[Delivery]:
    with closing(Ledger.at(settings.ledger)) as ledger:
        known = ledger.deliveries(city, contract.dataset)
    where = f" of {city}" if city else ""
    if delivery_id is not None:
        found = [one for one in known if one.delivery_id == delivery_id]
        if not found:
            raise UsageError(
                f"{contract.dataset} has no delivery `{delivery_id}`{where}.",
                hint='`citylake sql "SELECT delivery_id, dataset, file_name FROM ops.deliveries"` lists them.',
            )
        return found
    if not known:
        raise UsageError(
            f"There is no delivery of {contract.dataset}{where}.", hint="`citylake status` lists what came."
        )
    by_city = {one.city: [other for other in known if other.city == one.city] for one in known}
    return [one for history in by_city.values() for one in _that_count(history, contract)]


def _that_count(history: Sequence[Delivery], contract: Contract) -> list[Delivery]:
    waiting = [one for one in last_of_slots(history) if one.status == REFUSED]
    ids = {one.delivery_id for one in (*standing(history, contract), *waiting)}
    return [one for one in history if one.delivery_id in ids]


@contextmanager
def _rejects(
    settings: Settings, contract: Contract, deliveries: Sequence[Delivery]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the view `rejects` of these deliveries."""
    ids = [one.delivery_id for one in deliveries]
    table = rejects_of(settings, contract, ids) or FileTable(NO_COLUMNS, ())
    with utc_duckdb() as con:
        con.execute("create table ids as select unnest(?::varchar[]) as id", [ids])
        con.execute(
            f"""create view rejects as select * from ({select_sql(table)})
            where kind <> 'no_data' and _delivery_id in (select id from ids)"""
        )
        yield con
