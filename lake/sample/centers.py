"""Where people can go: centres for an evacuation and cool rooms for a heat wave, in one file on the national grid."""

from collections import defaultdict
from pathlib import Path

from lake.sample import bay
from lake.sample.delivery_text import DeliveryText, TextForm, write_bytes
from lake.sample.districts import CITY_CODE, CITY_NAME, DISTRICTS
from lake.sample.draws import draw, draw_int, pick
from lake.sample.truth import TruthBook

FILE = "evacuation_centers/brightwater_centers.csv"
HEADER = "BLDG_ID,CENTER_KIND,X,Y,EPSG,OEM_LABEL,BLDG_ADD,BOROCODE,CITY,CROSS1,CROSS2,ZIP_CODE,ACCESSIBLE,ACC_FEAT"
KINDS = {"evacuation": (1, 3), "cooling": (0, 4)}  # fewest and most in a district
ACCESSIBLE_SHARE = 0.4
HOUSES = ("School", "Library", "Sports Hall", "Parish Hall", "Town Baths")
STREETS = ("Anchor Lane", "Beacon Road", "Granary Square", "Ropewalk", "Weir Hill")
BEYOND = (bay.MIDDLE[0] - 1500.0, bay.MIDDLE[1] + 11200.0)  # a centre that the next town shares


def write_centers(out: Path, book: TruthBook) -> None:
    """Write the file, and how many centres of each kind a district has."""
    text, seed = DeliveryText("evacuation_centers", HEADER, TextForm("\r\n")), book.arguments.seed
    counts: dict[str, dict[str, list[int]]] = {kind: defaultdict(lambda: [0, 0]) for kind in KINDS}
    for kind, (fewest, most) in KINDS.items():
        for district in DISTRICTS:
            counts[kind][district.code] = [0, 0]
            for n in range(draw_int(seed, fewest, most, kind, district.number)):
                accessible = draw(seed, kind, "step-free", district.number, n) < ACCESSIBLE_SHARE
                place = bay.place_in(district.number, seed, kind, n)
                text.keep(_line(seed, f"{kind[0].upper()}{district.number:02d}{n}", kind, place, accessible))
                counts[kind][district.code][0] += 1
                counts[kind][district.code][1] += accessible
        counts[kind][CITY_CODE] = [sum(told) for told in zip(*counts[kind].values(), strict=True)]
    text.keep(_line(seed, "E990", "evacuation", BEYOND, accessible=True))
    unplaced = _line(seed, "E991", "evacuation", BEYOND, accessible=False).split(",")
    text.keep(",".join([*unplaced[:2], "see map", *unplaced[3:]]), "bad_cell")
    counts["evacuation"][CITY_CODE][0] += 2
    counts["evacuation"][CITY_CODE][1] += 1
    text.reject(text.lines[0], "duplicate")
    text.blank(fields=HEADER.count(",") + 1)
    write_bytes(out / FILE, text.encode())
    book.add_file(FILE, text.truth())
    book.centers = {kind: dict(told) for kind, told in counts.items()}


def _line(seed: int, code: str, kind: str, place: bay.Point, accessible: bool) -> str:
    house, street = pick(seed, HOUSES, "house", code), pick(seed, STREETS, "street", code)
    fields = [
        code, kind, f"{place[0]:.1f}", f"{place[1]:.1f}", "27700", f"{street} {house}",
        f"{draw_int(seed, 1, 199, 'number', code)} {street}", "1", CITY_NAME, "", "", "BW1",
        "Y" if accessible else "N", '"ramp, wide doors"' if accessible else "",
    ]  # fmt: skip
    return ",".join(fields)
