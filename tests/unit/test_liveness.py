"""Nights that died leave a mark, nights that ended do not."""

from datetime import UTC, datetime
from pathlib import Path

from lake.night.liveness import DIED, dead_nights, mark_alive, mark_ended


def test_only_nights_that_never_ended_are_dead(tmp_path: Path) -> None:
    started = datetime(2026, 3, 1, 3, 30, tzinfo=UTC)
    for night in ("ended", "killed"):
        mark_alive(tmp_path / night, started)
    mark_ended(tmp_path / "ended")

    [dead] = dead_nights(tmp_path, "bay")

    assert (dead.night_id, dead.city, dead.status, dead.started_at) == ("killed", "bay", DIED, started)


def test_a_lake_without_scratch_has_no_dead_night(tmp_path: Path) -> None:
    assert dead_nights(tmp_path / "nothing", "bay") == []
