"""The weather over Brightwater: what people's heating and the air over the city have in common.

Daily mean temperatures of the winter 2014/15 with a cold spell, and the ozone week of July 2014. Invented; energy and
air read it, nothing writes it to a file.
"""

import datetime as dt
import math

from lake.sample.draws import draw

COLD_SPELL = (dt.date(2015, 1, 17), dt.date(2015, 1, 23))
COLD_SPELL_DEGREES = -9.5
OZONE_WEEK = (dt.date(2014, 7, 21), dt.date(2014, 7, 27))
HEATING_BELOW_DEGREES = 14.0


def mean_temperature(day: dt.date) -> float:
    """Daily mean in degrees Celsius, the same for any seed: the year's wave, some unrest, and the cold spell."""
    wave = 10.5 - 6.0 * math.cos(2 * math.pi * (day.timetuple().tm_yday - 20) / 365)
    unrest = 3 * (draw(0, "temperature", day) - 0.5) + 2 * math.sin(day.toordinal() / 2.9)
    return wave + unrest + (COLD_SPELL_DEGREES if COLD_SPELL[0] <= day <= COLD_SPELL[1] else 0.0)


def heating_factor(day: dt.date, electric: float) -> float:
    """How much more electricity than in mild weather a district uses; `electric` says how it follows the cold."""
    return 1 + 0.03 * electric * max(0.0, HEATING_BELOW_DEGREES - mean_temperature(day))


def is_ozone_day(day: dt.date) -> bool:
    """True in the hot, still week of July 2014."""
    return OZONE_WEEK[0] <= day <= OZONE_WEEK[1]
