"""Homes of four districts and their sales, the latent truth behind the files of prices paid.

Old Harbour and Greenholm have sales from 2012 on; Seaview Sands none in 2012; in Gannet Head seven homes changed hands
in 2012 and three in 2013. Some homes are sold again years later. Updates of the register correct and delete earlier
sales. The files are written by `lake.sample.price_paid`.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from lake.sample.districts import BY_NAME, District
from lake.sample.draws import draw, draw_int, pick, pick_weighted

# Sales a year by district, 2012 to 2014; then those of January 2015 that the register's update brings.
YEARS = (2012, 2013, 2014)
SALES_A_YEAR = {"Old Harbour": (38, 46, 44), "Greenholm": (29, 33, 36), "Seaview Sands": (0, 41, 47),
                "Gannet Head": (7, 3, 13)}  # fmt: skip
SALES_IN_JANUARY = {"Greenholm": 3, "Seaview Sands": 6, "Gannet Head": 1}
SOLD_AGAIN_SHARE = 0.22
NOT_FULL_VALUE_SHARE = 0.04  # category B
STREETS = ("ANCHOR LANE", "BEACON ROAD", "CURLEW CLOSE", "ROPEWALK", "TANNERY STREET", "GRANARY SQUARE", "WEIR HILL")
HOUSES = ("CAPSTAN HOUSE", "HELM COURT", "MIZZEN HOUSE", "TILLER COURT")
# Property type, its share, and its price in parts of the district's level.
TYPES = {"F": (0.45, 0.75), "T": (0.25, 0.95), "S": (0.18, 1.1), "D": (0.11, 1.6), "O": (0.01, 1.2)}


@dataclass(frozen=True)
class Home:
    """One home, as an address tells it; a flat is a number in a building of one name."""

    district: District
    number: int
    property_type: str
    postcode: str
    street: str
    house: str  # paon
    flat: str  # saon, blank for houses


@dataclass(frozen=True)
class Sale:
    """One entry of the register; a price of None is one that cannot be read from its text."""

    transaction_id: str
    home: Home
    day: dt.date
    price: int | None
    is_new: bool
    category: str


def all_sales(seed: int) -> list[Sale]:
    """Every sale as first registered, by district, year and number."""
    sales: list[Sale] = []
    for name, counts in SALES_A_YEAR.items():
        homes: list[Home] = []
        for year, count in (*zip(YEARS, counts, strict=True), (2015, SALES_IN_JANUARY.get(name, 0))):
            sales += _sales_of(seed, BY_NAME[name], year, count, homes)
    return sales


def _sales_of(seed: int, district: District, year: int, count: int, homes: list[Home]) -> Iterator[Sale]:
    """Sales of a district in a year; `homes` are those of it that were sold before, and grows."""
    earlier = homes[:]
    for n in range(count):
        key = (district.number, year, n)
        again = bool(earlier) and draw(seed, "again", *key) < SOLD_AGAIN_SHARE
        number = 1000 * (year - YEARS[0]) + n
        home = (
            earlier.pop(draw_int(seed, 0, len(earlier) - 1, "which", *key))
            if again
            else make_home(seed, district, number, *key)
        )
        homes += [] if again else [home]
        day = dt.date(year, 1, 1) + dt.timedelta(days=draw_int(seed, 1, 24 if year == 2015 else 362, "day", *key))
        price = price_of(seed, home, _level(day) * (0.97 + 0.06 * draw(seed, "haggle", *key)))
        category = "B" if draw(seed, "category", *key) < NOT_FULL_VALUE_SHARE else "A"
        is_new = not again and draw(seed, "new", *key) < 0.08
        yield Sale(transaction_id(seed, *key), home, day, price, is_new, category)


def make_home(seed: int, district: District, number: int, *key: object) -> Home:
    """A home of a district, as the key draws it."""
    kinds = [(kind, share) for kind, (share, _) in TYPES.items()]
    kind = pick_weighted(seed, kinds, "type", *key)
    sector = draw_int(seed, 1, 6, "sector", *key)
    postcode = f"BZ{district.number} {sector}{pick(seed, 'ABDEFH', 'unit', *key)}{pick(seed, 'JLNPQR', 'end', *key)}"
    street = pick(seed, STREETS, "street", *key)
    if kind == "F":
        return Home(district, number, kind, postcode, street, pick(seed, HOUSES, "house", *key), f"FLAT {number}")
    return Home(district, number, kind, postcode, street, str(number), "")


def _level(day: dt.date) -> float:
    """Prices grow by 4 % a year; those of the middle of 2014 are 1."""
    level: float = 1.04 ** ((day - dt.date(2014, 7, 1)).days / 365.25)
    return level


def price_of(seed: int, home: Home, level: float) -> int:
    """What was paid: the district's price, the type, what the home itself is worth, and the level of prices then."""
    worth = 0.7 + 0.6 * draw(seed, "worth", home.district.number, home.number)
    return round(home.district.house_price * TYPES[home.property_type][1] * level * worth / 250) * 250


def transaction_id(seed: int, *key: object) -> str:
    """The number of a sale."""
    digits = hashlib.blake2b(f"{seed} sale {key}".encode(), digest_size=16).hexdigest().upper()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
