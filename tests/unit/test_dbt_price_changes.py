"""Least squares over pairs of sales, of the dbt Python model: against another solver, and where little is known."""

from __future__ import annotations

import importlib.util
import math
import random
from collections.abc import Sequence
from types import ModuleType

import numpy as np
import pytest

from tests.integration.dbt_project import PROJECT

MODEL = PROJECT / "models" / "intermediate" / "real_estate" / "int_real_estate__price_changes.py"
Pairs = Sequence[tuple[int, int, float]]
Changes = dict[tuple[int, int], tuple[float, float | None]]


@pytest.fixture(scope="module")
def model() -> ModuleType:
    spec = importlib.util.spec_from_file_location(MODEL.stem, MODEL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def changes(model: ModuleType, pairs: Pairs) -> Changes:
    found = list(model.price_changes([model.Pair(*pair) for pair in pairs]))
    assert len({change[:2] for change in found}) == len(found)
    return {change[:2]: change[2:] for change in found}


def drawn_pairs(count: int = 400) -> Pairs:
    draws = random.Random(1963)
    years = [sorted(draws.sample(range(1995, 2025), 2)) for _ in range(count)]
    return [(first, last, 0.06 * (last - first) + draws.gauss(0, 0.15)) for first, last in years]


def test_changes_and_errors_are_those_of_another_solver(model: ModuleType) -> None:
    pairs = drawn_pairs()
    years = sorted({year for pair in pairs for year in pair[:2]})
    design = np.zeros((len(pairs), len(years)))
    for row, (first, last, _) in enumerate(pairs):
        design[row, years.index(first)], design[row, years.index(last)] = -1, 1
    design = design[:, 1:]
    levels, rest, rank, _ = np.linalg.lstsq(design, np.array([pair[2] for pair in pairs]))
    covariance = rest[0] / (len(pairs) - rank) * np.linalg.pinv(design) @ np.linalg.pinv(design).T
    found = changes(model, pairs)
    assert len(found) == len(years) * (len(years) + 1) / 2
    for (first, last), told in found.items():
        contrast = np.array([(year == last) - (year == first) for year in years[1:]], dtype=float)
        wanted = float(contrast @ levels), math.sqrt(contrast @ covariance @ contrast)
        assert told == pytest.approx(wanted, rel=1e-9, abs=1e-12)


def test_the_order_of_the_pairs_changes_no_digit(model: ModuleType) -> None:
    pairs = list(drawn_pairs())
    told = changes(model, pairs)
    random.Random(1).shuffle(pairs)
    assert changes(model, pairs) == told


def test_years_that_nothing_links_to_the_first_are_left_out(model: ModuleType) -> None:
    pairs = [(2000, 2003, 0.3), (2000, 2003, 0.5), (2001, 2002, 9.0), (2001, 2002, 8.0)]
    found = changes(model, pairs)
    assert found.keys() == {(2000, 2000), (2000, 2003), (2003, 2003)}
    assert found[2000, 2003] == pytest.approx((0.4, 0.1))
    assert found[2000, 2000] == (0, 0)


def test_without_a_pair_to_spare_there_is_no_error(model: ModuleType) -> None:
    found = changes(model, [(2000, 2001, 0.1), (2001, 2002, 0.2)])
    assert found[2000, 2002] == (pytest.approx(0.3), None)
