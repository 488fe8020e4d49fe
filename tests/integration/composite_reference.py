"""The composite QOL_LON8 and its rank intervals in NumPy, apart from dbt: an oracle for tests.

Its draws come from NumPy's own generator, so that intervals are compared within a tolerance, never draw by draw. The
values that it scores are those of london_reference.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
FLOOR = 0.01
# indicator: goalpost low, goalpost high, polarity
QOL_LON8 = {
    "HEA_LIFE_EXP": (75.0, 87.0, 1),
    "SAF_CRIME_PUB": (0.0, 200.0, -1),
    "ECO_UNEMP": (0.0, 25.0, -1),
    "EDU_ATTAIN": (0.0, 100.0, 1),
    "ENV_GREEN": (0.0, 65.0, 1),
    "MOB_PTAL": (1.0, 8.0, 1),
    "REA_AFFORD": (3.0, 40.0, -1),
    "SUB_LIFE_SAT": (6.0, 8.5, 1),
}


@dataclass(frozen=True)
class Ranking:
    """Composites (0..1) and ranks of the districts that have all eight values, with the ends of their intervals."""

    districts: list[str]
    scores: Floats  # 0..1, a row per district, a column per indicator
    composites: Floats
    ranks: npt.NDArray[np.int64]
    rank_p05: npt.NDArray[np.int64]
    rank_p95: npt.NDArray[np.int64]


def ranking(values: dict[str, dict[str, float | None]], draws: int, seed: int) -> Ranking:
    """Score, rank and draw; `values` is indicator -> district -> value."""
    districts = sorted(d for d in values["ENV_GREEN"] if all(values[code][d] is not None for code in QOL_LON8))
    raw = np.array([[values[code][district] for code in QOL_LON8] for district in districts], dtype=float)
    low, high, polarity = (np.array(column, dtype=float) for column in zip(*QOL_LON8.values(), strict=True))
    scores = goalpost(raw, low, high, polarity)
    composites = geometric(scores, np.full(len(QOL_LON8), 1 / len(QOL_LON8)))
    drawn = draw_ranks(scores, raw * polarity, draws, np.random.default_rng(seed))
    drawn.sort(axis=0)
    return Ranking(
        districts,
        scores,
        composites,
        ranks(composites),
        drawn[int(0.05 * draws)],
        drawn[min(draws - 1, int(0.95 * draws))],
    )


def goalpost(raw: Floats, low: Floats, high: Floats, polarity: Floats) -> Floats:
    """Position between the goalposts, turned round for bad things, cut off beyond them."""
    position = (raw - low) / (high - low)
    return np.clip(np.where(polarity < 0, 1 - position, position), 0, 1)


def geometric(scores: Floats, weights: Floats) -> Floats:
    """Weighted geometric mean along the last axis, no score below the floor."""
    result: Floats = np.exp(np.log(np.maximum(FLOOR, scores)) @ weights)
    return result


def ranks(composites: Floats) -> npt.NDArray[np.int64]:
    """1 + number of strictly greater composites, at 12 decimals."""
    rounded = np.round(composites, 12)
    return 1 + (rounded[None, :] > rounded[:, None]).sum(axis=1)


def draw_ranks(scores: Floats, signed: Floats, draws: int, random: np.random.Generator) -> npt.NDArray[np.int64]:
    """Ranks (a row per draw) under random weights, aggregation and normalisation."""
    spread = signed.max(axis=0) - signed.min(axis=0)
    deviation = signed.std(axis=0, ddof=1)
    normalised = [
        scores,
        (signed - signed.min(axis=0)) / spread,
        np.clip(0.5 + (signed - signed.mean(axis=0)) / (6 * deviation), 0, 1),
    ]
    width = scores.shape[1]
    weights = random.dirichlet(np.full(width, float(width)), size=draws)
    choices = zip(weights, random.integers(0, 3, draws), random.integers(0, 2, draws), strict=True)
    return np.array([ranks(geometric(normalised[n], w) if g else normalised[n] @ w) for w, n, g in choices])
