"""The metered households: a DuckDB table of what never changes about each, and the register file made from it.

One household is one row of a few dozen bytes; nothing else about 600,000 of them is ever held. Their readings are
`lake.sample.readings`. Three households live in Gannet Head (too few to publish), about one in two hundred has no
district, ten have a file of their own (`lake.sample.meters`).
"""

from pathlib import Path

import duckdb

from lake.sample.delivery_text import FileTruth, beside
from lake.sample.districts import DISTRICTS
from lake.sample.truth import TruthBook

REGISTER_FILE = "energy_lcl_smartmeter/informations_households.csv"
REGISTER_HEADER = "LCLid,stdorToU,Acorn,Acorn_grouped,file,district_code"
FEWEST, MOST = 120, 900_000  # fewer, and the seeded defects of the register are more than 1 row in 20
WITHOUT_DISTRICT_PER_MILLE = 5
GAP_PER_MILLE = 15  # households that moved in or out, or whose meter fell silent
FILE_HOUSEHOLDS = 10
RESTRICTED_DISTRICT, RESTRICTED_HOUSEHOLDS = 12, 3


def file_households(households: int) -> list[int]:
    """Numbers of the households that have a file of their own, spread over the register."""
    return [n * (households // FILE_HOUSEHOLDS) + 3 for n in range(FILE_HOUSEHOLDS)]


def restricted_households(households: int) -> list[int]:
    """Numbers of the households in the district with too few meters."""
    taken = set(file_households(households))
    candidates = (11, households // 3, households // 3 + 1, 2 * households // 3, 2 * households // 3 + 1)
    return [n for n in candidates if n not in taken][:RESTRICTED_HOUSEHOLDS]


def make_households(con: duckdb.DuckDBPyConnection, households: int, seed: int) -> None:
    """Create the table `hh`: i, id, d (district number, 0 none), scale (mean Wh per half-hour), gap, line parts."""
    con.execute(f"""
    CREATE OR REPLACE TABLE hh AS
    SELECT i, id, d, own_file, scale, gap_from, gap_to,
           id || ',' || tariff || ',' AS pre, ',' || acorn || ',' || acorn_group AS post
    FROM (SELECT *,
                 CASE WHEN letter = 17 THEN 'ACORN-U' WHEN letter < 0 THEN 'ACORN-'
                      ELSE 'ACORN-' || chr(65 + letter) END AS acorn,
                 CASE WHEN letter = 17 THEN 'ACORN-U' WHEN letter < 0 THEN 'ACORN-' WHEN letter < 5 THEN 'Affluent'
                      WHEN letter < 10 THEN 'Comfortable' ELSE 'Adversity' END AS acorn_group,
                 (40 + 110 * (10 + h_size % 30) // 20 * ({_wealth_list()}[d + 1] + 60) // 100)::INT AS scale
          FROM ({_drawn_sql(households, seed)}))
    ORDER BY i""")


def _drawn_sql(households: int, seed: int) -> str:
    own = ", ".join(map(str, file_households(households)))
    restricted = ", ".join(map(str, restricted_households(households)))
    return f"""
        SELECT i, 'MAC' || lpad((i + 2)::VARCHAR, 6, '0') AS id, i IN ({own}) AS own_file, h_size,
               CASE WHEN hash(i, 'tou', {seed}) % 5 = 0 THEN 'ToU' ELSE 'Std' END AS tariff,
               CASE WHEN i IN ({restricted}) THEN {RESTRICTED_DISTRICT}
                    WHEN h_place % 1000 < {WITHOUT_DISTRICT_PER_MILLE} AND i NOT IN ({own}) THEN 0
                    ELSE {_district_list()}[1 + ((h_place // 1000) % {len(_district_list())})::INT] END AS d,
               CASE WHEN h_acorn % 400 = 0 THEN -1 WHEN h_acorn % 100 = 1 THEN 17
                    ELSE ((h_acorn // 400) % 17)::INT END AS letter,
               CASE WHEN h_gap % 1000 < {GAP_PER_MILLE} AND i NOT IN ({own})
                    THEN 3 + ((h_gap // 1000) % 24)::INT END AS gap_from,
               4 + ((h_gap // 1000) % 24)::INT + ((h_gap // 100000) % 12)::INT AS gap_to
        FROM (SELECT i::INT AS i, hash(i, 'place', {seed}) AS h_place, hash(i, 'size', {seed}) AS h_size,
                     hash(i, 'acorn', {seed}) AS h_acorn, hash(i, 'gap', {seed}) AS h_gap
              FROM range({households}) r(i))"""


def _district_list() -> list[int]:
    """District numbers, each as often as its weight among the metered homes."""
    return [district.number for district in DISTRICTS for _ in range(district.meter_weight)]


def _wealth_list() -> list[int]:
    return [50, *(round(100 * district.wealth) for district in DISTRICTS)]


def write_register(con: duckdb.DuckDBPyConnection, out: Path, book: TruthBook) -> None:
    """Write the register of households (CRLF), repeats and broken lines at its end."""
    codes = ["", *(district.code for district in DISTRICTS)]
    line = f"pre || substr(post, 2) || ',block_' || (i // 50)::VARCHAR || ',' || {codes}[d + 1] || chr(13)"
    first = con.execute(f"SELECT {line} FROM hh WHERE d > 1 ORDER BY i LIMIT 3").fetchall()
    equal, moved, broken = (str(row[0]).rstrip("\r") for row in first)
    other = moved.rsplit(",", 1)[0] + f",{DISTRICTS[0].code}"
    ends = [equal, other, "", broken.rsplit(",", 2)[0], broken + ",moved"]
    with beside(out / REGISTER_FILE) as part:
        con.execute(f"""
        COPY (SELECT {line} AS "{REGISTER_HEADER}\r" FROM hh ORDER BY i)
        TO '{part}' (FORMAT csv, HEADER true, DELIMITER '|', QUOTE '', ESCAPE '')""")
        with part.open("ab") as end:
            end.write("".join(f"{extra}\r\n" for extra in ends).encode())
    rejected = {"blank_row": 1, "duplicate": 2, "wrong_columns": 2}
    defects = {"blank_line": 1, "duplicate_equal": 1, "duplicate_conflicting": 1, "short_row": 1, "long_row": 1}
    book.add_file(REGISTER_FILE, FileTruth("energy_lcl_register", book.arguments.households, rejected, 0, defects))
