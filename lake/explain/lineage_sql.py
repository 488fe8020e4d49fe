"""The SQL of a model as the parts that lineage follows: sources, outputs, and the conditions that tie them.

Reads compiled SQL with sqlglot; every column of a query is tied to the source that it comes from, stars are spelled
out. What follows from these parts is found in lake/explain/lineage.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

DIALECT = "duckdb"
ROWS = "*"
TRUE = "true"


@dataclass(frozen=True)
class Ref:
    """A column of one source of a select; `*` means the source's rows themselves."""

    source: str
    column: str


@dataclass(frozen=True)
class Output:
    """What a column of a select is made of: the columns that it names, or a constant.

    `same` is the one column that it passes on unchanged. `within` are the columns by which its windows are divided:
    what is known of others says nothing about the rows that a window looks at. None: it has no window. Of a `case`
    `refs` are what it asks, and `ways` are its outcomes with the conditions of each.
    """

    refs: frozenset[Ref]
    same: Ref | None = None
    constant: str | None = None
    counts_rows: bool = False
    within: frozenset[Ref] | None = None
    ways: tuple[tuple[tuple[Condition, ...], Output], ...] = ()


@dataclass(frozen=True)
class Fixed:
    """A condition: a column has one of these values, or (`holds` is False) none of them."""

    ref: Ref
    values: frozenset[str]
    holds: bool


@dataclass(frozen=True)
class Equal:
    """A condition: the second column has the value of the first."""

    given: Ref
    ref: Ref


@dataclass(frozen=True)
class Either:
    """A condition: all conditions of one of these lists are met."""

    ways: tuple[tuple[Condition, ...], ...]


Condition = Fixed | Equal | Either


@dataclass(frozen=True, eq=False)
class Stored:
    """A table by its name `schema.table`."""

    table: str


@dataclass(frozen=True, eq=False)
class Union:
    """Queries whose rows are put together; their columns fit by position."""

    sides: tuple[Relation, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Select:
    """One select. `deciding` are the columns of its conditions and groups, `conditions` those that are understood.

    `outer` are sources on the other side of an outer join, which makes no rows, with the conditions that they meet; nor
    do `subqueries` in expressions make rows.
    """

    sources: Mapping[str, Relation]
    outputs: Mapping[str, Output]
    outer: Mapping[str, tuple[Condition, ...]]
    subqueries: frozenset[str]
    deciding: frozenset[Ref]
    conditions: tuple[Condition, ...]


Relation = Stored | Union | Select
ColumnsOf = Callable[[str], Sequence[str]]


def read_model(sql: str, columns_of: ColumnsOf) -> Relation:
    """A model's SQL; `columns_of` names the columns of a stored table."""
    parsed = sqlglot.parse_one(sql, dialect=DIALECT)
    if not isinstance(parsed, exp.Query):
        raise TypeError(f"a model is a query, not {type(parsed).__name__}")
    return _Reader(columns_of).read(parsed, {})


def column_names(relation: Relation, columns_of: ColumnsOf) -> Sequence[str]:
    """The columns of any relation, in order."""
    match relation:
        case Stored():
            return columns_of(relation.table)
        case Union():
            return relation.columns
        case Select():
            return tuple(relation.outputs)


class _Reader:
    """Reads one model; `scope` holds the common table expressions that a query can name."""

    def __init__(self, columns_of: ColumnsOf) -> None:
        self._columns_of = columns_of

    def read(self, query: exp.Query, scope: Mapping[str, Relation]) -> Relation:
        """A query with its common table expressions."""
        known = dict(scope)
        for cte in query.ctes:
            known[cte.alias] = self.read(cte.this, known)
        match query:
            case exp.SetOperation():
                sides = (self.read(query.left, known), self.read(query.right, known))
                return Union(sides, tuple(column_names(sides[0], self._columns_of)))
            case exp.Subquery():
                return self.read(query.this, known)
            case exp.Select():
                return _SelectReader(self, query, known).read()
        raise TypeError(f"lineage cannot read {type(query).__name__}")

    def source(self, item: exp.Expr, scope: Mapping[str, Relation]) -> Relation | None:
        """What stands in FROM or JOIN; None for rows that are made of nothing (unnest, values)."""
        match item:
            case exp.Table() if not item.db and item.name in scope:
                return scope[item.name]
            case exp.Table() if item.db:
                return Stored(f"{item.db}.{item.name}")
            case exp.Subquery():
                return self.read(item.this, scope)
        if item.find(exp.Column):
            raise TypeError(f"lineage cannot read columns in {type(item).__name__} as a source")
        return None

    def columns(self, relation: Relation) -> Sequence[str]:
        """The columns of any relation, in order."""
        return column_names(relation, self._columns_of)


class _SelectReader:
    """Reads one select. Subqueries within expressions become sources of their own."""

    def __init__(self, reader: _Reader, select: exp.Select, scope: Mapping[str, Relation]) -> None:
        self._reader, self._select, self._scope = reader, select, scope
        self._joins: list[exp.Join] = select.args.get("joins") or []
        first = select.args.get("from_") or select.args.get("from")
        items = [*([first.this] if first else []), *(join.this for join in self._joins)]
        found = {item.alias_or_name: reader.source(item, scope) for item in items}
        self._sources = {alias: relation for alias, relation in found.items() if relation is not None}
        self._columns = {alias: list(reader.columns(relation)) for alias, relation in self._sources.items()}

    def read(self) -> Select:
        """The select as its parts."""
        outputs = dict(self._outputs())
        deciding = frozenset(ref for part in self._clauses() for ref in self._refs(part))
        outer = {
            join.this.alias_or_name: tuple(self._understood(join.args["on"]))
            for join in self._joins
            if join.side.upper() == "LEFT" and "on" in join.args
        }
        subqueries = frozenset(self._sources) - frozenset(self._columns)
        return Select(self._sources, outputs, outer, subqueries, deciding, tuple(self._conditions()))

    def _outputs(self) -> Iterator[tuple[str, Output]]:
        for item in self._select.expressions:
            if item.is_star:
                stars = [item.table] if isinstance(item, exp.Column) else list(self._columns)
                for alias in stars:
                    for name in self._columns.get(alias, ()):
                        ref = Ref(alias, name)
                        yield name, Output(frozenset({ref}), same=ref)
            else:
                yield item.alias_or_name, self._output(item.unalias())

    def _output(self, expression: exp.Expr) -> Output:
        windows = list(expression.find_all(exp.Window))
        cases = [] if windows else _outermost_cases(expression)
        refs = {ref for part in (_beside(expression, cases) if cases else [expression]) for ref in self._refs(part)}
        within = None
        if windows:
            parts = [frozenset(self._plain_refs(window.args.get("partition_by") or [])) for window in windows]
            within = frozenset.intersection(*parts)
        return Output(
            refs=frozenset(refs),
            same=self._ref(expression) if isinstance(expression, exp.Column) else None,
            constant=_constant(expression),
            counts_rows=any(part.find(exp.Column) is None for part in expression.find_all(exp.AggFunc)),
            within=within,
            ways=tuple((conditions, self._output(way)) for case in cases for conditions, way in self._ways(case)),
        )

    def _ways(self, case: exp.Case) -> Iterator[tuple[tuple[Condition, ...], exp.Expr]]:
        """The outcomes of a `case`, each with what must hold for it as far as that is understood."""
        tried: list[frozenset[str]] = []
        subject = self._ref(case.this) if isinstance(case.this, exp.Column) else None
        for when in case.args["ifs"]:
            value = _constant(when.this)
            if subject and value is not None:
                tried.append(frozenset({value}))
                yield (Fixed(subject, tried[-1], True),), when.args["true"]
            else:
                yield () if case.this else tuple(self._understood(when.this)), when.args["true"]
        otherwise = (Fixed(subject, frozenset().union(*tried), False),) if subject else ()
        yield otherwise, case.args.get("default") or exp.Null()

    def _clauses(self) -> Iterator[exp.Expr]:
        for name in ("where", "group", "having", "qualify"):
            if part := self._select.args.get(name):
                yield part
        for join in self._joins:
            if condition := join.args.get("on"):
                yield condition

    def _refs(self, expression: exp.Expr) -> Iterator[Ref]:
        """Every column that an expression names, those of its subqueries too."""
        for column in expression.find_all(exp.Column):
            if ref := self._ref(column):
                yield ref
        for query in expression.find_all(exp.Query):
            if query.parent_select is self._select:
                relation = self._reader.read(query, self._scope)
                alias = f"({len(self._sources)})"
                self._sources[alias] = relation
                yield from (Ref(alias, name) for name in (*self._reader.columns(relation), ROWS))

    def _plain_refs(self, expressions: Iterable[exp.Expr]) -> Iterator[Ref]:
        for expression in expressions:
            if isinstance(expression, exp.Column) and (ref := self._ref(expression)):
                yield ref

    def _ref(self, column: exp.Column) -> Ref | None:
        """The source of a column; None for one that belongs to no source of this select."""
        if column.table:
            names = self._columns.get(column.table)
            return Ref(column.table, column.name) if names is not None and column.name in names else None
        owner = next((alias for alias, names in self._columns.items() if column.name in names), None)
        return Ref(owner, column.name) if owner else None

    def _conditions(self) -> Iterator[Condition]:
        """Conditions that every row meets."""
        if where := self._select.args.get("where"):
            yield from self._understood(where.this)
        for join in self._joins:
            if not join.side and (condition := join.args.get("on")):
                yield from self._understood(condition)

    def _understood(self, condition: exp.Expr) -> Iterator[Condition]:
        for part in _parts(condition, exp.And):
            if isinstance(part, exp.Or):
                yield Either(tuple(tuple(self._understood(way)) for way in _parts(part, exp.Or)))
            elif isinstance(part, exp.EQ) and isinstance(part.expression, exp.Case):
                ways = self._ways(part.expression)
                yield Either(tuple((*chosen, *self._understood(exp.EQ(this=part.this, expression=way)))
                                   for chosen, way in ways))  # fmt: skip
            else:
                yield from self._simple(part)

    def _simple(self, part: exp.Expr) -> Iterator[Fixed | Equal]:
        if isinstance(part, exp.EQ) and isinstance(part.this, exp.Column) and isinstance(part.expression, exp.Column):
            left, right = self._ref(part.this), self._ref(part.expression)
            if left and right:
                yield from (Equal(left, right), Equal(right, left))
            return
        column, values, holds = _literal_condition(part)
        if column is not None and (ref := self._ref(column)):
            yield Fixed(ref, values, holds)


def _outermost_cases(expression: exp.Expr) -> list[exp.Case]:
    found = expression.walk(prune=lambda node: isinstance(node, exp.Case | exp.Query))
    return [node for node in found if isinstance(node, exp.Case)]


def _beside(expression: exp.Expr, cases: Sequence[exp.Case]) -> Iterator[exp.Expr]:
    """What an expression with cases names beside their outcomes: columns outside, and what each case asks."""
    for node in expression.walk(prune=lambda node: isinstance(node, exp.Case | exp.Query)):
        if isinstance(node, exp.Column | exp.Query):
            yield node
    for case in cases:
        yield from [case.this] if case.this else []
        yield from (when.this for when in case.args["ifs"])


def _parts(condition: exp.Expr, kind: type[exp.And | exp.Or]) -> Iterator[exp.Expr]:
    """The conditions that stand between `and` (or `or`)."""
    plain = condition.unnest()
    if isinstance(plain, kind):
        yield from _parts(plain.this, kind)
        yield from _parts(plain.expression, kind)
    else:
        yield plain


def _literal_condition(part: exp.Expr) -> tuple[exp.Column | None, frozenset[str], bool]:
    """Column, values, and whether it has them (`=`, `in`) or not (`<>`, `not in`); no column for other conditions."""
    holds = True
    if isinstance(part, exp.Not):
        part, holds = part.this.unnest(), False
    if isinstance(part, exp.Column):
        return part, frozenset({TRUE}), holds
    if isinstance(part, exp.NEQ):
        holds = not holds
    if isinstance(part, exp.EQ | exp.NEQ):
        values = [_constant(part.expression)]
    elif isinstance(part, exp.In) and part.expressions:
        values = [_constant(item) for item in part.expressions]
    else:
        return None, frozenset(), holds
    known = frozenset(value for value in values if value is not None)
    if not isinstance(part.this, exp.Column) or len(known) < len(set(values)):
        return None, frozenset(), holds
    return part.this, known, holds


def _constant(expression: exp.Expr) -> str | None:
    """The text of a literal, also of a typed one such as `date '2014-01-01'`; None for all else."""
    plain = expression.unnest().unalias()
    if isinstance(plain, exp.Cast):
        plain = plain.this
    return str(plain.this) if isinstance(plain, exp.Literal) else None
