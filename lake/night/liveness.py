"""Nights that died without a word: each leaves its mark in scratch, which a night that ends takes away itself.

The next night of the city, which holds the lock and so knows that nobody is alive, makes them public in `ops.nights`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from lake.ops import NightFacts

MARK = "alive-since"
DIED = "died"


def mark_alive(scratch: Path, started_at: datetime) -> None:
    """Leave the mark of a night in its own scratch folder, which is made."""
    scratch.mkdir(parents=True, exist_ok=True)
    (scratch / MARK).write_text(started_at.isoformat(), encoding="utf-8")


def mark_ended(scratch: Path) -> None:
    """Take the mark away: the night has told itself how it went."""
    (scratch / MARK).unlink(missing_ok=True)


def dead_nights(scratch_of_city: Path, city: str) -> list[NightFacts]:
    """Nights of a city whose mark is still there, oldest first. When they ended nobody knows: found now."""
    found = [
        NightFacts(
            night_id=mark.parent.name,
            city=city,
            started_at=datetime.fromisoformat(mark.read_text(encoding="utf-8")),
            ended_at=datetime.now(UTC),
            status=DIED,
            release_id=None,
            message="its process ended without a word; this night has finished what was left",
        )
        for mark in scratch_of_city.glob(f"*/{MARK}")
    ]
    return sorted(found, key=lambda night: night.started_at)
