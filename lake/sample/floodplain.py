"""Who and what lies in the floodplain of each district, as a planning office publishes it.

Residents are counted, the other figures follow from them. Two districts on the hills have blanks for everything but
the area: there is no floodplain to speak of, so nobody lives in it. One number of another column is a remark.
"""

from collections.abc import Iterator
from pathlib import Path

from lake.sample import bay
from lake.sample.delivery_text import DeliveryText, TextForm, write_bytes
from lake.sample.districts import CITY_CODE, CITY_NAME, DISTRICTS, District
from lake.sample.draws import draw
from lake.sample.population import city_population, population
from lake.sample.truth import IndicatorTruth, TruthBook

FILE = "community_profiles/cd_floodplain.csv"
YEAR = 2010
# Residents in the floodplain, in per cent; without an entry there is none.
SHARES = {"Old Harbour": 4.8, "Customs Quay": 3.1, "Lanternside": 0.9, "Saltmarket": 2.2, "Millrace": 5.6,
          "Foundry Vale": 1.2, "Kingsmead": 0.6, "Eastern Docks": 9.4, "Seaview Sands": 7.9,
          "Gannet Head": 2.5}  # fmt: skip
RARE_FLOOD = 1.7  # residents in the floodplain of 0.2 % a year, for one in that of 1 %
KINDS = ("area", "bldg", "cost_burden", "cost_burden_value", "mhhi", "mortg_value", "openspace", "ownerocc",
         "ownerocc_value", "permortg", "pop_2010", "rent_burden", "rent_burden_value", "resunits")  # fmt: skip
HEADER = ("cd_name", "cd_number", "borough", *(f"fp_{chance}_{kind}" for kind in KINDS for chance in (100, 500)))
SQUARE_METRES_PER_SQUARE_MILE = 2_589_988.11
AREA_OF_NONE = "0.01"
REMARK = ("Gannet Head", "fp_500_bldg", "see map")


def write_floodplain(out: Path, book: TruthBook) -> None:
    """Write the file, and the share of the residents of 2010 who live in the floodplain of 1 % a year."""
    text = DeliveryText("dcp_floodplain", ",".join(HEADER), TextForm("\r\n"))
    for district in DISTRICTS:
        text.keep(_line(district), *(["bad_cell"] if district.name == REMARK[0] else []))
    write_bytes(out / FILE, text.encode())
    book.add_file(FILE, text.truth())
    book.replace_indicators(_indicators())


def _residents(district: District) -> int:
    return round(population(district, YEAR) * SHARES.get(district.name, 0) / 100)


def _line(district: District) -> str:
    shown = {"cd_name": district.name, "cd_number": district.code, "borough": CITY_NAME}
    for chance, more in ((100, 1.0), (500, RARE_FLOOD)):
        figures = _figures(district, more) if district.name in SHARES else {"area": AREA_OF_NONE}
        shown |= {f"fp_{chance}_{kind}": text for kind, text in figures.items()}
    if district.name == REMARK[0]:
        shown[REMARK[1]] = REMARK[2]
    return ",".join(shown.get(name, "") for name in HEADER)


def _figures(district: District, more: float) -> dict[str, str]:
    residents = round(more * _residents(district))
    share = more * SHARES[district.name] / 100
    area = share * bay.area_m2(district.number) / SQUARE_METRES_PER_SQUARE_MILE
    homes, owned = residents / 2.3, 0.2 + 0.5 * district.wealth
    mortgages = homes * owned * 0.6
    owners_burden, renters_burden = (30 + 20 * draw(0, "burden", district.number, kind) for kind in ("own", "rent"))
    return {
        "area": f"{max(area, 0.02):.2f}",
        "bldg": str(round(homes / 3)),
        "cost_burden": f"{owners_burden:.1f}",
        "cost_burden_value": f"{mortgages * owners_burden / 100:.1f}",
        "mhhi": f"{1.4 * district.pay:.1f}",
        "mortg_value": f"{mortgages:.1f}",
        "openspace": f"{area * district.green / 100:.3f}",
        "ownerocc": f"{100 * owned:.1f}",
        "ownerocc_value": f"{homes * owned:.1f}",
        "permortg": "60.0",
        "pop_2010": f"{residents}.0",
        "rent_burden": f"{renters_burden:.1f}",
        "rent_burden_value": f"{homes * (1 - owned) * renters_burden / 100:.1f}",
        "resunits": str(round(homes)),
    }


def _indicators() -> Iterator[IndicatorTruth]:
    for district in DISTRICTS:
        yield _row(district.code, _residents(district), population(district, YEAR))
    yield _row(CITY_CODE, sum(map(_residents, DISTRICTS)), city_population(YEAR))


def _row(code: str, in_floodplain: int, residents: int) -> IndicatorTruth:
    return IndicatorTruth("CIV_FLOOD_POP", code, str(YEAR), 100 * in_floodplain / residents, in_floodplain, residents)
