"""Prices paid as the register publishes them, in its two layouts, and what a median of them must be.

The linked-data files (one estate each, one with its header glued to the first row) tell what is known by now. The bulk
files have no header and come one after another: the complete file, then monthly updates whose record status adds (A),
changes (C) or deletes (D) sales that the earlier files told. The last update arrives with the next day. A file of its
own holds the decades of one district (`lake.sample.price_decades`).
"""

import datetime as dt
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from lake.sample.delivery_text import DeliveryText, TextForm, write_bytes
from lake.sample.districts import BY_NAME
from lake.sample.price_decades import Decades, decades
from lake.sample.sales import SALES_A_YEAR, YEARS, Home, Sale, all_sales
from lake.sample.truth import IndicatorTruth, TruthBook

FOLDER = "price_paid"
LINKED_FILES = {"Old Harbour": f"{FOLDER}/old_harbour_raw.csv", "Greenholm": f"{FOLDER}/greenholm_estate.csv"}
COMPLETE_FILE, JANUARY_FILE, LAST_FILE = (
    f"{FOLDER}/pp-{name}.csv" for name in ("complete-2014", "monthly-update-2015-01", "monthly-update-2015-02")
)
DECADES_FILE = f"{FOLDER}/pp-kingsmead-1987-2014.csv"
LAST_UPDATE_DAY = dt.date(2015, 2, 2)
GLUED = "Old Harbour"
LINKED_HEADER = (
    "unique_id,price_paid,deed_date,postcode,property_type,new_build,estate_type,saon,paon,street,locality,town,"
    "district,county,transaction_category,linked_data_uri"
)
URI = "http://prices.brightwater.example/data/ppi/transaction"
NOT_A_DATE = "2014-02-30"
LOWER_CASE_EVERY = 31
FULL_VALUE, LOWEST_PRICE, ENOUGH, TOO_FEW_TO_COUNT = "A", 10_000, 10, 5
Entry = tuple[str, Sale]  # record status and sale


def write_price_paid(out: Path, book: TruthBook, last_day: dt.date) -> None:
    """Write the files that have come until a day, the medians per district and year, and the index of the decades."""
    told = decades(book.arguments.seed)
    linked, bulk = _deliveries(book.arguments.seed, told)
    if last_day < LAST_UPDATE_DAY:
        del bulk[LAST_FILE]
    for name, sales in linked.items():
        _write_linked(out, book, name, sales)
    for file, entries in bulk.items():
        _write_bulk(out, book, file, entries)
    _add_truth(book, _register(linked, bulk))
    book.replace_indicators(told.indicators)
    book.dropped_pairs = told.dropped


def write_last_update(out: Path, book: TruthBook) -> None:
    """Write the last file, and the medians after it."""
    linked, bulk = _deliveries(book.arguments.seed, decades(book.arguments.seed))
    _write_bulk(out, book, LAST_FILE, bulk[LAST_FILE])
    _add_truth(book, _register(linked, bulk))


def _deliveries(seed: int, told: Decades) -> tuple[dict[str, list[Sale]], dict[str, list[Entry]]]:
    """What every file says: the linked-data files by district, the bulk files by name and in their order."""
    sales = _with_odd_prices(all_sales(seed))
    linked = {name: [s for s in _sales_in(sales, name) if s.day.year in YEARS] for name in LINKED_FILES}
    return linked, {DECADES_FILE: [("A", sale) for sale in told.sales], **_bulk_files(sales)}


def _sales_in(sales: Sequence[Sale], district: str) -> list[Sale]:
    return [sale for sale in sales if sale.home.district.name == district]


def _with_odd_prices(sales: list[Sale]) -> list[Sale]:
    """Two prices cannot be read from their text, two are of no market."""
    odd: dict[tuple[str, int], int | None] = {
        ("Old Harbour", 12): 2_500, ("Old Harbour", 57): None, ("Seaview Sands", 44): 1, ("Seaview Sands", 63): None,
    }  # fmt: skip
    for (name, n), price in odd.items():
        sale = _sales_in(sales, name)[n]
        sales[sales.index(sale)] = replace(sale, price=price, category=FULL_VALUE)
    return sales


def _bulk_files(sales: Sequence[Sale]) -> dict[str, list[Entry]]:
    """Sales that are changed or deleted are told by no linked-data file."""
    new = [sale for sale in sales if sale.day.year == 2015]
    old = [sale for sale in sales if sale.day.year < 2015]
    hill, sands, head = (_sales_in(old, name) for name in ("Greenholm", "Seaview Sands", "Gannet Head"))
    complete = [*(sale for sale in hill if sale.day.year == 2014), *sands, *head]
    late, changed, deleted = sands[46:49], (sands[41], head[12]), (sands[51], head[14])
    earlier = replace(changed[0], day=dt.date(2013, 12, 30))
    dearer = replace(changed[1], price=(changed[1].price or 0) + 31_000)
    return {
        COMPLETE_FILE: [("A", sale) for sale in complete if sale not in late],
        JANUARY_FILE: [*(("A", sale) for sale in (*late, *new[1:])), ("C", dearer), ("D", deleted[0])],
        LAST_FILE: [("A", new[0]), ("C", earlier), ("D", deleted[1])],
    }


def _register(linked: dict[str, list[Sale]], bulk: dict[str, list[Entry]]) -> list[Sale]:
    """The sales as they stand after all files."""
    known = {sale.transaction_id: sale for sales in linked.values() for sale in sales}
    for entries in bulk.values():
        for status, sale in entries:
            known[sale.transaction_id] = sale
            if status == "D":
                del known[sale.transaction_id]
    return list(known.values())


def _write_linked(out: Path, book: TruthBook, name: str, sales: Sequence[Sale]) -> None:
    text = DeliveryText("price_paid", LINKED_HEADER, TextForm("\n", glued_header=name == GLUED))
    for n, sale in enumerate(sales):
        lower = n % LOWER_CASE_EVERY == LOWER_CASE_EVERY - 1
        told = replace(sale, transaction_id=sale.transaction_id.lower()) if lower else sale
        text.keep(_linked_line(told), *_defects_of(told))
    _add_bad_lines(text, sales, _linked_line)
    write_bytes(out / LINKED_FILES[name], text.encode())
    book.add_file(LINKED_FILES[name], text.truth())


def _write_bulk(out: Path, book: TruthBook, file: str, entries: Sequence[Entry]) -> None:
    text = DeliveryText("price_paid_bulk", "", TextForm("\r\n"))
    for status, sale in entries:
        text.keep(_bulk_line(status, sale), *_defects_of(sale))
    if file == COMPLETE_FILE:
        _add_bad_lines(text, [sale for _, sale in entries], partial(_bulk_line, "A"))
    write_bytes(out / file, text.encode())
    book.add_file(file, text.truth())


def _add_bad_lines(text: DeliveryText, sales: Sequence[Sale], line_of: Callable[[Sale], str]) -> None:
    """A sale told twice, and four of no sale at all: an unknown day, too few fields, too many, an empty line."""
    no_sale = replace(sales[4], transaction_id=f"{sales[4].transaction_id[:-4]}0000")
    line = line_of(no_sale)
    text.reject(line_of(sales[3]), "duplicate", "duplicate_equal")
    text.reject(line.replace(str(no_sale.day), NOT_A_DATE), "bad_deed_date", "bad_date")
    text.reject(",".join(line.split(",")[:9]), "wrong_columns", "short_row")
    text.reject(f'{line},"checked"', "wrong_columns", "long_row")
    text.blank()
    text.lines[40:40] = [text.lines.pop() for _ in range(5)]


def _defects_of(sale: Sale) -> Iterator[str]:
    if sale.transaction_id.islower():
        yield "lower_case_id"
    if sale.price is None:
        yield "bad_cell"


def _quoted(fields: Sequence[str]) -> str:
    return ",".join(f'"{field}"' for field in fields)


def _price(sale: Sale) -> str:
    return "not known" if sale.price is None else str(sale.price)


def _address(sale: Sale) -> tuple[str, ...]:
    """Street, locality, town, district, county: the same in both layouts."""
    district = sale.home.district.name.upper()
    locality = "BRIGHTWATER" if sale.home.number % 2 else ""
    return sale.home.street, locality, "BRIGHTWATER", district, "BRIGHTWATER BAY"


def _linked_line(sale: Sale) -> str:
    home = sale.home
    start = (sale.transaction_id, _price(sale), str(sale.day), home.postcode, home.property_type)
    middle = ("Y" if sale.is_new else "N", "L" if home.flat else "F", home.flat, home.house)
    return _quoted((*start, *middle, *_address(sale), sale.category, f"{URI}/{sale.transaction_id}/current"))


def _bulk_line(status: str, sale: Sale) -> str:
    home = sale.home
    start = (f"{{{sale.transaction_id}}}", _price(sale), f"{sale.day} 00:00", home.postcode, home.property_type)
    middle = ("Y" if sale.is_new else "N", "L" if home.flat else "F", home.house, home.flat)
    return _quoted((*start, *middle, *_address(sale), sale.category, status))


def _add_truth(book: TruthBook, register: Sequence[Sale]) -> None:
    book.replace_indicators(
        _median(name, year, [s for s in register if s.home.district.name == name and s.day.year == year])
        for name in SALES_A_YEAR
        for year in YEARS
    )
    homes: dict[Home, list[Sale]] = defaultdict(list)
    for sale in sorted(register, key=lambda sale: sale.day):
        homes[sale.home].append(sale)
    told = ([sale.transaction_id for sale in chain] for chain in homes.values() if len(chain) > 1)
    book.repeat_sales = sorted(told)


def _median(name: str, year: int, sales: Sequence[Sale]) -> IndicatorTruth:
    """The median of the full-value sales of a year: from ten of them; fewer than five are not even counted."""
    code, district = "REA_PRICE_MEDIAN", BY_NAME[name].code
    prices = [s.price for s in sales if s.price and s.price >= LOWEST_PRICE and s.category == FULL_VALUE]
    if not sales:
        return IndicatorTruth(code, district, str(year), None, coverage=0.0, status="missing")
    n, coverage = len(prices), len(prices) / len(sales)
    if n >= ENOUGH:
        return IndicatorTruth(code, district, str(year), statistics.median(prices), None, n, coverage)
    if n >= TOO_FEW_TO_COUNT:
        return IndicatorTruth(code, district, str(year), None, None, n, coverage, "insufficient_data")
    return IndicatorTruth(code, district, str(year), None, None, None, None, "insufficient_data")
