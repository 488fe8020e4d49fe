"""Ten households that also have a file of their own, in the layout of the London collection's `MAC*.csv`.

The same readings as in the official files, some weeks longer, with other defects: where both layouts have a half-hour
they agree, save for four corrected readings that `truth.json` names. Each file has one more oddity of form.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lake.sample.delivery_text import DeliveryText, TextForm, write_bytes
from lake.sample.draws import pick
from lake.sample.readings import FIRST_DAY, cells_sql, day_number
from lake.sample.truth import Arguments, TruthBook

FOLDER = "energy_lcl_smartmeter"
HEADER = ",mac,datetime,kwhh"
DAYS_BEFORE = 14
CORRECTED_DAY, CORRECTED_SLOTS, CORRECTED_WH = dt.date(2015, 1, 10), (36, 37), 500
CORRECTED_FILES = (0, 4)
FORMS = {3: TextForm(glued_header=True), 5: TextForm("\r\n"), 8: TextForm(last_line_end=False)}
# How many half-hours of a file meet each fate; the rest are written plainly.
FATES = {
    "left_out": 2, "null_value": 2, "bad_timestamp": 1, "short_row": 1, "long_row": 1, "bad_value": 1,
    "duplicate_equal": 2, "duplicate_conflicting": 2, "padded_number": 3,
}  # fmt: skip
KEPT = ("plain", "duplicate_equal", "duplicate_conflicting", "padded_number")
Slot = tuple[int, int]  # number of the day, half-hour 0..47


@dataclass(frozen=True)
class MeterReading:
    """One half-hour of a household file: what it says and how it is written."""

    slot: Slot
    wh: int
    official_wh: int
    fate: str

    @property
    def stamp(self) -> str:
        """Start of the half-hour, GMT."""
        day = FIRST_DAY + dt.timedelta(days=self.slot[0])
        return f"{day} {self.slot[1] // 2:02d}:{30 * (self.slot[1] % 2):02d}:00"


def write_meters(con: duckdb.DuckDBPyConnection, out: Path, book: TruthBook) -> None:
    """Write the ten files and note where they differ from the official ones."""
    book.household_file_differs = []
    for number, (household, readings) in enumerate(meter_files(con, book.arguments).items()):
        text = DeliveryText("energy_lcl_smartmeter", HEADER, FORMS.get(number, TextForm()))
        for index, reading in enumerate(readings):
            _write(text, f"{50_000 * (number + 1) + index},{household}", reading)
            if index == len(readings) // 3:
                text.blank()
        text.blank(fields=4)
        path = f"{FOLDER}/{household}.csv"
        write_bytes(out / path, text.encode())
        book.add_file(path, text.truth())
        book.household_file_differs += _differences(household, readings)


def meter_files(con: duckdb.DuckDBPyConnection, arguments: Arguments) -> dict[str, list[MeterReading]]:
    """Household id -> the half-hours of its file in order. Rests on the table `hh`."""
    days = [FIRST_DAY + dt.timedelta(days=n) for n in range(-DAYS_BEFORE, arguments.first_days)]
    cells = cells_sql(days, arguments.seed, "own_file")
    rows = con.execute(f"SELECT id, day, s, wh FROM ({cells}) ORDER BY i, day, s").fetchall()
    files: dict[str, list[tuple[Slot, int]]] = {}
    for household, day, slot, wh in rows:
        files.setdefault(household, []).append(((day, slot), wh))
    return {
        household: list(_readings(arguments.seed, number, household, cells_of))
        for number, (household, cells_of) in enumerate(files.items())
    }


def _readings(seed: int, number: int, household: str, cells: list[tuple[Slot, int]]) -> Iterator[MeterReading]:
    corrected = {(day_number(CORRECTED_DAY), slot) for slot in CORRECTED_SLOTS} if number in CORRECTED_FILES else set()
    fates = _fates(seed, household, [n for n, (slot, _) in enumerate(cells) if slot not in corrected])
    for n, (slot, wh) in enumerate(cells):
        yield MeterReading(slot, wh + CORRECTED_WH if slot in corrected else wh, wh, fates.get(n, "plain"))


def _fates(seed: int, household: str, positions: list[int]) -> dict[int, str]:
    """Position -> fate, for distinct positions that the seed chooses."""
    fates: dict[int, str] = {}
    for fate, count in FATES.items():
        for n in range(count):
            attempt = 0
            while (position := pick(seed, positions, household, fate, n, attempt)) in fates:
                attempt += 1
            fates[position] = fate
    return fates


def _write(text: DeliveryText, start: str, reading: MeterReading) -> None:
    line = f"{start},{reading.stamp},{_kwh(reading.wh)}"
    match reading.fate:
        case "plain":
            text.keep(line)
        case "padded_number":
            text.keep(f"{start},{reading.stamp}, {_kwh(reading.wh)}  ", "padded_number")
        case "null_value":
            text.reject(f"{start},{reading.stamp},Null", "null_value")
        case "bad_timestamp":
            text.reject(f"{start},2015-02-30 25:10:00,{_kwh(reading.wh)}", "bad_timestamp")
        case "bad_value":
            text.reject(f"{start},{reading.stamp},n.r.", "bad_value")
        case "short_row":
            text.reject(f"{start},{reading.stamp}", "wrong_columns", "short_row")
        case "long_row":
            text.reject(f"{line},E", "wrong_columns", "long_row")
        case "duplicate_equal":
            text.reject(line, "duplicate", "duplicate_equal")
            text.keep(line)
        case "duplicate_conflicting":
            text.reject(f"{start},{reading.stamp},{_kwh(reading.wh + 111)}", "duplicate", "duplicate_conflicting")
            text.keep(line)


def _kwh(wh: int) -> str:
    return f"{wh / 1000:g}"


def _differences(household: str, readings: list[MeterReading]) -> Iterator[dict[str, str]]:
    for reading in readings:
        if reading.wh != reading.official_wh:
            yield {
                "household": household, "read_at": reading.stamp,
                "official_kwh": _kwh(reading.official_wh), "household_file_kwh": _kwh(reading.wh),
            }  # fmt: skip
