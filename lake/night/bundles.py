"""Bundles in a night: the files of one are judged each, checked against each other, committed or refused as a whole.

What must hold between files is said by their contracts (`lake.contract_bundle`), which files have arrived by
`lake.deliveries.bundles`. Nothing of a bundle is committed before all of it has passed. Its tables are committed one
after another; where a night dies between them, the next one first commits the rest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import duckdb

from lake.checks import CheckResult
from lake.contract import BundleRule
from lake.deliveries.ledger import ABANDONED, COMMITTED, COMMITTING, REFUSED, Delivery
from lake.deliveries.slots import News
from lake.duck import utc_duckdb
from lake.errors import CitylakeError
from lake.iceberg.catalog import field_ids
from lake.iceberg.file_table import Column, FileTable, quoted, select_sql
from lake.night.bench import Bench, Outcome
from lake.night.decide import Trial, add_problem, settle, try_again, try_out, unread_words
from lake.night.verdict import refuse


def decide_bundle(benches: Mapping[str, Bench], entry: str, news: Mapping[str, News]) -> list[Outcome]:
    """Ingest, audit and check the files of one source entry together; commit all of them, or none.

    Raises what DuckDB raises where the machine is at fault (memory, disk): no delivery is refused for that.
    """
    problems = {dataset: unread_words(dataset, one.unread) for dataset, one in news.items() if one.unread}
    bundle_id = _bundle_id(entry, news)
    trials = [try_out(bench, news[dataset].arrivals, bundle_id) for dataset, bench in benches.items()]
    judged = [one for trial in trials for one in trial.judged]
    if judged:
        problems |= _missing(trials, entry)
        _judge_together(trials, "; ".join(problems.values()))
        # All of it is known before the first table is committed: a night that dies in between is found out.
        trials[0].bench.ledger.record(one.delivery for trial in trials for one in trial.judged)
    outcomes = [settle(trial) for trial in trials]
    for outcome in outcomes:
        if outcome.dataset in problems:
            add_problem(outcome, problems[outcome.dataset])
    return outcomes


def finish_bundles(benches: Mapping[str, Bench]) -> None:
    """After a crash between the commits of a bundle: what was not committed is, from landing.

    Raises CitylakeError where it would be refused now: half a bundle must not be released.
    """
    left = [
        one
        for dataset, bench in benches.items()
        for one in bench.ledger.deliveries(bench.city, dataset, statuses=(ABANDONED,))
        if one.bundle_id
    ]
    for one in left:
        bench = benches[one.dataset]
        if not any(other.status == COMMITTED for other in bench.ledger.bundle(one.bundle_id)):
            continue
        trial = try_again(bench, replace(one, status=COMMITTING, reason=""))
        if (again := trial.judged[0].delivery).status == REFUSED:
            raise CitylakeError(
                f"{one.file_name} (delivery {one.delivery_id}) passed its checks before and fails now, while other "
                f"files of its bundle are committed: {again.reason}",
                hint="put contract or suite right, so that the whole bundle is committed",
            )
        settle(trial)


def _bundle_id(entry: str, news: Mapping[str, News]) -> str:
    files = [f"{dataset} {arrival.landed.sha256}" for dataset, one in sorted(news.items()) for arrival in one.arrivals]
    now = datetime.now(UTC)
    seed = "\n".join([entry, now.isoformat(), *files])
    return f"{now:%Y%m%d}-{hashlib.sha256(seed.encode()).hexdigest()[:12]}"


def _missing(trials: Sequence[Trial], entry: str) -> dict[str, str]:
    """By dataset: what is told of a required file that the bundle lacks."""
    found = {}
    for trial in trials:
        place = trial.bench.contract.bundle
        there = any(not one.delivery.absent for one in trial.judged)
        if place is not None and place.required and not there:
            found[trial.bench.contract.dataset] = (
                f"{place.file} is missing in {entry} (ask the publisher for all files of it)"
            )
    return found


def _judge_together(trials: Sequence[Trial], missing: str) -> None:
    """Refuse every file where one is refused or missing, or where they do not fit together."""
    broken = ""
    if not missing and not _refused(trials):
        broken = _broken_rules(trials)
    at_fault = _refused(trials)
    if not (missing or broken or at_fault):
        return
    together_with = at_fault[0].delivery_id if at_fault and not missing else ""
    words = missing or (f"refused together with {at_fault[0].file_name}" if at_fault else broken)
    for trial in trials:
        trial.judged = [
            one if one.delivery.status == REFUSED else refuse(one, words, together_with=together_with)
            for one in trial.judged
        ]


def _refused(trials: Sequence[Trial]) -> list[Delivery]:
    return [one.delivery for trial in trials for one in trial.judged if one.delivery.status == REFUSED]


def _broken_rules(trials: Sequence[Trial]) -> str:
    """Run the rules of all contracts over what was staged and refuse the files that break one; what was found."""
    words: list[str] = []
    with utc_duckdb() as con:
        for trial in trials:
            con.execute(f"create view {quoted(trial.bench.contract.dataset)} as {select_sql(_staged(trial))}")
        for trial in trials:
            place = trial.bench.contract.bundle
            results = [_checked(con, trial, rule) for rule in (place.rules if place else ())]
            trial.checks += results
            broken = " ".join(result.message for result in results if not result.passed)
            if broken:
                words.append(broken)
                trial.judged = [refuse(one, broken) for one in trial.judged]
    return " ".join(words)


def _staged(trial: Trial) -> FileTable:
    """The accepted rows of a dataset's file, not yet visible; none where the bundle lacks the file."""
    ids = field_ids(trial.raw)
    columns = trial.bench.contract.columns
    return FileTable(
        tuple(Column(ids[column.name], column.name, column.duckdb_type) for column in columns),
        tuple(file.path for one in trial.judged for file in one.files),
    )


def _checked(con: duckdb.DuckDBPyConnection, trial: Trial, rule: BundleRule) -> CheckResult:
    contract = trial.bench.contract
    con.execute(f"create or replace temp table _at_fault as {rule.find}")
    first = con.execute("select *, count(*) over () from _at_fault limit 1")
    names = [str(column[0]) for column in first.description or ()][:-1]
    *values, number = first.fetchone() or (0,)
    message = f"{rule.reason}: none"
    if number:
        record = ", ".join(f"{name} {value}" for name, value in zip(names, values, strict=True))
        shown = record if contract.personal_data == "none" else "record withheld, the dataset is about persons"
        more = f" and {number - 1:,} more" if number > 1 else ""
        message = f"{contract.bundle.file if contract.bundle else ''}: {rule.reason}: {shown}{more} ({rule.remedy})"
    return CheckResult(
        subject=contract.dataset,
        check_id=rule.id,
        passed=not number,
        severity="error",
        observed=f"{number:,} records",
        expected="none",
        message=message,
        delivery_id=next((one.delivery.delivery_id for one in trial.judged), None),
        unexpected_rows=number,
    )
