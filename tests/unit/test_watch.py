"""Looking at sources without reading them."""

from __future__ import annotations

from lake.deliveries.watch import empty_places
from tests.unit.deliveries import Lake, city, source


def test_a_source_is_empty_where_none_of_its_paths_has_a_file(lake: Lake) -> None:
    lake.put("noise/a.csv", "x\n")
    town = city(
        source("old/*.csv", "noise/*.csv", dataset="noise"),
        source("nois/*.csv", "old", dataset="traffic"),
        source("loans.csv", dataset="loans"),
    )

    assert empty_places(town, str(lake.sources)) == [("traffic", ("nois/*.csv", "old")), ("loans", ("loans.csv",))]
    assert empty_places(town, "https://example.org/town") == [], "told by the night as sources that cannot be read"
