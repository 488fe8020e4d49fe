"""The timetable of Brightwater's trams, a folder of GTFS files: exceptions, frequencies, runs past midnight.

What each stop gets on three dates is known from the lines' own starts and offsets: a holiday on which trams run as on
days of rest, a Saturday with a fair, an ordinary Wednesday. Calls in the middle of the coast line state no time, and a
relief tram runs in the very second of another, which is one departure. The file of stops has a column under the name
that the one of trips should have.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from lake.sample.delivery_text import DeliveryText, TextForm, write_bytes
from lake.sample.truth import TruthBook

FOLDER, FEED = "timetable_trams", "trams"
HOUR = 3600
HOLIDAY, FAIR_DAY, WEDNESDAY = dt.date(2015, 1, 1), dt.date(2015, 1, 10), dt.date(2015, 1, 14)
SERVICES_ON = {HOLIDAY: ("rest",), FAIR_DAY: ("fair", "rest"), WEDNESDAY: ("work",)}
STOPS = ("Harbour", "Quay", "Lantern Street", "Saltmarket", "Millrace", "Foundry")
FORM = TextForm("\r\n")
MORNING_PEAK = (7 * HOUR, 9 * HOUR)


@dataclass(frozen=True)
class Line:
    """Trams of one route, way and service that call at the same stops: where, how long after they start, and when.

    `every` is the headway of a line that has frequencies instead of trips of its own; its last start lies before
    `until`.
    """

    name: str
    route: str
    direction: str
    service: str
    stops: tuple[str, ...]
    step_s: int
    starts: tuple[int, ...]
    every: int = 0
    until: int = 0
    relief: tuple[int, ...] = ()

    @property
    def trips(self) -> list[tuple[str, int]]:
        """Ids of the trips in the file, and the second at which each starts there."""
        if self.every:
            return [(self.name, 0)]
        return [(f"{self.name}_{number}", start) for number, start in enumerate((*self.starts, *self.relief))]

    @property
    def departures(self) -> list[tuple[str, int]]:
        """Stop and second of every departure, each once: not at the last stop."""
        return [
            (stop, start + place * self.step_s) for place, stop in enumerate(self.stops[:-1]) for start in self.starts
        ]


def _coast(direction: str, service: str, starts: Sequence[int], relief: tuple[int, ...] = ()) -> Line:
    stops = STOPS if direction == "0" else STOPS[::-1]
    return Line(f"coast_{service}_{direction}", "A", direction, service, stops, 240, tuple(starts), relief=relief)


def _ring(name: str, service: str, first: int, until: int, every: int) -> Line:
    stops = ("Harbour", "Saltmarket", "Foundry", "Harbour")
    return Line(name, "R", "", service, stops, 420, tuple(range(first, until, every)), every, until)


LINES = (
    *(
        _coast(way, "work", [*range(6 * HOUR, 22 * HOUR, 600), 24 * HOUR - 600], relief=(27_000,)[: way == "0"])
        for way in "01"
    ),
    *(_coast(way, "rest", range(8 * HOUR, 22 * HOUR, 1200)) for way in "01"),
    _ring("night_ring", "work", 23 * HOUR, 25 * HOUR, 1200),
    _ring("fair_ring", "fair", 10 * HOUR, 26 * HOUR, 900),
)


def write_timetable(out: Path, book: TruthBook) -> None:
    """Write the files, and what the trams offer on the three dates."""
    texts = (
        _agency(),
        _about(),
        _calendar(),
        _exceptions(),
        _routes(),
        _shapes(),
        _stops(),
        _trips(),
        _calls(),
        _frequencies(),
    )
    for text in texts:
        name = f"{FOLDER}/{text.dataset.removeprefix('gtfs_')}.txt"
        write_bytes(out / name, text.encode())
        book.add_file(name, text.truth())
    book.feed_service = [_feed_row(day) for day in SERVICES_ON]
    book.stop_service = [row for day in SERVICES_ON for row in _stop_rows(day)]


def _text(file: str, header: str) -> DeliveryText:
    return DeliveryText(f"gtfs_{file}", header, FORM)


def _agency() -> DeliveryText:
    text = _text("agency", "agency_name,agency_url,agency_timezone")
    text.keep("Brightwater Trams,http://trams.example,Europe/London")
    return text


def _about() -> DeliveryText:
    text = _text("feed_info", "feed_publisher_name,feed_publisher_url,feed_lang")
    text.keep("Brightwater Trams,http://trams.example,en")
    return text


def _shapes() -> DeliveryText:
    text = _text("shapes", "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence")
    for number in range(len(STOPS)):
        text.keep(f"coast,50.{60 + number},-1.{10 + number},{number}")
    return text


def _calendar() -> DeliveryText:
    text = _text("calendar", "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date")
    text.keep("work,1,1,1,1,1,0,0,20150101,20150630")
    text.keep("rest,0,0,0,0,0,1,1,20150101,20150630")
    text.keep("fair,0,0,0,0,0,0,0,20150101,20150630", "no_weekday")
    return text


def _exceptions() -> DeliveryText:
    text = _text("calendar_dates", "service_id,date,exception_type")
    text.keep(f"work,{HOLIDAY:%Y%m%d},2", "taken_away")
    text.keep(f"rest,{HOLIDAY:%Y%m%d},1", "added")
    text.keep(f"fair,{FAIR_DAY:%Y%m%d},1", "added")
    return text


def _routes() -> DeliveryText:
    text = _text("routes", "route_id,route_short_name,route_long_name,route_type")
    text.keep("A,A,Coast,0")
    text.keep("R,R,Ring,0")
    return text


def _stops() -> DeliveryText:
    text = _text("stops", "stop_id,stop_name,stop_lat,stop_lon,wheelchair_accessible")
    for number, stop in enumerate(STOPS):
        text.keep(f"{stop},{stop},50.{60 + number},-1.{10 + number},1", "swapped_name")
    return text


def _trips() -> DeliveryText:
    text = _text("trips", "route_id,service_id,trip_id,direction_id")
    for line in LINES:
        for trip, _ in line.trips:
            text.keep(f"{line.route},{line.service},{trip},{line.direction}")
    return text


def _calls() -> DeliveryText:
    text = _text("stop_times", "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type")
    for line in LINES:
        for trip, start in line.trips:
            for place, stop in enumerate(line.stops):
                moment = start + place * line.step_s
                untimed = line.route == "A" and place in (2, 3)
                shown = "" if untimed else _clock(moment)
                defects = [*(["untimed"] if untimed else []), *(["after_midnight"] if moment >= 24 * HOUR else [])]
                text.keep(f"{trip},{shown},{shown},{stop},{10 * place + 1},", *defects)
    return text


def _frequencies() -> DeliveryText:
    text = _text("frequencies", "trip_id,start_time,end_time,headway_secs")
    for line in LINES:
        if line.every:
            text.keep(f"{line.name},{_clock(line.starts[0])},{_clock(line.until)},{line.every}", "after_midnight")
    return text


def _clock(second: int) -> str:
    return f"{second // HOUR:02}:{second // 60 % 60:02}:{second % 60:02}"


def _lines_of(day: dt.date) -> list[Line]:
    return [line for line in LINES if line.service in SERVICES_ON[day]]


def _feed_row(day: dt.date) -> dict[str, object]:
    lines = _lines_of(day)
    return {
        "feed": FEED,
        "service_date": day.isoformat(),
        "active_services": "|".join(SERVICES_ON[day]),
        "trips": sum(len(line.trips) for line in lines),
        "runs": sum(len(line.starts) + len(line.relief) for line in lines),
        "departures": sum(len(line.departures) for line in lines),
    }


def _stop_rows(day: dt.date) -> Iterator[dict[str, object]]:
    at_stops: dict[tuple[str, str], list[int]] = {}
    for line in _lines_of(day):
        for stop, moment in line.departures:
            at_stops.setdefault((stop, line.direction), []).append(moment)
    for (stop, direction), moments in sorted(at_stops.items()):
        times = sorted(moments)
        gaps = [later - earlier for earlier, later in pairwise(times)]
        span, peak = times[-1] - times[0], sum(MORNING_PEAK[0] <= one < MORNING_PEAK[1] for one in times)
        yield {
            "feed": FEED,
            "service_date": day.isoformat(),
            "stop_id": stop,
            "direction_id": direction,
            "departures": len(times),
            "first_s": times[0],
            "last_s": times[-1],
            "span_h": span / HOUR,
            "headway_min": span / 60 / len(gaps) if span else None,
            "wait_min": sum(gap * gap for gap in gaps) / (2 * span) / 60 if span else None,
            "gap_max_min": max(gaps) / 60 if span else None,
            "headway_peak_min": 120 / peak if peak else None,
        }
