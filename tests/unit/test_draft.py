"""Drafts of datasets: what a file shows is found in all of its rows, what it does not show is asked."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from lake.contract import ContractError, load_contract
from lake.draft import Draft, draft_dataset, write_draft
from lake.draft.names import lake_names
from lake.errors import UsageError
from lake.questions import Question
from lake.yaml_source import read_yaml

NOISE = (
    "Station,Hour,Level (dB),Valid\nA1,2026-03-01 00:00,51.25,Y\nA1,2026-03-01 01:00,n/a,N\nB2,2026-03-01 00:00,60,Y\n"
)


def draft_of(tmp_path: Path, content: str | bytes, name: str = "noise.csv") -> Draft:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return draft_dataset(path, "noise", "environment")


def types(draft: Draft) -> dict[str, str]:
    return {column.name: column.type.name for column in draft.columns}


def test_types_ranges_and_empty_cells_are_those_of_all_rows(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, NOISE + "B2,2026-03-01 01:00,-3.5,Y\n")
    assert types(draft) == {"station": "text", "hour": "timestamptz", "level_d_b": "decimal(18,9)", "valid": "boolean"}
    assert [column.seen for column in draft.columns] == [
        "only A1, B2; never empty",
        "2026-03-01 00:00:00 to 2026-03-01 01:00:00; never empty",
        "-3.5 to 60; nothing in 1 row",
        "only N, Y; never empty",
    ]
    assert draft.null_texts == ["", "n/a"]
    assert draft.key == ("station", "hour")


@pytest.mark.parametrize(
    ("texts", "kind", "formats"),
    [
        (["1", "2,345", "-7"], "integer", ()),
        (["1", "3000000000"], "bigint", ()),
        (["1.5", "2"], "decimal(18,9)", ()),
        (["0.1234567890123"], "decimal(30,15)", ()),
        (["1e-7", "2"], "decimal(18,9)", ()),
        (["1e-300"], "double", ()),
        (["0012", "0345"], "text", ()),
        (["2026-03-01"], "date", ()),
        (["2026-03-01 00:00"], "date", ()),
        (["01/03/2026", "13/03/2026"], "date", ("%d/%m/%Y",)),
        (["01/03/2026", "12/03/2026"], "date", ("%d/%m/%Y", "%m/%d/%Y")),
        (["01.03.26"], "text", ()),
        (["Mar 2026"], "date", ("%b %Y",)),
        (["2026-03"], "date", ("%Y-%m",)),
        (["20260301", "20261231"], "date", ("%Y%m%d",)),
        (["01/03/2026 04:30", "31/03/2026 04:30"], "timestamptz", ("%d/%m/%Y %H:%M",)),
        (["2026-03-01T04:30:00+01:00"], "timestamptz", ()),
        (["true", "False"], "boolean", ()),
        (["1", "x"], "text", ()),
        (["-", "n/a"], "text", ()),
    ],
)
def test_the_type_is_the_narrowest_that_all_texts_fit(
    tmp_path: Path, texts: list[str], kind: str, formats: tuple[str, ...]
) -> None:
    rows = "".join(f'{place};"{text}"\n' for place, text in enumerate(texts))
    column = draft_of(tmp_path, "Row;What\n" + rows).columns[1]
    assert (column.type.name, column.type.formats) == (kind, formats)


@pytest.mark.parametrize(
    ("content", "words", "reader"),
    [
        (NOISE, "delimited by comma, UTF-8, lines end with LF", {}),
        (NOISE.replace("\n", "\r\n"), "delimited by comma, UTF-8, lines end with CR LF", {}),
        (NOISE.replace("\n", "\r"), "delimited by comma, UTF-8, lines end with CR", {}),
        (NOISE.replace(",", ";"), "delimited by semicolon, UTF-8, lines end with LF", {"delimiter": ";"}),
        (NOISE.replace(",", "\t"), "delimited by tab, UTF-8, lines end with LF", {"delimiter": "\t"}),
        (NOISE.replace("A1", '"A, 1"'), "delimited by comma with quotes, UTF-8, lines end with LF", {"quote": '"'}),
        (
            NOISE.replace("A1", "Köln").encode("latin-1"),
            "delimited by comma, LATIN-1, lines end with LF",
            {"encodings": ["latin-1"]},
        ),
        (
            NOISE.replace("A1", "Köln").encode("utf-16"),
            "delimited by comma, UTF-16, lines end with LF",
            {"encodings": ["utf-16"]},
        ),
        (
            NOISE.split("\n", 1)[1],
            "delimited by comma, UTF-8, lines end with LF, no header",
            {"names": ["field_1", "field_2", "field_3", "field_4"]},
        ),
    ],
)
def test_the_dialect_is_told_and_written(
    tmp_path: Path, content: str | bytes, words: str, reader: dict[str, object]
) -> None:
    draft = draft_of(tmp_path, content)
    assert draft.dialect.words == words
    assert draft.dialect.reader == {"format": "delimited", **reader}
    assert draft.rows == 3
    assert draft.key


def test_columns_for_the_eye_parquet_and_geojson_are_known(tmp_path: Path) -> None:
    weather = "Airport\nfrom 1948\n  yyyy mm  tmax\n          degC\n  1948  1   8.9\n  1948  2   ---\n"
    seen = draft_of(tmp_path, weather, "weather.txt")
    assert seen.dialect.reader == {"format": "blank_separated", "unitsLine": True}
    assert types(seen) == {"yyyy": "integer", "mm": "integer", "tmax": "decimal(18,9)"}
    pq.write_table(pa.table({"Ward": ["a", "b"], "Count": [1, 2]}), tmp_path / "counts.parquet")
    counts = draft_dataset(tmp_path / "counts.parquet", "counts", "safety")
    assert (counts.dialect.words, types(counts)) == ("parquet", {"ward": "text", "count": "integer"})
    point = {"type": "Feature", "properties": {"ref": "S1"}, "geometry": {"type": "Point", "coordinates": [0.5, 51.5]}}
    trees = draft_of(tmp_path, json.dumps({"type": "FeatureCollection", "features": [point]}), "trees.geojson")
    assert trees.dialect.reader == {"format": "geojson", "coordinates": ["x", "y"]}
    assert types(trees) == {"ref": "text", "x": "decimal(18,9)", "y": "decimal(18,9)", "crs": "integer"}


def test_a_sheet_of_a_workbook_is_drafted_with_its_header_shared_names_and_blocks(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    data = book.create_sheet("levels")
    for row in (
        ["Noise of the city"], [], ["Area", "Hour", "Level", "low", "Peak", "low"],
        ["North", 1, 50.5, 49, 70, 68], [None, 2, 51, 50, 71, 69], ["South", 1, 40, 39, 60, 58], [], ["* at night"],
    ):  # fmt: skip
        data.append(row)
    data.merge_cells("A4:A5")
    book.save(tmp_path / "noise.xlsx")

    draft = draft_dataset(tmp_path / "noise.xlsx", "noise", "environment", "levels")
    assert draft.dialect.words == "sheet levels of an Excel workbook, names in row 3"
    assert draft.dialect.reader == {
        "format": "excel", "sheet": "levels", "headerRow": 3, "repeatedNames": {"low": "low"}, "fillDown": ["Area"],
    }  # fmt: skip
    assert types(draft) == {
        "area": "text", "hour": "integer", "level": "decimal(18,9)", "level_low": "integer", "peak": "integer",
        "peak_low": "integer",
    }  # fmt: skip
    assert (draft.rows, draft.odd_records) == (3, 0)
    with pytest.raises(UsageError, match="the workbook has 2 sheets: 'Sheet', 'levels'") as caught:
        draft_dataset(tmp_path / "noise.xlsx", "noise", "environment")
    assert "--sheet" in caught.value.hint
    with pytest.raises(UsageError, match="empty"):
        draft_dataset(tmp_path / "noise.xlsx", "noise", "environment", "Sheet")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "is empty"),
        ("%PDF-1.4 binary", "PDF"),
        ("Station,Level\n", "no record"),
        ('{"type": "Topology"}', "no GeoJSON feature collection"),
        ("{not JSON", "begins like JSON"),
        ("a,b,c1,2,3\n4,5,6\n7,8,9\n", "header runs into the first record"),
    ],
)
def test_what_cannot_be_drafted_is_told(tmp_path: Path, content: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem) as caught:
        draft_of(tmp_path, content)
    assert caught.value.hint


def test_the_key_is_the_smallest_unique_set_and_counts_come_last(tmp_path: Path) -> None:
    rows = [f"{ward},{month},{kind},{number}" for number, (ward, month, kind) in enumerate(
        (ward, month, kind) for ward in "ab" for month in ("2026-01", "2026-02") for kind in "xy")]  # fmt: skip
    draft = draft_of(tmp_path, "Ward,Month,Kind,Count\n" + "\n".join(rows) + "\n")
    assert [[column.name for column in key] for key in draft.keys] == [["ward", "month", "kind"]]
    alone = draft_of(tmp_path, "Year,Count\n2001,7\n2002,7\n")
    assert alone.key == ("year",)
    repeated = draft_of(tmp_path, "Kind,Size\na,1\na,1\n")
    assert repeated.keys == ()


def test_values_of_columns_that_may_identify_somebody_stand_nowhere(tmp_path: Path) -> None:
    content = "LCLid,Contact,Energy\nMAC004711,ann@example.org,1.5\nMAC004712,bob@example.org,2.5\n"
    draft = draft_of(tmp_path, content, "MAC004711.csv")
    texts = "".join(path.read_text() for path in write_draft(draft, tmp_path / "project"))
    assert [column.name for column in draft.columns if column.suspicion] == ["lc_lid", "contact"]
    assert texts.count("TODO: can it identify a person or household") == 2
    assert not any(secret in texts for secret in ("MAC0047", "example.org"))
    assert "1.5 to 2.5" in texts


def test_a_draft_has_no_mistake_but_its_questions(tmp_path: Path) -> None:
    contract, suite, sql, yml = write_draft(draft_of(tmp_path, NOISE), tmp_path / "project")
    with pytest.raises(ContractError) as caught:
        load_contract(contract)
    assert {type(mistake) for mistake in caught.value.mistakes} == {Question}
    assert {mistake.key.rpartition(".")[2] for mistake in caught.value.mistakes} == {
        "purpose", "limitations", "name", "dataGranularityDescription", "description", "unit", "zone", "licence",
        "attribution", "permittedPurposes", "personalData", "mode", "reason", "observed",
    }  # fmt: skip
    assert read_yaml(suite).value["key"] == ["station", "hour"]
    assert "rows_of_the_last_slot(source('raw', 'noise'), ['station', 'hour'])" in sql.read_text()
    described = yaml.safe_load(yml.read_text())["models"][0]["columns"]
    assert [column["name"] for column in described] == ["city", "station", "hour", "level_d_b", "valid"]


def test_nothing_that_exists_is_overwritten(tmp_path: Path) -> None:
    draft, project = draft_of(tmp_path, NOISE), tmp_path / "project"
    first = write_draft(draft, project)[1]
    first.write_text("mine")
    with pytest.raises(UsageError, match=r"There is a dataset `noise`: lake/contracts/environment/noise\.yaml"):
        write_draft(draft, project)
    assert first.read_text() == "mine"


HOSTILE = [
    "a: b # c",
    "{{ env_var('HOME') }}",
    "- x",
    "'quoted' \"twice\"",
    "TODO",
    "null",
    "1e5",
    "Größe [m²]",
    "\x7f",
]


def test_headers_from_outside_stay_texts(tmp_path: Path) -> None:
    rows = "\t".join(HOSTILE) + "\n" + "\t".join(f"v{place}" for place in range(len(HOSTILE))) + "\n"
    contract, _, _, yml = write_draft(draft_of(tmp_path, rows.replace('"', "'")), tmp_path / "project")
    source = read_yaml(contract)
    properties = source.value["schema"][0]["properties"]  # type: ignore[index]
    assert source.mistakes == ()
    assert [column["physicalName"] for column in properties] == [header.replace('"', "'") for header in HOSTILE]
    assert "{{" not in yml.read_text()
    yaml.safe_load(yml.read_text())


def test_names_are_snake_case_and_free() -> None:
    headers = ["Inland_Area _Hectares", "TariffDateTime", "% of people", "2015", "", "city", "_slot", "Order", "order"]
    assert lake_names(headers) == [
        "inland_area_hectares", "tariff_date_time", "pct_of_people", "n_2015", "column_5", "city_value", "slot",
        "order_value", "order_2",
    ]  # fmt: skip


def test_the_domain_is_that_of_datasets_named_alike(tmp_path: Path) -> None:
    path = tmp_path / "noise.csv"
    path.write_text(NOISE)
    assert draft_dataset(path, "energy_noise", None).domain == "energy"
    with pytest.raises(UsageError, match="Which domain is `noise` of"):
        draft_dataset(path, "noise", None)
    with pytest.raises(UsageError, match="is no name of a dataset"):
        draft_dataset(path, "../noise", "environment")
    with pytest.raises(UsageError, match="is no name of a domain"):
        draft_dataset(path, "noise", "street noise")
