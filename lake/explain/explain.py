"""Why a cell of a mart is what it is: its figures and formula, and the way back to release, snapshots and deliveries.

Puts together what its neighbours find: the row (lake/explain/cell.py), the arithmetic (lake/explain/formula.py),
lineage over the models of the release (lake/explain/lineage.py, lake/night/kept_models.py) and deliveries
(lake/explain/deliveries_of.py). How it looks on a terminal is the business of orchestration/explain_text.py. Needs
neither dbt nor Dagster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from lake.city import City
from lake.contract import Contract
from lake.errors import UsageError
from lake.explain.cell import NUMBERS, RESTRICTED, STATUS, Cell, find_cell, find_mart, nearest_columns
from lake.explain.deliveries_of import LOOKED_THROUGH, DeliveryFacts, delivery_facts, find_deliveries
from lake.explain.formula import Formula, Numbers, formula_of
from lake.explain.lineage import Known, Lineage, Origin
from lake.explain.raw_behind import raw_behind
from lake.iceberg.file_table import literal
from lake.iceberg.tables import RAW
from lake.licences import licences_of
from lake.night.kept_models import KeptModel, kept_models
from lake.ops_index import OpsTable
from lake.query.descriptions import describe
from lake.query.query import AsOf, ops_tables, run_sql
from lake.query.results import json_value, named_rows
from lake.query.visible import CITY_COLUMN, UNQUALIFIED_SCHEMA, schema_of, visible
from lake.release.record import CityEntry, Release
from lake.release.release import all_releases, release_as_of
from lake.settings import Settings

VALUE, ROWS_COUNTED = "value", "rows"
INDEX_RULES = "intermediate.index_rule"
KEY_TYPES = ("VARCHAR", "DATE", "INTEGER", "BIGINT", "BOOLEAN")


@dataclass(frozen=True)
class Question:
    """A cell as somebody asks for it: `given` are values of columns, `column` is one figure of the row."""

    table: str
    given: Mapping[str, str]
    column: str | None = None
    as_of: AsOf = None
    role: str = "analyst"


@dataclass(frozen=True)
class RawSource:
    """One raw table behind a cell.

    `role` is `value` where figures come from it, `rows` where it only decides which rows count. `values` are the
    figures of the one row that the cell was taken from, if it was.
    """

    table: str
    role: str
    columns: Sequence[str]
    snapshot_id: int | None
    metadata_location: str
    contract_version: str
    licence: str
    attribution: str
    narrowed_by: Sequence[str]
    values: Mapping[str, Any]
    note: str
    deliveries: Sequence[DeliveryFacts]


@dataclass(frozen=True)
class CheckFacts:
    """A check that ran over the mart, or over one of the deliveries before its rows were let in."""

    subject: str
    check_id: str
    delivery_id: str | None
    passed: bool
    severity: str
    observed: str
    expected: str
    message: str


@dataclass(frozen=True)
class ReleaseFacts:
    """The release that was asked, and the one whose night computed the row, with the snapshot of the mart in it."""

    asked: int
    computed_by: int
    released_at: datetime
    night_id: str
    code_version: str
    status: str
    snapshot_id: int | None
    metadata_location: str


@dataclass(frozen=True)
class Explanation:
    """Everything that is told of one cell. A hidden figure is the word `restricted`."""

    table: str
    key: Mapping[str, str]
    figures: Mapping[str, Any]
    unit: str
    status: str
    formula: Formula
    release: ReleaseFacts
    sources: Sequence[RawSource]
    checks: Sequence[CheckFacts]

    def to_json(self) -> dict[str, Any]:
        """The same as plain values; the keys are those of docs/explain.md."""
        return {name: json_value(value) for name, value in asdict(self).items()}


def explain(
    settings: Settings, question: Question, contracts: Mapping[str, Contract], city_of: Callable[[str], City]
) -> Explanation:
    """Explain a cell; `city_of` reads a city's file.

    Raises UsageError where the question names no row or several, or a table that the role cannot see.
    """
    release = release_as_of(settings, question.as_of)
    ops = ops_tables(settings)
    view = visible(settings, question.role, release, ops)
    table, asked = find_mart(view, question.table), question.given.get(CITY_COLUMN, "")
    city = asked if asked in release.cities else release.city
    models = kept_models(settings, city, release.cities[city])
    cell = find_cell(view, table, question.given, models[table].key if table in models else ())
    figures = _figures(cell, question.column)
    city = cell.city or city
    computed = _computed_by(settings, release, city, cell)
    behind = _Behind(settings, computed.cities[city], contracts, city_of(city), ops.get("deliveries"))
    sources = behind.sources(cell, figures)
    return Explanation(
        table=table,
        key=cell.key,
        figures={figure: RESTRICTED if _is_hidden(cell, figure) else cell.row[figure] for figure in figures},
        unit=str(cell.row.get("unit") or ""),
        status=str(cell.row.get(STATUS) or ""),
        formula=formula_of(cell, _described(table, figures), _numbers(settings, release, models, sources)),
        release=_release_facts(release, computed, city, table),
        sources=sources,
        checks=list(_checks(settings, cell, computed.cities[city], sources)),
    )


@dataclass(frozen=True)
class _Behind:
    """What stands behind the cells of one city in one release."""

    settings: Settings
    entry: CityEntry
    contracts: Mapping[str, Contract]
    city: City
    ops_deliveries: OpsTable | None

    def sources(self, cell: Cell, figures: Sequence[str]) -> list[RawSource]:
        """The raw tables of the city behind some figures, those that figures come from first."""
        lineage = Lineage(kept_models(self.settings, self.city.city, self.entry))
        known = _known(cell)
        made_of = self._raw_tables(lineage, cell, figures, known)
        found = [self._source(cell, table, VALUE, origins) for table, origins in sorted(made_of.items())]
        if not any(source.deliveries for source in found):
            return self._looked_through(lineage, cell, figures)
        decided_by = self._raw_tables(lineage, cell, figures, known, deep=True)
        return found + [
            self._source(cell, table, ROWS_COUNTED, origins)
            for table, origins in sorted(decided_by.items())
            if table not in made_of
        ]

    def _looked_through(self, lineage: Lineage, cell: Cell, figures: Sequence[str]) -> list[RawSource]:
        """Of a cell to which nothing contributed: where cells that differ in one column of the key come from."""
        known = _known(cell)
        others = [{name: known[name] for name in known if name != left_out} for left_out in ("", *known)]
        tables = [found for other in others if (found := self._raw_tables(lineage, cell, figures, other))]
        nearest = min(tables, key=len, default={})
        return [self._source(cell, table, VALUE, origins, nearest=True) for table, origins in sorted(nearest.items())]

    def _source(self, cell: Cell, table: str, role: str, origins: set[Origin], *, nearest: bool = False) -> RawSource:
        dataset = table.removeprefix(f"{RAW}.")
        contract, pin = self.contracts[dataset], self.entry.tables[table]
        found = find_deliveries(
            self.settings, self.city.city, contract, pin, origins, cell.period, or_looked_through=nearest
        )
        facts = delivery_facts(self.settings, self.ops_deliveries, found.delivery_ids)
        lines = [source.attribution for source in self.city.sources_of(dataset)] or [contract.attribution]
        return RawSource(
            table=table,
            role=role,
            columns=sorted({origin.column for origin in origins}),
            snapshot_id=pin.snapshot_id,
            metadata_location=pin.metadata_location,
            contract_version=self.entry.contracts.get(dataset, ""),
            licence="; ".join(licences_of(self.city, contract)),
            attribution="; ".join(dict.fromkeys(lines)),
            narrowed_by=found.narrowed_by,
            values={} if cell.is_restricted else found.values,
            note=LOOKED_THROUGH if nearest else found.note,
            deliveries=sorted(facts.values(), key=lambda one: (one.file_name, one.delivery_id)),
        )

    def _raw_tables(
        self, lineage: Lineage, cell: Cell, figures: Sequence[str], known: Known, *, deep: bool = False
    ) -> dict[str, set[Origin]]:
        return raw_behind(lineage, self.entry, cell.table, figures, known, deep=deep)


def _known(cell: Cell) -> dict[str, frozenset[str]]:
    """What the key says of the row, as lineage takes it."""
    types = {column.name: column.type for column in cell.columns}
    return {name: frozenset({value}) for name, value in cell.key.items() if types[name] in KEY_TYPES}


def _figures(cell: Cell, column: str | None) -> list[str]:
    if column is None:
        return cell.figures
    if column not in cell.row:
        raise UsageError(f"{cell.table} has no column `{column}`.", hint=nearest_columns(column, cell.row))
    return [column]


def _is_hidden(cell: Cell, figure: str) -> bool:
    """Whether a number of a restricted row is left out where all may look, or stands where only the team may."""
    kind = next(column.type for column in cell.columns if column.name == figure)
    is_open = schema_of(cell.table) == UNQUALIFIED_SCHEMA
    return cell.is_restricted and kind.startswith(NUMBERS) and not (is_open and cell.row[figure] is not None)


def _computed_by(settings: Settings, release: Release, city: str, cell: Cell) -> Release:
    """The first release with the data file that holds the row: later ones carried it over."""
    file = cell.file.relative_to(settings.warehouse).as_posix()
    for earlier in all_releases(settings):
        pin = earlier.cities[city].tables.get(cell.table) if city in earlier.cities else None
        if pin is not None and file in (pin.files or ()):
            return earlier
    return release


def _release_facts(asked: Release, computed: Release, city: str, table: str) -> ReleaseFacts:
    entry = computed.cities[city]
    pin = entry.tables[table]
    return ReleaseFacts(
        asked=asked.release_id,
        computed_by=computed.release_id,
        released_at=computed.released_at,
        night_id=entry.night_id,
        code_version=computed.code_version,
        status=entry.status,
        snapshot_id=pin.snapshot_id,
        metadata_location=pin.metadata_location,
    )


def _described(table: str, figures: Sequence[str]) -> str:
    """What the mart's description says of the figures; of several each with its name."""
    words = describe(table).columns
    told = {figure: words[figure].rstrip(".") for figure in figures if words.get(figure)}
    return "; ".join(told.values() if len(told) == 1 else (f"{name}: {meaning}" for name, meaning in told.items()))


def _numbers(
    settings: Settings, release: Release, models: Mapping[str, KeptModel], sources: Iterable[RawSource]
) -> Numbers:
    rules = models[INDEX_RULES].rows if INDEX_RULES in models else ()
    floors = {str(row["index_code"]): float(row["floor_share"] or 0) for row in rules}
    inputs = {name: float(value) for source in sources for name, value in source.values.items() if value is not None}
    return Numbers(lambda sql: named_rows(sql, release, settings), floors, inputs)


def _checks(settings: Settings, cell: Cell, entry: CityEntry, sources: Iterable[RawSource]) -> Iterator[CheckFacts]:
    """The last outcome of every check of the mart in its night, and of the deliveries."""
    names = list(CheckFacts.__dataclass_fields__)
    ids = [delivery.delivery_id for source in sources for delivery in source.deliveries]
    mart = literal(cell.table.partition(".")[2])
    of_mart = f"delivery_id is null and subject = {mart} and night_id = {literal(entry.night_id)}"
    of_deliveries = f"delivery_id in ({', '.join(map(literal, ids))})" if ids else "false"
    sql = f"""
        select {", ".join(names)} from ops.check_results where ({of_mart}) or ({of_deliveries})
        qualify row_number() over (partition by subject, check_id, delivery_id order by checked_at desc) = 1
        order by passed, subject, check_id, delivery_id"""
    for row in run_sql(sql, settings=settings).fetchall():
        yield CheckFacts(*row)
