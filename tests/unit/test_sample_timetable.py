"""The truth of the sample's trams is what plain Python finds in their files."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest

from lake.sample.timetable import FOLDER, write_timetable
from lake.sample.truth import Arguments, TruthBook
from tests.integration.transit_reference import Timetable


def test_truth_is_what_the_files_say(tmp_path: Path) -> None:
    truth = TruthBook(Arguments(households=1, days=1, seed=1, first_days=1))
    write_timetable(tmp_path, truth)
    timetable = Timetable(tmp_path / FOLDER)
    assert len(truth.feed_service) == 3

    for whole in truth.feed_service:
        day = str(whole["service_date"])
        feed, stops = timetable.on(date.fromisoformat(day))
        told = {(row["stop_id"], row["direction_id"]): row for row in truth.stop_service if row["service_date"] == day}
        assert {"feed": "trams", "service_date": day, **asdict(feed)} == whole
        assert told.keys() == stops.keys()
        for place, service in stops.items():
            for name, value in asdict(service).items():
                assert told[place][name] == (None if value is None else pytest.approx(value, rel=1e-12)), (day, place)
