"""From what pydantic found wrong to sentences that a person can act on.

`Strict` is the base of every model that is read from YAML: closed, frozen, no conversion of types. `find_mistakes`
validates plain values against such a model and reports everything at once, each mistake with its line and, for a
misspelt key or word, the nearest allowed one. Which files are read, and what must hold between them, is
decided in `lake.contract` and `lake.city`.
"""

import difflib
import functools
import json
import zoneinfo
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar, get_args

import pydantic
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

from lake.errors import UsageError
from lake.questions import Question
from lake.yaml_source import Loc, Mistake, YamlSource

M = TypeVar("M", bound=pydantic.BaseModel)


class Strict(pydantic.BaseModel):
    """Closed, frozen, without conversions: what is not written as the model says is a mistake."""

    model_config = pydantic.ConfigDict(strict=True, frozen=True, extra="forbid")


class StrictCamel(Strict):
    """As `Strict`, for keys that live inside an ODCS document and follow its camelCase."""

    model_config = pydantic.ConfigDict(alias_generator=to_camel)


class ConfigError(UsageError):
    """Files that people wrote hold mistakes; the text lists every one of them, ordered by file and line."""

    def __init__(self, what: str, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(set(mistakes), key=lambda m: (str(m.path), m.line, m.key)))
        super().__init__("\n".join([f"{counted(self.mistakes)} in {what}:", *(f"  {one}" for one in self.mistakes)]))


# What pydantic's type errors expect, in the words of a YAML file.
_EXPECTED = {
    "string_type": "text (in quotes if it looks like a number)", "bool_type": "true or false", "int_type": "a number",
    "float_type": "a number", "tuple_type": "a list", "dict_type": "a mapping", "model_type": "a mapping",
    "model_attributes_type": "a mapping", "date_type": "a date such as 2014-05-22",
    "date_from_datetime_parsing": "a date such as 2014-05-22", "date_parsing": "a date such as 2014-05-22",
}  # fmt: skip


def counted(mistakes: Sequence[Mistake]) -> str:
    """`3 mistakes and 1 open question`."""
    questions = sum(isinstance(mistake, Question) for mistake in mistakes)
    numbers = {"mistake": len(mistakes) - questions, "open question": questions}
    return " and ".join(f"{number} {word}{'s' if number != 1 else ''}" for word, number in numbers.items() if number)


def shown(path: Path) -> Path:
    """The path as people should read it: relative to where they stand if it lies below."""
    absolute = path.absolute()
    return absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else path


def suggest(word: str, allowed: Iterable[str]) -> str:
    """What to write instead of `word`: the nearest allowed word, else all of them."""
    options = sorted(set(allowed))
    near = difflib.get_close_matches(word, options, n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else f"one of: {', '.join(options)}"


def wrong_time_zone(name: str) -> str | None:
    """What to write instead of a name that is no IANA time zone; None for one that is."""
    zones = _time_zones()
    if name in zones:
        return None
    near = difflib.get_close_matches(name, sorted(zones), n=1, cutoff=0.75)
    return f"did you mean `{near[0]}`?" if near else "a name such as Europe/London or UTC expected"


@functools.cache
def _time_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())  # reads a folder of files each time


def find_mistakes(
    model: type[M], values: Mapping[str, object], source: YamlSource, origin: Callable[[Loc], Loc]
) -> tuple[M | None, list[Mistake]]:
    """Validate `values`; give the instance, or every mistake at the line that `origin` maps its place to."""
    try:
        # JSON mode is as strict about types but lets lists become tuples and ISO text become dates.
        return model.model_validate_json(json.dumps(values)), []
    except pydantic.ValidationError as error:
        # pydantic calls a list empty whose items are all wrong; those are reported themselves.
        real = [d for d in error.errors() if not (d["type"] == "too_short" and d["input"])]
        return None, [_mistake(model, details, source, origin) for details in real]


def _mistake(
    model: type[pydantic.BaseModel], details: ErrorDetails, source: YamlSource, origin: Callable[[Loc], Loc]
) -> Mistake:
    loc = details["loc"]
    problem, expected = _in_words(model, details)
    return source.mistake(origin(loc), problem, expected)


def _in_words(model: type[pydantic.BaseModel], details: ErrorDetails) -> tuple[str, str]:
    kind, loc, given, context = details["type"], details["loc"], details["input"], details.get("ctx", {})
    if kind == "extra_forbidden":
        return "unknown key", suggest(str(loc[-1]), _keys_at(model, loc[:-1]))
    if kind == "missing":
        return "is missing", _described(model, loc)
    if kind == "literal_error":
        return f"`{given}` is not allowed", suggest(str(given), _quoted_words(context["expected"]))
    if kind == "value_error":
        problem, _, expected = str(context["error"]).partition("; ")
        return problem, expected
    if kind == "too_short":
        return "is empty", "at least one item expected"
    if given is None:
        return "has no value", _described(model, loc)
    if kind in _EXPECTED:
        return f"is {_kind_of(given)}", f"expected: {_EXPECTED[kind]}"
    rule = details["msg"].removeprefix("Input should ").removeprefix("String should ")
    return f"`{given}` is not allowed", _described(model, loc) or f"it should {rule}"


def _quoted_words(text: str) -> list[str]:
    """The words of pydantic's `'a', 'b' or 'c'`."""
    return [word.strip("'") for word in text.replace(" or ", ", ").split(", ")]


def _kind_of(given: object) -> str:
    names = {str: "text", bool: "true/false", int: "a number", float: "a number", list: "a list", dict: "a mapping"}
    value = f" `{given}`" if isinstance(given, str | int | float) else ""
    return names.get(type(given), "of another kind") + value


def _described(model: type[pydantic.BaseModel], loc: Sequence[str | int]) -> str:
    owner = _model_at(model, loc[:-1])
    for name, info in owner.model_fields.items() if owner else ():
        if loc and (info.alias or name) == loc[-1] and info.description:
            return f"expected: {info.description}"
    return ""


def _keys_at(model: type[pydantic.BaseModel], loc: Sequence[str | int]) -> list[str]:
    owner = _model_at(model, loc)
    return [info.alias or name for name, info in owner.model_fields.items()] if owner else []


def _model_at(model: type[pydantic.BaseModel], loc: Sequence[str | int]) -> type[pydantic.BaseModel] | None:
    """The model that a place belongs to; list indexes and the free keys of mappings stay in the same annotation."""
    annotation: object = model
    for step in loc:
        owner = model_in(annotation)
        fields = {info.alias or name: info for name, info in owner.model_fields.items()} if owner else {}
        annotation = fields[step].annotation if isinstance(step, str) and step in fields else annotation
    return model_in(annotation)


def model_in(annotation: object) -> type[pydantic.BaseModel] | None:
    """The model that an annotation holds, as it is or within a list, mapping or union."""
    if isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := model_in(part))), None)
