"""Life tables, health figures and projections with one thing wrong, as `bad_input_cases` delivers them."""

from __future__ import annotations

from collections.abc import Iterable

VARIANTS = (
    "High fertility", "High life expectancy", "High migration", "Low fertility", "Low life expectancy",
    "Low migration", "Principal", "Zero migration",
)  # fmt: skip
AGES = (0, 1, *range(5, 90, 5))


def life_table(changed: dict[int, str] | None = None, without: Iterable[int] = ()) -> bytes:
    """One sex and year from 0 to 100; `changed` are probabilities, `without` ages that are left out."""
    told = {age: f"{min(0.9, 0.0002 * 1.09**age):.5f}" for age in range(101) if age not in without} | (changed or {})
    return "".join(["age,sex,qx,year,geo\n", *(f"{age},female,{q},2021,Town\n" for age, q in told.items())]).encode()


def health_figures(without: Iterable[int] = (), deaths_of: int = 1, share: float = 0.002) -> bytes:
    """Deaths, residents and survey of one sex by age group."""
    rows = (
        f"{age},{deaths_of * round(2 + 0.2 * 1.09**age)},{1000},{share * (10 + age)},100\n"
        for age in AGES
        if age not in without
    )
    return "".join(["age,deaths,population,prevalence,survey_size\n", *rows]).encode()


def projections(without: tuple[str, int] | None = None, lost_age: int | None = None) -> bytes:
    """Two years of one district; `without` is a variant in a year, `lost_age` one without a number."""
    rows = [
        f"T1,{year},{variant},{sex},{age},all,10,{'' if age == lost_age and year == 2021 else 10}\n"
        for year in (2016, 2021)
        for variant in VARIANTS
        if (variant, year) != without
        for sex in "FM"
        for age in range(91)
    ]
    return "".join(["Area,Year,Projection,Gender,Age,Age_group,Base,Population\n", *rows]).encode()
