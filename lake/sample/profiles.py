"""The borough profiles as a file: CR-only line ends, a byte-order mark, and blanks in several spellings.

The figures come from `lake.sample.profile_columns`. One cell of one district holds text where a number belongs: it is
a rejected cell, and its row survives.
"""

from collections.abc import Iterator
from pathlib import Path

from lake.sample.delivery_text import DeliveryText, TextForm, quoted_number, write_bytes
from lake.sample.profile_columns import COLUMNS, HEADERS, Area, Cell, areas, city_area, values
from lake.sample.truth import IndicatorTruth, TruthBook

FILE = "borough_profiles/brightwater-borough-profiles.csv"
GCSE = "Achievement_of_5_or_more_A*_C_grades_at_GCSE_or_equivalent_including_English_and_Maths_201314"
PTAL = "Average_Public_Transport_Accessibility_score_2014"
LIFE_MALE, LIFE_FEMALE = "Male_life_expectancy_201113", "Female_life_expectancy_201113"
PRICE, PAY = "Median_House_Price_2014", "Gross_Annual_Pay_2014"
PUBLISHED = (
    ("SAF_CRIME_PUB", "2014-15", "Crime_rates_per_thousand_population_201415"),
    ("ECO_UNEMP", "2014", "Unemployment_rate_2014"),
    ("EDU_ATTAIN", "2013-14", GCSE),
    ("EDU_TERTIARY", "2014", "Proportion_of_working_age_with_degree_or_equivalent_and_above_pc_2014"),
    ("ENV_GREEN", "2005", "pc_of_area_that_is_Greenspace_2005"),
    ("MOB_PTAL", "2014", PTAL),
    ("SUB_LIFE_SAT", "2011-14", "Life_satisfaction_score_201114_out_of_10"),
    ("GOV_TURNOUT", "2014-05-22", "Turnout_at_2014_local_elections"),
    ("ELD_SHARE65", "2015", "Proportion_of_population_aged_65_and_over_2015"),
)
# Cells as a clerk left them: (district number, column) -> what stands there, kind. None feeds an indicator.
ODD_CELLS: dict[tuple[int, str], tuple[str, str]] = {
    (12, "Rates_of_Children_Looked_After_2014"): (".", "missing_as_text"),
    (12, "Childhood_Obesity_Prevalance_pc_201314"): ("n/a", "missing_as_text"),
    (12, "Number_of_jobs_by_workplace_2013"): ("-", "missing_as_text"),
    (9, "Fires_per_thousand_population_2014"): ("2..1", "bad_cell"),
    (4, "Homes_Owned_outright_2014_pc"): (" 20.3 ", "padded_number"),
}
# Gannet Head has no secondary school and no local life table; each blank is spelled differently.
BLANKS = {GCSE: "n/a", PTAL: "", LIFE_MALE: ".", LIFE_FEMALE: "."}
SEPARATED = ("GLA_Population_Estimate_2015", "GLA_Household_Estimate_2015")


def write_profiles(out: Path, book: TruthBook) -> None:
    """Write the file: the districts, the whole city, and the national comparator row that nobody may use."""
    form = TextForm("\r", byte_order_mark=True, last_line_end=False)
    text = DeliveryText("borough_profiles", ",".join(HEADERS), form)
    for area in areas():
        _keep(text, area)
    comparator = {**values(city_area()), "Code": "Nat", "Area_name": "National_comparator"}
    text.keep(",".join(_plain(comparator[header]) for header in HEADERS))
    write_bytes(out / FILE, text.encode())
    book.add_file(FILE, text.truth())
    book.replace_indicators(_indicators())


def _keep(text: DeliveryText, area: Area) -> None:
    defects: list[str] = []
    cells = []
    for header, figure in COLUMNS:
        cell, defect = _shown(area, header, figure(area))
        cells.append(cell)
        defects += [defect] if defect else []
    text.keep(",".join(cells), *defects)


def _shown(area: Area, header: str, figure: Cell) -> tuple[str, str]:
    odd = ODD_CELLS.get((area.figures.number, header))
    if odd:
        return odd
    if figure is None:
        return BLANKS[header], "missing_as_text" if BLANKS[header] else ""
    if header in SEPARATED and area.figures.number in (6, 8) and isinstance(figure, int):
        return quoted_number(figure), "thousands_separator"
    return _plain(figure), ""


def _plain(figure: Cell) -> str:
    if isinstance(figure, float):
        return f"{figure:g}" if figure < 100_000 else f"{figure:.0f}"
    return "" if figure is None else str(figure)


def _indicators() -> Iterator[IndicatorTruth]:
    rows = {area.code: values(area) for area in areas()}
    for code, figures in rows.items():
        for indicator, period, header in PUBLISHED:
            yield _row(indicator, code, period, _number(figures[header]))
        male, female = _number(figures[LIFE_MALE]), _number(figures[LIFE_FEMALE])
        life = None if male is None or female is None else (male + female) / 2
        yield _row("HEA_LIFE_EXP", code, "2011-13", life)
        price, pay = _number(figures[PRICE]), _number(figures[PAY])
        if price is not None and pay:
            yield IndicatorTruth("REA_AFFORD", code, "2014", price / pay, price, pay)


def _row(indicator: str, code: str, period: str, value: float | None) -> IndicatorTruth:
    if value is None:
        return IndicatorTruth(indicator, code, period, None, coverage=0.0, status="missing")
    return IndicatorTruth(indicator, code, period, value)


def _number(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, int | float) else None
