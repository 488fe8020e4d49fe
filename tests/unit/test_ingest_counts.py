"""Whatever a file holds: records read = accepted + rejected, and each reject names the line that is to blame."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lake.contract import Contract, Duplicates, Reader, RowRule
from lake.ingest.ingest import RowsNotConserved, Staged
from lake.readers import UnreadableFile
from tests.unit.deliveries import Lake, column, contract, read

TOY = contract(
    column("id", required=True),
    column("n", "integer", required=True),
    column("note"),
    rowRules=(RowRule(id="negative", rejectWhen="n < 0", reason="it is below zero"),),
    duplicates=Duplicates(key=("id", "n"), keep="first", reason="it came before"),
)
PLAIN = TOY.model_copy(update={"reader": Reader(format="delimited")})
FIELD = st.one_of(st.sampled_from(["", " ", "1", "2", "-1", "x", "1.5", "é", "\u00a0", "'"]), st.integers().map(str))
QUOTED_FIELD = st.one_of(FIELD, st.sampled_from(['"a,b"', '"a\nb"', '"a\r\nb"', '"say ""x"""', '""']))
END = st.sampled_from(["\n", "\r\n", "\r"])
TAIL = st.sampled_from(["", "\x1a", "END", "END\x1a", "ENDEND"])
HEAD = st.sampled_from(["", "\ufeff", "END", "\ufeffEND"])


def lines_of(fields: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    row = st.lists(fields, min_size=3, max_size=3)
    odd = st.lists(fields, min_size=1, max_size=5)
    return st.lists(st.one_of(row, row, odd, st.just([""])).map(",".join), min_size=1, max_size=12)


def independent_count(text: str) -> int:
    """Records below the header by Python's own parser; a line of nothing is one, Ctrl-Z at the end is none."""
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff").rstrip("\x1a"), newline="")))
    while not rows[0]:
        rows.append(rows.pop(0))
    return len(rows) - 1


def is_cut(text: str) -> bool:
    """Whether the last record is short and nothing ends it."""
    whole = text.lstrip("\ufeff").rstrip("\x1a")
    last = list(csv.reader(io.StringIO(whole, newline="")))[-1]
    return not whole.endswith(("\r", "\n")) and len(last) < 3 and bool(whole.splitlines()[-1].strip())


@pytest.mark.parametrize("kind", ["plain", "quoted"])
def test_records_are_conserved_and_rejects_name_their_line(lake: Lake, kind: str) -> None:
    fields, of = (FIELD, PLAIN) if kind == "plain" else (QUOTED_FIELD, TOY)

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(lines=lines_of(fields), end=END, head=HEAD, tail=TAIL)
    def run(lines: list[str], end: str, head: str, tail: str) -> None:
        body = end.join(["id,n,note", *(line.replace("\r\n", "\n").replace("\n", end) for line in lines)])
        text = (head + body + tail).replace("END", end)
        if not any(line.strip() for line in lines):
            return
        if is_cut(text):
            with pytest.raises(UnreadableFile, match="it was cut off"):
                lake.ingest(of, lake.put("toy.csv", text))
            return
        staged = lake.ingest(of, lake.put("toy.csv", text))
        assert staged.rows_read == independent_count(text)
        assert staged.rows_read == staged.rows_accepted + staged.rejects.records + staged.rejects.no_data
        assert staged.rows_accepted == staged.rows_written == sum(file.rows for file in staged.files)
        assert lines_agree(staged, text, end)

    run()


def lines_agree(staged: Staged, text: str, end: str) -> bool:
    """Every rejected record's fields are those of the record that begins in its line of the file."""
    physical = text.removeprefix("\ufeff").removesuffix("\x1a").split(end)
    for line, kept in read(staged.reject_files, "_source_row, raw_text"):
        rest = end.join(physical[line - 1 :])
        fields = next(csv.reader(io.StringIO(rest, newline="")), [])
        told = ",".join(fields).replace("\r\n", "\n").replace("\r", "\n")
        if kept != told:
            return False
    return True


def test_a_large_file_with_defects_everywhere_names_their_lines(lake: Lake) -> None:
    lines = ["id,n,note"]
    for number in range(2, 500_001):
        kind = number % 10_007 if number > 10_007 else 0
        lines.append({1: "", 2: f"{number},x,", 3: f"{number},-1,", 4: f"{number},1", 5: f"{number - 1000},7,"}.get(
            kind, f"{number},7,"))  # fmt: skip
    path = lake.put("toy.csv", "\n".join(lines) + "\n")
    wanted = {1: "blank_row", 2: "bad_n", 3: "negative", 4: "wrong_columns", 5: "duplicate"}

    staged = lake.ingest(PLAIN, path)

    assert staged.rows_read == 499_999
    assert read(staged.reject_files, "_source_row, rule_id") == [
        (number, wanted[number % 10_007]) for number in range(10_008, 500_001) if number % 10_007 in wanted
    ]
    assert read(staged.files, "count(*), count(distinct id)") == [(staged.rows_accepted, staged.rows_accepted)]


def test_line_ends_of_two_kinds_in_one_file_refuse_it(lake: Lake) -> None:
    path = lake.put("toy.csv", "id,n,note\na,1,\rb,2,\nc,3,\n")

    with pytest.raises(RowsNotConserved, match=r"2 records by the bytes, but 3 accepted"):
        lake.ingest(PLAIN, path)


def test_a_lost_row_is_noticed(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    def short(*_: object, **__: object) -> tuple[()]:
        return ()

    monkeypatch.setattr("lake.ingest.ingest.copy_to_parquet", short)
    with pytest.raises(RowsNotConserved, match="2 rows accepted, but 0 written"):
        lake.ingest(PLAIN, lake.put("toy.csv", "id,n,note\na,1,\nb,2,\n"))


@pytest.mark.parametrize(("keep", "stays"), [("first", "b"), ("last", "e"), ("largest", "c")])
def test_equal_and_conflicting_duplicates(lake: Lake, keep: str, stays: str) -> None:
    rule = Duplicates(key=("id",), keep=keep, by="n" if keep == "largest" else None, reason="one is enough")
    of = contract(column("id"), column("n", "integer"), column("note"), duplicates=rule)
    path = lake.put("toy.csv", "id,n,note\nother,1,a\nk,2,b\nk,9,c\nk,2,d\nk,9,e\n")

    staged = lake.ingest(of, path)

    assert read(staged.files, "id, note") == [("k", stays), ("other", "a")]
    assert staged.rejects.by_rule == {"duplicate": 3}
    assert {row[0] for row in read(staged.reject_files, "reason")} == {"one is enough"}


def test_blank_keys_are_equal_unless_the_contract_leaves_them_out(lake: Lake) -> None:
    every = Duplicates(key=("id",), keep="first", reason="twice")
    named = Duplicates(key=("id",), keep="first", where="id is not null", reason="twice")
    path = lake.put("toy.csv", "id,n\n,1\n,2\na,3\na,4\n")

    def left(rule: Duplicates) -> list[int]:
        of = contract(column("id"), column("n", "integer"), duplicates=rule)
        return [n for (n,) in read(lake.ingest(of, path).files, "n")]

    assert left(every) == [1, 3]
    assert left(named) == [1, 2, 3]


def personal(**more: object) -> Contract:
    who = column("who", identifier=True, classification="personal", required=True)
    return contract(who, column("n", "integer"), pseudonymDomain="energy", legalBasis="consent", **more)


def test_spellings_of_one_identifier_are_one_pseudonym(lake: Lake) -> None:
    path = lake.put("toy.csv", "who,n\nmac1,1\n MAC1 ,2\n\uff2d\uff21\uff23\uff11,3\nMAC2,4\n")

    staged = lake.ingest(personal(), path)

    assert read(staged.files, "count(*), count(distinct who), min(length(who)), min(key_version)") == [(4, 2, 64, 1)]


def test_a_file_of_many_households_maps_each_once(lake: Lake) -> None:
    rows = [f"MAC{number % 25_000:06},{number}" for number in range(60_000)]

    staged = lake.ingest(personal(), lake.put("toy.csv", "\n".join(["who,n", *rows])))

    assert read(staged.files, "count(*), count(distinct who), max(length(who))") == [(60_000, 25_000, 64)]


def test_a_scratch_folder_that_is_not_there_is_made(lake: Lake) -> None:
    lake.settings.scratch.rmdir()

    assert lake.ingest(PLAIN, lake.put("toy.csv", "id,n,note\na,1,\n")).rows_read == 1
