"""The latent half-hours of all meters: SQL that says, per household, day and half-hour, what was used and what went
wrong with the record. Everything is `hash(household, half-hour, day, seed)` in whole watt-hours.

The official daily files (`lake.sample.daily`), the ten household files (`lake.sample.meters`) and the truth
(`lake.sample.energy_truth`) all rest on these cells, each formatting or summing them in its own way; no cell is stored.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from lake.sample.districts import DISTRICTS
from lake.sample.draws import draw
from lake.sample.weather import heating_factor

FIRST_DAY = dt.date(2014, 12, 29)  # a Monday
REDELIVERED_DAY, REVISED_DAY = dt.date(2015, 1, 14), dt.date(2015, 1, 21)
REVISED_DISTRICT, REVISED_PERCENT = 6, 108
# What happens to a record, per million; the rest is clean. The order is that of no rule: one record has one fate.
KINDS = (
    ("missing", 2000), ("null_value", 500), ("negative", 150), ("out_of_range", 150), ("other_day", 150),
    ("off_grid", 150), ("bad_timestamp", 200), ("short_row", 150), ("long_row", 150), ("bad_value", 150),
    ("duplicate_equal", 300), ("duplicate_conflicting", 300),
)  # fmt: skip
ACCEPTED_KINDS = "('clean', 'duplicate_equal', 'duplicate_conflicting')"
# Use by half-hour, per mille of a household's mean: night, breakfast, day, evening peak.
WORKDAY = (
    620, 560, 510, 480, 460, 450, 450, 460, 470, 500, 560, 680, 860, 1050, 1180, 1190, 1090, 980, 920, 890, 870, 870,
    890, 930, 940, 920, 890, 870, 880, 930, 1040, 1190, 1380, 1590, 1760, 1860, 1880, 1840, 1760, 1660, 1560, 1470,
    1390, 1300, 1170, 1010, 850, 720,
)  # fmt: skip
WEEKEND_SHIFT = 3  # half-hours that a weekend morning starts later


@dataclass(frozen=True)
class Outage:
    """Half-hours in which the head-end lost a share of the readings, of one district or of all."""

    day: dt.date
    first_slot: int
    last_slot: int
    percent: int
    district: int | None = None


OUTAGES = (
    Outage(dt.date(2015, 1, 9), 20, 22, 30),
    Outage(dt.date(2015, 1, 17), 6, 9, 20, district=6),
)


def day_number(day: dt.date) -> int:
    """Days since the first day of the sample; negative before it."""
    return (day - FIRST_DAY).days


def cells_sql(days: Sequence[dt.date], seed: int, where: str = "true", *, revised: bool = True) -> str:
    """A SELECT of all columns of `hh` with day (number), s (half-hour 0..47), h, kind and wh, ordered as `hh` is.

    `revised` takes the later figures of the revised day; the first edition of that day has others.
    """
    numbers = [day_number(day) for day in days]
    factor = f"{_factors(days)}[(day - {numbers[0]}) * {len(DISTRICTS) + 1} + d + 1]"
    level = (
        f"scale * {_shapes()}[CASE WHEN (day % 7 + 7) % 7 >= 5 THEN 48 ELSE 0 END + s + 1] // 1000 * {factor} // 1000"
    )
    noise = "(450 + ((h // 1048576) % 1100)::BIGINT)"
    burst = "CASE WHEN (h // 4294967296) % 45 = 0 THEN 600 + ((h // 64) % 1500)::BIGINT ELSE 0 END"
    wh = f"least(9800, greatest(5, {level} * {noise} // 1000 + {burst}))"
    if revised:
        again = f"day = {day_number(REVISED_DAY)} AND d = {REVISED_DISTRICT}"
        wh = f"CASE WHEN {again} THEN {wh} * {REVISED_PERCENT} // 100 ELSE {wh} END"
    return f"""
        SELECT *, {kind_sql()} AS kind, ({wh})::BIGINT AS wh
        FROM (SELECT *, hash(i, s, day, {seed}) AS h
              FROM (SELECT *, unnest(range(48)) AS s
                    FROM (SELECT *, unnest({numbers}) AS day FROM hh WHERE {where})))"""


def kind_sql() -> str:
    """The fate of a record, from columns i's gap, day, s, d and h."""
    branches = [f"WHEN {_outage_sql(outage)} THEN 'missing'" for outage in OUTAGES]
    limit = 0
    for kind, share in KINDS:
        limit += share
        branches.append(f"WHEN h % 1000000 < {limit} THEN '{kind}'")
    return f"CASE WHEN day BETWEEN gap_from AND gap_to THEN 'missing' {' '.join(branches)} ELSE 'clean' END"


def _outage_sql(outage: Outage) -> str:
    where = f" AND d = {outage.district}" if outage.district else ""
    slots = f"s BETWEEN {outage.first_slot} AND {outage.last_slot}"
    return f"day = {day_number(outage.day)} AND {slots}{where} AND (h // 4096) % 100 < {outage.percent}"


def _factors(days: Sequence[dt.date]) -> list[int]:
    """Per mille by day and district (0: none): the cold, and some unrest from day to day."""
    electric = [1.0, *(district.electric for district in DISTRICTS)]
    return [
        round(1000 * heating_factor(day, sensitivity) * (0.98 + 0.04 * draw(0, "level", day, number)))
        for day in days
        for number, sensitivity in enumerate(electric)
    ]


def _shapes() -> list[int]:
    """A working day's half-hours, then a weekend's, whose morning is later."""
    return [*WORKDAY, *(WORKDAY[slot - (WEEKEND_SHIFT if 10 <= slot < 24 else 0)] for slot in range(48))]
