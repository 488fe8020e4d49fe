"""The official layout: one file a day with every household's half-hours, streamed by DuckDB straight to disk.

A record and its repeat are one text with a line end inside, so that one pass in the order of the register writes all;
no reading is held in memory. What must survive is counted from the fates of the cells, not from the lines.
"""

import datetime as dt
from pathlib import Path

import duckdb

from lake.sample.delivery_text import FileTruth, beside
from lake.sample.readings import ACCEPTED_KINDS, cells_sql

FOLDER = "energy_lcl_smartmeter"
HEADER = "LCLid,stdorToU,DateTime,KWH/hh (per half hour) ,Acorn,Acorn_grouped"
REASONS = {
    "null_value": "null_value", "negative": "negative", "out_of_range": "out_of_range", "other_day": "other_day",
    "off_grid": "off_grid", "bad_timestamp": "bad_timestamp", "short_row": "wrong_columns",
    "long_row": "wrong_columns", "bad_value": "bad_value", "duplicate_equal": "duplicate",
    "duplicate_conflicting": "duplicate",
}  # fmt: skip
Written = tuple[str, FileTruth]  # path below the sample's folder, and what must be found there
BLANK_EVERY, BLANK_ON = 7, 3  # blank lines end the files of these days


def file_name(day: dt.date, edition: int = 1) -> str:
    """Path of a day's file below the sample's folder; later editions carry their number."""
    return f"{FOLDER}/lcl_{day}{f'_r{edition}' if edition > 1 else ''}.csv"


def write_day(con: duckdb.DuckDBPyConnection, out: Path, seed: int, day: dt.date) -> Written:
    """Write the first edition of a day."""
    cells = cells_sql([day], seed, revised=False)
    return _write(con, out, file_name(day), cells, day, blanks=day.toordinal() % BLANK_EVERY == BLANK_ON)


def write_redelivered(con: duckdb.DuckDBPyConnection, out: Path, seed: int, day: dt.date) -> Written:
    """Write a day again as the publisher cleaned it: the same accepted readings, without the bad lines."""
    cells = cells_sql([day], seed, revised=False)
    kept = f"SELECT * REPLACE ('clean' AS kind) FROM ({cells}) WHERE kind IN {ACCEPTED_KINDS}"
    return _write(con, out, file_name(day, 2), kept, day)


def write_revised(con: duckdb.DuckDBPyConnection, out: Path, seed: int, day: dt.date) -> Written:
    """Write a day again with corrected figures for one district, bad lines as before."""
    return _write(con, out, file_name(day, 2), cells_sql([day], seed), day)


def _write(
    con: duckdb.DuckDBPyConnection, out: Path, name: str, cells: str, day: dt.date, *, blanks: bool = False
) -> Written:
    with beside(out / name) as part:
        con.execute(f"""
        COPY (SELECT {_lines_sql(day)} AS "{HEADER}\r" FROM ({cells}) WHERE kind <> 'missing')
        TO '{part}' (FORMAT csv, HEADER true, DELIMITER '|', QUOTE '', ESCAPE '')""")
        if blanks:
            with part.open("ab") as end:
                end.write(b"\r\n,,,,,\r\n")
    return name, _truth(con, cells, blanks=blanks)


def _lines_sql(day: dt.date) -> str:
    """The text of a cell, CR at its end; the CSV writer adds the LF."""
    stamps = [f"{day} {s // 2:02d}:{30 * (s % 2):02d}:00.0000000" for s in range(48)]
    stamp = f"{stamps}[s + 1]"
    next_day = f"replace({stamp}, '{day}', '{day + dt.timedelta(days=1)}')"
    off_grid = f"replace({stamp}, ':00.0', ':07.0')"
    nonsense = f"['{day.year}-13-45 99:00:00.0000000', 'not a date', '{day:%d/%m/%y} 0h30'][1 + (h % 3)::INT]"

    def line(when: str, shown: str, post: str = "post") -> str:
        return f"pre || {when} || {shown} || {post} || chr(13)"

    def kwh(watt_hours: str) -> str:
        return f"', ' || ({watt_hours} / 1000)::DECIMAL(9, 3)::VARCHAR || ' '"

    clean, lower = line(stamp, kwh("wh")), line(stamp, kwh("(wh // 2)"))
    return f"""CASE kind
        WHEN 'clean' THEN {clean}
        WHEN 'null_value' THEN {line(stamp, "',Null'")}
        WHEN 'negative' THEN {line(stamp, kwh("(-wh)"))}
        WHEN 'out_of_range' THEN {line(stamp, kwh("(10001 + 7 * wh)"))}
        WHEN 'other_day' THEN {line(next_day, kwh("wh"))}
        WHEN 'off_grid' THEN {line(off_grid, kwh("wh"))}
        WHEN 'bad_timestamp' THEN {line(nonsense, kwh("wh"))}
        WHEN 'short_row' THEN {line(stamp, kwh("wh"), "''")}
        WHEN 'long_row' THEN {line(stamp, kwh("wh"), "post || ',surplus'")}
        WHEN 'bad_value' THEN {line(stamp, "', #### '")}
        WHEN 'duplicate_equal' THEN {clean} || chr(10) || {clean}
        WHEN 'duplicate_conflicting' THEN CASE WHEN h % 2 = 0 THEN {clean} || chr(10) || {lower}
                                               ELSE {lower} || chr(10) || {clean} END
        END"""


def _truth(con: duckdb.DuckDBPyConnection, cells: str, *, blanks: bool) -> FileTruth:
    kinds = con.execute(f"SELECT kind, count(*) FROM ({cells}) GROUP BY 1").fetchall()
    found = {str(kind): int(count) for kind, count in kinds}
    accepted = sum(found.get(kind, 0) for kind in ("clean", "duplicate_equal", "duplicate_conflicting"))
    defects = {kind: found[kind] for kind in REASONS if kind in found}
    rejected: dict[str, int] = {}
    for kind, count in defects.items():
        rejected[REASONS[kind]] = rejected.get(REASONS[kind], 0) + count
    if blanks:
        rejected["blank_row"] = 2
        defects |= {"blank_line": 1, "blank_row_of_commas": 1}
    counts = dict(sorted(rejected.items()))
    return FileTruth("energy_lcl_halfhourly_official", accepted, counts, 0, dict(sorted(defects.items())))
