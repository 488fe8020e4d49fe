"""The index of `ops` files: what nights write down is what readers find, whoever writes at the same time."""

from __future__ import annotations

import threading
from pathlib import Path

from lake.iceberg.file_table import Column, FileTable
from lake.ops_index import read_ops_index, write_ops_index
from lake.settings import Settings

COLUMNS = (Column(1, "city", "VARCHAR", "city of the delivery"),)


def ops(settings: Settings, *names: str) -> dict[str, FileTable]:
    """`ops.deliveries` with these files."""
    folder = settings.warehouse_open / "ops" / "deliveries" / "data"
    return {"deliveries": FileTable(COLUMNS, tuple(folder / name for name in names))}


def test_what_is_written_is_read(settings: Settings) -> None:
    assert read_ops_index(settings) is None
    write_ops_index(settings, lambda s: ops(s, "1.parquet"))
    assert read_ops_index(settings) == ops(settings, "1.parquet")


def test_the_index_names_files_relative_to_the_warehouse(settings: Settings, tmp_path: Path) -> None:
    write_ops_index(settings, lambda s: ops(s, "1.parquet"))
    moved = Settings.at(tmp_path / "moved")
    settings.home.rename(moved.home)
    assert read_ops_index(moved) == ops(moved, "1.parquet")


def test_the_later_of_two_nights_writes_what_both_appended(settings: Settings) -> None:
    appended: list[str] = ["a.parquet"]
    first_is_looking, second_has_appended = threading.Event(), threading.Event()

    def slow(place: Settings) -> dict[str, FileTable]:
        found = ops(place, *appended)
        first_is_looking.set()
        second_has_appended.wait(timeout=30)
        return found

    first = threading.Thread(target=write_ops_index, args=(settings, slow))
    first.start()
    first_is_looking.wait(timeout=30)
    appended.append("b.parquet")
    second = threading.Thread(target=write_ops_index, args=(settings, lambda s: ops(s, *appended)))
    second.start()
    second_has_appended.set()
    for night in (first, second):
        night.join(timeout=60)

    assert read_ops_index(settings) == ops(settings, "a.parquet", "b.parquet")
