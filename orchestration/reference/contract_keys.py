"""docs/reference/contract-keys.md: what citylake reads from a contract beyond the standard ODCS sections.

Taken from the models of a contract, which also judge it. What a question of a draft means for people stands in
docs/adding-a-dataset.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from lake.contract_model import Column, Contract
from lake.contract_odcs import COLUMN_CUSTOM_KEYS, CONTRACT_CUSTOM_KEYS
from lake.mistakes import model_in
from orchestration.reference.markdown import code, page, table, text

ABOUT = (
    "A contract is an ODCS 3.1 document. Name, owner, columns, types, bounds and freshness stand in the standard's own "
    "sections; the keys on this page stand in `customProperties`, of the contract or of a column. Any other key is a "
    "mistake that `citylake check` names."
)
_HEADER = ("key", "value", "without it", "meaning")
_KINDS = {"str": "text", "bool": "true or false", "float": "number", "int": "whole number"}


def contract_keys_page() -> str:
    """The page."""
    parts = ["## Of the contract", _keys(Contract, CONTRACT_CUSTOM_KEYS)]
    parts += ["## Of a column", _keys(Column, COLUMN_CUSTOM_KEYS)]
    return page("Keys of a contract", ABOUT, [*parts, *_mappings(Contract, CONTRACT_CUSTOM_KEYS)])


def _mappings(model: type[BaseModel], only: Collection[str]) -> Iterator[str]:
    for key, info in _fields(model, only):
        if inner := model_in(info.annotation):
            keys = [name for name, _ in _fields(inner)]
            yield f"## In {code(key)}"
            yield _keys(inner, keys)
            yield from _mappings(inner, keys)


def _keys(model: type[BaseModel], only: Collection[str]) -> str:
    return table(
        _HEADER,
        [
            (code(key), _kind(info.annotation), _default(info), text(info.description))
            for key, info in _fields(model, only)
        ],
    )


def _fields(model: type[BaseModel], only: Collection[str] | None = None) -> list[tuple[str, FieldInfo]]:
    found = [(info.alias or name, info) for name, info in model.model_fields.items()]
    return [(key, info) for key, info in found if only is None or key in only]


def _kind(annotation: object) -> str:
    parts = [part for part in get_args(annotation) if part not in (type(None), ...)]
    if get_origin(annotation) is Literal:
        return ", ".join(code(part) for part in parts)
    if get_origin(annotation) is tuple:
        return f"list of {_kind(parts[0])}"
    if model_in(annotation):
        return "mapping"
    return _kind(parts[0]) if parts else _KINDS[getattr(annotation, "__name__", "")]


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "a mistake"
    given = info.default if isinstance(info.default, tuple) else (info.default,)
    return ", ".join(code(repr(one) if one in ("", " ") else str(one).lower()) for one in given if one is not None)
