"""Fetch: bytes kept as delivered, named by their sha256, the same bytes stored once.

A source is a path or URL that fsspec opens (file, http(s), s3, ...). Whether what came is new, and what it is a
delivery of, is `lake.deliveries.slots`' question. Retries of a fetch stand here and nowhere else.
"""

from __future__ import annotations

import errno
import hashlib
import os
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, BinaryIO

import fsspec
from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.zip import ZipFileSystem
from tenacity import retry, retry_if_exception_type, retry_if_result, stop_after_attempt, wait_exponential_jitter

CHUNK_BYTES = 1 << 20
TIME_KEYS = ("mtime", "LastModified", "last_modified", "Last-Modified")
CHANGE_KEYS = ("ETag", "etag", *TIME_KEYS)
SERVER_ERROR = 500
ZIP = ".zip"


@dataclass(frozen=True)
class SourceFile:
    """A file at its source. `stamp` changes when the file does (size and time, or an ETag), without reading it; it is
    empty where the source tells nothing of the kind. `modified` is a text that sorts by time, `size` in bytes."""

    url: str
    name: str
    stamp: str
    modified: str
    size: int | None


@dataclass(frozen=True)
class Landed:
    """Bytes in landing; `announced` is how many the source said there are, where it said so."""

    path: Path
    sha256: str
    bytes: int
    announced: int | None = None

    @property
    def cut_off(self) -> bool:
        """Whether fewer bytes came than were announced."""
        return self.announced is not None and self.bytes < self.announced


class BrokenOff(ConnectionError):
    """A transfer ended before all of it had come."""


def _came_short(result: object) -> bool:
    return isinstance(result, Landed) and result.cut_off


again = retry(
    retry=retry_if_exception_type((ConnectionError, TimeoutError)) | retry_if_result(_came_short),
    stop=stop_after_attempt(4),
    wait=wait_exponential_jitter(multiplier=0.5, max=20),
    retry_error_callback=lambda state: state.outcome and state.outcome.result(),  # the last one, or what it raised
)


@again
def list_files(location: str) -> list[SourceFile]:
    """Files of a source entry: one file, all files of a folder or zip, or those that a glob matches; sorted by name.

    A local place that is not there holds no file. Raises OSError where a remote one cannot be read (after retries).
    """
    filesystem, path = url_to_fs(location)
    with _as_os_errors():
        files = [_source_file(filesystem, entry) for entry in _entries(filesystem, path) if entry["type"] == "file"]
        if path.endswith(ZIP) and files:
            files = _members(files[0])
    return sorted(files, key=lambda file: file.name)


def _members(archive: SourceFile) -> list[SourceFile]:
    """The files in a zip: each has the zip's stamp, and one of its own bytes."""
    zipped = ZipFileSystem(archive.url, skip_instance_cache=True)
    return [
        SourceFile(
            url=f"zip://{place}::{archive.url}",
            name=place.rsplit("/", 1)[-1],
            stamp=f"{archive.stamp}|crc={entry['CRC']}" if archive.stamp else "",
            modified=archive.modified,
            size=entry["size"],
        )
        for place, entry in zipped.find("", detail=True).items()
    ]


def _entries(filesystem: AbstractFileSystem, path: str) -> list[Mapping[str, Any]]:
    remote = not isinstance(filesystem, LocalFileSystem)
    parent, _, name = path.rpartition("/")
    if any(mark in name for mark in "*?["):
        found = list(filesystem.glob(path, detail=True).values())
        if remote and not found:
            filesystem.ls(parent)
        return found
    # A file's bytes over http may look like a listing: what has a suffix is never asked whether it is a folder.
    if not (remote and "." in name) and filesystem.isdir(path):
        return list(filesystem.ls(path, detail=True))
    return [filesystem.info(path)] if remote or filesystem.exists(path) else []


def _source_file(filesystem: AbstractFileSystem, entry: Mapping[str, Any]) -> SourceFile:
    url = filesystem.unstrip_protocol(entry["name"])
    if not any(key in entry for key in CHANGE_KEYS):
        entry = filesystem.info(entry["name"])
    changes = [f"{key}={entry[key]}" for key in CHANGE_KEYS if entry.get(key) is not None]
    stamp = "|".join([f"size={entry.get('size')}", *changes]) if changes else ""
    modified = next((entry[key] for key in TIME_KEYS if entry.get(key) is not None), None)
    name = url.rsplit("/", 1)[-1]
    return SourceFile(url=url, name=name, stamp=stamp, modified=_sortable(modified), size=entry.get("size"))


def _sortable(moment: object) -> str:
    """A time as stores tell it (seconds, a datetime, the words of http) as a text that sorts; '' for none."""
    if isinstance(moment, int | float):
        moment = datetime.fromtimestamp(moment, UTC)
    elif isinstance(moment, str):
        moment = parsedate_to_datetime(moment)
    return moment.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(moment, datetime) else ""


def land(file: SourceFile, landing: Path) -> Landed:
    """Copy a file's bytes into landing; what stays cut off after retries is kept as far as it came.

    Raises OSError where the source cannot be read (after retries).
    """
    landing.mkdir(parents=True, exist_ok=True)
    descriptor, partial = tempfile.mkstemp(prefix=".arriving-", dir=landing)
    try:
        with os.fdopen(descriptor, "wb") as target:
            landed = _read(file, landing, target)
        landed.path.parent.mkdir(exist_ok=True)
        Path(partial).replace(landed.path)
    finally:
        Path(partial).unlink(missing_ok=True)
    return landed


def look(file: SourceFile, landing: Path) -> Landed:
    """What `land` would keep, found by reading the source only."""
    return _read(file, landing, None)


@again
def _read(file: SourceFile, landing: Path, target: BinaryIO | None) -> Landed:
    """Copy a file's bytes to `target`, and say where they belong."""
    digest, size, announced = hashlib.sha256(), 0, file.size
    if target:
        target.seek(0)
        target.truncate()
    try:
        with _as_os_errors(), fsspec.open(file.url, "rb", **_options(file.url)) as source:
            announced = getattr(source, "size", None) or announced
            while chunk := source.read(CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
                if target:
                    target.write(chunk)
    except BrokenOff:
        if announced is None:
            raise
    return Landed(landed_path(landing, digest.hexdigest()), digest.hexdigest(), size, announced)


def _options(url: str) -> dict[str, Any]:
    """What fsspec must be told: a zip that it read once is read again, it may be another by now."""
    return {"zip": {"skip_instance_cache": True}} if url.startswith("zip:") else {}


@contextmanager
def _as_os_errors() -> Iterator[None]:
    """What goes wrong on the way as OSError. Errors of the http client, which fsspec loads when it needs it, are
    ConnectionErrors: they are worth a retry."""
    try:
        yield
    except zipfile.BadZipFile as problem:
        raise OSError(errno.EBADMSG, f"the zip is damaged or was cut off: {problem}") from problem
    except Exception as problem:
        client = sys.modules.get("aiohttp")
        cause = problem.__cause__ if isinstance(problem, FileNotFoundError) else problem
        if client is None or not isinstance(cause, client.ClientError):
            raise
        if getattr(cause, "status", SERVER_ERROR) < SERVER_ERROR:
            raise FileNotFoundError(f"{type(cause).__name__}: {cause}") from problem
        failure = BrokenOff if isinstance(cause, client.ClientPayloadError) else ConnectionError
        raise failure(f"{type(cause).__name__}: {cause}") from problem


def landed_path(landing: Path, sha256: str) -> Path:
    """Where the bytes with this sha256 lie."""
    return landing / sha256[:2] / sha256
