"""Column lineage: which columns of which source tables a column of a model comes from, given what is known of the row.

Follows the models' SQL (lake/explain/lineage_sql.py) from a column backwards. What is known of a row, such as its
indicator code, goes with it: of a union only the branches that can hold such a row are followed, of a seed only its
rows count, and an equal join hands knowledge on to the other side. Where a step is not understood (a model in Python,
an expression) knowledge is dropped, so that too many columns may be named but never too few.

Two questions can be asked: what a value is made of, and, `deep`, also what decided which rows count (joins, filters).
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from lake.explain.lineage_sql import (
    ROWS,
    Condition,
    Either,
    Equal,
    Fixed,
    Output,
    Ref,
    Relation,
    Select,
    Stored,
    Union,
    column_names,
    read_model,
)
from lake.night.kept_models import KeptModel

# Each pass hands knowledge over one more join; chains of equal joins in one select are short.
PASSES = 3
# Stands among possible values where there may be none; no text of a table is this one.
NULL = "\0"

Known = Mapping[str, frozenset[str]]
Frozen = frozenset[tuple[str, frozenset[str]]]
Pushed = dict[str, dict[str, frozenset[str]]]


@dataclass(frozen=True)
class Origin:
    """A column of a source table (`*`: its rows), and what is known of the rows that count.

    They may be of `any_period`, and not only of that of the number that is asked about.
    """

    table: str
    column: str
    known: Frozen
    any_period: bool = False


class Lineage:
    """Lineage over the models of one release."""

    def __init__(self, models: Mapping[str, KeptModel]) -> None:
        self._models = models
        self._stored: dict[str, Stored | Union | Select] = {}
        self._origins: dict[tuple[int, str, Frozen, bool], frozenset[Origin]] = {}
        self._values: dict[tuple[int, str, Frozen], frozenset[str] | None] = {}
        self._pushed: dict[tuple[int, Frozen], Pushed | None] = {}

    def origins(self, table: str, column: str, known: Known, *, deep: bool = False) -> frozenset[Origin]:
        """Where a column of a table comes from, in rows that have these values."""
        return self._trace(Stored(table), column, frozenset(known.items()), deep)

    def _trace(self, relation: Relation, column: str, known: Frozen, deep: bool) -> frozenset[Origin]:
        named, relation = relation, self._resolved(relation)
        key = (id(relation), column, known, deep)
        if key not in self._origins:
            found = self._find(relation, column, known, deep)
            if isinstance(named, Stored) and (model := self._models.get(named.table)) and model.any_period:
                found = (replace(origin, any_period=True) for origin in found)
            self._origins[key] = frozenset(found)
        return self._origins[key]

    def _find(self, relation: Relation, column: str, known: Frozen, deep: bool) -> Iterator[Origin]:
        match relation:
            case Stored():
                yield from self._find_stored(relation, column, known, deep)
            case Union():
                for side, place, here in self._sides(relation, column, known):
                    yield from self._trace(side, place, here, deep)
            case Select():
                yield from self._find_selected(relation, column, known, deep)

    def _find_stored(self, stored: Stored, column: str, known: Frozen, deep: bool) -> Iterator[Origin]:
        """Known rows are no source but part of the models. A model in Python may use all that it names."""
        model = self._models.get(stored.table)
        if model is None or model.kind == "source":
            yield Origin(stored.table, column, known)
        elif model.kind == "python":
            givers = [parent for parent, names in model.passes_on.items() if column in names]
            for parent in givers or model.parents:
                for name in [column] if givers else (*self._columns(parent), ROWS):
                    yield from self._trace(Stored(parent), name, _passed_on(model, parent, known), deep)

    def _find_selected(self, select: Select, column: str, known: Frozen, deep: bool) -> Iterator[Origin]:
        output = None if column == ROWS else select.outputs[column]
        pushed = self._push(select, known if output is None else _still_known(select, output, known))
        if pushed is None:
            return
        made_of = set() if output is None else self._refs(select, output, pushed)
        refs: set[Ref] = set()
        if output is None or output.counts_rows:
            refs |= {Ref(source, ROWS) for source in set(select.sources) - set(select.outer) - select.subqueries}
        if deep:
            unused = set(select.outer) - {ref.source for ref, _ in made_of}
            deciding = {*select.deciding, *(Ref(source, ROWS) for source in select.sources)}
            refs |= {ref for ref in deciding if ref.source not in unused}
        for ref, here in made_of | _with_known(refs, pushed):
            yield from self._trace(select.sources[ref.source], ref.column, here, deep)

    def _refs(self, select: Select, output: Output, pushed: Pushed) -> set[tuple[Ref, Frozen]]:
        """The columns that an output is made of, with what is known there.

        Of a `case` only the ways count that such a row can take, and of each only rows that can take it.
        """
        refs = _with_known(output.refs, pushed)
        for conditions, way in output.ways:
            taken = copy.deepcopy(pushed)
            if self._apply(select, taken, conditions):
                refs |= self._refs(select, way, taken)
        return refs

    def _possible(self, relation: Relation, column: str, known: Frozen) -> frozenset[str] | None:
        """The values that a column can have in rows of which this is known; None where that cannot be told."""
        relation = self._resolved(relation)
        key = (id(relation), column, known)
        if key not in self._values:
            found, given = self._find_possible(relation, column, known), dict(known).get(column)
            self._values[key] = found if given is None else given if found is None else found & given
        return self._values[key]

    def _find_possible(self, relation: Relation, column: str, known: Frozen) -> frozenset[str] | None:
        match relation:
            case Stored():
                return self._stored_values(relation, column, known)
            case Union():
                parts = [
                    self._possible(side, place, here) for side, place, here in self._sides(relation, column, known)
                ]
                return None if None in parts else frozenset().union(*(part for part in parts if part is not None))
            case Select():
                output = relation.outputs[column]
                pushed = self._push(relation, _still_known(relation, output, known))
                if pushed is None:
                    return frozenset()
                if output.constant is not None:
                    return frozenset({output.constant})
                if output.same is None:
                    return None
                return self._possible_at(relation, pushed, output.same)

    def _stored_values(self, stored: Stored, column: str, known: Frozen) -> frozenset[str] | None:
        model = self._models.get(stored.table)
        if model is not None and model.kind == "rows":
            return frozenset(_cell(row, column) for row in _rows_of(model, dict(known)))
        if model is not None:
            for parent, names in model.passes_on.items():
                if column in names:
                    return self._possible(Stored(parent), column, _passed_on(model, parent, known))
        return None

    def _sides(self, union: Union, column: str, known: Frozen) -> Iterator[tuple[Relation, str, Frozen]]:
        """Each side, with the column and what is known under the side's own names."""
        for side in union.sides:
            names = dict(zip(union.columns, column_names(side, self._columns), strict=False))
            yield side, names.get(column, column), frozenset((names[name], values) for name, values in known)

    def _push(self, select: Select, known: Frozen) -> Pushed | None:
        """By source: what is known of its rows; None where the select can hold no such row.

        A source is left out where an outer join finds nothing in it.
        """
        key = (id(select), known)
        if key not in self._pushed:
            self._pushed[key] = self._find_pushed(select, known)
        return self._pushed[key]

    def _find_pushed(self, select: Select, known: Frozen) -> Pushed | None:
        pushed: Pushed = {source: {} for source in select.sources}
        for name, values in known:
            output = select.outputs[name]
            if output.constant is not None and output.constant not in values:
                return None
            if output.same is not None:
                _narrow(pushed, output.same, values)
        for _ in range(PASSES):
            if not self._apply(select, pushed, select.conditions):
                return None
            for source in pushed.keys() & select.outer.keys():
                joined = copy.deepcopy(pushed)
                if self._apply(select, joined, select.outer[source]):
                    pushed[source] = joined[source]
                else:
                    del pushed[source]
        return pushed

    def _apply(self, select: Select, pushed: Pushed, conditions: Iterable[Condition]) -> bool:
        """Add to what is known what follows from conditions; False where no row can meet them."""
        for condition in conditions:
            match condition:
                case Fixed(ref, values, holds):
                    possible = self._possible_at(select, pushed, ref)
                    if possible is not None or holds:
                        _narrow(pushed, ref, values if holds else (possible or frozenset()) - values)
                case Equal(given, ref):
                    possible = self._possible_at(select, pushed, given)
                    if possible is not None:
                        _narrow(pushed, ref, possible - {NULL})
                case Either(ways):
                    trials = [(copy.deepcopy(pushed), way) for way in ways]
                    met = [trial for trial, way in trials if self._apply(select, trial, way)]
                    if len(met) == 1:
                        pushed.update(met[0])
                    if not met:
                        return False
        return all(self._has_rows(select.sources[name], frozenset(here.items())) for name, here in pushed.items())

    def _has_rows(self, relation: Relation, known: Frozen) -> bool:
        """False only where no row can be as it is known to be."""
        relation = self._resolved(relation)
        if any(not values for _, values in known):
            return False
        match relation:
            case Stored():
                model = self._models.get(relation.table)
                if model is None or not known:
                    return True
                if model.kind == "rows":
                    return bool(_rows_of(model, dict(known)))
                return all(self._has_rows(Stored(name), _passed_on(model, name, known)) for name in model.passes_on)
            case Union():
                return any(self._has_rows(side, here) for side, _, here in self._sides(relation, ROWS, known))
            case Select():
                return self._push(relation, known) is not None

    def _possible_at(self, select: Select, pushed: Mapping[str, Known], ref: Ref) -> frozenset[str] | None:
        if ref.source not in pushed:
            return frozenset({NULL})
        return self._possible(select.sources[ref.source], ref.column, frozenset(pushed[ref.source].items()))

    def _resolved(self, relation: Relation) -> Relation:
        """A model's SQL in the place of its name; each is read once."""
        if not isinstance(relation, Stored):
            return relation
        if relation.table not in self._stored:
            model = self._models.get(relation.table)
            is_sql = model is not None and model.kind == "sql"
            self._stored[relation.table] = read_model(model.sql, self._columns) if model and is_sql else relation
        return self._stored[relation.table]

    def _columns(self, table: str) -> tuple[str, ...]:
        relation, model = self._resolved(Stored(table)), self._models.get(table)
        if isinstance(relation, Stored):
            return tuple(model.columns) if model else ()
        return tuple(column_names(relation, self._columns))


def _still_known(select: Select, output: Output, known: Frozen) -> Frozen:
    """What is known of the rows that an output is made of: a window also looks at rows that differ elsewhere."""
    if output.within is None:
        return known
    return frozenset((name, values) for name, values in known if select.outputs[name].same in output.within)


def _with_known(refs: Iterable[Ref], pushed: Pushed) -> set[tuple[Ref, Frozen]]:
    """Columns with what is known there; without those of a source in which an outer join finds nothing."""
    return {(ref, frozenset(pushed[ref.source].items())) for ref in refs if ref.source in pushed}


def _narrow(pushed: Pushed, ref: Ref, values: frozenset[str]) -> None:
    if ref.source in pushed:
        columns = pushed[ref.source]
        columns[ref.column] = columns.get(ref.column, values) & values


def _rows_of(model: KeptModel, known: Known) -> list[Mapping[str, str | None]]:
    return [row for row in model.rows if all(_cell(row, name) in values for name, values in known.items())]


def _cell(row: Mapping[str, str | None], column: str) -> str:
    value = row.get(column)
    return NULL if value is None else value


def _passed_on(model: KeptModel, parent: str, known: Frozen) -> Frozen:
    """What is known of a Python model's rows and therefore of those of a parent."""
    return frozenset((name, values) for name, values in known if name in model.passes_on.get(parent, ()))
