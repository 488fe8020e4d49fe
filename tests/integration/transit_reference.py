"""What a timetable offers on a date, in plain Python from its text files: the truth that marts are held to.

Made from public_services.md alone and sharing nothing with the models: csv, dates and arithmetic.
"""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

Row = Mapping[str, str]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class FeedService:
    """The row of `transit_feed_service` for one date."""

    active_services: str
    trips: int
    runs: int
    departures: int


@dataclass(frozen=True)
class StopService:
    """A row of `transit_stop_service`; None where there is no figure."""

    departures: int
    first_s: int
    last_s: int
    span_h: float
    headway_min: float | None
    wait_min: float | None
    gap_max_min: float | None
    headway_peak_min: float | None


class Timetable:
    """A folder of GTFS files."""

    def __init__(self, folder: Path) -> None:
        self._calendar = rows(folder / "calendar.txt")
        self._dates = rows(folder / "calendar_dates.txt")
        self._trips = rows(folder / "trips.txt")
        self._calls: dict[str, list[Row]] = defaultdict(list)
        for row in rows(folder / "stop_times.txt"):
            self._calls[row["trip_id"]].append(row)
        for calls in self._calls.values():
            calls.sort(key=lambda row: int(row["stop_sequence"]))
        self._frequencies: dict[str, list[Row]] = defaultdict(list)
        for row in rows(folder / "frequencies.txt"):
            self._frequencies[row["trip_id"]].append(row)

    def services(self, day: date) -> set[str]:
        """Services that run on a date."""
        active = {
            row["service_id"]
            for row in self._calendar
            if row[WEEKDAYS[day.weekday()]] == "1" and _day(row["start_date"]) <= day <= _day(row["end_date"])
        }
        for row in self._dates:
            if _day(row["date"]) == day and row["exception_type"] == "2":
                active.discard(row["service_id"])
        return active | {r["service_id"] for r in self._dates if _day(r["date"]) == day and r["exception_type"] == "1"}

    def on(self, day: date) -> tuple[FeedService, dict[tuple[str, str], StopService]]:
        """The whole of a date, and by (stop, direction)."""
        services = self.services(day)
        trips = [row for row in self._trips if row["service_id"] in services]
        runs, departures = 0, set()
        for trip in trips:
            moments = self._moments(trip["trip_id"])
            shifts = self._shifts(trip["trip_id"], moments)
            runs += len(shifts)
            for call, moment in list(zip(self._calls[trip["trip_id"]], moments, strict=True))[:-1]:
                if call.get("pickup_type") in (None, "", "0"):
                    where = (call["stop_id"], trip["route_id"], trip.get("direction_id") or "")
                    departures |= {(*where, moment + shift) for shift in shifts}
        at_stops: dict[tuple[str, str], list[int]] = defaultdict(list)
        for stop, _, direction, moment in departures:
            at_stops[stop, direction].append(moment)
        whole = FeedService("|".join(sorted(services)), len(trips), runs, len(departures))
        return whole, {place: _service(sorted(times)) for place, times in at_stops.items()}

    def _moments(self, trip: str) -> list[int]:
        """The time of each call, in seconds."""
        calls = self._calls[trip]
        leaves = [_seconds(row["departure_time"] or row["arrival_time"]) for row in calls]
        arrives = [_seconds(row["arrival_time"] or row["departure_time"]) for row in calls]
        timed = [place for place, moment in enumerate(leaves) if moment is not None]
        found: list[int] = []
        for place, moment in enumerate(leaves):
            before = max(one for one in timed if one <= place)
            after = min(one for one in timed if one >= place)
            start, end = leaves[before], arrives[after]
            assert start is not None
            assert end is not None
            between = start + (end - start) * (place - before) // max(after - before, 1)
            found.append(between if moment is None else moment)
        return found

    def _shifts(self, trip: str, moments: list[int]) -> list[int]:
        """By how much each run of a trip is later than its own times."""
        if trip not in self._frequencies:
            return [0]
        spans = [
            (_seconds(row["start_time"]) or 0, _seconds(row["end_time"]) or 0, int(row["headway_secs"]))
            for row in self._frequencies[trip]
        ]
        return [start - moments[0] for first, end, headway in spans for start in range(first, end, headway)]


def rows(path: Path) -> list[Row]:
    """The records of a file; none where there is no such file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _service(times: list[int]) -> StopService:
    gaps = [later - earlier for earlier, later in pairwise(times)]
    span, peak = times[-1] - times[0], sum(25_200 <= moment < 32_400 for moment in times)
    return StopService(
        departures=len(times),
        first_s=times[0],
        last_s=times[-1],
        span_h=span / 3600,
        headway_min=span / 60 / (len(times) - 1) if span else None,
        wait_min=math.fsum(gap * gap for gap in gaps) / (2 * math.fsum(gaps)) / 60 if span else None,
        gap_max_min=max(gaps) / 60 if span else None,
        headway_peak_min=120 / peak if peak else None,
    )


def _day(text: str) -> date:
    return datetime.strptime(text, "%Y%m%d").date()


def _seconds(text: str) -> int | None:
    if not text.strip():
        return None
    hours, minutes, seconds = (int(part) for part in text.split(":"))
    return hours * 3600 + minutes * 60 + seconds
