"""London's published files through whole nights, against an oracle that shares no code with the pipeline.

First the files as they are, then with more of the same kinds beside them: meters, a month of crime, a month of air.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from lake.errors import UsageError
from lake.keys import load_key
from lake.release.release import read_release
from tests.integration.composite_reference import QOL_LON8, ranking
from tests.integration.explained import explained, files_behind
from tests.integration.first_nights import LONDON_FOLDERS, london_lake
from tests.integration.london_cells import CELLS
from tests.integration.london_files import BOROUGHS, REGION, Figure, Key, london_folder
from tests.integration.london_reference import expected
from tests.integration.night_contents import places_of, tables
from tests.integration.night_runner import TrialLake
from tests.integration.published_files import records_in

EXACT, GEOMETRIC = 1e-9, 1e-6
EVERYWHERE = {
    "SAF_CRIME", "SAF_VIOLENT", "SAF_CRIME_PUB", "ECO_UNEMP", "EDU_ATTAIN", "EDU_TERTIARY", "ENV_GREEN", "MOB_PTAL",
    "SUB_LIFE_SAT", "GOV_TURNOUT", "ELD_SHARE65", "HEA_LIFE_EXP", "REA_AFFORD", "MOB_BUS_DENSITY",
    "MOB_STATIONS", "HEA_AMBULANCE", "ELD_CARE_SPEND65",
}  # fmt: skip
HOUSEHOLD_INDICATORS = {"ENE_HH_KWH", "ENE_PEAK_RATIO", "ENE_NIGHT_BASE"}
DRAWS = 10_000

pytestmark = pytest.mark.skipif(
    not london_folder().is_dir(), reason=f"London's files are not in {london_folder()} (CITYLAKE_LONDON names a folder)"
)


@dataclass
class London:
    """The lake of London, and what the oracle says of its files."""

    lake: TrialLake

    def published(self) -> dict[Key, tuple[Any, ...]]:
        """Rows of marts.qol_indicators by indicator, district and period."""
        columns = "period_start, period_end, value, numerator, denominator, coverage, status"
        sql = f"select indicator_code, district_code, period, {columns} from marts.qol_indicators"
        return {row[:3]: row[3:] for row in self.lake.rows(sql, role="analyst")}

    def hidden(self) -> dict[Key, tuple[Any, ...]]:
        """The numbers of restricted rows, which only the team may read."""
        sql = "select indicator_code, district_code, period, value, numerator, denominator from {}"
        return {row[:3]: row[3:] for row in self.lake.rows(sql.format("marts_restricted.qol_indicators_restricted"))}

    @cached_property
    def first(self) -> dict[Key, tuple[Any, ...]]:
        """What the first night published."""
        return self.published()


@pytest.fixture(scope="module")
def london() -> London:
    return London(london_lake())


def assert_as_expected(london: London) -> None:
    """Every indicator row is the oracle's, but for the index's own, and nothing else is there."""
    found, hidden = london.published(), london.hidden()
    oracle = expected(london.lake.sources)
    assert {key for key in found if key[0] != "QOL_LON8"} == set(oracle)
    for key, figure in oracle.items():
        start, end, *numbers, coverage, status = found[key]
        assert (start, end, status) == (figure.period_start, figure.period_end, figure.status), key
        assert coverage == pytest.approx(figure.coverage, rel=EXACT), key
        if status == "restricted":
            assert numbers == [None, None, None], key
            numbers = list(hidden.pop(key))
        assert_close(key, numbers, figure)
    assert hidden == {}


def assert_close(key: Key, numbers: list[float | None], figure: Figure) -> None:
    """Numbers agree with the oracle's: 1e-9 relative, 1e-6 where geometry is involved."""
    tolerance = GEOMETRIC if key[0] == "MOB_BUS_DENSITY" else EXACT
    for number, wanted in zip(numbers, (figure.value, figure.numerator, figure.denominator), strict=True):
        assert (number is None) == (wanted is None), key
        assert number is None or wanted is None or math.isclose(number, wanted, rel_tol=tolerance), key


def test_every_record_of_every_file_is_accounted_for(london: London) -> None:
    key = load_key("energy", london.lake.settings.key_file, known_fingerprints={})
    counted = {}
    for path in sorted(path for name in LONDON_FOLDERS for path in (london.lake.sources / name).iterdir()):
        name = f"{key.pseudonym(path.stem)}.csv" if path.name.startswith("MAC") else path.name
        counted[name] = records_in(path)
    deliveries = london.lake.ledger()
    assert len(deliveries) == 43
    for one in deliveries:
        assert one.status == "committed", one.file_name
        assert one.rows_read == (one.rows_accepted or 0) + (one.rows_rejected or 0) == counted[one.file_name], one
    rejected = {table: london.lake.rows(f"select count(*) from {table} where kind <> 'cell'") for table in
                tables(london.lake, "rejects")}  # fmt: skip
    assert sum(rows[0][0] for rows in rejected.values()) == sum(one.rows_rejected or 0 for one in deliveries)


def test_all_values_are_those_of_the_definitions(london: London) -> None:
    assert_as_expected(london)


def test_the_rows_of_section_11_are_there(london: London) -> None:
    rows: dict[str, list[str]] = {}
    for code, district, _ in london.first:
        rows.setdefault(code, []).append(district)
    for code in EVERYWHERE:
        assert sorted(rows.pop(code)) == [*BOROUGHS, REGION], code
    for code in ("QOL_LON8", "SAF_CRIME_RO"):
        assert sorted(rows.pop(code)) == BOROUGHS, code
    assert rows.pop("SAF_CRIME_MONTH") == ["E09000001"] * 9
    assert rows.pop("REA_PRICE_AVG") == ["E09000001", REGION]
    assert rows.pop("REA_PRICE_MEDIAN") == rows.pop("REA_RSI") == ["E09000001"] * 30
    assert rows.pop("REA_RSI_GEN") == ["E09000001"] * 5
    single = {"ENV_NO2", "ENV_PM10", "ENV_O3", "ENV_NOX", "ENV_O3_PEAK", *HOUSEHOLD_INDICATORS}
    assert {code: len(districts) for code, districts in rows.items()} == dict.fromkeys(single, 1)
    assert {key[0] for key, row in london.first.items() if row[-1] == "restricted"} == HOUSEHOLD_INDICATORS


def test_the_composite_and_its_ranks_are_those_of_the_reference(london: London) -> None:
    values: dict[str, dict[str, float | None]] = {}
    for (code, district, _), figure in expected(london.lake.sources).items():
        if code in QOL_LON8 and district in BOROUGHS:
            values.setdefault(code, {})[district] = figure.value
    wanted = ranking(values, DRAWS, seed=1)
    sql = """select district_code, score, rank, rank_p05, rank_p95, status from marts.qol_index
             where domain = 'overall' order by district_code"""
    rows = {row[0]: row[1:] for row in london.lake.rows(sql, role="analyst")}
    assert sorted(rows) == BOROUGHS
    assert rows.pop("E09000001") == (None, None, None, None, "insufficient_data")
    for n, district in enumerate(wanted.districts):
        score, rank, low, high, status = rows.pop(district)
        assert (rank, status) == (wanted.ranks[n], "ok"), district
        assert score == pytest.approx(100 * wanted.composites[n], rel=EXACT), district
        assert abs(low - wanted.rank_p05[n]) <= 1, district
        assert abs(high - wanted.rank_p95[n]) <= 1, district
        assert london.first["QOL_LON8", district, "2005-15"][2] == pytest.approx(score / 100, rel=EXACT)
    assert rows == {}


def test_no_meter_number_is_anywhere_but_in_landing(london: London) -> None:
    assert places_of(r"MAC\d{6}", london.lake.settings.home, outside=london.lake.settings.landing) == []


def test_no_address_of_a_sale_is_anywhere_but_in_landing(london: London) -> None:
    address = r"CUTHBERT HARROWING|SPEED HOUSE|EC1Y 0RB|EC2Y 8AT"
    assert places_of(address, london.lake.settings.home, outside=london.lake.settings.landing) == []


@pytest.mark.parametrize("kind", CELLS)
def test_a_cell_leads_back_to_its_files(london: London, kind: str) -> None:
    cell = CELLS[kind]
    key = {"indicator_code": cell.indicator, "district_code": cell.district, "period": cell.period}
    found = explained(london.lake, "qol_indicators", key)
    assert (files_behind(london.lake, found), files_behind(london.lake, found, "rows")) == (cell.files, cell.deciding)
    assert (found.status, found.formula.reproduces) == (cell.status, cell.reproduces)
    value = london.first[cell.indicator, cell.district, cell.period][2]
    assert found.figures["value"] == ("restricted" if cell.status == "restricted" else value)
    assert found.formula.computed == (pytest.approx(value, rel=EXACT) if cell.reproduces else None)
    assert found.release.computed_by == 1
    datasets = {source.table.removeprefix("raw.") for source in found.sources}
    assert {check.subject for check in found.checks if check.passed} == {"qol_indicators", *datasets}
    assert all(source.licence and source.attribution and source.contract_version for source in found.sources)
    assert re.search(r"MAC\d{6}", json.dumps(found.to_json())) is None


def test_a_households_day_leads_back_to_both_layouts_and_its_own_file(london: London) -> None:
    key = load_key("energy", london.lake.settings.key_file, known_fingerprints={})
    given = {"household_pseudonym": key.pseudonym("MAC004179"), "date": "2013-01-05"}
    with pytest.raises(UsageError, match="data team"):
        explained(london.lake, "energy_household_daily", given)
    found = explained(london.lake, "energy_household_daily", given, role="team")
    files = {Path(path).name for path in files_behind(london.lake, found)}
    assert files == {"MAC004179.csv", "derived_official_layout_2013q1.csv"}
    assert found.figures["readings"] == 48


def more_meters(folder: Path) -> None:
    """Three more household files: an existing one under another number with other amounts."""
    source = (folder / "MAC004179.csv").read_text().splitlines()
    for number, factor in (("MAC900001", 0.7), ("MAC900002", 1.3), ("MAC900003", 2.1)):
        lines = [source[0]]
        for line in source[1:]:
            row, _, stamp, kwh = line.split(",")
            amount = kwh if not kwh.replace(".", "").isdigit() else f"{float(kwh) * factor:.5f}"
            lines.append(f"{row},{number},{stamp},{amount}")
        (folder / f"{number}.csv").write_text("\n".join(lines) + "\n")


def test_more_files_of_the_same_kinds_count_and_erase_nothing(london: London) -> None:
    assert london.first
    sources = london.lake.sources
    air, police = sources / "air_quality_laqn", sources / "police_street_city_of_london"
    more_meters(sources / "energy_lcl_smartmeter")
    month = (police / "2024-05-city-of-london-street.csv").read_text()
    (police / "2024-06-city-of-london-street.csv").write_text(month.replace(",2024-05,", ",2024-06,"))
    lines = (air / "LaqnData.csv").read_text().splitlines()
    spring = [lines[0]] + [line.replace("/2018 ", "/2019 ") for line in lines[1:] if line[11:].find("/03/2018") > -1]
    (air / "LaqnData_2019.csv").write_text("\n".join(spring) + "\n")
    before = london.lake.rows("select _slot, count(*) from raw.air_quality_laqn group by all")
    report = london.lake.run()
    assert report.status == "released", report.message
    assert report.refused == []
    assert sum(len(outcome.deliveries) for outcome in report.outcomes) == 5
    after = london.lake.rows("select _slot, count(*) from raw.air_quality_laqn group by all")
    assert set(before) < set(after)
    assert sum(rows for _, rows in after) == sum(rows for _, rows in before) + len(spring) - 1
    assert_as_expected(london)


def test_enough_meters_are_published_and_the_rest_is_as_before(london: London) -> None:
    now = london.published()
    assert {now[code, REGION, "2013"][-1] for code in HOUSEHOLD_INDICATORS} == {"ok"}
    assert now["ENE_HH_KWH", REGION, "2013"][4] >= 5
    changed = {key for key in now if now[key] != london.first.get(key)}
    assert {key[0] for key in changed} == {*HOUSEHOLD_INDICATORS, "SAF_CRIME_MONTH"}
    assert ("SAF_CRIME_MONTH", "E09000001", "2024-06") in changed
    assert london.lake.rows("select count(*) from marts.qol_indicators", as_of=1) == [(len(london.first),)]
    assert read_release(london.lake.settings).release_id == 2
