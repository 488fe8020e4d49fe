"""`citylake run`: a city's night in this process, with visible progress, and what came of it."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lake.deliveries.sources import remember
from lake.errors import EXIT_NOT_RELEASED, EXIT_OK, EXIT_REFUSED, CitylakeError, UsageError
from lake.settings import Settings
from orchestration.chosen import Chosen, choose
from orchestration.chosen import city_file as find_city_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import Console

    from lake.contract import Contract
    from lake.deliveries.ledger import Delivery, Ledger
    from lake.night.outlook import Outlook
    from lake.night.report import NightReport
    from orchestration.night_command import NightDone


def run(
    city: Annotated[str | None, typer.Option("--city", help="Default: the only city that had a night here.")] = None,
    city_file: Annotated[Path | None, typer.Option("--city-file", help="A city file of your own.")] = None,
    sources: Annotated[
        str | None, typer.Option("--sources", metavar="DIR", help="Folder or URL of the deliveries; remembered.")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="DATASET", help="Take in these datasets only; refused ones are tried again."),
    ] = None,
    date_: Annotated[
        str | None,
        typer.Option(
            "--date",
            metavar="YYYY-MM-DD",
            help="Judge freshness against this date. Default: the newest day in the data.",
        ),
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="YYYY-MM-DD", help="Backfill: first day to read again.")
    ] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="YYYY-MM-DD", help="Backfill: last day.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what is new; change nothing.")] = False,
) -> None:
    """Run a city's night: take in what is new, compute the marts, publish one release.

    Exit codes: 0 released or nothing new, 1 not released (or without its page), 2 wrong usage,
    3 a delivery was refused.
    """
    from orchestration.checking import require_right

    settings = Settings.from_env()
    contracts = require_right(find_city_file(settings, city, city_file))
    chosen = choose(settings, contracts, city, city_file, sources)
    days = _days(from_, to)
    datasets = _datasets(chosen, contracts, only or [], backfill=days is not None)
    as_of = _date("--date", date_)
    if days is not None:
        _require_deliveries(settings, contracts, chosen, datasets, days, show=dry_run)
    if dry_run:
        if days is None:
            _show_outlook(settings, contracts, chosen)
        return
    settings.prepare()
    remember(settings, chosen.city.city, chosen.where)
    whole_night = not datasets and days is None and as_of is None
    if whole_night and _nothing_to_do(settings, contracts, chosen):
        return
    raise typer.Exit(_night(settings, contracts, chosen, datasets, as_of, days))


def _nothing_to_do(settings: Settings, contracts: Mapping[str, Contract], chosen: Chosen) -> bool:
    """Say so where nothing is new and nothing waits for a release: a night would change nothing, and takes longer."""
    from orchestration.night_text import next_lines
    from orchestration.render import stdout_console

    if not _outlook(settings, contracts, chosen).nothing_to_do:
        return False
    city = chosen.city.city
    lines = (
        f"Nothing new in {chosen.where.sources}: the current release of {chosen.city.name} rests on what is there.",
        "No release was published.",
        *_stale_lines(settings, city),
        *_empty_lines(chosen),
        *_page_lines(settings, city),
        "",
        "Next:",
        *(f"  {line}" for line in next_lines(chosen.city)),
    )
    console = stdout_console()
    for line in lines:
        console.print(line, soft_wrap=True)
    return True


def _stale_lines(settings: Settings, city: str) -> Iterator[str]:
    from lake.deliveries.ledger import Ledger
    from lake.night.raw_state import stale_datasets
    from orchestration.night_text import stale_lines

    with closing(Ledger.at(settings.ledger)) as ledger:
        return stale_lines(stale_datasets(ledger, city))


def _empty_lines(chosen: Chosen) -> Iterator[str]:
    """Where no file lies: a misspelt path looks like a publisher who has not delivered yet."""
    from lake.deliveries.watch import empty_places

    for dataset, paths in empty_places(chosen.city, chosen.where.sources):
        yield f"No file yet: {dataset}: nothing fits {' or '.join(paths)} in {chosen.where.sources}"


def _outlook(settings: Settings, contracts: Mapping[str, Contract], chosen: Chosen) -> Outlook:
    from expectations.gate import SuiteGate
    from lake.night.outlook import outlook

    return outlook(settings, chosen.city, contracts, chosen.where.sources, SuiteGate().suite_hashes)


def _night(
    settings: Settings,
    contracts: Mapping[str, Contract],
    chosen: Chosen,
    only: list[str],
    as_of: date | None,
    days: tuple[date, date] | None,
) -> int:
    from orchestration.night_command import NightOrder, run_night
    from orchestration.progress import progress_console, told

    atexit.register(_end_quietly)
    with told(progress_console(), f"the night of {chosen.city.name}"):
        done = run_night(settings, contracts, NightOrder(chosen.city, only, as_of, days))
    return _tell(settings, chosen, done)


def _tell(settings: Settings, chosen: Chosen, done: NightDone) -> int:
    """Show what came of the night; returns the exit code."""
    from orchestration.night_text import failure_paragraph
    from orchestration.render import stdout_console

    log = settings.logs / f"{done.night_id}.log"
    if done.report is not None:
        _show(stdout_console(), settings, chosen, done.report)
    code = _exit_code(done)
    if code != EXIT_OK:
        typer.echo(f"citylake: {failure_paragraph(done.error, done.report, log)}", err=True)
    return code


def _exit_code(done: NightDone) -> int:
    if isinstance(done.error, CitylakeError):
        return done.error.exit_code
    if done.error is not None or done.report is None or done.report.status == "not_released":
        return EXIT_NOT_RELEASED
    return EXIT_REFUSED if done.report.refused else EXIT_OK


def _show(console: Console, settings: Settings, chosen: Chosen, report: NightReport) -> None:
    from lake.deliveries.notices import notices
    from orchestration.night_text import check_lines, dataset_table, next_lines, reject_table, stale_lines, verdict

    console.print()
    if report.status == "released":
        _show_scorecard(console, settings, report.city)
    for table in (dataset_table(report.outcomes), reject_table(report.outcomes)):
        if table is not None:
            console.print(table)
    deliveries = [delivery for outcome in report.outcomes for delivery in outcome.deliveries]
    lines = list(check_lines(report.checks, deliveries)) if report.checks else []
    told = [f"Notice: {notice}" for notice in notices(deliveries)]
    for line in [*lines, *told, *stale_lines(report.stale), *_empty_lines(chosen)]:
        console.print(line, soft_wrap=True)
    console.print(verdict(report))
    for line in _page_lines(settings, report.city):
        console.print(line, soft_wrap=True)
    console.print("\nNext:")
    for line in next_lines(chosen.city, report.refused):
        console.print(f"  {line}", soft_wrap=True)


def _page_lines(settings: Settings, city: str) -> Iterator[str]:
    """Where the page for residents lies, if there is one."""
    page = settings.page(city)
    if page.is_file():
        yield f"Page for residents: {page}"


def _show_scorecard(console: Console, settings: Settings, city: str) -> None:
    from lake.report.scorecard import scorecards
    from orchestration.render import scorecard_view

    for card in scorecards(settings, city):
        console.print(scorecard_view(card))


def _show_outlook(settings: Settings, contracts: Mapping[str, Contract], chosen: Chosen) -> None:
    from orchestration.render import plain_table, stdout_console

    console = stdout_console()
    found = _outlook(settings, contracts, chosen)
    rows = [
        (dataset, arrival.candidate.file_name, arrival.landed.bytes)
        for dataset, arrivals in found.new.items()
        for arrival in arrivals
    ]
    if rows:
        console.print(plain_table(("dataset", "file", "bytes"), rows, f"New in {chosen.where.sources}"))
    else:
        state = "there is nothing to do" if found.nothing_to_do else "the marts would be computed again"
        console.print(f"Nothing new in {chosen.where.sources}; {state}.")
    for dataset in found.silent:
        console.print(f"Not all of {dataset} can be read now.")
    for line in _empty_lines(chosen):
        console.print(line, soft_wrap=True)
    console.print("Nothing was changed.")


def _require_deliveries(
    settings: Settings,
    contracts: Mapping[str, Contract],
    chosen: Chosen,
    datasets: list[str],
    days: tuple[date, date],
    *,
    show: bool,
) -> None:
    """Raises UsageError where no delivery holds one of the days; `show` tells which ones would be read again."""
    from lake.deliveries.ledger import Ledger
    from orchestration.render import plain_table, stdout_console

    with closing(Ledger.at(settings.ledger)) as ledger:
        rows = [
            (dataset, day, delivery.file_name, delivery.delivery_id)
            for dataset in datasets
            for day, delivery in _owners_of_days(ledger, chosen.city.city, contracts[dataset], days)
        ]
    if not rows:
        raise UsageError(
            f"No delivery of {', '.join(datasets)} holds a day from {days[0]} to {days[1]}.",
            hint="`citylake status` shows which days are there and which never came.",
        )
    if show:
        title = "Would be read again from landing; nothing was changed."
        stdout_console().print(plain_table(("dataset", "day", "file", "delivery"), rows, title))


def _owners_of_days(
    ledger: Ledger, city: str, contract: Contract, days: tuple[date, date]
) -> list[tuple[date | None, Delivery]]:
    from lake.deliveries.owners import of_days, owners

    found = of_days(owners(ledger.deliveries(city, contract.dataset), contract), *days)
    return sorted(((day, delivery) for (_, day), delivery in found.items()), key=lambda one: str(one[0]))


def _datasets(chosen: Chosen, contracts: Mapping[str, Contract], only: list[str], *, backfill: bool) -> list[str]:
    """The datasets of the run; [] for all. Raises UsageError for one that the city has not, or that has no days."""
    known = chosen.city.datasets
    daily = [name for name in known if contracts[name].load.period == "day"]
    for name in only:
        if name not in known:
            raise UsageError(f"{chosen.city.name} has no dataset `{name}`.", hint=f"It has {', '.join(known)}.")
        if backfill and name not in daily:
            raise UsageError(f"`{name}` has no days to read again.", hint=f"Daily: {', '.join(daily) or 'none'}.")
    if backfill and not daily:
        raise UsageError(f"{chosen.city.name} has no daily dataset.", hint="--from and --to are for daily ones.")
    together = dict.fromkeys(one for name in only for one in chosen.city.together(name))
    return (only or daily) if backfill else list(together)


def _days(from_: str | None, to: str | None) -> tuple[date, date] | None:
    first, last = _date("--from", from_), _date("--to", to)
    if first is None and last is None:
        return None
    if first is None or last is None:
        raise UsageError("A backfill has a first and a last day.", hint="Say both --from and --to.")
    if last < first:
        raise UsageError(f"--to {last} lies before --from {first}.")
    return first, last


def _date(option: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} {text} is no date.", hint="Say it as 2026-03-01.") from None


def _end_quietly() -> None:
    """At the end DuckDB reports objects that Great Expectations keeps alive; that says nothing to people."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stderr__.fileno() if sys.__stderr__ else 2)
