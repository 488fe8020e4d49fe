"""Deaths, residents and a health survey by district, sex and age group, in two files: one of women, one of men.

Mortality follows Gompertz and ill health a logistic curve, both set by how wealthy a district is. The survey is a draw
around the true shares; deaths are what the rates say. Sex and year stand in the files' names. A district was surveyed
without telling how many were asked, and one group came twice.
"""

import math
from collections.abc import Iterator
from pathlib import Path

from lake.sample.delivery_text import DeliveryText, write_bytes
from lake.sample.districts import DISTRICTS, District
from lake.sample.draws import draw
from lake.sample.population import population
from lake.sample.truth import HealthTruth, TruthBook

YEAR = 2014
PERIOD = str(YEAR)
FILES = {"female": f"health_survey/brightwater_women_{YEAR}.csv", "male": f"health_survey/brightwater_men_{YEAR}.csv"}
HEADER = "area,age,deaths,population,prevalence,survey_size"
AGES = (0, 1, *range(5, 90, 5))
WIDTHS = (1, 4, *[5] * (len(AGES) - 3), None)
TOLD_AGES = (0, 65)
ASKED = 250
WITHOUT_SIZE, TWICE = 11, (3, 40)  # numbers of districts; the second with an age


def write_health(out: Path, book: TruthBook) -> None:
    """Write both files; the truth is computed with the deaths as written and the shares that were drawn around."""
    truth: list[HealthTruth] = []
    for sex, name in FILES.items():
        text = DeliveryText("health_survey_abridged", HEADER)
        for district in DISTRICTS:
            deaths = [_deaths(district, sex, age) for age in AGES]
            for age, dead in zip(AGES, deaths, strict=True):
                row = _row(book.arguments.seed, district, sex, age, dead)
                if (district.number, age) == TWICE:
                    text.reject(row, "duplicate", "duplicate_equal")
                text.keep(row, *([] if not row.endswith(",") else ["blank_cell"]))
            truth += _expectancies(district, sex, deaths)
        write_bytes(out / name, text.encode())
        book.add_file(name, text.truth())
    book.health_expectancy = truth


def _residents(district: District, age: int) -> int:
    """Residents of one sex in an age group: fewer the older, and more old ones where the profiles say so."""
    share = math.exp(-age * (0.012 - 0.0003 * district.age_65)) * (WIDTHS[AGES.index(age)] or 6)
    total = math.fsum(
        math.exp(-one * (0.012 - 0.0003 * district.age_65)) * (width or 6)
        for one, width in zip(AGES, WIDTHS, strict=True)
    )
    return round(population(district, YEAR) / 2 * share / total)


def _middle(age: int) -> float:
    return {0: 0.2, 1: 3.0, AGES[-1]: 91.0}.get(age, age + 2.5)


def _deaths(district: District, sex: str, age: int) -> int:
    level = (3.2e-5 if sex == "female" else 4.6e-5) * (1.5 - district.wealth)
    rate = 0.0045 - 0.002 * district.wealth if age == 0 else level * math.exp(0.095 * _middle(age))
    dead = round(rate * _residents(district, age))
    return max(1, dead) if age == AGES[-1] else dead


def _share(district: District, sex: str, age: int) -> float:
    """The true share in ill health."""
    start = -3.0 - 1.2 * district.wealth + (0.1 if sex == "female" else 0)
    return 1 / (1 + math.exp(-start - 0.045 * _middle(age)))


def _row(seed: int, district: District, sex: str, age: int, deaths: int) -> str:
    share = _share(district, sex, age)
    ill = sum(draw(seed, "health", district.number, sex, age, n) < share for n in range(ASKED))
    asked = "" if district.number == WITHOUT_SIZE else str(ASKED)
    return f"{district.code},{age},{deaths},{_residents(district, age)},{ill / ASKED},{asked}"


def _expectancies(district: District, sex: str, deaths: list[int]) -> Iterator[HealthTruth]:
    """Years to live and in health, at the deaths as written and the true shares."""
    alive, lived = 1.0, []
    for age, width, dead in zip(AGES, WIDTHS, deaths, strict=True):
        rate = dead / _residents(district, age)
        if width is None:
            lived.append((age, alive, alive / rate))
            break
        early = 0.2 if age == 0 else 0.5
        risk = width * rate / (1 + width * (1 - early) * rate)
        lived.append((age, alive, width * alive * (1 - risk * (1 - early))))
        alive *= 1 - risk
    for told in TOLD_AGES:
        rest = [(age, years) for age, _, years in lived if age >= told]
        left = next(survivors for age, survivors, _ in lived if age == told)
        healthy = math.fsum(years * (1 - _share(district, sex, age)) for age, years in rest)
        life = math.fsum(years for _, years in rest)
        yield HealthTruth(district.code, PERIOD, sex, told, life / left, healthy / left)
