"""Hourly air quality of eleven sites, thirteen months in one long file, as the London network publishes it.

DuckDB makes the hours from `hash(site, species, hour, seed)`: a latent table of tenths of ug/m3 and of what happened to
each hour (blank, repeated, spoilt), from which both the file and the truth follow. Ozone rises in the hot week of July;
the monitor of Eastern Docks was closed from March to August. Indicator arithmetic is `lake.sample.air_truth`.
"""

import datetime as dt
import math
from pathlib import Path

import duckdb

from lake.sample.delivery_text import FileTruth, beside
from lake.sample.districts import DISTRICTS
from lake.sample.draws import draw
from lake.sample.truth import TruthBook
from lake.sample.weather import is_ozone_day

FILE = "air_quality_laqn/LaqnData.csv"
HEADER = "Site,Species,ReadingDateTime,Value,Units,Provisional or Ratified"
FIRST_DAY, LAST_DAY = dt.date(2014, 1, 1), dt.date(2015, 1, 31)
RATIFIED_UNTIL = dt.date(2014, 9, 30)
CLOSED_SITE, CLOSED = "ED1", (dt.date(2014, 3, 10), dt.date(2014, 8, 31))
NOX_SITES = ("OH1", "CQ1", "FV1", "GH1", "ED1", "PH1")
NO_SITES = ("OH1", "FV1", "PH1")
UNITS = {"NO": "ug m-3", "NO2": "ug m-3", "NOX": "ug m-3 as NO2", "O3": "ug m-3", "PM10": "ug/m3"}
# What happens to an hour, per million; the rest is clean. `repeat_*` hours come twice, and the later line wins.
KINDS = (
    ("blank", 12_000), ("repeat_equal", 150), ("repeat_conflicting", 150), ("repeat_then_blank", 60),
    ("bad_timestamp", 120), ("short_row", 100), ("long_row", 100), ("bad_cell", 120),
)  # fmt: skip
REASONS = {
    "repeat_equal": "duplicate", "repeat_conflicting": "duplicate", "repeat_then_blank": "duplicate",
    "bad_timestamp": "bad_timestamp", "short_row": "wrong_columns", "long_row": "wrong_columns",
}  # fmt: skip
DEFECTS = {"repeat_equal": "duplicate_equal", "repeat_conflicting": "duplicate_conflicting"}
BLANK_LINES = 3


def write_air(con: duckdb.DuckDBPyConnection, out: Path, book: TruthBook) -> None:
    """Make the latent table `air`, write the file from it, and count what must come of it."""
    series = "n INT, site VARCHAR, species VARCHAR, base INT, units VARCHAR"
    con.execute(f"CREATE OR REPLACE TABLE air_series ({series})")
    con.executemany("INSERT INTO air_series VALUES (?, ?, ?, ?, ?)", _series())
    days = "day INT, stamp VARCHAR, flag VARCHAR, closed BOOL, o3 INT, dirt INT"
    con.execute(f"CREATE OR REPLACE TABLE air_days ({days})")
    con.executemany("INSERT INTO air_days VALUES (?, ?, ?, ?, ?, ?)", _days(book.arguments.seed))
    con.execute(_latent_sql(book.arguments.seed))
    with beside(out / FILE) as part:
        con.execute(_copy_sql(part))
        with part.open("ab") as end:
            end.write(b"\n" * (BLANK_LINES - 1) + b",,,,,\n")
    book.add_file(FILE, _truth(con))


def _series() -> list[tuple[int, str, str, int, str]]:
    """Number, site, species, mean level in hundredths of ug/m3, unit as the network spells it."""
    rows: list[tuple[str, str, float]] = []
    for district in DISTRICTS:
        if district.site is None:
            continue
        rows += [(district.site, "NO2", district.no2), (district.site, "O3", district.o3)]
        rows.append((district.site, "PM10", district.pm10))
        rows += [(district.site, "NOX", district.no2 * 1.7)] if district.site in NOX_SITES else []
        rows += [(district.site, "NO", district.no2 * 0.45)] if district.site in NO_SITES else []
    ordered = sorted(rows, key=lambda row: (row[0], row[1]))
    return [(n, site, species, round(100 * base), UNITS[species]) for n, (site, species, base) in enumerate(ordered)]


def _days(seed: int) -> list[tuple[int, str, str, bool, int, int]]:
    """Number, stamp, flag, whether one monitor was closed, and the day's level of ozone and of all else (per mille)."""
    rows = []
    for number in range((LAST_DAY - FIRST_DAY).days + 1):
        day = FIRST_DAY + dt.timedelta(days=number)
        winter = math.cos(2 * math.pi * (number - 15) / 365)
        ozone = 1.9 if is_ozone_day(day) else 0.85 + 0.3 * draw(seed, "ozone", day)
        dirt = 0.6 + 0.8 * draw(seed, "dirt", day)
        levels = round(1000 * ozone * (1 - 0.28 * winter)), round(1000 * dirt * (1 + 0.18 * winter))
        closed = CLOSED[0] <= day <= CLOSED[1]
        rows.append((number, f"{day:%d/%m/%Y}", "R" if day <= RATIFIED_UNTIL else "P", closed, *levels))
    return rows


def _clock(species: str) -> list[int]:
    """Per mille by hour: ozone has one hump in the afternoon, what comes from traffic has two."""
    if species == "O3":
        return [round(1000 - 380 * math.cos(2 * math.pi * (hour - 3) / 24)) for hour in range(24)]
    return [round(1000 - 300 * math.cos(4 * math.pi * (hour - 1) / 24)) for hour in range(24)]


def _latent_sql(seed: int) -> str:
    """Tenths of ug/m3 in whole numbers: base x day x hour x noise; dust now and then just below zero."""
    limit, branches = 0, []
    for kind, share in KINDS:
        limit += share
        branches.append(f"WHEN h % 1000000 < {limit} THEN '{kind}'")
    day = "CASE WHEN species = 'O3' THEN o3 ELSE dirt END"
    clock = f"CASE WHEN species = 'O3' THEN {_clock('O3')}[hour + 1] ELSE {_clock('NO2')}[hour + 1] END"
    noise = "(700 + ((h // 1048576) % 600)::BIGINT)"
    return f"""
    CREATE OR REPLACE TABLE air AS
    SELECT n, site, species, units, day, stamp, flag, hour, h,
           CASE WHEN closed AND site = '{CLOSED_SITE}' THEN 'blank' {" ".join(branches)} ELSE 'clean' END AS kind,
           CASE WHEN species = 'PM10' AND (h // 64) % 4000 = 0 THEN -4
                ELSE greatest(1, base::BIGINT * ({day}) * ({clock}) // 10000000 * {noise} // 1000) END::INT AS tenths
    FROM (SELECT *, hash(n, day, hour, {seed}, 'air') AS h
          FROM (SELECT s.*, d.*, unnest(range(24)) AS hour FROM air_series s, air_days d))
    ORDER BY n, day, hour"""


def _copy_sql(path: Path) -> str:
    value, other = "printf('%.5f', tenths / 10.0)", "printf('%.5f', (tenths + 37) / 10.0)"
    stamp = "stamp || ' ' || lpad(hour::VARCHAR, 2, '0') || ':00'"
    bad_stamp = "['31/02/2014 05:00', 'not recorded', '2014-13-01T00'][1 + (h % 3)::INT]"
    pre, post = "site || ',' || species || ','", "',' || units || ',' || flag"

    def line(when: str, shown: str) -> str:
        return f"{pre} || {when} || ',' || {shown} || {post}"

    clean = line(stamp, value)
    return f"""
    COPY (SELECT CASE kind
        WHEN 'clean' THEN {clean}
        WHEN 'blank' THEN {line(stamp, "''")}
        WHEN 'repeat_equal' THEN {clean} || chr(10) || {clean}
        WHEN 'repeat_conflicting' THEN {line(stamp, other)} || chr(10) || {clean}
        WHEN 'repeat_then_blank' THEN {clean} || chr(10) || {line(stamp, "''")}
        WHEN 'bad_timestamp' THEN {line(bad_stamp, value)}
        WHEN 'short_row' THEN {pre} || {stamp} || ',' || {value}
        WHEN 'long_row' THEN {clean} || ',checked'
        ELSE {line(stamp, "'<0.5'")} END AS "{HEADER}"
        FROM air ORDER BY n, day, hour)
    TO '{path}' (FORMAT csv, HEADER true, DELIMITER '|', QUOTE '', ESCAPE '')"""


def _truth(con: duckdb.DuckDBPyConnection) -> FileTruth:
    kinds = con.execute("SELECT kind, count(*) FROM air GROUP BY 1").fetchall()
    found = {str(kind): int(count) for kind, count in kinds}
    rejected = {"blank_row": BLANK_LINES}
    defects = {"blank_line": BLANK_LINES - 1, "blank_row_of_commas": 1}
    for kind, reason in REASONS.items():
        rejected[reason] = rejected.get(reason, 0) + found.get(kind, 0)
        defects[DEFECTS.get(kind, kind)] = found.get(kind, 0)
    survivors = ("clean", "blank", "bad_cell", "repeat_equal", "repeat_conflicting", "repeat_then_blank")
    accepted = sum(found.get(kind, 0) for kind in survivors)
    bad = defects["bad_cell"] = found.get("bad_cell", 0)
    return FileTruth("air_quality_laqn", accepted, dict(sorted(rejected.items())), bad, dict(sorted(defects.items())))
