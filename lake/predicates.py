"""Iceberg row filters with the signatures that pyiceberg's expressions have at run time and hide from type checkers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pyiceberg.expressions import BooleanExpression, EqualTo, In


def equals(column: str, value: str) -> BooleanExpression:
    """Rows whose column has this value."""
    return EqualTo(column, value)  # type: ignore[call-arg, misc]  # a pydantic model with an __init__ of its own


def among(column: str, values: Iterable[str] | Iterable[date]) -> BooleanExpression:
    """Rows whose column has one of these values; none of them: no row."""
    return In(column, list(values))  # type: ignore[call-arg, misc]  # as above
