"""Fetch: bytes kept as delivered, named by their sha256, the same bytes stored once.

A source is a path or URL that fsspec opens (file, http(s), s3, ...). Whether what came is new, and what it is a
delivery of, is `lake.slots`' question. Retries of a fetch stand here and nowhere else.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fsspec
from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

CHUNK_BYTES = 1 << 20
STAMP_KEYS = ("size", "ETag", "etag", "LastModified", "last_modified", "mtime", "Last-Modified")


@dataclass(frozen=True)
class SourceFile:
    """A file at its source. `stamp` changes when the file does (size and time, or an ETag), without reading it."""

    url: str
    name: str
    stamp: str
    modified: str


@dataclass(frozen=True)
class Landed:
    """Bytes in landing."""

    path: Path
    sha256: str
    bytes: int


def list_files(location: str) -> list[SourceFile]:
    """Files of a source entry: one file, all files of a folder, or those that a glob matches; sorted by name."""
    filesystem, path = url_to_fs(location)
    if any(mark in path for mark in "*?["):
        found = filesystem.glob(path, detail=True)
    elif filesystem.isdir(path):
        found = {entry["name"]: entry for entry in filesystem.ls(path, detail=True)}
    elif filesystem.exists(path):
        found = {path: filesystem.info(path)}
    else:
        found = {}
    files = [entry for entry in found.values() if entry["type"] == "file"]
    return sorted((_source_file(filesystem, entry) for entry in files), key=lambda file: file.name)


def _source_file(filesystem: AbstractFileSystem, entry: Mapping[str, Any]) -> SourceFile:
    url = filesystem.unstrip_protocol(entry["name"])
    stamp = "|".join(f"{key}={entry[key]}" for key in STAMP_KEYS if entry.get(key) is not None)
    modified = entry.get("mtime") or entry.get("LastModified") or entry.get("Last-Modified") or ""
    return SourceFile(url=url, name=url.rsplit("/", 1)[-1], stamp=stamp, modified=str(modified))


@retry(
    retry=retry_if_exception_type((ConnectionError, TimeoutError)),
    stop=stop_after_attempt(4),
    wait=wait_exponential_jitter(multiplier=0.5, max=20),
    reraise=True,
)
def land(file: SourceFile, landing: Path) -> Landed:
    """Copy a file's bytes into landing. Raises OSError where the source cannot be read (after retries)."""
    landing.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    descriptor, partial = tempfile.mkstemp(prefix=".arriving-", dir=landing)
    try:
        with os.fdopen(descriptor, "wb") as target, fsspec.open(file.url, "rb") as source:
            while chunk := source.read(CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
        sha256 = digest.hexdigest()
        path = landed_path(landing, sha256)
        path.parent.mkdir(exist_ok=True)
        Path(partial).replace(path)
    finally:
        Path(partial).unlink(missing_ok=True)
    return Landed(path, sha256, size)


def look(file: SourceFile, landing: Path) -> Landed:
    """What `land` would keep, found by reading the source only."""
    digest, size = hashlib.sha256(), 0
    with fsspec.open(file.url, "rb") as source:
        while chunk := source.read(CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
    return Landed(landed_path(landing, digest.hexdigest()), digest.hexdigest(), size)


def landed_path(landing: Path, sha256: str) -> Path:
    """Where the bytes with this sha256 lie."""
    return landing / sha256[:2] / sha256
