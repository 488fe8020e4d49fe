"""Spending on adult social care per district, as a return of the districts: line ends of one CR and a byte-order mark.

Every total is the sum of its five kinds of support; a third of the districts round to thousands. One cell holds words
and one is blank, in kinds of support that no indicator reads. The year is not in the file.
"""

from collections.abc import Iterator
from pathlib import Path

from lake.sample.delivery_text import DeliveryText, TextForm, write_bytes
from lake.sample.districts import CITY_CODE, DISTRICTS, District
from lake.sample.draws import draw
from lake.sample.population import population
from lake.sample.truth import IndicatorTruth, TruthBook

FILE = "adult_social_care/boroughs_ASC.csv"
PERIOD = "2014-15"
RESIDENTS_YEAR = 2015
KINDS = ("Physical_Support", "Sensory_Support", "Support_for_Memory_and_{}ognition", "Learning_Disability_Support",
         "Mental_Health_Support")  # fmt: skip
YOUNGER = tuple(f"18_to_64_{kind.format('c')}" for kind in KINDS)
OLDER = tuple(f"65_and_over_{kind.format('C')}" for kind in KINDS)
HEADER = ("ONS_Code", "asc_total", "18_64_total", *YOUNGER, "65_and_over_total", *OLDER,
          "total_long_term_support", "total_short_term_support")  # fmt: skip
YOUNGER_SHARES, OLDER_SHARES = (0.19, 0.01, 0.01, 0.62), (0.63, 0.02, 0.21, 0.06)  # the rest is mental health
NOTHING_SPENT = {(2, "18_to_64_Sensory_Support"), (3, "65_and_over_Sensory_Support")}
WORDS, BLANK = (9, "18_to_64_Sensory_Support"), (12, "18_to_64_Support_for_Memory_and_cognition")
Row = dict[str, int]


def write_care(out: Path, book: TruthBook) -> None:
    """Write the file, in no order as the publisher's, and the spending per resident aged 65 and over."""
    spending = {district: _spending(book.arguments.seed, district) for district in DISTRICTS}
    form = TextForm("\r", byte_order_mark=True, last_line_end=False)
    text = DeliveryText("adult_social_care", ",".join(HEADER), form)
    for district in sorted(DISTRICTS, key=lambda one: draw(0, "care order", one.number)):
        defect = {WORDS[0]: "bad_cell", BLANK[0]: "blank_cell"}.get(district.number)
        text.keep(_line(district, spending[district]), *([defect] if defect else []))
    write_bytes(out / FILE, text.encode())
    book.add_file(FILE, text.truth())
    book.replace_indicators(_indicators(spending))


def _spending(seed: int, district: District) -> Row:
    """Pounds by kind of support, and their sums."""
    step = 1000 if district.number % 3 == 0 else 1
    old, young = 1350 + 700 * (1 - district.wealth), 260 + 110 * (1 - district.wealth)
    residents = population(district, RESIDENTS_YEAR)
    row: Row = {}
    for kinds, shares, total in (
        (YOUNGER, YOUNGER_SHARES, young * residents * 0.65),
        (OLDER, OLDER_SHARES, old * residents * district.age_65 / 100),
    ):
        for kind, share in zip(kinds, (*shares, 1 - sum(shares)), strict=True):
            spent = total * share * (0.8 + 0.4 * draw(seed, "care", district.number, kind))
            row[kind] = 0 if (district.number, kind) in NOTHING_SPENT else round(spent / step) * step
    row["18_64_total"] = sum(row[kind] for kind in YOUNGER)
    row["65_and_over_total"] = sum(row[kind] for kind in OLDER)
    row["asc_total"] = row["18_64_total"] + row["65_and_over_total"]
    return row


def _line(district: District, row: Row) -> str:
    short_term = round(0.021 * row["asc_total"], 2 if district.number % 4 == 0 else None)
    shown = {name: str(amount) for name, amount in row.items()}
    shown["ONS_Code"] = district.code
    shown["total_short_term_support"] = f"{short_term:.2f}" if isinstance(short_term, float) else str(short_term)
    shown["total_long_term_support"] = f"{row['asc_total'] - short_term:.2f}".removesuffix(".00")
    for (number, name), text in ((WORDS, "not known"), (BLANK, "")):
        if number == district.number:
            shown[name] = text
    return ",".join(shown[name] for name in HEADER)


def _indicators(spending: dict[District, Row]) -> Iterator[IndicatorTruth]:
    """Residents aged 65 and over are those of the profiles: estimate x share, not rounded."""
    old = {one: population(one, RESIDENTS_YEAR) * one.age_65 / 100 for one in DISTRICTS}
    for district, row in spending.items():
        yield _row(district.code, row["65_and_over_total"], old[district])
    yield _row(CITY_CODE, sum(row["65_and_over_total"] for row in spending.values()), sum(old.values()))


def _row(code: str, spent: int, residents: float) -> IndicatorTruth:
    return IndicatorTruth("ELD_CARE_SPEND65", code, PERIOD, spent / residents, spent, residents)
