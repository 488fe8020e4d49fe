"""Paths and the `file://` URIs that Iceberg metadata holds, unescaped: pyiceberg and others do not unescape them."""

from __future__ import annotations

from pathlib import Path

SCHEME = "file://"


def file_uri(path: Path) -> str:
    """The URI of an absolute path."""
    return f"{SCHEME}{path}"


def local_path(uri: str) -> Path:
    """The path of a `file://` URI (or of a plain path)."""
    return Path(uri.removeprefix(SCHEME))
