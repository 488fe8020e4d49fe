"""Years lived in health by Sullivan's method, written from its definition in plain Python: an oracle for the marts.

Nothing of the project is used. Ages run upwards; the last one is that of the open group where a group has no width.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Z = 1.959963984540054


@dataclass(frozen=True)
class Group:
    """One age group; the open one has no width."""

    age: int
    width: int | None
    deaths: float
    population: float
    prevalence: float | None
    asked: float | None = None


@dataclass(frozen=True)
class Expectancy:
    """Years to live, of these in health, and their limits where they can be told."""

    life: float
    healthy: float | None
    limits: tuple[float, float] | None


def groups_of(rows: Sequence[tuple[int, float, float, float | None, float | None]]) -> list[Group]:
    """Groups from (age, deaths, population, prevalence, asked): each ends where the next one begins."""
    ends = [row[0] for row in rows[1:]]
    widths: list[int | None] = [end - row[0] for row, end in zip(rows, ends, strict=False)]
    return [Group(row[0], width, *row[1:]) for row, width in zip(rows, [*widths, None], strict=True)]


def abridged(groups: Sequence[Group], first_year: float | None = None) -> dict[int, Expectancy]:
    """Expectancies at the first age of every group; `first_year` is the published probability of dying in it."""
    alive = 100_000.0
    survivors, years = [], []
    for group in groups:
        rate = group.deaths / group.population
        survivors.append(alive)
        if group.width is None:
            years.append(alive / rate)
            continue
        lived = 0.2 if group.age == 0 else 0.5
        risk = group.width * rate / (1 + group.width * (1 - lived) * rate)
        if group.age == 0 and first_year is not None:
            risk = first_year
        after = alive * (1 - risk)
        years.append(group.width * (after + lived * (alive - after)))
        alive = after
    ages = [group.age for group in groups]
    return _expectancies(ages, survivors, years, [one.prevalence for one in groups], [one.asked for one in groups])


def single_years(risks: Mapping[int, float], prevalence: Mapping[int, float]) -> dict[int, Expectancy]:
    """Expectancies at every age of a published table; ages without prevalence have no healthy years."""
    alive = 100_000.0
    survivors, years = [], []
    for age in sorted(risks):
        after = alive * (1 - risks[age])
        survivors.append(alive)
        years.append((alive + after) / 2)
        alive = after
    shares = [prevalence.get(age) for age in sorted(risks)]
    return _expectancies(sorted(risks), survivors, years, shares, [None] * len(shares))


def _expectancies(
    ages: Sequence[int],
    survivors: Sequence[float],
    years: Sequence[float],
    prevalence: Sequence[float | None],
    asked: Sequence[float | None],
) -> dict[int, Expectancy]:
    found = {}
    for place, age in enumerate(ages):
        rest = list(zip(years[place:], prevalence[place:], asked[place:], strict=True))
        healthy = limits = None
        if all(share is not None for _, share, _ in rest):
            healthy = math.fsum(lived * (1 - (share or 0)) for lived, share, _ in rest) / survivors[place]
            if all(number is not None for _, _, number in rest):
                variance = math.fsum(
                    lived**2 * share * (1 - share) / number
                    for lived, share, number in rest
                    if share is not None and number is not None
                )
                half = Z * math.sqrt(variance) / survivors[place]
                limits = (healthy - half, healthy + half)
        found[age] = Expectancy(math.fsum(lived for lived, _, _ in rest) / survivors[place], healthy, limits)
    return found
