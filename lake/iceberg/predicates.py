"""Iceberg row filters with the signatures that pyiceberg's expressions have at run time and hide from type checkers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pyiceberg.expressions import BooleanExpression, EqualTo, In, Or

# With a longer list pyiceberg 0.12 leaves out no file by its bounds (IN_PREDICATE_LIMIT) and reads them all.
LONGEST_LIST = 200


def equals(column: str, value: str) -> BooleanExpression:
    """Rows whose column has this value."""
    return EqualTo(column, value)  # type: ignore[call-arg, misc]  # a pydantic model with an __init__ of its own


def among(column: str, values: Iterable[str] | Iterable[date]) -> BooleanExpression:
    """Rows whose column has one of these values; no value: no row."""
    known: list[str] | list[date] = list(values)  # type: ignore[assignment]  # one kind or the other
    parts = [known[start : start + LONGEST_LIST] for start in range(0, len(known), LONGEST_LIST)] or [[]]
    terms = [In(column, part) for part in parts]  # type: ignore[call-arg, misc]  # as above
    return terms[0] if len(terms) == 1 else Or(*terms)
