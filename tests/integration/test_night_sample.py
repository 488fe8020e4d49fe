"""The sample city over several nights: truth, suppression, a quiet night, a new day, a revision, a backfill.

The tests build on one another in their order: each night starts from what the earlier ones left.
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from lake.contract import load_contracts
from lake.keys import load_key
from lake.night.kept_models import kept_models
from lake.release.pinned import pinned_table
from lake.release.release import read_release
from lake.report.rejects import report_rejects, write_rejects
from lake.sample import write_next_day
from lake.settings import HOME_VARIABLE, project_root
from orchestration.cli import app
from tests.integration.dbt_project import PROJECT
from tests.integration.explained import explained, files_behind
from tests.integration.first_nights import sample_lake
from tests.integration.night_contents import contents, differences, places_of, tables
from tests.integration.night_runner import TrialLake, release_marts

METERS = "energy_lcl_smartmeter"
OFFICIAL = "energy_lcl_halfhourly_official"
BULK = "price_paid_bulk"
REQUESTS = "service_requests_311"
MARTS = ("marts", "marts_restricted")
CITY = "B12000001"
HARBOUR = "B09000001"
REVISED = date(2015, 1, 10)
FIRST = date(2014, 12, 29)
NEXT = date(2015, 2, 2)
PRICE_UPDATE = "pp-monthly-update-2015-02.csv"
JANUARY = date(2015, 1, 1)
RELATIVE = 1e-9
POSTCODE = r"BZ\d{1,2} \d[A-Z]{2}"


@dataclass
class Story:
    """The lake, and what one test leaves for those after it."""

    lake: TrialLake
    left: dict[str, Any] = field(default_factory=dict)

    def truth(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.lake.sources / "truth.json").read_text())
        return content


@pytest.fixture(scope="module")
def story() -> Story:
    return Story(sample_lake())


def lake_name(story: Story, path: str) -> str:
    """A file's name as the lake records it: a meter's number is a pseudonym."""
    name = Path(path).name
    if not name.startswith("MAC"):
        return name
    key = load_key("energy", story.lake.settings.key_file, known_fingerprints={})
    return f"{key.pseudonym(Path(name).stem)}.csv"


def test_every_record_of_every_delivery_is_accounted_for(story: Story) -> None:
    deliveries = {one.file_name: one for one in story.lake.ledger()}
    files = story.truth()["files"]
    assert len(deliveries) == len(files) == len(story.lake.ledger())
    for path, truth in files.items():
        one = deliveries[lake_name(story, path)]
        assert one.status == ("superseded" if f"{path[:-4]}_r2.csv" in files else "committed"), path
        assert one.rows_read == (one.rows_accepted or 0) + (one.rows_rejected or 0) == truth["rows_read"], path
        assert one.rows_accepted == truth["rows_accepted"], path
        assert one.cells_rejected == truth["cells_rejected"], path


def test_rejects_hold_the_seeded_defects_by_their_kind(story: Story) -> None:
    kept: dict[tuple[str, str], Counter[str]] = {}
    for table in tables(story.lake, "rejects"):
        sql = f"select _delivery_id, kind, rule_id, count(*) from {table} group by all"
        for delivery_id, kind, rule, count in story.lake.rows(sql):
            by_rule = kept.setdefault((delivery_id, "cell" if kind == "cell" else "record"), Counter())
            by_rule[rule] += count
    ids = {one.file_name: one.delivery_id for one in story.lake.ledger()}
    for path, truth in story.truth()["files"].items():
        delivery_id = ids[lake_name(story, path)]
        assert kept.pop((delivery_id, "record"), Counter()) == Counter(truth["rows_rejected"]), path
        assert sum(kept.pop((delivery_id, "cell"), Counter()).values()) == truth["cells_rejected"], path
    assert kept == {}


def test_raw_tables_hold_exactly_what_was_written(story: Story) -> None:
    for table in tables(story.lake, "raw"):
        dataset = table.removeprefix("raw.")
        counted = dict(story.lake.rows(f"select _delivery_id, count(*) from {table} group by all"))
        written = {one.delivery_id: one.rows_written for one in story.lake.ledger() if one.dataset == dataset}
        assert counted == {delivery: rows for delivery, rows in written.items() if rows}
        assert sum(counted.values()) > 0


def test_deliveries_are_public_with_both_layouts(story: Story) -> None:
    told = dict(story.lake.rows("select dataset, count(*) from ops.deliveries group by all", role="analyst"))
    assert (told[METERS], told[OFFICIAL]) == (10, 37)
    assert sum(told.values()) == len(story.truth()["files"])


def test_indicators_are_those_of_the_samples_own_parameters(story: Story) -> None:
    sql = "select indicator_code, district_code, period, value, numerator, denominator, coverage, status"
    published = {row[:3]: row[3:] for row in story.lake.rows(f"{sql} from marts.qol_indicators", role="analyst")}
    hidden = {row[:3]: row[3:] for row in story.lake.rows(f"{sql} from marts_restricted.qol_indicators_restricted")}
    compared = 0
    for truth in story.truth()["indicators"]:
        key = (truth["indicator_code"], truth["district_code"], truth["period"])
        *numbers, status = published.pop(key)
        wanted = [truth["value"], truth["numerator"], truth["denominator"], truth["coverage"]]
        assert status == truth["status"], key
        if status == "restricted":
            assert numbers[:3] == [None, None, None], key
            numbers = list(hidden.pop(key)[:4])
        if truth["is_estimate"]:
            wanted[0] = numbers[0]
        compared += 1
        for found, number in zip(numbers, wanted, strict=True):
            assert (found is None) if number is None else found == pytest.approx(number, rel=RELATIVE), key
    assert compared > 340
    assert {key[0] for key in published} == {"QOL_CITY"}
    assert hidden == {}


def test_trams_run_as_their_timetable_was_made(story: Story) -> None:
    for mart in ("feed_service", "stop_service"):
        rows = story.truth()[mart]
        told = story.lake.rows(f"select {', '.join(rows[0])} from marts.transit_{mart}", role="analyst")
        found = [{**dict(zip(rows[0], row, strict=True)), "service_date": str(row[1])} for row in told]
        assert sorted(map(_rounded, found)) == sorted(map(_rounded, rows))


def _rounded(row: dict[str, Any]) -> str:
    return repr([round(value, 9) if isinstance(value, float) else value for value in row.values()])


def test_healthy_years_are_those_that_the_survey_was_drawn_from(story: Story) -> None:
    """A district did not tell how many it asked; of 44 intervals that hold the truth with 95 %, a few do not."""
    sql = "select area, period, sex, age, le_y, hle_y, hle_lower_y, hle_upper_y from marts.health_expectancy"
    told = {row[:4]: row[4:] for row in story.lake.rows(sql, role="analyst")}
    held = []
    for truth in story.truth()["health_expectancy"]:
        life, healthy, low, high = told[tuple(truth[name] for name in ("area", "period", "sex", "age"))]
        assert life == pytest.approx(truth["le_y"], rel=RELATIVE)
        assert healthy == pytest.approx(truth["hle_y"], abs=3)
        assert (low is None) == (truth["area"] == "B09000011")
        held += [low <= truth["hle_y"] <= high] if low is not None else []
    assert len(told) == 12 * 2 * 19
    assert len(held) == 44
    assert sum(held) >= 38


def test_demand_is_that_of_the_samples_own_projections(story: Story) -> None:
    truths = story.truth()["demand_projection"]
    names = list(truths[0])
    rows = story.lake.rows(f"select {', '.join(names)} from marts.demand_projection", role="analyst")
    told = {row[:3]: row[3:] for row in rows}
    assert len(rows) == len(told) == len(truths) == 13 * 2 * 5
    for truth in truths:
        area, year, band, *counted, index, spread = truth.values()
        assert told[area, year, band] == (*counted, pytest.approx(index), pytest.approx(spread))


def test_the_error_of_the_precinct_rule_and_the_centres_are_found_again(story: Story) -> None:
    errors = dict(story.lake.rows("select district_code, error_pct from marts.precinct_rule_error"))
    assert errors == pytest.approx(story.truth()["precinct_rule_error_pct"], rel=1e-6, abs=1e-6)
    query = "select center_kind, district_code, centers, accessible_centers from marts.emergency_centers"
    centers = {kind: dict[str, list[int]]() for kind in story.truth()["centers"]}
    for kind, code, every, accessible in story.lake.rows(query):
        centers[kind][code] = [every, accessible]
    assert centers == story.truth()["centers"]


def test_estimates_tell_an_interval_that_holds_the_truth(story: Story) -> None:
    """A 95 % interval may miss it now and then."""
    sql = "select indicator_code, district_code, period, value_low, value, value_high from marts.qol_indicators"
    told = {row[:3]: row[3:] for row in story.lake.rows(f"{sql} where value_low is not null", role="analyst")}
    estimates = [row for row in story.truth()["indicators"] if row["is_estimate"]]
    assert len(estimates) == len(told) > 50
    missed: Counter[str] = Counter()
    for truth in estimates:
        low, value, high = told[truth["indicator_code"], truth["district_code"], truth["period"]]
        assert low <= value <= high, truth
        missed[truth["indicator_code"]] += not low <= truth["value"] <= high
    assert all(missed[code] <= 0.11 * count for code, count in Counter(t["indicator_code"] for t in estimates).items())


def test_an_agency_that_slows_down_in_one_district_is_found(story: Story) -> None:
    slow = story.truth()["closing_times"]["slow"]
    sql = "select period, district_code, value_low, value_high from marts.qol_indicators where indicator_code = "
    rows = story.lake.rows(f"{sql} 'SRV_311_CLOSED24' and district_code <> '{CITY}'", role="analyst")
    before, after = ({code: (low, high) for period, code, low, high in rows if period == label}
                     for label in sorted({row[0] for row in rows}))  # fmt: skip
    assert len(before) == len(after) == 12
    others = {code: limits for code, limits in after.items() if code != slow["district"]}
    assert after[slow["district"]][1] < min(before[slow["district"]][0], *(low for low, _ in others.values()))


def test_sales_that_would_mislead_an_index_are_dropped_from_it(story: Story) -> None:
    assert story.truth()["dropped_pairs"] == {"too_soon": 2, "same_year": 1, "too_steep": 2, "too_few_ends": 6}
    levels = {row["period"]: row["value"] for row in story.truth()["indicators"] if row["indicator_code"] == "REA_RSI"}
    sql = "select period, value from marts.qol_indicators where indicator_code = 'REA_RSI'"
    found = dict(story.lake.rows(sql, role="analyst"))
    assert {year for year, level in found.items() if level is None} == {"1987", "2009", "2015"}
    for year, level in levels.items():
        assert found[year] == (level and pytest.approx(level, rel=0.07)), year


def test_the_composite_is_that_of_the_true_values(story: Story) -> None:
    """Goalpost scores, arithmetic means within a domain, a geometric mean of the domains that have two thirds."""
    with (PROJECT / "seeds" / "index_definition.csv").open() as lines:
        definitions = [row for row in csv.DictReader(lines) if row["index_code"] == "QOL_CITY"]
    polarity = dict(story.lake.rows("select code, polarity from marts.indicator_registry", role="analyst"))
    assert all(polarity[row["indicator_code"]] for row in definitions), "context indicators are never scored"
    in_order = sorted(story.truth()["indicators"], key=lambda row: str(row["period"]))
    values = {(row["district_code"], row["indicator_code"]): row["value"] for row in in_order if row["status"] == "ok"}
    sql = "select district_code, domain, score from marts.qol_index where index_code = 'QOL_CITY'"
    published = {(district, domain): score for district, domain, score in story.lake.rows(sql, role="analyst")}
    domains = {row["domain"] for row in definitions}
    for district in {district for district, _ in published}:
        scores = {}
        for domain in domains:
            rows = [row for row in definitions if row["domain"] == domain]
            known = [scored(row, values, district, polarity) for row in rows]
            found = [(float(row["weight"]), n) for row, n in zip(rows, known, strict=True) if n is not None]
            if 3 * len(found) >= 2 * len(rows):
                scores[domain] = sum(weight * n for weight, n in found) / sum(weight for weight, _ in found)
            wanted = pytest.approx(100 * scores[domain], rel=RELATIVE) if domain in scores else None
            assert published[district, domain] == wanted, (district, domain)
        composite = math.exp(sum(math.log(max(0.01, n)) for n in scores.values()) / len(scores))
        enough = 4 * len(scores) >= 3 * len(domains)
        wanted = pytest.approx(100 * composite, rel=RELATIVE) if enough else None
        assert published[district, "overall"] == wanted, district


def scored(row: dict[str, str], values: dict[Any, float], district: str, polarity: dict[str, int]) -> float | None:
    """One indicator's score of a district between its goalposts, 0..1."""
    value = values.get((district, row["indicator_code"]))
    if value is None:
        return None
    low, high = float(row["goalpost_low"]), float(row["goalpost_high"])
    position = min(1.0, max(0.0, (value - low) / (high - low)))
    return position if polarity[row["indicator_code"]] == 1 else 1 - position


def test_homes_that_were_sold_again_are_found_by_their_pseudonym(story: Story) -> None:
    columns = "upper(transaction_id), home_pseudonym"
    sql = f"select {columns} from raw.price_paid union select {columns} from raw.price_paid_bulk"
    pairs = story.lake.rows(sql)
    homes = dict(pairs)
    assert len(homes) == len(pairs), "both layouts make the same pseudonym of an address"
    sold_again = story.truth()["repeat_sales"]
    assert len(sold_again) > 30
    for sales in sold_again:
        assert len({homes[sale] for sale in sales}) == 1, sales
    assert len({homes[sales[0]] for sales in sold_again}) == len(sold_again)


def test_a_single_small_district_never_stands_alone(story: Story) -> None:
    daily = story.lake.rows("select * exclude (city) from marts.energy_district_daily", role="analyst")
    by_day: dict[date, dict[str, tuple[Any, ...]]] = {}
    for district, day, *numbers, status in daily:
        by_day.setdefault(day, {})[district] = (status, *numbers)
    for day, districts in by_day.items():
        hidden = [row for row in districts.values() if row[0] == "restricted"]
        assert len(hidden) >= 2 or hidden == [], day
        assert all(set(row[1:]) == {None} for row in hidden), day
    assert {row[0] for row in by_day[REVISED].values()} == {"ok", "restricted"}


def test_subtraction_gives_no_single_districts_numbers(story: Story) -> None:
    """The attack: the city's total less all published districts, against what each hidden district really used."""
    city, districts = (f"sum(energy_kwh) filter (district_code {sign} '{CITY}')" for sign in ("=", "<>"))
    daily, secret = "marts.energy_district_daily", "marts_restricted.energy_household_daily"
    sql = f"select date, {city} - {districts} from {daily} where date >= '{FIRST}' group by all"
    left = dict(story.lake.rows(sql, role="analyst"))
    sql = f"select date, district_code from {daily} where status = 'restricted' and date >= '{FIRST}'"
    hidden = story.lake.rows(sql, role="analyst")
    sql = f"""select district_code, date, sum(daily.energy_kwh) from {secret} as daily
              join raw.energy_lcl_register using (household_pseudonym) group by all"""
    real = {(district, day): energy for district, day, energy in story.lake.rows(sql)}
    assert len(hidden) == 2 * 35, "one district is small, and the next smallest is hidden with it"
    assert all(real[district, day] < 0.95 * left[day] for day, district in hidden)


def test_subtraction_fails_for_indicators_too(story: Story) -> None:
    sql = "select district_code, status, numerator from {} where indicator_code = 'ENE_HH_KWH'"
    monthly = story.lake.rows(sql.format("marts.qol_indicators"), role="analyst")
    secret = story.lake.rows(sql.format("marts_restricted.qol_indicators_restricted"))
    left = sum((1 if district == CITY else -1) * (energy or 0) for district, _, energy in monthly)
    assert sorted(row[0] for row in monthly if row[1] == "restricted") == sorted(row[0] for row in secret)
    assert len(secret) == 2
    assert all(0 < energy < 0.95 * left for _, _, energy in secret)


def test_every_mart_leads_back_to_deliveries(story: Story) -> None:
    models = kept_models(story.lake.settings, "sample", read_release(story.lake.settings).cities["sample"])
    for table in tables(story.lake, *MARTS):
        names = models[table].key
        sql = f"select {', '.join(f'{name}::varchar' for name in names)} from {table} limit 1"
        for row in story.lake.rows(sql) if "city" in names else []:
            given = {name: value for name, value in zip(names, row, strict=True) if value is not None}
            found = explained(story.lake, table, given, role="team")
            assert files_behind(story.lake, found), table
            assert any(check.subject == table.partition(".")[2] for check in found.checks), table


@pytest.mark.parametrize(
    ("code", "folders"),
    [
        ("ENV_NO2", {"air_quality_laqn"}),
        ("SAF_CRIME", {"crime_mps_dashboard", "population_borough"}),
        ("ENE_HH_KWH", {METERS}),
        ("MOB_BUS_DENSITY", {"bus_stops_tfl", "boundaries_boroughs"}),
    ],
)
def test_a_cell_of_the_sample_city_leads_back_to_its_files(story: Story, code: str, folders: set[str]) -> None:
    found = explained(story.lake, "qol_indicators", {"indicator_code": code, "district_code": HARBOUR})
    assert {path.partition("/")[0] for path in files_behind(story.lake, found)} == folders
    assert found.formula.reproduces


def test_a_missing_number_names_what_was_looked_through(story: Story) -> None:
    found = explained(story.lake, "qol_indicators", {"indicator_code": "ENV_NO2", "district_code": "B09000012"})
    assert (found.status, found.figures["value"]) == ("missing", None)
    assert {path.partition("/")[0] for path in files_behind(story.lake, found)} == {"air_quality_laqn"}
    assert all("looked through" in source.note for source in found.sources)


def test_both_layouts_of_a_month_are_named_and_no_day_beyond_it(story: Story) -> None:
    found = explained(story.lake, "qol_indicators", {"indicator_code": "ENE_HH_KWH", "district_code": CITY})
    files = {Path(path).name for path in files_behind(story.lake, found)}
    days = {name for name in files if name.startswith("lcl_")}
    assert {name[4:11] for name in days} == {"2015-01"}
    assert len(days) == 31
    assert any(name.startswith("MAC") for name in files)


def test_a_composite_leads_back_through_the_indicators_of_its_index(story: Story) -> None:
    found = explained(story.lake, "qol_indicators", {"indicator_code": "QOL_CITY", "district_code": HARBOUR})
    assert found.formula.reproduces
    assert len({source.table for source in found.sources if source.role == "value"}) >= 8
    domain = explained(story.lake, "qol_index", {"district_code": HARBOUR, "domain": "environment"}, column="score")
    assert {source.table for source in domain.sources if source.role == "value"} == {
        "raw.air_quality_laqn",
        "raw.borough_profiles",
    }
    assert domain.formula.reproduces


def test_commands_tell_the_same_as_text_and_with_the_keys_that_are_documented(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(story.lake.settings.home))
    given = ["city=sample", f"district_code={HARBOUR}", "indicator_code=SAF_CRIME"]
    told = CliRunner().invoke(app, ["explain", "qol_indicators", *given])
    found = json.loads(CliRunner().invoke(app, ["explain", "qol_indicators", *given, "--format", "json"]).stdout)
    assert f"{found['formula']['numbers']} = {found['figures']['value']:.10g}, the value" in told.stdout
    for source in found["sources"]:
        assert all(f"sha256 {one['sha256']}" in told.stdout for one in source["deliveries"])
        assert source["licence"] == "CC0-1.0", "as the city file says, whatever the contract says of London's data"
        assert f"{source['licence']}: {source['attribution']}" in told.stdout
    documented = set(re.findall(r"`(\w+)`", (project_root() / "docs" / "explain.md").read_text()))
    parts = [found, found["formula"], found["release"], found["sources"][0], found["checks"][0]]
    parts.append(found["sources"][0]["deliveries"][0])
    assert {key for part in parts for key in part} <= documented
    rejects = CliRunner().invoke(app, ["rejects", "police_street", "--city", "sample"])
    assert (rejects.exit_code, "duplicate" in rejects.stdout) == (0, True)


def test_a_restricted_number_is_never_told(story: Story) -> None:
    sql = "select district_code from marts.qol_indicators where indicator_code = 'ENE_HH_KWH' and status = 'restricted'"
    hidden = story.lake.rows(sql)
    assert hidden
    for (district,) in hidden:
        for table in ("marts.qol_indicators", "marts_restricted.qol_indicators_restricted"):
            given = {"indicator_code": "ENE_HH_KWH", "district_code": district}
            found = explained(story.lake, table, given, role="team")
            assert {found.figures[name] for name in ("value", "numerator", "denominator")} == {"restricted"}
            assert (found.formula.numbers, found.formula.computed) == ("", None)


def test_what_goes_back_to_the_publisher_is_what_was_rejected(story: Story) -> None:
    contracts = load_contracts()
    for dataset in sorted({one.dataset for one in story.lake.ledger()}):
        rows = rejected_rows(story, dataset)
        known = [one for one in story.lake.ledger() if one.dataset == dataset]
        wanted: Counter[str] = Counter()
        for one in known:
            wanted.update(one.rejected_by_rule or {} if one.status == "committed" else {})
        no_data = sum(one.rows_no_data or 0 for one in known if one.status == "committed")
        assert len(rows) == wanted.total() - no_data, dataset
        assert {row["rule"] for row in rows} <= set(wanted)
        report = report_rejects(story.lake.settings, contracts[dataset], "sample")
        assert sum(rule.count for rule in report.rules) == len(rows)
        assert all(row["file"] and row["reason"] for row in rows)
        assert not any(re.search(r"MAC\d{6}", value) for row in rows for value in row.values())


def test_the_line_of_a_reject_is_its_line_in_the_file(story: Story) -> None:
    rows = rejected_rows(story, "police_street")
    assert rows
    for row in rows:
        [path] = story.lake.sources.rglob(row["file"])
        line = path.read_text(encoding="utf-8").splitlines()[int(row["line"]) - 1]
        assert row["text"].split(",")[0] in line


def rejected_rows(story: Story, dataset: str) -> list[dict[str, str]]:
    """The rows of `citylake rejects --output`."""
    out = io.StringIO()
    write_rejects(story.lake.settings, load_contracts()[dataset], out, "sample")
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def test_a_second_night_without_news_leaves_no_trace(story: Story) -> None:
    before, marts = story.lake.snapshots(), contents(story.lake, tables(story.lake, *MARTS))
    report = story.lake.run()
    assert (report.status, report.release, report.message) == ("nothing_new", None, "nothing new")
    after = story.lake.snapshots()
    assert {name for name in after if after[name] != before[name]} == {"ops.nights"}
    assert story.lake.rows("select count(*) from ops.releases") == [(1,)]
    story.left["marts"] = marts


def test_a_new_day_changes_that_day_and_nothing_else(story: Story) -> None:
    before = story.lake.snapshots()
    write_next_day(story.lake.sources)
    report = story.lake.run()
    assert report.status == "released", report.message
    arrived = {one.file_name for outcome in report.outcomes for one in outcome.deliveries}
    assert arrived == {f"lcl_{NEXT}.csv", PRICE_UPDATE, f"requests_{NEXT}.csv"}
    changed = differences(story.left["marts"], contents(story.lake, tables(story.lake, *MARTS)))
    assert set(changed) == {
        "marts.energy_district_daily",
        "marts_restricted.energy_household_daily",
        "marts.housing_access",
        "marts.qol_indicators",
        "marts.service_request_survival",
    }
    assert {row[2] for row in changed["marts.energy_district_daily"]} == {NEXT}
    assert len(changed["marts.energy_district_daily"]) == 13
    assert {row[3] for row in changed["marts_restricted.energy_household_daily"]} == {NEXT}
    assert {row[1] for row in changed["marts.housing_access"]} == {"B09000011", "B09000012"}
    after = story.lake.snapshots()
    moved = {name for name in after if after[name] != before[name] and name.startswith("raw.")}
    assert moved == {f"raw.{OFFICIAL}", f"raw.{BULK}", f"raw.{REQUESTS}"}
    story.left["indicators"] = changed["marts.qol_indicators"]


def test_a_correction_and_a_deletion_change_the_medians_that_they_touch(story: Story) -> None:
    """One sale moves to the year before, another never was."""
    changed = {(row[3], row[1], row[4]) for row in story.left["indicators"] if not row[3].startswith("SRV_311_")}
    assert changed == {
        ("REA_PRICE_MEDIAN", "B09000011", "2013"),
        ("REA_PRICE_MEDIAN", "B09000011", "2014"),
        ("REA_PRICE_MEDIAN", "B09000012", "2014"),
    }
    test_indicators_are_those_of_the_samples_own_parameters(story)


def test_a_request_that_closes_replaces_what_was_told_of_it(story: Story) -> None:
    """As the earlier release has it, it is still open: fewer closings, and of those that came since nothing."""
    assert {row[4] for row in story.left["indicators"] if row[3].startswith("SRV_311_")} == {"2014-08/2015-02"}
    newest, *_ = story.lake.rows("select max(release_id) from ops.releases")
    closings = f"select sum(events) from marts.service_request_survival where scope = '{CITY}'"
    requests = (
        "select sum(denominator) from marts.qol_indicators "
        f"where indicator_code = 'SRV_311_CLOSED24' and district_code = '{CITY}'"
    )
    (closed, told), (closed_before, told_before) = (
        (story.lake.rows(closings, as_of=release)[0][0], story.lake.rows(requests, as_of=release)[0][0])
        for release in (newest[0], newest[0] - 1)
    )
    edition = (story.lake.sources / "service_requests_311" / f"requests_{NEXT}.csv").read_text()
    works = [row for row in csv.DictReader(io.StringIO(edition)) if row["agency"] in ("HWD", "PGD")]
    again = [row for row in works if row["created_date"] < f"{NEXT}"]
    assert len(again) > 0
    assert told - told_before == len(works) - len(again)
    assert closed - closed_before == sum(row["status"] == "Closed" for row in works)
    keys = "select count(*), count(distinct unique_key), count(distinct place_pseudonym) > 500 from raw."
    rows, cases, _ = story.lake.rows(keys + REQUESTS)[0]
    assert rows - cases >= len(again)


def edit(path: Path, old: str, new: str) -> bytes:
    """Change every occurrence in a delivered file, a second later by its clock; the bytes as they were."""
    data = path.read_bytes()
    assert old.encode() in data
    stamp = path.stat().st_mtime + 1
    path.write_bytes(data.replace(old.encode(), new.encode()))
    os.utime(path, (stamp, stamp))
    return data


def revise(path: Path) -> bytes:
    """Set one household's reading of one half hour to 7.777 kWh; the bytes as they were."""
    for line in path.read_text().splitlines():
        fields = line.split(",")
        if len(fields) == 6 and " 12:00:00.0" in fields[2] and fields[3].strip().replace(".", "").isdigit():
            return edit(path, line, ",".join([*fields[:3], " 7.777 ", *fields[4:]]))
    raise AssertionError(f"{path} has no clean reading at noon")


def test_a_revised_day_changes_its_rows_its_periods_and_their_scores(story: Story) -> None:
    names = tables(story.lake, *MARTS)
    story.left["before"] = before = contents(story.lake, names)
    path = story.lake.sources / METERS / f"lcl_{REVISED}.csv"
    story.left["bytes"] = revise(path)
    report = story.lake.run()
    assert report.status == "released", report.message
    assert len([one for outcome in report.outcomes for one in outcome.deliveries]) == 1
    changed = differences(before, contents(story.lake, names))
    assert {row[3] for row in changed["marts_restricted.energy_household_daily"]} == {REVISED}
    assert len(changed["marts_restricted.energy_household_daily"]) == 2, "one household, before and after"
    assert {row[2] for row in changed["marts.energy_district_daily"]} == {REVISED}
    touched = {row[1] for row in changed["marts.energy_district_daily"]}
    assert CITY in touched
    assert len(touched) == 2, "the household's district and the city"
    indicators = changed["marts.qol_indicators"]
    assert {(row[1], row[5]) for row in indicators if row[3].startswith("ENE_")} == {(t, JANUARY) for t in touched}
    assert {row[3] for row in indicators} <= {"ENE_HH_KWH", "ENE_PEAK_RATIO", "ENE_NIGHT_BASE", "QOL_CITY"}
    assert {row[3] for row in changed["marts.qol_scores"]} <= {"ENE_HH_KWH", "ENE_PEAK_RATIO", "ENE_NIGHT_BASE"}
    scored = {row[2] for row in changed["marts.qol_scores"]}
    assert scored == touched - {CITY}
    assert {row[5] for row in changed["marts.qol_index"] if row[2] in scored} >= {"energy", "overall"}
    assert "marts.indicator_registry" not in changed


def test_as_of_an_earlier_release_the_old_numbers_stand(story: Story) -> None:
    earlier = contents(story.lake, tables(story.lake, *MARTS), as_of=2)
    assert differences(story.left["before"], earlier) == {}
    sql = f"select count(*) from raw.{OFFICIAL} where energy_kwh = 7.777"
    assert story.lake.rows(sql, as_of=2) == [(0,)]
    assert story.lake.rows(sql) == [(1,)]


def test_going_back_to_the_older_bytes_is_heard(story: Story) -> None:
    path = story.lake.sources / METERS / f"lcl_{REVISED}.csv"
    stamp = path.stat().st_mtime + 1
    path.write_bytes(story.left["bytes"])
    os.utime(path, (stamp, stamp))
    report = story.lake.run()
    assert report.status == "released", report.message
    assert differences(story.left["before"], contents(story.lake, tables(story.lake, *MARTS))) == {}


def test_a_backfill_of_three_days_changes_no_number_and_no_other_file(story: Story) -> None:
    readings = f"""select _slot, _period, count(*), sum(hash(household_pseudonym, read_at, energy_kwh, acorn))
                   from raw.{OFFICIAL} group by all order by all"""
    days = [date(2015, 1, day) for day in (20, 21, 22)]
    before, names = story.lake.rows(readings), tables(story.lake, *MARTS)
    marts = contents(story.lake, names)
    files = raw_files(story)
    night = story.lake.open()
    outcome = night.reingest(OFFICIAL, days[0], days[-1])
    release_marts(night)
    report = night.close()
    assert report.status == "released"
    assert [one.file_name for one in outcome.deliveries] == [
        "lcl_2015-01-20.csv",
        "lcl_2015-01-21_r2.csv",
        "lcl_2015-01-22.csv",
    ]
    assert story.lake.rows(readings) == before
    assert differences(marts, contents(story.lake, names)) == {}
    now = raw_files(story)
    assert {file for file, day in files.items() if day not in days} == {f for f, day in now.items() if day not in days}
    assert not {file for file, day in files.items() if day in days} & set(now)
    checked = story.lake.rows(f"select distinct delivery_id from ops.check_results where night_id = '{night.night_id}'")
    assert {one.delivery_id for one in outcome.deliveries} <= {delivery for (delivery,) in checked}


def raw_files(story: Story) -> dict[Path, date]:
    """Data files of the readings as released, and the day in each."""
    settings = story.lake.settings
    pin = read_release(settings).cities["sample"].tables[f"raw.{OFFICIAL}"]
    files = pinned_table(settings.warehouse, pin, "sample").files
    return {file: date.fromisoformat(file.parent.name.partition("=")[2]) for file in files}


def test_no_meter_number_is_anywhere_but_in_landing(story: Story) -> None:
    home = story.lake.settings.home
    assert places_of(r"MAC\d{6}", home, outside=story.lake.settings.landing) == []
    assert places_of(r"MAC\d{6}", story.lake.settings.landing, outside=home / "nowhere")


def test_no_postcode_is_anywhere_but_in_landing(story: Story) -> None:
    home = story.lake.settings.home
    assert places_of(POSTCODE, home, outside=story.lake.settings.landing) == []
    assert places_of(POSTCODE, story.lake.settings.landing, outside=home / "nowhere")
