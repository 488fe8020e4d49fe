"""One night at a time for a city: a lock that the operating system gives back when its process ends."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from lake.errors import CitylakeError


class NightRunning(CitylakeError):
    """Another process holds the city's lock."""


class CityLock:
    """The lock of one city below `folder`; beside it stands who holds it, for the message that the other one gets."""

    def __init__(self, folder: Path, city: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._city = city
        self._lock = FileLock(folder / f"{city}.lock", thread_local=False)
        self._holder = folder / f"{city}.holder"

    def acquire(self, night_id: str) -> None:
        """Take the lock at once or raise NightRunning."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout as problem:
            holder = self._holder.read_text(encoding="utf-8") if self._holder.exists() else "another process"
            raise NightRunning(
                f"a night of {self._city} is running already: {holder}",
                hint="wait until it has ended; `citylake status` shows how it went",
            ) from problem
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._holder.write_text(f"night {night_id}, process {os.getpid()}, since {now}", encoding="utf-8")

    def release(self) -> None:
        """Give the lock back; without having it this does nothing."""
        if self._lock.is_locked:
            self._holder.unlink(missing_ok=True)
            self._lock.release()
