"""A small timetable with everything that its format allows, as texts by file, and places to deliver one to.

Trip t1 has calls without a time, t2 starts late and ends after midnight, t3 is repeated every ten minutes, t4 runs in
the same second as t1; h runs on one holiday only. Service x runs by its exceptions alone.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

CITY = {
    "city": "tramtown",
    "name": "Tram Town",
    "time_zone": "Europe/London",
    "crs": "EPSG:27700",
    "night_starts_at": "03:30",
    "whole_city": {"code": "T0", "name": "Tram Town"},
}
FEED: Mapping[str, str] = {
    "agency.txt": "agency_name,agency_url,agency_timezone\nTrams,http://trams.test,Europe/London\n",
    "calendar.txt": (
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "w,1,1,1,1,1,0,0,20150105,20150331\n"
        "s,0,0,0,0,0,1,1,20150105,20150331\n"
    ),
    "calendar_dates.txt": "service_id,date,exception_type\nw,20150113,2\nx,20150113,1\n",
    "frequencies.txt": (
        "trip_id,start_time,end_time,headway_secs\nt3,06:00:00,07:00:00,600\nt3,23:30:00,24:10:00,1200\n"
    ),
    "routes.txt": 'route_id,route_short_name,route_long_name,route_type\nR,1,"Harbour, Hill",0\nQ,2,Ring,0\n',
    "stops.txt": (
        "stop_id,stop_name,stop_lat,stop_lon,wheelchair_accessible\n"
        "A,Abbey,51.5,-0.1,1\nB,Bridge,51.51,-0.1,2\nC,Castle,51.52,-0.1,\nD,Docks,51.53,-0.1,1\n"
    ),
    "stop_times.txt": (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type\n"
        "t1,08:09:00,08:10:01,D,30,\n"
        "t1, 8:00:00,8:00:00,A,1,0\n"
        "t1,,,B,5,\n"
        "t1,,,C,7,1\n"
        "t1,08:20:00,08:20:00,A,31,\n"
        "t2,23:50:00,23:50:00,A,1,0\n"
        "t2,24:05:00,,B,2,0\n"
        "t2,,25:10:00,D,3,0\n"
        "t3,00:05:00,00:05:00,A,0,0\n"
        "t3,00:09:00,00:09:00,B,1,0\n"
        "t3,00:15:00,00:15:00,C,2,0\n"
        "t4,08:00:00,08:00:00,A,1,0\n"
        "t4,08:03:00,08:03:00,B,2,0\n"
        "h,10:00:00,10:00:00,A,1,0\n"
        "h,10:30:00,10:30:00,B,2,0\n"
    ),
    "trips.txt": (
        "route_id,service_id,trip_id,direction_id,wheelchair_boarding\n"
        "R,w,t1,0,1\nR,w,t2,0,\nQ,w,t3,,2\nR,w,t4,0,1\nR,x,h,1,1\n"
    ),
}


def deliver(folder: Path, **changed: str | None) -> None:
    """Put the feed into a folder; `changed` are other texts of files by their name without ending, None for no file."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in FEED.items():
        content = changed.get(name.removesuffix(".txt"), text)
        if content is None:
            (folder / name).unlink(missing_ok=True)
        else:
            (folder / name).write_text(content)


def deliver_zip(path: Path, inside: str = "") -> None:
    """The feed as a zip, its files below a folder `inside`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as target:
        for name, text in FEED.items():
            target.writestr(f"{inside}{name}", text)


def without(name: str, *beginnings: str) -> str:
    """The text of a file without the records that begin so."""
    return "".join(f"{line}\n" for line in FEED[name].splitlines() if not line.startswith(beginnings))
