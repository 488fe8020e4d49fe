"""The periods for which a city has an indicator: stated, or one per month or year of what was delivered.

A label of the usual forms (`2018`, `2018-04`, `2014-05-22`, `undated`) says its own bounds; any other, such as
`2014-15`, states them. Bounds are dates, `end` exclusive. Which districts a period goes with is told by
`lake.city_model`.
"""

import calendar
import dataclasses
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from pydantic import Field, model_validator

from lake.mistakes import Strict

UNDATED = "undated"
_YEAR = re.compile(r"\d{4}")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclasses.dataclass(frozen=True)
class Span:
    """A label with its first day and the first day after it; both None when undated."""

    label: str
    start: dt.date | None
    end: dt.date | None


class Period(Strict):
    """One entry of an indicator's periods: a label, a label with bounds, or months or years of datasets.

    `every: month` means each month of which something was delivered, `complete_month` each of which every day was,
    `year` each calendar year in which an event of the datasets lies; with `spanning: 26` each run of 26 calendar years
    that begins and ends with such a year.
    """

    label: str | None = None
    start: dt.date | None = None
    end: dt.date | None = None
    every: Literal["month", "complete_month", "year"] | None = None
    of: tuple[str, ...] | None = Field(None, min_length=1, description="the dataset, or datasets, that count")
    spanning: int = Field(1, ge=1, le=100, description="how many calendar years each period of `every: year` has")

    @model_validator(mode="after")
    def _one_form(self) -> "Period":
        if (self.every is None) != (self.of is None) or (self.every is None) == (self.label is None):
            raise ValueError("is neither a label nor `every`; a label, `label, start, end` or `every, of` expected")
        if self.spanning > 1 and self.every != "year":
            raise ValueError("spans years and is not of them; `spanning` goes with `every: year`")
        if (self.start is None) != (self.end is None) or (self.every and self.start):
            raise ValueError("has half of its bounds; start and end go together, and with a label")
        if self.start and self.end and self.start >= self.end:
            raise ValueError("ends before it starts; end is the first day after the period")
        if self.label and not self.start and self.label != UNDATED and _bounds(self.label) is None:
            raise ValueError(f"`{self.label}` does not tell its bounds; state label, start and end")
        return self

    def spans(self, delivered: Mapping[str, Iterable[dt.date]]) -> Iterator[Span]:
        """The spans this entry stands for, given by dataset the first days of what came, or the days of its events."""
        if self.label is None:
            days = {day for dataset in self.of or () for day in delivered.get(dataset, ())}
            if self.every == "year":
                yield from _years(days, self.spanning)
            else:
                yield from _months(days, complete=self.every == "complete_month")
        else:
            start, end = (self.start, self.end) if self.start else _bounds(self.label) or (None, None)
            yield Span(self.label, start, end)


def _bounds(label: str) -> tuple[dt.date, dt.date] | None:
    try:
        if _YEAR.fullmatch(label):
            return dt.date(int(label), 1, 1), dt.date(int(label) + 1, 1, 1)
        if _MONTH.fullmatch(label):
            start = dt.date.fromisoformat(f"{label}-01")
            return start, _next_month(start)
        if _DAY.fullmatch(label):
            start = dt.date.fromisoformat(label)
            return start, start + dt.timedelta(days=1)
    except ValueError:
        return None
    return None


def _next_month(first: dt.date) -> dt.date:
    return first + dt.timedelta(days=calendar.monthrange(first.year, first.month)[1])


def _years(days: set[dt.date], spanning: int) -> Iterator[Span]:
    years = {day.year for day in days if day.year < dt.MAXYEAR}
    for first in sorted(years):
        last = first + spanning - 1
        if last in years:
            label = f"{first:04d}" if first == last else f"{first:04d}-{last % 100:02d}"
            yield Span(label, dt.date(first, 1, 1), dt.date(last + 1, 1, 1))


def _months(days: set[dt.date], *, complete: bool) -> Iterator[Span]:
    for first in sorted({day.replace(day=1) for day in days}):
        end = _next_month(first)
        wanted = (first + dt.timedelta(days=number) for number in range((end - first).days))
        if not complete or all(day in days for day in wanted):
            yield Span(f"{first:%Y-%m}", first, end)
