"""A look at a city's sources that costs next to nothing: has any file come, gone or changed, and where is none?

Names and stamps only (size and time, or an ETag); nothing is read. Whether a changed file is a new delivery is told by
`lake.night.outlook`, which reads what has changed.
"""

from __future__ import annotations

import hashlib

from lake.city import City
from lake.deliveries.landing import list_files


def sources_stamp(city: City, sources: str) -> str:
    """A short text that differs whenever a file of the city's sources does."""
    digest = hashlib.sha256()
    for path in dict.fromkeys(path for source in city.sources for path in source.paths):
        for file in list_files(f"{sources.rstrip('/')}/{path}"):
            digest.update(f"{file.url}\0{file.stamp}\0".encode())
    return digest.hexdigest()[:16]


def empty_places(city: City, sources: str) -> list[tuple[str, tuple[str, ...]]]:
    """Datasets (or bundles) and paths of sources in a folder that hold no file: not yet delivered, or misspelt.

    Sources at a URL are left out: one of them that is not there cannot be read, which a night tells by itself.
    """
    if "://" in sources:
        return []
    empty = [
        (source.bundle or source.dataset, source.paths)
        for source in city.sources
        if not any(list_files(f"{sources.rstrip('/')}/{path}") for path in source.paths)
    ]
    return list(dict.fromkeys(empty))
