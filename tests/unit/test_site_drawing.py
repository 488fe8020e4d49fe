"""Shapes, names, colours, charts and words of the page for residents."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from math import inf

import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st
from pyproj import Transformer

from lake.report.scorecard import DistrictCard
from lake.site import words
from lake.site.charts import course, rank_interval, rank_ticks, strip
from lake.site.colours import PALETTE, is_dark, scale
from lake.site.facts import Figure, Outline
from lake.site.labels import fit_names
from lake.site.shapes import MARGIN, WIDTH, Room, draw

WAVE = [(1000 + 40 * (n % 2), 100 * n) for n in range(11)]
WEST = shapely.Polygon([(0, 0), *WAVE, (0, 1000)])
EAST = shapely.Polygon([(2000, 0), *WAVE, (2000, 1000)])


def outlines(*shapes: shapely.Geometry, crs: str = "EPSG:27700") -> dict[str, Outline]:
    return {f"D{n}": Outline(crs, shape.wkb) for n, shape in enumerate(shapes)}


def places(path: str) -> set[tuple[str, str]]:
    return set(re.findall(r"([\d.-]+) ([\d.-]+)", path))


def figure(start: str, value: float | None) -> Figure:
    day = date.fromisoformat(start)
    return Figure("D", "I", start[:7], day, day, value, None, None, 1.0, "ok", None, None, None)


def test_neighbours_keep_their_common_border() -> None:
    drawn = draw(outlines(WEST, EAST))
    assert drawn is not None
    common = places(drawn.paths["D0"]) & places(drawn.paths["D1"])
    assert len(common) >= 8
    assert (drawn.width, drawn.height) == (WIDTH, WIDTH / 2 + MARGIN)


def test_small_detail_goes_and_holes_and_islands_stay() -> None:
    ring = shapely.Polygon(shapely.box(0, 0, 1000, 1000).exterior, [shapely.box(300, 300, 600, 600).exterior])
    island, speck = shapely.box(1500, 0, 1600, 100), shapely.box(1900, 0, 1900.5, 0.5)
    drawn = draw(outlines(shapely.MultiPolygon([ring, island, speck])))
    assert drawn is not None
    assert drawn.paths["D0"].count("M") == 3
    many = shapely.Point(0, 0).buffer(1000, quad_segs=2000)
    circle = draw(outlines(many))
    assert circle is not None
    assert len(places(circle.paths["D0"])) < 200


def test_degrees_are_projected_without_distortion() -> None:
    to_degrees = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
    corners = [to_degrees.transform(*c) for c in shapely.box(530_000, 180_000, 540_000, 190_000).exterior.coords]
    drawn = draw(outlines(shapely.Polygon(corners), crs="EPSG:4326"))
    assert drawn is not None
    assert drawn.height == pytest.approx(WIDTH, rel=0.01)
    assert (drawn.km, drawn.bar) == (2, pytest.approx(200, rel=0.05))


def test_no_outline_no_map() -> None:
    assert draw({}) is None


def test_of_a_name_with_a_colon_its_beginning_may_do() -> None:
    rooms = {"A": Room(100, 100, 130, 60)}
    [fitted] = fit_names(rooms, {"A": "Manhattan 1: Battery Park City, Tribeca"})
    assert [line.text for line in fitted.lines] == ["Manhattan 1"]


def test_a_name_stands_only_where_it_fits() -> None:
    rooms = {"A": Room(100, 100, 130, 60), "B": Room(300, 100, 130, 30), "C": Room(500, 100, 50, 60)}
    names = dict.fromkeys(rooms, "Barking and Dagenham")
    [fitted] = fit_names(rooms, names)
    assert (fitted.code, [line.text for line in fitted.lines]) == ("A", ["Barking and", "Dagenham"])


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40))
@example([0.0, 0.0, *[1.0] * 6])
def test_classes_hold_every_value(values: list[float]) -> None:
    found = scale(values)
    room = 1e-6 * max(abs(value) for value in values) + 1e-9
    assert found.bounds[0] <= min(values) + room
    assert found.bounds[-1] >= max(values) - room
    assert 1 <= len(found.colours) == len(found.bounds) - 1 <= len(PALETTE)
    assert {found.colour(value) for value in values} <= set(PALETTE)


def test_classes_lie_between_round_numbers() -> None:
    found = scale([58.6, 332])
    assert found.bounds == (50, 100, 150, 200, 250, 300, 350)
    assert found.colour(99.9) == found.colours[0]
    assert found.colour(100) == found.colours[1]
    assert found.colour(350) == found.colours[-1]


def test_a_value_far_away_does_not_stretch_the_classes() -> None:
    near = [60.0, 62, 70, 75, 81, 90, 97, 101, 104]
    found = scale([*near, 332])
    assert found.bounds == (60, 70, 80, 90, 100, inf)
    assert found.colour(332) == found.colours[-1] == found.colour(101)
    assert scale([-300, *near]).bounds[0] == -inf
    assert scale([5.0] * 9 + [7]).bounds[-1] >= 7


def test_the_palette_darkens_steadily() -> None:
    light = [sum(w * int(c[i : i + 2], 16) for w, i in ((0.2126, 1), (0.7152, 3), (0.0722, 5))) for c in PALETTE]
    assert light == sorted(light, reverse=True)
    assert min(a - b for a, b in pairwise(light)) > 15
    assert [is_dark(colour) for colour in PALETTE] == [False] * 5 + [True] * 2


def card(rank: int | None, low: int | None, high: int | None) -> DistrictCard:
    return DistrictCard("D", "D", 50.0, rank, low, high, {}, "ok", "", "", "")


def test_ranks_stand_on_an_axis_with_room_at_its_ends() -> None:
    found = rank_interval(card(1, 1, 11), 11)
    assert found is not None
    assert (found.low, found.at, found.high) == (4, 4, 96)
    assert rank_interval(card(None, None, None), 11) is None
    assert [tick.text for tick in rank_ticks(32)] == ["1", "10", "20", "32"]
    assert [tick.text for tick in rank_ticks(11)] == ["1", "5", "11"]


def test_a_strip_compares_with_others() -> None:
    found = strip(figure("2018-04-01", 5), [0, 5, 10], 20)
    assert found is not None
    assert (found.at, found.city, found.low, found.high) == (50, None, None, None)
    assert strip(figure("2018-04-01", None), [1, 2], 1) is None
    assert strip(figure("2018-04-01", 1), [1, 1], 1) is None


def test_the_interval_of_a_figure_ends_with_the_axis() -> None:
    estimate = replace(figure("2018-04-01", 5), value_low=2.5, value_high=99.0)
    found = strip(estimate, [0, 5, 10], None)
    assert found is not None
    assert (found.low, found.at, found.high) == (27, 50, 96)


def test_a_course_has_a_gap_where_periods_are_missing() -> None:
    months = ["2018-04-01", "2018-05-01", "2018-06-01", "2020-01-01", "2020-02-01"]
    found = course([figure(month, n) for n, month in enumerate(months)])
    assert found is not None
    assert [len(piece.split()) for piece in found.pieces] == [3, 2]
    assert (len(found.dots), found.low.value, found.high.value) == (5, 0, 4)
    assert course([figure("2018-04-01", 1), figure("2018-05-01", None)]) is None


def test_numbers_show_what_counts() -> None:
    assert words.decimals([1421.8, 4018.7]) == 0
    assert words.decimals([6.7, 7.9]) == 1
    assert words.decimals([0.4286, None]) == 3
    assert words.decimals([]) == 0
    assert words.number(4018.65, 0) == "4,019"
    assert words.number(-0.04, 1) == "0.0"
    assert words.number(-2, 0) == f"{words.MINUS}2"
    assert words.number(None, 2) == words.NO_FIGURE
    assert words.exact_decimals([100, 102.5]) == 1


@pytest.mark.parametrize(
    ("label", "start", "end", "expected"),
    [
        ("2014", "2014-01-01", "2015-01-01", "2014"),
        ("2014-15", "2014-04-01", "2015-04-01", f"2014{words.EN_DASH}15"),
        ("2015-01", "2015-01-01", "2015-02-01", "January 2015"),
        ("2014-05-22", "2014-05-22", "2014-05-23", "22 May 2014"),
        ("undated", None, None, "no date given"),
    ],
)
def test_periods_in_words(label: str, start: str | None, end: str | None, expected: str) -> None:
    first, last = (None if one is None else date.fromisoformat(one) for one in (start, end))
    assert words.period(label, first, last) == expected


def test_units_and_lists_in_words() -> None:
    assert words.unit("ug/m3 as NO2") == "µg/m³ as NO₂"
    assert words.unit("score 0..10") == "score 0 to 10"
    assert words.listed(["a", "b", "c"]) == "a, b and c"
    assert words.counted(1, "district", "districts") == "1 district"
