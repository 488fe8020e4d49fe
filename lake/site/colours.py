"""Colours of the map: classes of equal width between round numbers, light for little to dark for much.

The scale is ColorBrewer's YlGnBu, which people with any colour vision can tell apart and which survives a grey printer.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

# Sampled from light to dark; fewer classes take every other one, always with the ends.
PALETTE = ("#eef8b4", "#c7e9b4", "#7fcdbb", "#41b6c4", "#1d91c0", "#225ea8", "#172976")
_DARK = PALETTE[5:]
_FENCE, _LEAST_FENCED = 1.5, 8
_STEPS = (1, 2, 2.5, 5, 10, 20)


@dataclass(frozen=True)
class Scale:
    """Class n reaches from bounds[n] up to bounds[n + 1] and has colours[n]; the outermost bounds may be infinite."""

    bounds: tuple[float, ...]
    colours: tuple[str, ...]

    def colour(self, value: float) -> str:
        """The colour of a value."""
        above = sum(value >= bound for bound in self.bounds[1:-1])
        return self.colours[above]


def scale(values: Sequence[float]) -> Scale:
    """Classes for these values; there must be at least one.

    A few values far from the others do not stretch the classes: the first or last one is open and holds them.
    """
    low, high = _usual(values)
    if math.isclose(low, high, rel_tol=1e-9):
        return Scale((low, high), _sampled(1))
    size = 10 ** math.floor(math.log10((high - low) / len(PALETTE)))
    steps = (_classes(low, high, size * step) for step in _STEPS)
    found = next(one for one in steps if len(one.colours) <= len(PALETTE))
    first = -math.inf if min(values) < low else found.bounds[0]
    last = math.inf if max(values) > high else found.bounds[-1]
    return Scale((first, *found.bounds[1:-1], last), found.colours)


def _usual(values: Sequence[float]) -> tuple[float, float]:
    """Least and largest value within Tukey's fences; of few values all count, and where most are the same."""
    low, high = min(values), max(values)
    if len(values) < _LEAST_FENCED:
        return low, high
    lower, _, upper = statistics.quantiles(values, n=4, method="inclusive")
    reach = _FENCE * (upper - lower)
    inside = [value for value in values if lower - reach <= value <= upper + reach]
    alike = math.isclose(min(inside), max(inside), rel_tol=1e-9) if inside else True
    return (low, high) if alike else (min(inside), max(inside))


def is_dark(colour: str) -> bool:
    """Whether a name on this colour must be light."""
    return colour in _DARK


def _classes(low: float, high: float, step: float) -> Scale:
    """Classes of this width; differences that only come from counting in binary make no class."""
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return Scale(tuple(round(n * step, 10) for n in range(first, last + 1)), _sampled(last - first))


def _sampled(count: int) -> tuple[str, ...]:
    if count == 1:
        return (PALETTE[len(PALETTE) // 2],)
    return tuple(PALETTE[round(n * (len(PALETTE) - 1) / (count - 1))] for n in range(count))
