"""The page for residents over marts made by hand: what it says, what it must not, and the file that it is."""

from __future__ import annotations

import base64
import csv
import hashlib
import html
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lake.errors import CitylakeError, UsageError
from lake.settings import Settings
from lake.site import render_page, write_page
from lake.site.facts import Facts, read_facts
from lake.site.measures import HATCHED, measures
from lake.site.parts import Part, district_parts
from lake.site.table import address, figures_csv, scores_csv
from lake.site.words import EN_DASH
from orchestration.cli import app
from tests.unit.handmade import mart, release
from tests.unit.site_town import NAMES, RESTS_ON, contracts, publish_town, release_town, town, town_marts

PLACE = rf'<td class="place"><b>(\d+)</b> \((\d+){EN_DASH}(\d+)\)</td>'
CSV_LINK = r'download="([^"]+)" href="data:text/csv;charset=utf-8;base64,([^"]+)"'
MIXED = RESTS_ON | {
    "ENE_HH_KWH": ("population_borough", "transit_stations"),
    "ELD_SHARE65": ("bus_stops_tfl", "transit_stations"),
    "QOL_CITY": ("population_borough", "transit_stations"),
}
HOSTILE = "<script>alert('x')</script><img src=x onerror=alert(1)>"


def facts_of(
    settings: Settings,
    folder: Path,
    names: dict[str, str] | None = None,
    name: str = "Town",
    station_licence: str | None = None,
) -> Facts:
    return read_facts(settings, town(folder, names, name, station_licence), contracts())


def text_of(page: str) -> str:
    """What people read: without style, script and tags."""
    bare = re.sub(r"<(style|script)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())


def part_of(facts: Facts, code: str) -> Part:
    return next(part for part in district_parts(facts) if part.area.code == code)


def test_ranks_stand_beside_their_range_and_who_is_not_ranked_stands_apart(settings: Settings, tmp_path: Path) -> None:
    release_town(settings)
    page = render_page(facts_of(settings, tmp_path))
    ranking = page[page.index('<section id="ranking"') : page.index('<section id="districts"')]
    table, apart = ranking.split('<div class="unranked">')
    assert len(re.findall(PLACE, table)) == 11
    assert re.findall(PLACE, table)[4] == ("5", "4", "7")
    assert "District 12" not in table
    assert "District 12 : no usable figure for Nitrogen dioxide." in text_of(apart)
    assert text_of(page).count("not ranked") >= 2


def test_a_city_of_few_districts_has_scores_without_places(settings: Settings, tmp_path: Path) -> None:
    release_town(settings, scored=9, ranked=0)
    page = render_page(facts_of(settings, tmp_path))
    assert '<h2 id="ranking-title">Scores</h2>' in page
    assert '<td class="place">' not in page
    assert "they are not ranked" in text_of(page)
    assert not re.search(r"place \d", text_of(page))


def test_each_reason_for_no_figure_is_told_in_words(settings: Settings, tmp_path: Path) -> None:
    release_town(settings)
    facts = facts_of(settings, tmp_path)
    figures = {line.indicator.code: line for part in [part_of(facts, "T01")] for _, g in part.groups for line in g}
    assert figures["ENE_HH_KWH"].value == "c"
    assert part_of(facts, "T01").gaps == (
        "Electricity: confidential: too few households, persons or firms behind the figure.",
    )
    assert part_of(facts, "T02").gaps == (
        "Nitrogen dioxide: too little was recorded to say (41% of what should be there).",
    )
    assert part_of(facts, "T12").gaps == ("Nitrogen dioxide: the source has no figure.",)
    assert part_of(facts, "T03").gaps[0].endswith("at the bad end of the scale, counted as 1 of 100.")
    assert part_of(facts, "T04").gaps == ("Nitrogen dioxide and Offences of a month: estimated, not observed.",)


def test_a_part_shows_the_newest_figure_its_course_and_the_city(settings: Settings, tmp_path: Path) -> None:
    release_town(settings)
    part = part_of(facts_of(settings, tmp_path), "T05")
    [crime] = [line for domain, lines in part.groups if domain == "Safety" for line in lines]
    assert (crime.figure.period, crime.value, crime.city) == ("2015-01", "12", "7")
    assert crime.course is not None
    assert len(crime.course.dots) == 3
    assert crime.course_words.startswith("3 periods: from 12 (November 2014), to 12 (January 2015)")
    assert [one.name for one in part.domains] == ["Environment", "Safety"]
    assert part.standing.startswith("Overall score: 65.2 of 100, place 5 of 11; ")
    assert part.standing.endswith("from 4 to 7. Half of all ranges are 3 places wide or wider.")


def test_areas_of_several_districts_stand_after_them_and_are_not_compared(settings: Settings, tmp_path: Path) -> None:
    release_town(settings)
    facts = facts_of(settings, tmp_path)
    *districts, last = facts.city.districts
    parted = replace(facts, city=facts.city.model_copy(update={"districts": tuple(districts), "parts": (last,)}))
    told = district_parts(parted)
    assert [part.area.code for part in told[-2:]] == ["T12", "T00"]
    assert not told[-2].is_district
    assert all(line.strip is None for _, lines in told[-2].groups for line in lines)
    assert all("T12" not in measure.cells for measure in measures(parted))


def test_a_city_without_districts_has_a_page(settings: Settings, tmp_path: Path) -> None:
    release_town(settings)
    facts = facts_of(settings, tmp_path)
    alone = replace(facts, city=facts.city.model_copy(update={"districts": ()}), card=None, index=None, outlines={})
    page = render_page(alone)
    assert "0 districts" not in page
    assert "Town as a whole" in page


def test_the_map_hatches_what_has_no_figure(settings: Settings, tmp_path: Path) -> None:
    release_town(settings)
    found = {one.key: one for one in measures(facts_of(settings, tmp_path))}
    assert list(found)[:3] == ["score-overall", "score-environment", "score-safety"]
    air = found["ENV_NO2"]
    assert air.about == "µg/m³ · 2014 · less is better"
    assert found["ENE_HH_KWH"].about == "kWh per household · January 2015 · less is better · whole city: 300"
    assert {code for code, cell in air.cells.items() if cell.fill == HATCHED} == {"T02", "T12"}
    assert [code for code, _ in air.ordered][-2:] == ["T02", "T12"]
    assert found["ENE_HH_KWH"].cells["T01"].text == "c"
    assert "ELD_SHARE65" not in found, "every district has the same"


def test_names_with_html_are_text(settings: Settings, tmp_path: Path) -> None:
    release_town(settings)
    names = NAMES | {"T01": HOSTILE, "T12": "</script><b>bold"}
    page = render_page(facts_of(settings, tmp_path, names, name=f"{HOSTILE} City"))
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "<b>bold" not in page
    assert page.count("</script>") == 2
    assert HOSTILE in text_of(page)
    data = re.search(r'<script type="application/json" id="measures">(.*?)</script>', page, re.DOTALL)
    assert data is not None
    assert json.loads(data[1])["score-overall"]["name"] == "Overall"


def test_the_policy_lets_only_this_style_and_script_run(settings: Settings, tmp_path: Path) -> None:
    release_town(settings)
    page = render_page(facts_of(settings, tmp_path))
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    rules = dict(rule.strip().split(" ", 1) for rule in html.unescape(policy).split(";"))
    assert rules["default-src"] == "'none'"
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        [text] = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert rules[rule] == f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
    assert not re.search(r'\s(style|on\w+)="', page)
    assert not re.search(r'(src|href)="(?!#|data:|https://example\.org)', page)


def test_a_release_without_outlines_has_a_page_without_a_map(settings: Settings, tmp_path: Path) -> None:
    release_town(settings, outlines=False)
    page = render_page(facts_of(settings, tmp_path))
    assert 'id="city-map"' not in page
    assert '<table id="values">' in page


def test_a_city_without_an_index_has_its_figures(settings: Settings, tmp_path: Path) -> None:
    made = town_marts(settings)
    for short in ("qol_index", "qol_scores"):
        made[f"marts.{short}"] = mart(settings, f"{short}_empty", _none_of(settings, short, made))
    publish_town(settings, made)
    page = render_page(facts_of(settings, tmp_path))
    assert 'id="ranking"' not in page
    assert "Nitrogen dioxide" in text_of(page)
    assert 'value="ENV_NO2"' in page


def _none_of(settings: Settings, short: str, made: dict) -> str:
    columns = ", ".join(f"NULL::{column.type} AS {column.name}" for column in made[f"marts.{short}"].columns)
    return f"SELECT {columns} LIMIT 0"


def test_csv_holds_full_numbers_and_no_formula(settings: Settings, tmp_path: Path) -> None:
    release_town(settings)
    facts = facts_of(settings, tmp_path, NAMES | {"T01": "=HYPERLINK(1)", "T02": "@sum", "T03": '-"x"'})
    lines = figures_csv(facts, facts.indicators.values()).split("\r\n")
    assert lines[0].startswith("city,district_code,district_name,domain,indicator_code")
    assert len([line for line in lines if line]) == 1 + len(facts.figures)
    assert "town,T01,'=HYPERLINK(1),environment,ENV_NO2" in "\n".join(lines)
    assert "town,T02,'@sum," in "\n".join(lines)
    assert 'town,T03,"\'-""x""",' in "\n".join(lines)
    assert any(line.endswith(",ok,23.5,True,False") for line in lines)
    scores = scores_csv(facts).split("\r\n")
    assert "town,QOL_CITY,T05,District 5,overall,65.25,5,4,7,ok," in scores
    content = base64.b64decode(address("a;b").partition("base64,")[2]).decode("utf-8-sig")
    assert content == "a;b"


def downloads(page: str) -> dict[str, list[dict[str, str]]]:
    """Rows of the files that a page offers, by name."""
    found = {name: base64.b64decode(content).decode("utf-8-sig") for name, content in re.findall(CSV_LINK, page)}
    return {name: list(csv.DictReader(io.StringIO(text))) for name, text in found.items()}


def indicators_in(rows: list[dict[str, str]]) -> set[str]:
    return {row["indicator_code"] for row in rows}


def test_figures_from_share_alike_data_are_a_file_of_their_own(settings: Settings, tmp_path: Path) -> None:
    release_town(settings, rests_on=MIXED)
    facts = facts_of(settings, tmp_path)
    page = render_page(facts)
    files = downloads(page)
    assert set(files) == {"town-figures.csv", "town-figures-ODbL-1.0.csv"}, "scores mix, so they are in no file"
    assert indicators_in(files["town-figures.csv"]) == {"ENV_NO2", "SAF_CRIME_MONTH"}
    own = files["town-figures-ODbL-1.0.csv"]
    assert indicators_in(own) == {"ENE_HH_KWH"}
    assert len(own) == len([one for one in facts.figures if one.indicator_code == "ENE_HH_KWH"])
    told = page[page.index('<div class="apart">') : page.index("Download figures under ODbL-1.0")]
    assert "Not in that file: Electricity. It rests on data under ODbL-1.0 ," in text_of(told)
    assert "Town statistics Town mappers" in text_of(told)
    assert "In no file: Aged 65 and over." in text_of(page), "stations under ODbL and stops that may not come under it"
    assert "made from bus_stops_tfl , transit_stations" in text_of(page)


def test_the_licence_that_a_city_states_counts(settings: Settings, tmp_path: Path) -> None:
    release_town(settings, rests_on=MIXED)
    facts = facts_of(settings, tmp_path, station_licence="CC0-1.0")
    page = render_page(facts)
    files = downloads(page)
    assert set(files) == {"town-figures.csv", "town-scores.csv"}
    assert len(files["town-figures.csv"]) == len(facts.figures)
    assert "Download all figures" in text_of(page)
    assert [one.licence for one in facts.rests_on["ENE_HH_KWH"]] == ["OGL-UK-2.0", "CC0-1.0"]


def test_the_page_is_written_whole_or_not_at_all(settings: Settings, tmp_path: Path) -> None:
    release_town(settings)
    city = town(tmp_path)
    page = write_page(settings, city, contracts())
    assert page == settings.page("town") == settings.home / "site" / "town.html"
    before = page.read_text()
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(CitylakeError, match=r"page of Town cannot be written to .*town\.html"):
        write_page(settings, city, contracts(), blocked / "town.html")
    assert page.read_text() == before
    assert [one.name for one in page.parent.iterdir()] == ["town.html"]


def test_an_unknown_city_is_wrong_usage(settings: Settings, tmp_path: Path) -> None:
    release(settings, "sample", {})
    with pytest.raises(UsageError, match=r"Release 1 has no city `town`"):
        facts_of(settings, tmp_path)


def test_the_command_writes_one_citys_page(settings: Settings, tmp_path: Path) -> None:
    publish_town(settings, town_marts(settings), "sample")
    done = CliRunner().invoke(app, ["scorecard", "--city", "sample", "--html", str(tmp_path / "a" / "page.html")])
    assert done.exit_code == 0, done.output
    assert "Brightwater" in (tmp_path / "a" / "page.html").read_text()
    both = CliRunner().invoke(app, ["scorecard", "--city", "sample", "--district", "x", "--html", "page.html"])
    assert both.exit_code == 2
