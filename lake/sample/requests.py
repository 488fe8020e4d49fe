"""Requests to the city's services (311): an edition for each of 13 months, then one a day; open cases come again.

An edition has the requests that came in since the one before, and those of earlier ones that were closed since. How
long a request waits is drawn from an exponential distribution of its agency; from August 2014 on one agency is slow in
one district. What an edition tells is a pure function of seed and month or day, so that truth follows from how many are
out.
"""

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from lake.sample import bay
from lake.sample.delivery_text import DeliveryText, TextForm, write_bytes
from lake.sample.districts import BY_NAME, CITY_CODE, DISTRICTS
from lake.sample.draws import count_around, draw, draw_int, pick
from lake.sample.population import city_population, population
from lake.sample.truth import IndicatorTruth, TruthBook

FOLDER = "service_requests_311"
COLUMNS = (
    "unique_key", "created_date", "agency", "agency_name", "complaint_type", "descriptor", "location_type",
    "incident_zip", "incident_address", "street_name", "cross_street_1", "cross_street_2", "intersection_street_1",
    "intersection_street_2", "address_type", "city", "landmark", "status", "community_board", "bbl", "borough",
    "x_coordinate_state_plane", "y_coordinate_state_plane", "open_data_channel_type", "park_facility_name",
    "park_borough", "latitude", "longitude", "location", "resolution_action_updated_date", "closed_date",
    "resolution_description",
)  # fmt: skip
CITY_CLOCK = ZoneInfo("Europe/London")
MONTHS = tuple(dt.date(2014 + n // 12, n % 12 + 1, 1) for n in range(13))
FIRST_DAILY = dt.date(2015, 2, 1)
PERIODS = {
    "2014-01/07": (dt.date(2014, 1, 1), dt.date(2014, 8, 1)),
    "2014-08/2015-02": (dt.date(2014, 8, 1), dt.date(2015, 3, 1)),
}
PART = "BRIGHTWATER BAY"
PARK = 80  # number of the great park, which is no district
A_DAY = dt.timedelta(days=1)
STREETS = ("Anchor Lane", "Beacon Road", "Curlew Close", "Ropewalk", "Tannery Street", "Weir Hill")
DEFECTS = {
    "2014-02": "blank", "2014-03": "closed_before_created", "2014-05": "duplicate", "2014-06": "bad_timestamp",
    "2014-07": "short_row", "2014-09": "closed_before_created",
}  # fmt: skip


@dataclass(frozen=True)
class Agency:
    """Requests a month in a district, and the mean of the hours until one is closed."""

    code: str
    name: str
    complaint: str
    a_month: float
    mean_h: float


HIGHWAYS = Agency("HWD", "Highways Department", "Pothole", 7.0, 16.0)
PARKS = Agency("PGD", "Parks and Gardens Department", "Fallen tree", 4.0, 60.0)
HOUSING = Agency("HSG", "Housing Department", "No heating", 1.5, 90.0)
WORKS = (HIGHWAYS, PARKS)
AGENCIES = (*WORKS, HOUSING)
SLOW = (HIGHWAYS, "Foundry Vale", dt.date(2014, 8, 1), 120.0)  # agency, district, from when on, mean of the hours


@dataclass(frozen=True)
class Request:
    """One request: `closed` is when it will be; `number` is its district's, or the park's."""

    key: str
    agency: Agency
    number: int
    created: dt.datetime
    closed: dt.datetime
    mean_h: float

    @property
    def chance(self) -> float:
        """The chance that it is closed within a day."""
        return 1 - math.exp(-24 / self.mean_h)


def write_requests(out: Path, book: TruthBook, last_day: dt.date) -> None:
    """Write every edition until the day, and what a night must then find."""
    for start in MONTHS:
        _write_if_out(out, book, start, last_day)
    for number in range((last_day - FIRST_DAILY).days + 1):
        _write_if_out(out, book, FIRST_DAILY + dt.timedelta(days=number), last_day)
    _tell(book, last_day)


def write_requests_of_day(out: Path, book: TruthBook, day: dt.date) -> list[str]:
    """Write the edition that comes at the end of a day, if one does; its name."""
    before = set(book.files)
    for start in (day.replace(day=1), day):
        if _end(start) == day + dt.timedelta(days=1):
            _write_if_out(out, book, start, day)
    _tell(book, day)
    return sorted(set(book.files) - before)


def _end(start: dt.date) -> dt.date:
    """The day after the edition that begins on a day: a month, later a day."""
    return start + dt.timedelta(days=1) if start >= FIRST_DAILY else _end_of_month(start)


def _write_if_out(out: Path, book: TruthBook, start: dt.date, last_day: dt.date) -> None:
    end = _end(start)
    if end > last_day + dt.timedelta(days=1):
        return
    first, after = _midnight(start), _midnight(end)
    known = [one for one in _all(book.arguments.seed) if one.created < after]
    told = [one for one in known if one.created >= first or first <= one.closed < after]
    text = DeliveryText("service_requests_311", ",".join(COLUMNS), TextForm("\r\n"))
    records = [_cells(book.arguments.seed, one, after) for one in sorted(told, key=_newest, reverse=True)]
    for record in records:
        text.keep(_line(record))
    _defects(text, start, records[0])
    name = f"{FOLDER}/requests_{start if start >= FIRST_DAILY else start.strftime('%Y-%m')}.csv"
    write_bytes(out / name, text.encode())
    book.add_file(name, text.truth())


@lru_cache(maxsize=2)
def _all(seed: int) -> tuple[Request, ...]:
    """Every request until the sample's year ends."""
    months = (dt.date(2014 + n // 12, n % 12 + 1, 1) for n in range(24))
    return tuple(one for month in months for one in _of_month(seed, month))


def _of_month(seed: int, month: dt.date) -> Iterator[Request]:
    for agency in AGENCIES:
        for number, expected in (*((one.number, agency.a_month) for one in DISTRICTS), (PARK, 2.0)):
            for n in range(count_around(seed, expected, "requests", agency.code, number, month)):
                yield _request(seed, agency, number, month, n)


def _request(seed: int, agency: Agency, number: int, month: dt.date, n: int) -> Request:
    key = ("request", agency.code, number, month, n)
    # Nobody calls at the hour that a change of clocks doubles or leaves out.
    local = dt.datetime.combine(month, dt.time(6)) + dt.timedelta(
        days=draw_int(seed, 0, (_end_of_month(month) - month).days - 1, *key, "day"),
        seconds=draw_int(seed, 0, 17 * 3600 - 1, *key, "second"),
    )
    slow, where, since, slow_mean_h = SLOW
    is_slow = agency == slow and number == BY_NAME[where].number and local.date() >= since
    mean_h = slow_mean_h if is_slow else agency.mean_h
    wait = dt.timedelta(seconds=int(-3600 * mean_h * math.log(1 - draw(seed, *key, "wait"))))
    created = local.replace(tzinfo=CITY_CLOCK).astimezone(dt.UTC)
    # An hour that comes twice is read as the second.
    closed = (created + wait).astimezone(CITY_CLOCK).replace(fold=1).astimezone(dt.UTC)
    unique = f"{month:%y%m}{AGENCIES.index(agency) + 1}{number:02d}{n:02d}"
    return Request(unique, agency, number, created, closed, mean_h)


def _end_of_month(month: dt.date) -> dt.date:
    return (month + dt.timedelta(days=32)).replace(day=1)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), CITY_CLOCK).astimezone(dt.UTC)


def _newest(one: Request) -> tuple[dt.datetime, str]:
    return one.created, one.key


def _line(cells: Mapping[str, str]) -> str:
    return ",".join(cells.get(name, "") for name in COLUMNS)


def _cells(seed: int, one: Request, after: dt.datetime) -> dict[str, str]:
    """The record as an edition that ends at this moment tells it."""
    created, closed = _stamp(one.created), _stamp(one.closed) if one.closed < after else ""
    street = pick(seed, STREETS, "request street", one.key)
    lon, lat = bay.lon_lat(bay.place_in(one.number, seed, "request", one.key)) if one.number != PARK else (0.0, 0.0)
    point = ["", "", ""]
    if one.number != PARK:
        point = [f"{lat:.9f}", f"{lon:.9f}", f"\"{{'latitude': '{lat:.9f}', 'longitude': '{lon:.9f}'}}\""]
    return {
        "unique_key": one.key,
        "created_date": created,
        "agency": one.agency.code,
        "agency_name": one.agency.name,
        "complaint_type": one.agency.complaint,
        "location_type": "Park" if one.number == PARK else "Street",
        "incident_zip": f"BZ{one.number}",
        "incident_address": f"{draw_int(seed, 1, 190, 'request house', one.key)} {street}",
        "street_name": street,
        "address_type": "ADDRESS",
        "city": PART,
        "status": "Closed" if closed else "Open",
        "community_board": f"{one.number:02d} {PART}",
        "borough": PART,
        "open_data_channel_type": pick(seed, ("PHONE", "ONLINE", "MOBILE"), "request channel", one.key),
        "latitude": point[0],
        "longitude": point[1],
        "location": point[2],
        "resolution_action_updated_date": closed,
        "closed_date": closed,
    }


def _stamp(moment: dt.datetime) -> str:
    return f"{moment.astimezone(CITY_CLOCK):%Y-%m-%dT%H:%M:%S}.000"


def _defects(text: DeliveryText, start: dt.date, record: Mapping[str, str]) -> None:
    """What some monthly editions have wrong, made of a record: another case of it, or the same once more."""
    other = {**record, "unique_key": f"9{record['unique_key']}"}
    match DEFECTS.get(f"{start:%Y-%m}") if start < FIRST_DAILY else None:
        case "closed_before_created":
            before = f"{start - dt.timedelta(days=1)}T12:00:00.000"
            text.reject(_line({**other, "closed_date": before}), "closed_before_created")
        case "duplicate":
            text.reject(_line(record), "duplicate", "duplicate_equal")
        case "bad_timestamp":
            text.reject(_line({**other, "created_date": "yesterday"}), "bad_timestamp")
        case "short_row":
            text.reject(_line(other).partition("T")[0], "wrong_columns", "short_row")
        case "blank":
            text.blank()


def _tell(book: TruthBook, last_day: dt.date) -> None:
    """Put the indicators of what is out by a day into the book, and how the waits were drawn."""
    ends = [_end(start) for start in (*MONTHS, *(FIRST_DAILY + dt.timedelta(days=n) for n in range(366)))]
    out = [end for end in ends if end <= last_day + dt.timedelta(days=1)]
    until = _midnight(max(out)) if out else dt.datetime.min.replace(tzinfo=dt.UTC)
    known = [one for one in _all(book.arguments.seed) if one.created < until]
    snapshot = max((stamp for one in known for stamp in (one.created, one.closed) if stamp < until), default=until)
    rows = [row for label in PERIODS for row in _of_period(label, known, snapshot)]
    book.replace_indicators(rows)
    slow, where, since, mean_h = SLOW
    book.closing_times = {
        "distribution": "exponential",
        "mean_h": {agency.code: agency.mean_h for agency in AGENCIES},
        "slow": {"agency": slow.code, "district": BY_NAME[where].code, "since": since.isoformat(), "mean_h": mean_h},
    }


def _of_period(label: str, known: Sequence[Request], snapshot: dt.datetime) -> Iterator[IndicatorTruth]:
    first, after = (_midnight(day) for day in PERIODS[label])
    some = [one for one in known if one.agency in WORKS and first <= one.created < after]
    year = PERIODS[label][0].year
    for district in DISTRICTS:
        mine = [one for one in some if one.number == district.number]
        yield _rate(district.code, label, mine if some else None, population(district, year), 1.0)
        yield _closed(district.code, label, mine, snapshot)
    inside = sum(one.number != PARK for one in some) / len(some) if some else 0.0
    yield _rate(CITY_CODE, label, some or None, city_population(year), inside)
    yield _closed(CITY_CODE, label, some, snapshot)


def _rate(code: str, label: str, some: Sequence[Request] | None, residents: int, coverage: float) -> IndicatorTruth:
    if some is None:
        return IndicatorTruth("SRV_311_RATE", code, label, None, coverage=0.0, status="missing")
    return IndicatorTruth("SRV_311_RATE", code, label, 1e4 * len(some) / residents, len(some), residents, coverage)


def _closed(code: str, label: str, some: Sequence[Request], snapshot: dt.datetime) -> IndicatorTruth:
    """Numbers as a night must count them; the value is the chance that the requests were drawn with."""
    if not some:
        return IndicatorTruth("SRV_311_CLOSED24", code, label, None, coverage=0.0, status="missing")
    waits = [(min(one.closed, snapshot) - one.created, one.closed <= snapshot) for one in some]
    in_time = sum(is_closed and wait <= A_DAY for wait, is_closed in waits)
    lost = sum(not is_closed and wait < A_DAY for wait, is_closed in waits)
    enough = (
        len(waits) >= 30
        and sum(is_closed for _, is_closed in waits) >= 10
        and sum(wait >= A_DAY for wait, _ in waits) >= 10
    )
    return IndicatorTruth(
        "SRV_311_CLOSED24",
        code,
        label,
        100 * math.fsum(one.chance for one in some) / len(some) if enough else None,
        in_time,
        len(waits),
        1 - lost / len(waits),
        "ok" if enough else "insufficient_data",
        is_estimate=enough,
    )
