"""Writes the whole sample, or lets its next day arrive.

Order matters for nothing but reading: every file is a pure function of the arguments. What lies in the folder is known
from its `truth.json`; files of an earlier sample there that this one does not have are removed, others stay.
"""

import datetime as dt
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from lake.errors import UsageError
from lake.sample import daily
from lake.sample.air import write_air
from lake.sample.air_truth import air_indicators
from lake.sample.ambulance import write_ambulance
from lake.sample.care import write_care
from lake.sample.centers import write_centers
from lake.sample.crime import write_crime_dashboard
from lake.sample.energy_truth import energy_indicators, in_period
from lake.sample.floodplain import write_floodplain
from lake.sample.health import write_health
from lake.sample.households import FEWEST, MOST, make_households, write_register
from lake.sample.meters import write_meters
from lake.sample.places import write_boundaries, write_bus_stops
from lake.sample.population import write_population
from lake.sample.precincts import write_precincts
from lake.sample.price_index import write_price_index
from lake.sample.price_paid import LAST_FILE, LAST_UPDATE_DAY, write_last_update, write_price_paid
from lake.sample.profiles import write_profiles
from lake.sample.projections import write_projections
from lake.sample.readings import FIRST_DAY, REDELIVERED_DAY, REVISED_DAY, day_number
from lake.sample.requests import write_requests, write_requests_of_day
from lake.sample.stations import write_stations
from lake.sample.street import write_street_crime
from lake.sample.timetable import write_timetable
from lake.sample.truth import TRUTH_FILE, Arguments, TruthBook
from lake.sample.wards import write_wards

MOST_DAYS = 366


class SampleError(UsageError):
    """The sample was asked for something that it cannot make."""


@dataclass(frozen=True)
class SampleReport:
    """What was written: files (truth.json not counted), source records in them, bytes."""

    files: int
    rows: int
    bytes: int


def write_sample(out: Path, households: int = 2000, days: int = 35, seed: int = 2015) -> SampleReport:
    """Write the sample city's deliveries and `truth.json` into a folder.

    `days` counts daily meter files from 2014-12-29 on. Same arguments, same bytes.
    Raises SampleError for arguments out of range.
    """
    _check(households, days)
    book = TruthBook(Arguments(households, days, seed, first_days=days))
    earlier = _known_files(out)
    _write_slow_tables(out, book)
    with _connection(households, seed) as con:
        write_air(con, out, book)
        book.replace_indicators(air_indicators(con))
        _write_meter_files(con, out, book)
    _remove(out, earlier - set(book.files))
    book.save(out)
    return _report(out, book, set(book.files))


def write_next_day(out: Path) -> SampleReport:
    """Write what comes on the day after the last one, with the arguments that the folder's sample has.

    Every day brings its meter file; the end of a month, and from February on every day, the requests to the city's
    services; 2 February 2015 an update of the register of prices paid too.
    Raises SampleError where no sample lies.
    """
    book = _load(out)
    arguments = replace(book.arguments, days=book.arguments.days + 1)
    _check(arguments.households, arguments.days)
    book.arguments = arguments
    day = _last_day(arguments)
    new = {daily.file_name(day), *write_requests_of_day(out, book, day)}
    if day == LAST_UPDATE_DAY:
        write_last_update(out, book)
        new.add(LAST_FILE)
    with _connection(arguments.households, arguments.seed) as con:
        book.add_file(*daily.write_day(con, out, arguments.seed, day))
        if in_period(day):
            book.replace_indicators(energy_indicators(con, arguments))
    book.save(out)
    return _report(out, book, new)


def _last_day(arguments: Arguments) -> dt.date:
    return FIRST_DAY + dt.timedelta(days=arguments.days - 1)


def _check(households: int, days: int) -> None:
    if not FEWEST <= households <= MOST:
        raise SampleError(
            f"The sample city has {FEWEST} to {MOST:,} metered households; {households:,} were asked for.",
            "Choose another number with --households.",
        )
    if not 1 <= days <= MOST_DAYS:
        raise SampleError(
            f"The sample city has 1 to {MOST_DAYS} days of meter readings; {days:,} were asked for.",
            "Choose another number with --days.",
        )


@contextmanager
def _connection(households: int, seed: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB in memory with the table of households.

    It has one thread: a file is then streamed in order, where several threads would hold gigabytes back to keep the
    order of a large one. Whole files are what is written side by side.
    """
    with duckdb.connect(config={"threads": 1, "preserve_insertion_order": True}) as con:
        con.execute("SET enable_progress_bar = false")
        make_households(con, households, seed)
        yield con


def _write_slow_tables(out: Path, book: TruthBook) -> None:
    write_boundaries(out, book)
    write_bus_stops(out, book)
    write_population(out, book)
    write_profiles(out, book)
    write_crime_dashboard(out, book)
    write_street_crime(out, book)
    write_precincts(out, book)
    write_centers(out, book)
    write_ambulance(out, book)
    write_care(out, book)
    write_health(out, book)
    write_projections(out, book)
    write_floodplain(out, book)
    write_price_index(out, book)
    write_price_paid(out, book, _last_day(book.arguments))
    write_requests(out, book, _last_day(book.arguments))
    write_stations(out, book)
    write_timetable(out, book)
    write_wards(out, book)


def _write_meter_files(con: duckdb.DuckDBPyConnection, out: Path, book: TruthBook) -> None:
    write_register(con, out, book)
    write_meters(con, out, book)
    _write_daily_files(con, out, book)
    book.replace_indicators(energy_indicators(con, book.arguments))


def _write_daily_files(con: duckdb.DuckDBPyConnection, out: Path, book: TruthBook) -> None:
    """Write the files of all days, as many at a time as there are processors."""
    days = book.arguments.days
    jobs = [(daily.write_day, FIRST_DAY + dt.timedelta(days=number)) for number in range(days)]
    editions = ((daily.write_redelivered, REDELIVERED_DAY), (daily.write_revised, REVISED_DAY))
    jobs += [(write, day) for write, day in editions if day_number(day) < days]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        written = [pool.submit(write, con.cursor(), out, book.arguments.seed, day) for write, day in jobs]
        for name, truth in [job.result() for job in written]:
            book.add_file(name, truth)


def _load(out: Path) -> TruthBook:
    try:
        return TruthBook.load(out)
    except FileNotFoundError as missing:
        raise SampleError(
            f"No sample lies in {out}: {TRUTH_FILE} is not there.", "Write one first, without --next-day."
        ) from missing
    except (json.JSONDecodeError, KeyError, TypeError) as broken:
        raise SampleError(
            f"{out / TRUTH_FILE} cannot be read: {broken}.", "Remove the folder and write the sample again."
        ) from broken


def _known_files(out: Path) -> set[str]:
    return set(_load(out).files) if (out / TRUTH_FILE).exists() else set()


def _remove(out: Path, names: set[str]) -> None:
    for name in sorted(names):
        (out / name).unlink(missing_ok=True)


def _report(out: Path, book: TruthBook, names: set[str]) -> SampleReport:
    rows = sum(book.files[name].rows_read for name in names)
    return SampleReport(len(names), rows, sum((out / name).stat().st_size for name in names))
