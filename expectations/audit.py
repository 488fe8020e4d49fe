"""Runs a suite over rows that are not yet visible: the staged files of one delivery, or a mart as it will be.

One delivery is one run, so that each result names its delivery and a bad one never refuses another; a run of ten
expectations on small files takes some 50 ms. Uniqueness is counted here in SQL, because GX's own is several times
slower. What a failed check means for the night is decided by the caller; how GX reaches DuckDB: `engine`.
"""

from __future__ import annotations

import datetime as dt
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from expectations.suites import FACT, KEYS_DISTINCT, Expectation, Suite, is_fact, is_query
from expectations.types import TYPES, UNEXPECTED_ROWS, expected_words
from expectations.words import exception_messages, message, observed_words, unexpected_rows
from lake.checks import CheckError, CheckResult
from lake.mistakes import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from great_expectations.core import ExpectationValidationResult

BATCH = "citylake_audited_rows"
_QUICK, _FULL, _WITH_ROWS = "BOOLEAN_ONLY", "BASIC", "COMPLETE"


@dataclass(frozen=True)
class _Audited:
    """What is checked, as people know it."""

    subject: str
    delivery_id: str | None
    file_name: str
    about_persons: bool

    def __str__(self) -> str:
        delivery = f", delivery {self.delivery_id}" if self.delivery_id else ""
        return f"{self.subject}{delivery}" + (f" ({self.file_name})" if self.file_name else "")


def audit_rows(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    suite: Suite,
    *,
    facts: Mapping[str, object],
    delivery_id: str | None = None,
    file_name: str = "",
    about_persons: bool = False,
) -> list[CheckResult]:
    """Check every row of `relation` (a view, a table, or a FROM item such as `read_parquet([...])`) on `con`.

    `facts` are those of FACTS that the suite uses, but for `keys_distinct`. A delivery is named by `delivery_id` and,
    for people, by `file_name`; a mart by neither. Of rows `about_persons` no value is shown.
    Results come in the suite's order.
    Raises CheckError when a check could not be run: then nothing is known about the rows.
    """
    audited = _Audited(suite.name, delivery_id, file_name, about_persons)
    try:
        con.execute(f"CREATE OR REPLACE TEMP VIEW {BATCH} AS SELECT * FROM {relation}")
        try:
            known = _with_distinct_keys(con, suite, facts)
            found = _run(con, _resolved(suite, audited, known))
        finally:
            con.execute(f"DROP VIEW IF EXISTS {BATCH}")
    except duckdb.Error as error:
        raise _not_run(audited, f"{shown(suite.path)}: {error}") from error
    _refuse_exceptions(found, suite, audited)
    return [_result(item, found[item.check_id], audited, known) for item in suite.expectations]


def _with_distinct_keys(
    con: duckdb.DuckDBPyConnection, suite: Suite, facts: Mapping[str, object]
) -> Mapping[str, object]:
    """The facts, with the number of rows that distinct keys would give; counted only when the suite asks for it."""
    if not any(KEYS_DISTINCT in expectation.facts for expectation in suite.expectations):
        return facts
    columns = ", ".join(f'"{column}"' for column in suite.key)
    where = suite.key_where or "true"
    row = con.execute(
        f"SELECT (SELECT count(*) FROM (SELECT DISTINCT {columns} FROM {BATCH} WHERE {where}))"
        f" + (SELECT count(*) FROM {BATCH} WHERE ({where}) IS NOT TRUE)"
    ).fetchone()
    return {**facts, KEYS_DISTINCT: row[0] if row else 0}


def _resolved(suite: Suite, audited: _Audited, facts: Mapping[str, object]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Check id -> (type, arguments with the facts filled in)."""
    for item in suite.expectations:
        if missing := sorted(item.facts - facts.keys()):
            place = suite.place(item.check_id)
            raise _not_run(audited, f"{place}: {item.check_id} needs the fact ${missing[0]}, which was not given")
    return {item.check_id: (item.type, _arguments(item, facts)) for item in suite.expectations}


def _arguments(item: Expectation, facts: Mapping[str, object]) -> dict[str, Any]:
    return {name: _filled(name, value, facts) for name, value in item.kwargs.items()}


def _filled(argument: str, value: object, facts: Mapping[str, object]) -> object:
    if isinstance(value, str) and is_query(argument):
        return FACT.sub(lambda match: _literal(facts[match[1]]), value)
    return facts[str(value)[1:]] if is_fact(value) else value


def _literal(value: object) -> str:
    """A fact as SQL."""
    if isinstance(value, dt.date):
        return f"CAST('{value.isoformat()}' AS {'TIMESTAMPTZ' if isinstance(value, dt.datetime) else 'DATE'})"
    if isinstance(value, int | float):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"


def _run(
    con: duckdb.DuckDBPyConnection, expectations: dict[str, tuple[str, dict[str, Any]]]
) -> dict[str, ExpectationValidationResult]:
    """Results by check id.

    Row-by-row expectations are first only judged, which is one scan for all of them; what fails is then run again
    for its count and examples. So good rows, which is nearly all, are read once. Queries give the rows they found.
    """
    with warnings.catch_warnings():
        # GX imports modules of the standard library that Python has deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        from expectations.engine import DuckDBValidator

    validator = DuckDBValidator(con, BATCH)
    quick = {
        check_id: (kind, kwargs)
        for check_id, (kind, kwargs) in expectations.items()
        if TYPES[kind].per_row and "mostly" not in kwargs
    }
    found = validator.run(quick, _QUICK)
    settled = {key: result for key, result in found.items() if result.success or exception_messages(result)}
    rest = {check_id: item for check_id, item in expectations.items() if check_id not in settled}
    queries = {check_id: item for check_id, item in rest.items() if item[0] == UNEXPECTED_ROWS}
    others = {check_id: item for check_id, item in rest.items() if check_id not in queries}
    return settled | validator.run(others, _FULL) | validator.run(queries, _WITH_ROWS)


def _refuse_exceptions(found: dict[str, ExpectationValidationResult], suite: Suite, audited: _Audited) -> None:
    broken = {check_id: words for check_id, result in found.items() if (words := exception_messages(result))}
    if broken:
        lines = (f"{suite.place(key)}: {key}: {words[0].splitlines()[0]}" for key, words in broken.items())
        raise _not_run(audited, "; ".join(lines))


def _not_run(audited: _Audited, problem: str) -> CheckError:
    hint = "The rows were not judged and stay out; put the suite or the table right and run again."
    return CheckError(f"A check of {audited} could not be run. {problem}", hint)


def _result(
    item: Expectation,
    found: ExpectationValidationResult,
    audited: _Audited,
    facts: Mapping[str, object],
) -> CheckResult:
    passed = bool(found.success)
    expected = expected_words(TYPES[item.type], _arguments(item, facts))
    # Of a mart no row is shown: what is wrong with it may be that it tells what is restricted.
    observed = observed_words(
        TYPES[item.type],
        passed,
        dict(found.result),
        show_values=not audited.about_persons,
        show_rows=audited.delivery_id is not None and not audited.about_persons,
    )
    return CheckResult(
        subject=audited.subject,
        check_id=item.check_id,
        passed=passed,
        severity=item.severity,
        observed=observed,
        expected=expected,
        message=message(str(audited), item, passed=passed, expected=expected, observed=observed),
        delivery_id=audited.delivery_id,
        unexpected_rows=unexpected_rows(TYPES[item.type], found.result),
    )
