"""The part of the page about requests that are closed within a day: both shares, why they differ, and the curve."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from lake.release.record import TablePin
from lake.settings import Settings
from lake.site import render_page
from lake.site.facts import read_facts
from lake.site.upkeep import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Upkeep, upkeep
from tests.unit.handmade import mart
from tests.unit.site_town import INDICATORS, NAMES, REGISTRY, RESTS_ON, contracts, publish_town, town, town_marts
from tests.unit.test_site_page import HOSTILE, text_of

BEHIND = RESTS_ON | {"SRV_311_CLOSED24": ("population_borough",)}
# The town has 706 requests, District 1 has 54; District 2 too few; an earlier period of the town is not shown.
CLOSINGS = """
SELECT 'town' AS city, code AS district_code, 'SRV_311_CLOSED24' AS indicator_code, p AS period,
    s::DATE AS period_start, s::DATE + 3 AS period_end, v::DOUBLE AS value, n::DOUBLE AS numerator,
    m::DOUBLE AS denominator, 0.5::DOUBLE AS coverage, 'ok' AS status, low::DOUBLE AS value_low,
    high::DOUBLE AS value_high
FROM (VALUES
    ('T00', '2025-06-10/12', '2025-06-10', 34.74212, 187.0, 706.0, 30.44, 39.46),
    ('T01', '2025-06-10/12', '2025-06-10', 29.6, 15.0, 54.0, 18.9, 44.5),
    ('T02', '2025-06-10/12', '2025-06-10', NULL, 3.0, 12.0, NULL, NULL),
    ('T00', '2025-05-10/12', '2025-05-10', 99.0, 99.0, 100.0, 98.0, 99.9)
) AS r(code, p, s, v, n, m, low, high)"""
CURVE = """SELECT 'town' AS city, scope, t::BIGINT AS t_s, 10::BIGINT AS at_risk, 1::BIGINT AS events, s AS survival,
    0.1::DOUBLE AS greenwood_sum
FROM (VALUES ('T00', 3600, 0.9e0), ('T00', 43200, 0.6e0), ('T00', 172800, 0.5e0), ('T01', 60, 0.0e0))
    AS c(scope, t, s)"""


def marts(settings: Settings) -> dict[str, TablePin]:
    both = f"SELECT * FROM ({INDICATORS}) UNION ALL BY NAME {CLOSINGS}"
    registry = (
        f"{REGISTRY} UNION ALL SELECT 'SRV_311_CLOSED24', 'Closed', 'infrastructure', '%', NULL, 'estimate', NULL"
    )
    own = {"indicator_registry": registry, "qol_indicators": both, "service_request_survival": CURVE}
    return town_marts(settings) | {f"marts.{name}": mart(settings, name, sql) for name, sql in own.items()}


@pytest.fixture
def part(settings: Settings, tmp_path: Path) -> Upkeep:
    publish_town(settings, marts(settings), rests_on=BEHIND)
    found = upkeep(read_facts(settings, town(tmp_path), contracts()))
    assert found is not None
    return found


def test_both_shares_stand_side_by_side_for_the_newest_period(part: Upkeep) -> None:
    assert part.period == "10 June 2025 to 12 June 2025"
    assert [(row.name, row.requests, row.counted, row.estimate, row.interval) for row in part.rows] == [
        ("Town", "706", "26.5 %", "34.7 %", "30.4 to 39.5 %"),
        ("District 1", "54", "27.8 %", "29.6 %", "18.9 to 44.5 %"),
    ]
    assert part.city == part.rows[0]
    assert part.without == 1
    assert "still open" in part.why


def test_the_curve_climbs_in_steps_to_the_share_of_each_time(part: Upkeep) -> None:
    curve = part.curve
    assert curve is not None
    points = [tuple(map(float, point.split(","))) for point in curve.line.split()]
    assert (points[0], points[-1][0]) == ((LEFT, HEIGHT - BOTTOM), WIDTH - RIGHT)
    assert [b[0] >= a[0] and b[1] <= a[1] for a, b in pairwise(points)] == [True] * 7
    drawn = HEIGHT - TOP - BOTTOM
    assert points[-1][1] == pytest.approx(HEIGHT - BOTTOM - 0.5 * drawn, abs=0.1)
    assert curve.day_x == pytest.approx(LEFT + 0.5 * (WIDTH - LEFT - RIGHT), abs=0.1)
    assert curve.estimate_y is not None
    assert curve.counted_y - curve.estimate_y == pytest.approx((0.3474 - 187 / 706) * drawn, abs=0.1)
    assert [text for _, text in curve.x_ticks] == ["0 h", "24 h", "48 h"]


def test_the_page_tells_both_and_why(settings: Settings, tmp_path: Path) -> None:
    publish_town(settings, marts(settings), rests_on=BEHIND)
    hostile = {**NAMES, "T01": HOSTILE}
    page = render_page(read_facts(settings, town(tmp_path, hostile), contracts()))
    section = page[page.index('<section id="upkeep"') : page.index('<section id="figures"')]
    text = text_of(section)
    assert "As counted 26.5 % Estimated with open requests 34.7 % 30.4 to 39.5 % with 95 % confidence" in text
    assert "takes every request that is still open for one that was not closed in time" in text
    assert "1 area has too few requests for an estimate." in text
    assert "no ranking of districts" in text
    assert HOSTILE in text
    assert "<img" not in section
    label = re.search(r'role="img" aria-label="([^"]+)"', section)
    assert label is not None
    assert label[1].endswith("after 24 hours 26.5 % as counted, 34.7 % estimated")
    assert '<a href="#upkeep">' in page


def test_a_city_without_requests_has_no_such_part(settings: Settings, tmp_path: Path) -> None:
    publish_town(settings, town_marts(settings))
    assert "upkeep" not in render_page(read_facts(settings, town(tmp_path), contracts()))
