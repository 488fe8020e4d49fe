"""Releases: which one is current, which one was at a time, and how a night publishes the next.

The newest valid record in the releases folder *is* the current release. `publish` creates the next number exclusively,
carrying the other cities' entries over, so that of two nights which finish together none loses the other's work. What
a record says stands in lake/release/record.py; what may be read of it is decided in lake/query/visible.py.
"""

from __future__ import annotations

import json
import logging
import os
import re
import uuid
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path

from lake.errors import CitylakeError, UsageError
from lake.release.record import RECORD_FORMAT, CityEntry, Json, Release, entry_to_json, release_from_json, time_text
from lake.settings import Settings

log = logging.getLogger("citylake")

# Each lost race means that another city's night has published, so even many cities at once need few tries.
MAX_ATTEMPTS = 1000
_RECORD_NAME = re.compile(r"\d{8}\.json")


def newest_release(settings: Settings) -> Release | None:
    """The current release, None before the first one."""
    found = _newest_valid(settings)
    return None if found is None else release_from_json(found)


def read_release(settings: Settings, number: int | None = None) -> Release:
    """The release of this number, or the current one.

    Raises UsageError if there is no such release, CitylakeError if there is none at all.
    """
    release = newest_release(settings) if number is None else _numbered(settings, number)
    if release is not None:
        return release
    if number is None or newest_release(settings) is None:
        raise CitylakeError(
            f"There is no release in {settings.home} yet.",
            hint="`citylake run` runs a night and publishes one; CITYLAKE_HOME names another lake.",
        )
    numbers = ", ".join(str(known.release_id) for known in all_releases(settings)[-5:])
    raise UsageError(f"There is no release {number}.", hint=f"The newest releases are {numbers}.")


def release_as_of(settings: Settings, as_of: str | int | datetime | None) -> Release:
    """The release of a number, or the one that was current at a time (`2026-03-01T06:00Z`, `2026-03-01`).

    A time without an offset is UTC, a date means its end. Raises UsageError for what is neither, for an unknown number
    and for a time before the first release.
    """
    if as_of is None or isinstance(as_of, int):
        return read_release(settings, as_of)
    if isinstance(as_of, str) and as_of.strip().isdigit() and len(as_of.strip()) < len("20260301"):
        return read_release(settings, int(as_of))
    moment = _moment(as_of) if isinstance(as_of, str) else as_of
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    releases = all_releases(settings) or [read_release(settings)]
    earlier = [release for release in releases if release.released_at <= moment]
    if earlier:
        return earlier[-1]
    first = releases[0]
    raise UsageError(
        f"There was no release at {time_text(moment)} yet.",
        hint=f"The first one, number {first.release_id}, is of {time_text(first.released_at)}.",
    )


def all_releases(settings: Settings) -> list[Release]:
    """Every valid release, oldest first."""
    records = (_valid_record(settings, number) for number in sorted(_numbers(settings)))
    return [release_from_json(record) for record in records if record is not None]


def publish(
    settings: Settings, city: str, entry: CityEntry, *, code_version: str, now: datetime | None = None
) -> Release:
    """Publish a city's new state as the next release; the other cities' entries are carried over unchanged.

    Sets `release_id` and `released_at` of the entry. Releases never go back in time, whatever the clock does.
    Raises CitylakeError if the releases folder cannot be written.
    """
    settings.releases.mkdir(parents=True, exist_ok=True)
    for _ in range(MAX_ATTEMPTS):
        number = max(_numbers(settings), default=0) + 1
        base = _newest_valid(settings)
        record = _next_record(number, base, city, entry, code_version, now or datetime.now(UTC))
        if create_exclusively(record_path(settings, number), record):
            return release_from_json(record)
    raise CitylakeError(f"{MAX_ATTEMPTS} tries to publish a release of {city} all met another one.", hint="Run again.")


def record_path(settings: Settings, number: int) -> Path:
    """Where the record of a release lies."""
    return settings.releases / f"{number:08d}.json"


def create_exclusively(path: Path, record: Json) -> bool:
    """Create a record with all of its bytes at once; False if the name is taken.

    A hard link fails if its name exists, like O_EXCL, but the file under that name is never half written: a night that
    saw half a record would take the one before it as its base and drop the other city's entry.
    """
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        with part.open("x", encoding="utf-8") as file:
            json.dump(record, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)
    except FileExistsError:
        return False
    except OSError as error:
        raise CitylakeError(
            f"The release record {path} cannot be written: {error.strerror}.",
            hint="The lake's home needs free space, write permission and a file system with hard links.",
        ) from error
    finally:
        part.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return True


def _next_record(number: int, base: Json | None, city: str, entry: CityEntry, code_version: str, now: datetime) -> Json:
    released_at = now if base is None else max(now, datetime.fromisoformat(base["released_at"]))
    stamped = replace(entry, release_id=number, released_at=released_at)
    others = {} if base is None else base["cities"]
    return {
        "format": RECORD_FORMAT,
        "release_id": number,
        "released_at": time_text(released_at),
        "night_id": entry.night_id,
        "city": city,
        "code_version": code_version,
        "cities": {**others, city: entry_to_json(stamped)},
    }


def _numbers(settings: Settings) -> list[int]:
    if not settings.releases.is_dir():
        return []
    return [int(path.stem) for path in settings.releases.iterdir() if _RECORD_NAME.fullmatch(path.name)]


def _newest_valid(settings: Settings) -> Json | None:
    for number in sorted(_numbers(settings), reverse=True):
        record = _valid_record(settings, number)
        if record is not None:
            return record
    return None


def _numbered(settings: Settings, number: int) -> Release | None:
    record = _valid_record(settings, number) if record_path(settings, number).is_file() else None
    return None if record is None else release_from_json(record)


def _valid_record(settings: Settings, number: int) -> Json | None:
    """The record if it is whole; None, with a warning, if it is not. Raises CitylakeError for a later format."""
    path = record_path(settings, number)
    try:
        record: Json = json.loads(path.read_text(encoding="utf-8"))
        record_format = int(record["format"])
        whole = record_format != RECORD_FORMAT or release_from_json(record).release_id == number
    except (KeyError, TypeError, ValueError, AttributeError):
        whole, record_format = False, RECORD_FORMAT
    if record_format != RECORD_FORMAT:
        raise CitylakeError(f"{path} has format {record_format}; this citylake reads {RECORD_FORMAT}.", hint="Upgrade.")
    if not whole:
        log.warning("%s is no whole release record; the one before it counts", path)
        return None
    return record


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(
            f"`{text}` is neither the number of a release nor a time.",
            hint="Say a number such as 7, or a time such as 2026-03-01T06:00Z or 2026-03-01 (its end, UTC).",
        ) from None
    is_date = ":" not in text and "T" not in text.upper()
    return datetime.combine(moment, time.max, UTC) if is_date else moment


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
