"""The page for residents in a real browser, for both cities: clicked through, measured, without a script, on paper.

Pictures are kept where CITYLAKE_SCREENSHOTS says, so that somebody can look at them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page

from lake.city import City
from lake.contract import load_contracts
from lake.settings import Settings
from lake.site import render_page, write_page
from lake.site.facts import read_facts
from lake.site.words import EN_DASH
from tests.e2e.dagster_ui import browser as browser_command
from tests.e2e.resident import DESK, PHONE, a_browser, opened, picture
from tests.integration.first_nights import FIRST_RELEASE, london_lake, new_york_lake, sample_lake

CITIES = ("sample", "london", pytest.param("new_york", marks=pytest.mark.long))
LAKES = {"sample": sample_lake, "london": london_lake, "new_york": new_york_lake}
WIDTHS = (PHONE, DESK)
SHARE_ALIKE: dict[str, dict[str, set[str]]] = {"sample": {}, "london": {"ODbL-1.0": {"MOB_STATIONS"}}, "new_york": {}}
LICENCES = {
    "sample": {"CC0-1.0"},
    "london": {"ODbL-1.0", "OGL-UK-3.0"},
    "new_york": {"CC0-1.0", "NYC-Open-Data", "NYS-Open-Data"},
}
MOST_BYTES, MOST_BYTES_A_DISTRICT = 2_000_000, 60_000
HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
SHOWN_FILLS = """[...document.querySelectorAll('#city-map a')].map(
    (a) => [a.dataset.district, a.querySelector('path').getAttribute('fill')])"""
TABLE_FILLS = "(all) => all.map((r) => [r.dataset.district, r.querySelector('rect').getAttribute('fill')])"
HEIGHTS = "(all) => all.map((one) => one.getBoundingClientRect().height)"
OPEN_ALL = "document.querySelectorAll('details').forEach((part) => { part.open = true; })"

pytestmark = pytest.mark.skipif(browser_command() is None, reason="no browser: install chromium to run this test")


@dataclass(frozen=True)
class Released:
    """A city with a release, and its page."""

    settings: Settings
    city: City
    page: Path


@pytest.fixture(scope="module", params=CITIES)
def released(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Released:
    lake = LAKES[request.param]()
    page = tmp_path_factory.mktemp("page") / f"{request.param}.html"
    write_page(lake.settings, lake.city, load_contracts(), page, FIRST_RELEASE)
    return Released(lake.settings, lake.city, page)


@pytest.fixture(scope="module")
def browser(released: Released) -> Iterator[Browser]:
    """A browser per city: its driver keeps an event loop running, which a night does not want about it."""
    assert released.page.is_file()
    with a_browser() as chromium:
        yield chromium


def _downloaded(page: Page, link: Locator) -> tuple[str, list[dict[str, str]]]:
    """Name and rows of the file that a link gives."""
    with page.expect_download() as waiting:
        link.click()
    content = waiting.value.path().read_text(encoding="utf-8-sig")
    return waiting.value.suggested_filename, list(csv.DictReader(io.StringIO(content)))


def _indicators(rows: list[dict[str, str]]) -> set[str]:
    return {row["indicator_code"] for row in rows}


def _fills(page: Page) -> dict[str, str]:
    return dict(page.evaluate(SHOWN_FILLS))


def test_a_resident_clicks_through(released: Released, browser: Browser) -> None:
    assert released.page.stat().st_size < max(MOST_BYTES, MOST_BYTES_A_DISTRICT * len(released.city.districts))
    with opened(browser, released.page) as seen:
        page = seen.page
        assert page.inner_text("h1") == released.city.name
        districts = len(released.city.districts)
        assert page.locator("#city-map a").count() == districts
        for key in page.locator("#measure option").evaluate_all("(all) => all.map((one) => one.value)"):
            page.select_option("#measure", key)
            rows = page.locator("#values tbody tr:visible")
            assert rows.count() == districts, key
            assert page.locator("#legend li").count() >= 2, key
            shown = rows.evaluate_all(TABLE_FILLS)
            assert dict(shown) == _fills(page), key
        names = {area.code: area.name for area in released.city.districts}
        for n in range(districts):
            link = page.locator("#city-map a").nth(n)
            name = names[link.get_attribute("data-district")]
            link.dispatch_event("click")
            part = page.locator(f".inside{link.get_attribute('href')}")
            part.wait_for(state="visible")
            assert part.locator("caption").inner_text() == f"Figures of {name}"
        page.locator("summary", has_text="Show the table").click()
        picture(page, f"{released.city.city}-clicked")
        assert seen.complaints == []
        assert [url for url in seen.requests if not url.startswith(("file:", "data:"))] == []
        assert len([url for url in seen.requests if url.startswith("file:")]) == 1


@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_covers_another(released: Released, browser: Browser, width: int) -> None:
    with opened(browser, released.page, width=width) as seen:
        picture(seen.page, f"{released.city.city}-{width}")
        assert seen.overflow() <= 0
        assert seen.overlaps() == []
        seen.page.evaluate(OPEN_ALL)
        assert seen.overlaps() == []


@pytest.mark.parametrize("width", WIDTHS)
def test_opened_parts_are_no_wider_than_the_window(released: Released, browser: Browser, width: int) -> None:
    with opened(browser, released.page, width=width) as seen:
        seen.page.evaluate(OPEN_ALL)
        assert seen.overflow() <= 0


@pytest.mark.parametrize("width", WIDTHS)
def test_a_screen_reader_finds_its_way(released: Released, browser: Browser, width: int) -> None:
    with opened(browser, released.page, width=width) as seen:
        opening = (
            "document.querySelectorAll('details').forEach((one, n) => { one.open = one.matches('.more') || n < 4; })"
        )
        seen.page.evaluate(opening)
        found = Axe().run(seen.page)
        assert found.violations_count == 0, found.generate_report()
        levels = seen.page.locator("h1, h2, h3, h4").evaluate_all("(all) => all.map((one) => Number(one.tagName[1]))")
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        assert seen.page.locator("table:not(:has(caption))").count() == 0
        assert seen.page.locator("svg:not([aria-hidden]):not([role])").count() == 0


def test_the_keyboard_reaches_everything(released: Released, browser: Browser) -> None:
    with opened(browser, released.page) as seen:
        page = seen.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("Enter")
        reached = []
        for _ in range(2 * len(released.city.districts) + 20):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.dataset.district ?? document.activeElement.id"))
        assert reached[0] == "measure"
        assert {area.code for area in released.city.districts} <= set(reached)
        first = page.locator("#city-map a").first
        first.focus()
        name = first.get_attribute("aria-label").partition(":")[0]
        assert page.inner_text("#readout").startswith(f"{name}: ")
        page.keyboard.press("Enter")
        page.locator(f".inside{first.get_attribute('href')}").wait_for(state="visible")
        summary = page.locator(".part > summary").last
        summary.focus()
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.keyboard.press("Space")
        page.locator(".part").last.locator("table").wait_for(state="visible")


def test_the_pointer_shows_the_name(released: Released, browser: Browser) -> None:
    with opened(browser, released.page) as seen:
        row = seen.page.locator("#values tbody tr").first
        row.hover()
        name = row.locator("a").inner_text()
        assert seen.page.inner_text("#readout").startswith(f"{name}: ")
        assert seen.page.locator("#chosen").get_attribute("d")
        seen.page.mouse.move(0, 0)
        assert seen.page.locator("#chosen").get_attribute("d") == ""


def test_without_a_script_all_is_there(released: Released, browser: Browser) -> None:
    with opened(browser, released.page, script=False) as seen:
        page = seen.page
        assert len(set(re.findall(r'<path d="[^"]+" fill="([^"]+)"', page.content()))) >= 4
        assert page.locator("#measure").is_hidden()
        assert page.locator("#filter").is_hidden()
        assert page.locator("table.ranking tbody tr").count() >= 10
        page.locator(".part > summary").first.click()
        assert page.locator(".part table").first.is_visible()


def test_figures_can_be_filtered_and_sorted(released: Released, browser: Browser) -> None:
    district = released.city.districts[0].name
    with opened(browser, released.page) as seen:
        page = seen.page
        page.locator("summary", has_text="Show the table").click()
        every = page.locator("#table tbody tr").count()
        page.fill("#filter", district.lower())
        rows = page.locator("#table tbody tr:visible")
        assert 0 < rows.count() < every
        assert set(rows.locator("td:first-child").all_inner_texts()) == {district}
        assert page.inner_text("#found") == f"{rows.count()} of {every} rows"
        page.fill("#filter", "")
        page.locator("#table thead").get_by_text("Score").click()
        page.locator("#table thead").get_by_text("Score").click()
        scores = [text for text in page.locator("#table td:nth-child(6)").all_inner_texts() if text]
        assert scores == sorted(scores, key=float, reverse=True)


def test_downloads_hold_every_figure_once_and_share_alike_ones_apart(released: Released, browser: Browser) -> None:
    city, bound = released.city.city, SHARE_ALIKE[released.city.city]
    with opened(browser, released.page) as seen:
        page = seen.page
        links = page.locator("#figures a[download]")
        files = dict(_downloaded(page, links.nth(n)) for n in range(links.count()))
        assert sum(map(len, files.values())) == page.locator("#table tbody tr").count()
        open_figures = files.pop(f"{city}-figures.csv")
        assert not _indicators(open_figures) & set().union(*bound.values())
        assert {name: _indicators(rows) for name, rows in files.items()} == {
            f"{city}-figures-{licence}.csv": codes for licence, codes in bound.items()
        }
        assert page.locator(".apart").count() == len(bound)
        licences = set(re.findall(r"licence: (\S+)", page.locator("#sources").inner_text()))
        assert licences == LICENCES[city] if city == "sample" else licences >= LICENCES[city]
        for licence in bound:
            told = page.locator(".apart", has_text=licence).inner_text()
            assert "(c) OpenStreetMap contributors" in told


def test_a_place_never_stands_without_its_range(released: Released, browser: Browser) -> None:
    """Beside every place stands its own range, and how wide half of all ranges are."""
    with opened(browser, released.page) as seen:
        page = seen.page
        rows = page.locator("table.ranking tbody tr")
        places = [
            re.fullmatch(rf"(\d+) \((\d+){EN_DASH}(\d+)\)", text) for text in rows.locator(".place").all_inner_texts()
        ]
        ranges = [tuple(map(int, place.groups())) for place in places if place]
        assert len(ranges) == len(places) == rows.count() >= 10
        assert all(low <= at <= high for at, low, high in ranges)
        assert rows.locator("line.range").count() == len(ranges)
        widths = sorted(high - low for _, low, high in ranges)
        [half] = {int(one) for one in re.findall(r"Half of all ranges are (\d+) places?", page.inner_text("body"))}
        assert sum(width >= half for width in widths) >= len(widths) / 2 > sum(width > half for width in widths)
        standings = page.locator(".standing").all_text_contents()
        assert sum(f"Half of all ranges are {half} place" in text for text in standings) == len(ranges)


def test_both_shares_of_requests_stand_side_by_side(released: Released, browser: Browser) -> None:
    """As counted and as estimated, with its interval and the curve; a city without requests has no such part."""
    with opened(browser, released.page) as seen:
        part = seen.page.locator("#upkeep")
        assert part.count() == ("service_requests_311" in released.city.datasets)
        for shares in part.locator(".both").all():
            assert shares.locator("dt").all_inner_texts() == ["As counted", "Estimated with open requests"]
            numbers = [float(number) for number in re.findall(r"\d+\.\d", shares.inner_text())]
            counted, estimate, low, high = numbers
            assert counted <= estimate
            assert low < estimate < high
            assert part.locator(".waits polyline").count() == 1


def test_on_paper_every_part_is_open(released: Released, browser: Browser) -> None:
    with opened(browser, released.page, width=800) as seen:
        page = seen.page
        page.emulate_media(media="print")
        assert page.locator(".jump").is_hidden()
        closed = page.locator("details:not([open]) table")
        assert closed.count() > len(released.city.districts)
        assert min(closed.evaluate_all(HEIGHTS)) > 100
        page.emulate_media(media="screen")
        paper = page.pdf(print_background=True)
        assert paper.count(b"/Type /Page\n") >= 5


def test_names_with_html_in_them_show_as_text(released: Released, browser: Browser, tmp_path: Path) -> None:
    first, *others = released.city.districts
    hostile = first.model_copy(update={"name": HOSTILE})
    city = released.city.model_copy(update={"districts": (hostile, *others), "name": f"{HOSTILE} City"})
    file = tmp_path / "hostile.html"
    file.write_text(render_page(read_facts(released.settings, city, load_contracts(), FIRST_RELEASE)), encoding="utf-8")
    with opened(browser, file) as seen:
        page = seen.page
        assert page.inner_text("h1") == f"{HOSTILE} City"
        assert HOSTILE in page.inner_text("#values")
        page.locator(f'#city-map a[data-district="{first.code}"]').focus()
        assert page.inner_text("#readout").startswith(HOSTILE)
        page.select_option("#measure", index=2)
        assert page.locator("img").count() == 0
        assert page.locator("script").count() == 2
        assert seen.complaints == []
        assert seen.overflow() <= 0
