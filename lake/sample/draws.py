"""Random-looking draws that are pure functions of a seed and a key.

Small files are made in Python with these draws; the bulk (meter readings, hourly air) is made in SQL with DuckDB's
`hash()` in the same spirit. Nothing here keeps state, so the order of calls never changes a byte.
"""

import hashlib
import math
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def draw(seed: int, *key: object) -> float:
    """A number in [0, 1) that depends on seed and key only."""
    text = "|".join([str(seed), *map(str, key)])
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") / 2**64


def draw_int(seed: int, low: int, high: int, *key: object) -> int:
    """A whole number from low to high, both included."""
    return low + int(draw(seed, *key) * (high - low + 1))


def pick(seed: int, options: Sequence[T], *key: object) -> T:
    """One of the options, each equally likely."""
    return options[draw_int(seed, 0, len(options) - 1, *key)]


def pick_weighted(seed: int, options: Sequence[tuple[T, float]], *key: object) -> T:
    """One of the (option, weight) pairs, in proportion to its weight."""
    left = draw(seed, *key) * math.fsum(weight for _, weight in options)
    for option, weight in options:
        left -= weight
        if left < 0:
            return option
    return options[-1][0]


def count_around(seed: int, expected: float, *key: object) -> int:
    """A count that scatters around its expectation about as widely as a Poisson count does."""
    spread = sum(draw(seed, *key, n) for n in range(3)) - 1.5
    return max(0, round(expected + 2 * spread * math.sqrt(expected)))
