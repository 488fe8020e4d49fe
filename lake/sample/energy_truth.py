"""Energy indicators of January 2015 per district and for the city, summed from the latent half-hours.

Definitions: a household qualifies with 99 % of the month's half-hours; the load series is the mean per household with a
value, over half-hours in which 95 % of the qualifying households have one. Two passes over the cells, no file is read;
the ten households with a file of their own are added by hand, their file first.
"""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import duckdb

from lake.sample.districts import CITY_CODE, DISTRICTS
from lake.sample.meters import KEPT, Slot, meter_files
from lake.sample.readings import ACCEPTED_KINDS, FIRST_DAY, cells_sql, day_number
from lake.sample.truth import Arguments, IndicatorTruth

PERIOD, MONTH_START, MONTH_DAYS = "2015-01", dt.date(2015, 1, 1), 31
SLOTS = MONTH_DAYS * 48
QUALIFIES_PERCENT, PRESENT_PERCENT = 99, 95
FEWEST_CONTRIBUTORS = 5
NIGHT_SLOTS = range(4, 8)
CODES = ("ENE_HH_KWH", "ENE_PEAK_RATIO", "ENE_NIGHT_BASE")


@dataclass
class Load:
    """What the qualifying households of an area used: watt-hours and readings per half-hour."""

    households: int = 0
    wh: dict[Slot, int] = field(default_factory=lambda: defaultdict(int))
    readings: dict[Slot, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, slot: Slot, wh: int, readings: int) -> None:
        """Add readings of one half-hour."""
        self.wh[slot] += wh
        self.readings[slot] += readings


def in_period(day: dt.date) -> bool:
    """True for the days that the indicators rest on."""
    return 0 <= (day - MONTH_START).days < MONTH_DAYS


def energy_indicators(con: duckdb.DuckDBPyConnection, arguments: Arguments) -> Iterator[IndicatorTruth]:
    """ENE_* rows of every district and of the city (households without a district included). Rests on table `hh`."""
    loads = {district.code: Load() for district in DISTRICTS}
    loads[CITY_CODE] = Load()
    days = [day for n in range(arguments.days) if in_period(day := FIRST_DAY + dt.timedelta(days=n))]
    if days:
        _add_bulk(con, arguments, days, loads)
        _add_own_files(con, arguments, days, loads)
    hidden = _hidden({code: load.households for code, load in loads.items() if code != CITY_CODE})
    for code, load in loads.items():
        for row in _rows(code, load):
            yield replace(row, status="restricted") if code in hidden and row.status != "missing" else row


def _areas(district: int) -> tuple[str, ...]:
    return (CITY_CODE,) if district == 0 else (DISTRICTS[district - 1].code, CITY_CODE)


def _add_bulk(
    con: duckdb.DuckDBPyConnection, arguments: Arguments, days: list[dt.date], loads: dict[str, Load]
) -> None:
    needed = SLOTS * QUALIFIES_PERCENT
    cells = cells_sql(days, arguments.seed, "NOT own_file")
    con.execute(f"""
    CREATE OR REPLACE TABLE qualifying AS
    SELECT i, d FROM (SELECT i, d, count(*) AS n FROM ({cells}) WHERE kind IN {ACCEPTED_KINDS} GROUP BY i, d)
    WHERE 100 * n >= {needed}""")
    for district, households in con.execute("SELECT d, count(*) FROM qualifying GROUP BY d").fetchall():
        for area in _areas(district):
            loads[area].households += households
    for day in days:
        cells = cells_sql([day], arguments.seed, "i IN (SELECT i FROM qualifying)")
        sums = f"SELECT d, s, sum(wh)::BIGINT, count(*) FROM ({cells}) WHERE kind IN {ACCEPTED_KINDS} GROUP BY d, s"
        for district, slot, wh, readings in con.execute(sums).fetchall():
            for area in _areas(district):
                loads[area].add((day_number(day), slot), wh, readings)


def _add_own_files(
    con: duckdb.DuckDBPyConnection, arguments: Arguments, days: list[dt.date], loads: dict[str, Load]
) -> None:
    official = cells_sql(days, arguments.seed, "own_file")
    rows = con.execute(f"SELECT id, d, day, s, wh FROM ({official}) WHERE kind IN {ACCEPTED_KINDS}").fetchall()
    used: dict[str, dict[Slot, int]] = defaultdict(dict)
    for household, _, day, slot, wh in rows:
        used[household][(day, slot)] = wh
    numbers = {day_number(day) for day in days}
    for household, readings in meter_files(con, arguments).items():
        kept = {r.slot: r.wh for r in readings if r.fate in KEPT and r.slot[0] in numbers}
        used[household].update(kept)
    places = {str(row[0]): int(row[1]) for row in con.execute("SELECT id, d FROM hh WHERE own_file").fetchall()}
    for household, half_hours in used.items():
        if 100 * len(half_hours) >= SLOTS * QUALIFIES_PERCENT:
            for area in _areas(places[household]):
                loads[area].households += 1
                for half_hour, wh in half_hours.items():
                    loads[area].add(half_hour, wh, 1)


def _hidden(households: dict[str, int]) -> set[str]:
    """Districts whose numbers nobody may see; one alone would follow from the city's by subtraction."""
    few = {code for code, count in households.items() if 1 <= count < FEWEST_CONTRIBUTORS}
    if len(few) == 1:
        others = [(count, code) for code, count in households.items() if count >= FEWEST_CONTRIBUTORS]
        few |= {min(others)[1]} if others else set()
    return few


def _rows(code: str, load: Load) -> Iterable[IndicatorTruth]:
    if load.households == 0:
        return [IndicatorTruth(name, code, PERIOD, None, coverage=0.0, status="missing") for name in CODES]
    status = "ok" if load.households >= FEWEST_CONTRIBUTORS else "restricted"
    kwh, n = sum(load.wh.values()) / 1000, sum(load.readings.values())
    per_household, full = kwh / load.households, n / (SLOTS * load.households)
    total = IndicatorTruth(CODES[0], code, PERIOD, per_household, kwh, load.households, full, status)
    return [total, *_series_rows(code, load, status)]


def _series_rows(code: str, load: Load, status: str) -> Iterator[IndicatorTruth]:
    enough = PRESENT_PERCENT * load.households
    kw = {slot: 2 * load.wh[slot] / 1000 / n for slot, n in load.readings.items() if 100 * n >= enough}
    night = [value for slot, value in kw.items() if slot[1] in NIGHT_SLOTS]
    if not kw:
        for name in CODES[1:]:
            yield IndicatorTruth(name, code, PERIOD, None, coverage=0.0, status="insufficient_data")
        return
    mean, coverage = math.fsum(kw.values()) / len(kw), len(kw) / SLOTS
    yield IndicatorTruth(CODES[1], code, PERIOD, mean / max(kw.values()), mean, max(kw.values()), coverage, status)
    if not night:
        yield IndicatorTruth(CODES[2], code, PERIOD, None, coverage=coverage, status="insufficient_data")
        return
    base = math.fsum(night) / len(night)
    yield IndicatorTruth(CODES[2], code, PERIOD, 100 * base / mean, base, mean, coverage, status)
