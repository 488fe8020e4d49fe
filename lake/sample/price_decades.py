"""Sales of Kingsmead's homes over decades, whose price level is known: what a repeat-sales index must find again.

A price is the level of its year, what the home is worth, and a haggle. Nearly every home is sold twice. Four are told
in a way that would mislead an index: one is bought to be sold on, one sold twice in a year, one mistyped with a digit
too many, one sold twice on a day. Of the first year there are too few sales, and of 2009 few. The file is written by
`lake.sample.price_paid`.
"""

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import NormalDist

from lake.sample.districts import BY_NAME
from lake.sample.draws import draw, draw_int
from lake.sample.sales import Home, Sale, make_home, price_of, transaction_id
from lake.sample.truth import IndicatorTruth

DISTRICT = BY_NAME["Kingsmead"]
# Growth of the year to the next one, in per cent: a boom, a slump, a long rise, a crash.
GROWTH = {1987: 17, 1988: 12, 1989: -4, 1990: -7, 1991: -6, 1992: -3, 1993: 1, 1994: 2, 1995: 4, 1996: 8, 1997: 10,
          1998: 9, 1999: 14, 2000: 11, 2001: 15, 2002: 16, 2003: 11, 2004: 6, 2005: 7, 2006: 9, 2007: -5, 2008: -14,
          2009: 6, 2010: 2, 2011: 1, 2012: 4, 2013: 8}  # fmt: skip
FIRST_YEAR, LAST_YEAR = 1987, 2014
GENERATION = 25
SALES_A_YEAR, FEW_SALES = 40, {1987: 6, 2009: 22}
HAGGLE = NormalDist(0, 0.08)  # of the logarithm of a price
FEWEST_ENDS, ENOUGH_ENDS = 10, 30
Chain = tuple[list[Sale], list[str]]  # sales of a home, and why each neighbouring two are no pair (blank: they are one)


@dataclass(frozen=True)
class Decades:
    """The sales by home, and what an index over them must say."""

    sales: list[Sale]
    dropped: dict[str, int]
    indicators: list[IndicatorTruth]


def price_level(year: int) -> float:
    """The price level of a year, that of the last one being 1."""
    return 1 / math.prod(1 + GROWTH[earlier] / 100 for earlier in range(year, LAST_YEAR))


def decades(seed: int) -> Decades:
    """All sales, and the truth of the index in every year of which any district has a sale."""
    chains = [*_sold_twice(seed), *_misleading(seed)]
    told = [(pair, reason) for sales, reasons in chains for pair, reason in zip(pairwise(sales), reasons, strict=True)]
    kept = [(first.day.year, last.day.year) for (first, last), reason in told if not reason]
    ends = Counter(year for pair in kept for year in pair)
    dropped = Counter(reason for _, reason in told if reason)
    dropped["too_few_ends"] = sum(min(ends[first], ends[last]) < FEWEST_ENDS for first, last in kept)
    sales = [sale for sales, _ in chains for sale in sales]
    return Decades(sales, dict(dropped), list(_truths(ends)))


def _sold_twice(seed: int) -> Iterator[Chain]:
    """Homes whose two years are drawn from a deck; those that would be sold twice in one year are left out."""
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    deck = [(year, n) for year in years for n in range(FEW_SALES.get(year, SALES_A_YEAR))]
    deck.sort(key=lambda card: draw(seed, "resold deck", *card))
    for number, ((one, _), (other, _)) in enumerate(zip(deck[::2], deck[1::2], strict=True)):
        if one != other:
            home = make_home(seed, DISTRICT, number, "resold", number)
            first = dt.date(min(one, other), 1, 1) + dt.timedelta(draw_int(seed, 1, 170, "resold", number, 1))
            last = dt.date(max(one, other), 7, 1) + dt.timedelta(draw_int(seed, 1, 170, "resold", number, 2))
            yield [_sale(seed, home, first), _sale(seed, home, last)], [""]


def _misleading(seed: int) -> Iterator[Chain]:
    """Four homes of three sales each."""
    days = {
        "flip": (dt.date(2003, 11, 14), dt.date(2004, 2, 20), dt.date(2011, 5, 6)),
        "twice in a year": (dt.date(1995, 1, 16), dt.date(2006, 1, 9), dt.date(2006, 12, 1)),
        "typing error": (dt.date(2000, 3, 3), dt.date(2002, 6, 14), dt.date(2005, 4, 22)),
        "equal": (dt.date(1999, 10, 8), dt.date(1999, 10, 8), dt.date(2013, 8, 30)),
    }
    homes = [make_home(seed, DISTRICT, 900 + n, "resold", name) for n, name in enumerate(days)]
    flip, twice, error, equal = (
        [_sale(seed, home, day, n) for n, day in enumerate(of_home)]
        for home, of_home in zip(homes, days.values(), strict=True)
    )
    yield [flip[0], *(_dearer(sale, 1.4) for sale in flip[1:])], ["too_soon", ""]
    yield [*twice[:2], _dearer(twice[2], 1.25)], ["", "same_year"]
    yield [error[0], _dearer(error[1], 10), error[2]], ["too_steep", "too_steep"]
    yield [equal[0], replace(equal[1], price=equal[0].price), equal[2]], ["too_soon", ""]


def _dearer(sale: Sale, factor: float) -> Sale:
    return replace(sale, price=round((sale.price or 0) * factor))


def _sale(seed: int, home: Home, day: dt.date, number: int = 0) -> Sale:
    haggle = HAGGLE.inv_cdf(draw(seed, "resold haggle", home.number, day, number))
    price = price_of(seed, home, price_level(day.year) * math.exp(haggle))
    return Sale(transaction_id(seed, "resold", home.number, day, number), home, day, price, False, "A")


def _truths(ends: Counter[int]) -> Iterator[IndicatorTruth]:
    """Of every year and generation up to the year after the last sale."""
    base = min(year for year in ends if ends[year] >= FEWEST_ENDS)
    for last in range(FIRST_YEAR, LAST_YEAR + 2):
        index = 100 * price_level(last) / price_level(base) if ends[last] else None
        yield _truth("REA_RSI", f"{last}", [ends[last]], index, ends[last] or None)
        first = last - GENERATION
        if first >= FIRST_YEAR:
            growth = (price_level(last) / price_level(first)) ** (1 / GENERATION) if ends[last] else None
            yield _truth(
                "REA_RSI_GEN", f"{first}-{last % 100:02d}", [ends[first], ends[last]],
                100 * (growth - 1) if growth else None, None,
            )  # fmt: skip


def _truth(
    code: str, period: str, ends: Sequence[int], value: float | None, denominator: float | None
) -> IndicatorTruth:
    if min(ends) >= ENOUGH_ENDS:
        return IndicatorTruth(code, DISTRICT.code, period, value, denominator=denominator, is_estimate=True)
    if min(ends):
        return IndicatorTruth(code, DISTRICT.code, period, None, None, denominator, 1.0, "insufficient_data")
    return IndicatorTruth(code, DISTRICT.code, period, None, coverage=0.0, status="missing")
