"""Wards of the districts: the wellbeing survey and the census of health, two files keyed by ward.

Both have a byte-order mark and line ends of one CR. The survey names districts with underscores; one of its wards has
no score, another a figure that is no number. The health file covers wards of other cities too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from lake.sample.delivery_text import DeliveryText, TextForm, write_bytes
from lake.sample.districts import CITY_CODE, DISTRICTS, District
from lake.sample.draws import draw
from lake.sample.truth import IndicatorTruth, TruthBook

WELLBEING_FILE, HEALTH_FILE = "ward_wellbeing/wards_well_being.csv", "ward_health/wards_health.csv"
WELLBEING_HEADER = (
    "New_ward_code,Ward,Borough,Life_Expectancy_200913,Childhood_Obesity_2013,Incapacity_Benefit_rate__2013,"
    "Unemployment_rate_2013,Crime_rate__2013,Deliberate_Fires__2013,GCSE_point_scores__2013,"
    "Unauthorised_Absence_in_All_Schools_(pc)__2013,pc_dependent_children_in_outofwork_households__2013,"
    "Public_Transport_Accessibility__2013,Homes_with_access_to_open_space_pc_nature_and_pc_greenspace__2013,"
    "Subjective_wellbeing_average_score_2013"
)
HEALTH_HEADER = "GEO_CODE,population,bad_very_bad_health,bad_health_rate"
FORM = TextForm("\r", byte_order_mark=True, last_line_end=False)
PERIOD = "2013"
NAMES = ("Abbey", "Bayview", "Castle", "Elm_Park", "Fairfield", "Holywell", "Northgate")
RESIDENTS_A_WARD = 12_500
WITHOUT_SCORE, WITHOUT_NUMBER = (8, 2), (4, 1)  # district, ward
WARDS_ELSEWHERE = 40


@dataclass(frozen=True)
class Ward:
    """One ward: residents of the census, and the survey's score in thousandths."""

    code: str
    name: str
    district: District
    number: int
    residents: int
    thousandths: int

    @property
    def has_score(self) -> bool:
        """Whether the survey reached enough people here."""
        return (self.district.number, self.number) != WITHOUT_SCORE


def write_wards(out: Path, book: TruthBook) -> None:
    """Write both files, and the mean wellbeing of every district, weighted by the residents of its wards."""
    seed = book.arguments.seed
    wards = list(_wards(seed))
    _write_wellbeing(out, book, wards)
    _write_health(out, book, wards)
    book.replace_indicators(_indicators(wards))


def _wards(seed: int) -> Iterator[Ward]:
    for district in DISTRICTS:
        count = max(2, round(district.population / RESIDENTS_A_WARD))
        for number in range(1, count + 1):
            key = (district.number, number)
            residents = round(district.population / count * (0.8 + 0.4 * draw(seed, "ward residents", *key)))
            score = 1000 * district.satisfaction + 300 + 400 * (draw(seed, "ward score", *key) - 0.5)
            code = f"B05{100 * district.number + number:06d}"
            yield Ward(code, NAMES[number - 1], district, number, residents, round(score))


def _write_wellbeing(out: Path, book: TruthBook, wards: list[Ward]) -> None:
    text = DeliveryText("ward_wellbeing", WELLBEING_HEADER, FORM)
    for ward in wards:
        bad = (ward.district.number, ward.number) == WITHOUT_NUMBER
        text.keep(_wellbeing_line(ward, bad=bad), *(["bad_cell"] if bad else []), *_blank_score(ward))
    text.reject(text.lines[7], "duplicate", "duplicate_equal")
    write_bytes(out / WELLBEING_FILE, text.encode())
    book.add_file(WELLBEING_FILE, text.truth())


def _blank_score(ward: Ward) -> list[str]:
    return [] if ward.has_score else ["blank_score"]


def _wellbeing_line(ward: Ward, *, bad: bool) -> str:
    """Figures that nothing else depends on follow the district's character roughly."""
    one, code = ward.district, ward.code

    def rough(figure: float, column: str) -> float:
        return figure * (0.85 + 0.3 * draw(0, column, code))

    figures = (
        rough(88 - 8 * (1 - one.wealth), "life"), rough(24 - 10 * one.wealth, "obesity"),
        rough(2.5 - 2 * one.wealth, "incapacity"), rough(one.unemployed, "unemployed"), rough(one.crime, "crime"),
        rough(0.8 - 0.6 * one.wealth, "fires"), rough(330 + 60 * one.wealth, "gcse"),
        rough(1.4 - 0.9 * one.wealth, "absence"), rough(35 - 30 * one.wealth, "children"),
        min(8, rough(one.ptal or 1.8, "pt")), rough(one.green / 5, "open space"),
    )  # fmt: skip
    cells = [f"{figure:.3f}" for figure in figures]
    cells[5:6] = ["none" if bad else cells[5]]
    score = f"{ward.thousandths / 1000:.3f}" if ward.has_score else ""
    return ",".join([code, ward.name, one.name.replace(" ", "_"), *cells, score])


def _write_health(out: Path, book: TruthBook, wards: list[Ward]) -> None:
    text = DeliveryText("ward_health", HEALTH_HEADER, FORM)
    for ward in wards:
        text.keep(_health_line(ward.code, ward.residents, 0.03 + 0.05 * (1 - ward.district.wealth)))
    for n in range(WARDS_ELSEWHERE):
        text.keep(_health_line(f"B05{900_000 + n:06d}", 4_000 + 150 * n, 0.05), "ward_elsewhere")
    text.reject(",".join(text.lines[-2].split(",")[:2]), "wrong_columns", "short_row")
    text.lines.insert(20, text.lines.pop())  # at the end it would be a file that was cut off
    write_bytes(out / HEALTH_FILE, text.encode())
    book.add_file(HEALTH_FILE, text.truth())


def _health_line(code: str, residents: int, share: float) -> str:
    bad = round(residents * share * (0.9 + 0.2 * draw(0, "bad health", code)))
    return f"{code},{residents},{bad},{bad / residents:.3f}"


def _indicators(wards: list[Ward]) -> Iterator[IndicatorTruth]:
    for district in DISTRICTS:
        yield _mean(district.code, [ward for ward in wards if ward.district == district])
    yield _mean(CITY_CODE, wards)


def _mean(code: str, wards: list[Ward]) -> IndicatorTruth:
    scored = [ward for ward in wards if ward.has_score]
    weighted = Fraction(sum(ward.residents * ward.thousandths for ward in scored), 1000)
    residents, everybody = sum(ward.residents for ward in scored), sum(ward.residents for ward in wards)
    value = float(weighted / residents)
    return IndicatorTruth("SUB_WELLBEING", code, PERIOD, value, float(weighted), residents, residents / everybody)
