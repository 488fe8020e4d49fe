"""What must hold between the parts of one contract: names that refer to columns, units, personal data, SQL.

Works on the flat values before they are known to be well typed, so that these mistakes are reported together with those
of `lake.contract_model`. A check that meets a value of another type leaves it to the model.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb

from lake.contract_model import CITY_ZONE, EPOCH, NUMERIC
from lake.contract_odcs import Flat
from lake.mistakes import suggest, wrong_time_zone
from lake.yaml_source import Loc, dig

Finding = tuple[Loc, str, str]
"""Place in the flat values, problem, what was expected."""

_LOGICAL_TYPES = {
    "text": "string", "integer": "integer", "bigint": "integer", "double": "number", "boolean": "boolean",
    "date": "date", "timestamptz": "timestamp", "binary": "string",
}  # fmt: skip
_MAPS = ("geojson", "topojson")
_OPTIONS_OF_READERS = {
    "quote": ("delimited",), "delimiter": ("delimited",), "names": ("delimited",), "unitsLine": ("blank_separated",),
    "coordinates": _MAPS, "otherProperties": (*_MAPS, "delimited", "json_feed"),
    "invalidGeometry": _MAPS, "objectName": ("topojson",),
    "records": ("json_feed",), "envelope": ("json_feed",),
    "sheet": ("excel",), "headerRow": ("excel",), "repeatedNames": ("excel",), "fillDown": ("excel",),
}  # fmt: skip
_OPTIONS_OF_TYPES = {
    "minimum": (NUMERIC.pattern, "numbers"), "maximum": (NUMERIC.pattern, "numbers"),
    "observed": ("date|timestamptz", "dates and times"), "areaCode": ("text", "texts"), "yearStart": ("date", "dates"),
    "secondsOfDay": ("integer|bigint", "whole numbers"),
}  # fmt: skip
_CLASSES = {"none": ("public", "internal"), "personal": ("personal",), "special": ("personal", "special")}


def logical_type(kind: str) -> str | None:
    """The logical type of ODCS that goes with a type of the lake; None where there is no such type."""
    return "number" if kind.startswith("decimal") else _LOGICAL_TYPES.get(kind)


def check(flat: Flat) -> None:
    """Add what does not hold to the mistakes of `flat`."""
    checks = (
        _names, _columns, _references, _unpivot, _reader, _reader_names, _areas, _file_fields, _load, _bundle,
        _personal, _purposes, _rule_ids, _sql,
    )  # fmt: skip
    for one_check in checks:
        for loc, problem, expected in one_check(flat):
            flat.wrong(flat.origin(loc), problem, expected)


def _column_values(flat: Flat) -> list[tuple[int, dict[str, object]]]:
    columns = flat.values.get("columns")
    return [(i, c) for i, c in enumerate(columns if isinstance(columns, list) else ()) if isinstance(c, dict)]


def _column_names(flat: Flat) -> list[str]:
    return [str(column.get("name")) for _, column in _column_values(flat)]


def _names(flat: Flat) -> Iterator[Finding]:
    path = Path(flat.source.path)
    if isinstance(name := flat.values.get("name"), str) and name != path.stem:
        yield ("name",), f"is `{name}`", f"a contract has the name of its file, `{path.stem}`"
    if isinstance(domain := flat.values.get("domain"), str) and domain != path.absolute().parent.name:
        yield ("domain",), f"is `{domain}`", f"a contract has the domain of its folder, `{path.absolute().parent.name}`"


def _columns(flat: Flat) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for index, column in _column_values(flat):
        name, kind = str(column.get("name")), str(column.get("physicalType"))
        if name in seen:
            yield ("columns", index, "name"), "is given twice", f"column {seen[name] + 1} has this name"
        seen.setdefault(name, index)
        if column.get("whenAbsent") is not None and not column.get("optional"):
            yield ("columns", index, "whenAbsent"), "goes with `optional: true` only", "leave it out"
        if NUMERIC.fullmatch(kind) and not column.get("unit"):
            yield ("columns", index, "unit"), "is missing", f"a {kind} has a unit, such as kWh or persons"
        yield from _column_options(flat, index, column, kind)
        for key, (fitting, words) in _OPTIONS_OF_TYPES.items():
            if key in column and not re.fullmatch(fitting, kind):
                yield ("columns", index, key), f"goes with {words} only", "leave it out"


def _column_options(flat: Flat, index: int, column: dict[str, object], kind: str) -> Iterator[Finding]:
    logical = dig(flat.source.value, *flat.origin(("columns", index)), "logicalType")
    expected = logical_type(kind)
    if logical is not None and expected not in (None, logical):
        yield ("columns", index, "logicalType"), f"is `{logical}`", f"the logical type of {kind} is {expected}"
    if kind == "timestamptz" and "zone" not in column:
        yield ("columns", index, "zone"), "is missing", "the time zone of the clock that wrote the stamp"
    if column.get("zone") not in (None, CITY_ZONE):
        yield from _zone(("columns", index, "zone"), column["zone"])
    if column.get("format") == EPOCH and column.get("zone", "UTC") != "UTC":
        yield ("columns", index, "zone"), f"is `{column['zone']}`", "seconds since 1970 are those of UTC"
    if kind == "boolean" and not (column.get("trueTexts") and column.get("falseTexts")):
        yield ("columns", index, "trueTexts"), "is missing", "a boolean says which texts are true and which are false"
    if "pattern" in column:
        yield from _regex(("columns", index, "pattern"), column["pattern"])
    if "extract" in column:
        yield from _regex(("columns", index, "extract"), column["extract"], groups=1)
    yield from _places(index, column)


def _places(index: int, column: dict[str, object]) -> Iterator[Finding]:
    if "from" in column and "physicalName" in column:
        yield ("columns", index, "from"), "goes without `physicalName`", "a column has one place, or several"
    if "separator" in column and "from" not in column:
        yield ("columns", index, "separator"), "goes with `from` only", "leave it out"
    if "otherNames" in column and "from" in column:
        yield ("columns", index, "otherNames"), "goes with `physicalName` only", "leave it out"


def _file_fields(flat: Flat) -> Iterator[Finding]:
    fields = dig(flat.values, "fileIdentity", "fields")
    known = list(fields) if isinstance(fields, dict) else []
    for index, column in _column_values(flat):
        named, loc = column.get("fileField"), ("columns", index, "fileField")
        if isinstance(named, str) and named not in known:
            yield loc, f"`{named}` is no field of `fileIdentity`", suggest(named, known)
        elif named is not None and column.get("optional") is not True:
            yield loc, "goes with `optional: true` only", "it is told where the file has no such column"


def _zone(loc: Loc, zone: object) -> Iterator[Finding]:
    if isinstance(zone, str) and (instead := wrong_time_zone(zone)):
        yield loc, f"`{zone}` is no IANA time zone", instead


def _regex(loc: Loc, text: object, groups: int | None = None) -> Iterator[Finding]:
    if not isinstance(text, str):
        return
    try:
        found = re.compile(text).groups
    except re.error as error:
        yield loc, f"is no regular expression: {error}", ""
        return
    if groups not in (None, found):
        yield loc, f"has {found} groups", f"{groups} expected; write `(?:...)` for what is no group of its own"


def _references(flat: Flat) -> Iterator[Finding]:
    names = _column_names(flat)
    key = dig(flat.values, "duplicates", "key")
    places: list[Loc] = [("duplicates", "key", index) for index in range(len(key) if isinstance(key, list) else 0)]
    places += [("duplicates", "by"), ("eventTime", "column"), ("unpivot", "valueColumn")]
    for loc in places:
        name = dig(flat.values, *loc)
        if isinstance(name, str) and name not in names:
            yield loc, f"`{name}` is no column of this contract", suggest(name, names)
    yield from _zone(("eventTime", "zone"), dig(flat.values, "eventTime", "zone"))
    keep, by = dig(flat.values, "duplicates", "keep"), dig(flat.values, "duplicates", "by")
    if (keep == "largest") != (by is not None):
        yield ("duplicates", "by"), "goes with `keep: largest` only", "name the column whose largest value stays"


def _unpivot(flat: Flat) -> Iterator[Finding]:
    loc: Loc = ("unpivot", "columns")
    text = dig(flat.values, *loc)
    if not isinstance(text, str):
        return
    wrong = list(_regex(loc, text))
    yield from wrong
    types = {str(column.get("name")): str(column.get("physicalType")) for _, column in _column_values(flat)}
    groups = [] if wrong else list(re.compile(text).groupindex)
    if not wrong and not groups:
        yield loc, "has no named group", "groups name the columns that the header fills, such as (?P<month_date>.*)"
    for name in groups:
        if name not in types:
            yield loc, f"`{name}` is no column of this contract", suggest(name, types)
        elif types[name] not in ("text", "date", "integer"):
            yield loc, f"`{name}` is a {types[name]}", "what a header says is a text, a date or an integer"
    key = dig(flat.values, "duplicates", "key")
    for index, name in enumerate(key if isinstance(key, list) else ()):
        if name in groups:
            yield ("duplicates", "key", index), f"`{name}` is made by the unpivot", "columns of the file's own records"
    if dig(flat.values, "unpivot", "partialBelow") is not None:
        value, event = str(dig(flat.values, "unpivot", "valueColumn")), dig(flat.values, "eventTime", "column")
        if event not in groups or not NUMERIC.fullmatch(types.get(value, "")):
            yield ("unpivot", "partialBelow"), "needs periods to sum", "a number as value, the event time in the header"


def _reader(flat: Flat) -> Iterator[Finding]:
    for key, owners in _OPTIONS_OF_READERS.items():
        if dig(flat.values, "reader", key) is not None and dig(flat.values, "reader", "format") not in owners:
            yield ("reader", key), f"goes with `format: {' or '.join(owners)}` only", "leave it out"
    if dig(flat.values, "reader", "format") == "json_feed" and not dig(flat.values, "reader", "records"):
        yield ("reader", "records"), "is missing", "where the list of records is, such as [data, stations]"


def _reader_names(flat: Flat) -> Iterator[Finding]:
    names = dig(flat.values, "reader", "names")
    if not isinstance(names, list):
        return
    twice = sorted({str(name) for name in names if names.count(name) > 1})
    if twice:
        yield ("reader", "names"), f"holds `{twice[0]}` twice", "each field has a name of its own"
    for index, column in _column_values(flat):
        for key in ("physicalName", "from"):
            told = column.get(key)
            for name in told if isinstance(told, list) else [told]:
                if isinstance(name, str) and name not in names:
                    yield ("columns", index, key), f"`{name}` is no name of the reader", suggest(name, names)


def _areas(flat: Flat) -> Iterator[Finding]:
    others = flat.values.get("otherAreas")
    if others is not None and not any(column.get("areaCode") is True for _, column in _column_values(flat)):
        yield ("otherAreas",), "goes with a column with `areaCode: true` only", "mark the column that holds the codes"
    for index, code in enumerate(others if isinstance(others, list) else ()):
        yield from _regex(("otherAreas", index), code)


def _load(flat: Flat) -> Iterator[Finding]:
    mode, period = dig(flat.values, "load", "mode"), dig(flat.values, "load", "period")
    if mode == "replace_period" and period is None:
        yield ("load", "period"), "is missing", "replace_period says which: day, month or year"
    if mode in ("append", "append_changes", "replace_all") and period is not None:
        yield ("load", "period"), "goes with `mode: replace_period` only", "leave it out"
    if mode == "append_changes" and not any(column.get("primaryKey") is True for _, column in _column_values(flat)):
        yield ("load", "mode"), "needs a column with `primaryKey: true`", "of the rows of one key the last one counts"
    if mode == "replace_period" and "eventTime" not in flat.values:
        yield ("eventTime",), "is missing", "replace_period takes the period of a row from its event time"
    if "freshness" in flat.values and "eventTime" not in flat.values:
        yield ("eventTime",), "is missing", "freshness is the age of the newest event time"


def _bundle(flat: Flat) -> Iterator[Finding]:
    if "bundle" not in flat.values:
        return
    if "fileIdentity" in flat.values:
        yield ("fileIdentity",), "goes without `bundle`", "a bundle names the dataset's file"
    if dig(flat.values, "load", "mode") not in ("replace_all", None):
        yield ("load", "mode"), "is `replace_all` in a bundle", "one delivery of a bundle replaces the other whole"
    seen: set[object] = set()
    rules = dig(flat.values, "bundle", "rules")
    for index in range(len(rules) if isinstance(rules, list) else 0):
        rule_id = dig(rules, index, "id")
        if rule_id in seen:
            yield ("bundle", "rules", index, "id"), f"`{rule_id}` is given twice", "a check has a name of its own"
        seen.add(rule_id)


def _personal(flat: Flat) -> Iterator[Finding]:
    values, data = flat.values, flat.values.get("personalData")
    identifiers = [index for index, column in _column_values(flat) if column.get("identifier") is True]
    if data in ("personal", "special") and "legalBasis" not in values:
        yield ("legalBasis",), "is missing", "personal data rest on a legal basis, such as consent or published"
    if identifiers and data == "none":
        yield ("personalData",), "is `none` but columns identify persons or households", "personal or special"
    if identifiers and "pseudonymDomain" not in values:
        yield ("pseudonymDomain",), "is missing", "identifiers become pseudonyms under the key of a domain"
    for index, column in _column_values(flat):
        given = column.get("classification", "public")
        if isinstance(data, str) and given in ("personal", "special") and given not in _CLASSES.get(data, (given,)):
            yield ("columns", index, "classification"), f"is `{given}` in a contract of class `{data}`", ""
        personal_text = given in ("personal", "special") and column.get("physicalType") == "text"
        if index in identifiers and not personal_text:
            yield (
                ("columns", index),
                "identifies a person or household",
                "its type is text, its classification personal",
            )


def _purposes(flat: Flat) -> Iterator[Finding]:
    purposes = flat.values.get("permittedPurposes")
    for index, purpose in enumerate(purposes if isinstance(purposes, list) else ()):
        if isinstance(purpose, str) and not re.fullmatch(r"ANY|dpv:[A-Z][A-Za-z]+", purpose):
            yield ("permittedPurposes", index), f"`{purpose}` is no purpose", "ANY or a DPV term, dpv:PublicBenefit"


def _rule_ids(flat: Flat) -> Iterator[Finding]:
    rules = flat.values.get("rowRules")
    seen = {str(dig(flat.values, "duplicates", "id") or "duplicate")} if "duplicates" in flat.values else set()
    for index in range(len(rules) if isinstance(rules, list) else 0):
        rule_id = dig(rules, index, "id")
        if isinstance(rule_id, str) and rule_id in seen:
            yield ("rowRules", index, "id"), f"`{rule_id}` is given twice", "a reject names exactly one rule"
        seen.add(str(rule_id))


def _sql(flat: Flat) -> Iterator[Finding]:
    predicates = _predicates(flat)
    if not predicates:
        return
    with duckdb.connect() as connection:
        try:
            connection.execute(_empty_table(flat))
        except duckdb.Error:
            return  # a column's name or type is wrong, which the model reports
        for loc, predicate in predicates.items():
            try:
                connection.execute(f"select cast(({predicate}) as boolean) from row_of_contract")
            except duckdb.Error as error:
                yield loc, "is no SQL predicate over this contract's columns", str(error).splitlines()[0]


def _predicates(flat: Flat) -> dict[Loc, str]:
    rules = flat.values.get("rowRules")
    places: list[Loc] = [("rowRules", i, "rejectWhen") for i in range(len(rules) if isinstance(rules, list) else 0)]
    places.append(("duplicates", "where"))
    return {loc: text for loc in places if isinstance(text := dig(flat.values, *loc), str)}


def _empty_table(flat: Flat) -> str:
    types = {"text": "varchar", "binary": "blob"}
    columns = [f'"{c["name"]}" {types.get(str(c["physicalType"]), c["physicalType"])}' for _, c in _column_values(flat)
               if "name" in c and "physicalType" in c]  # fmt: skip
    fields = dig(flat.values, "fileIdentity", "fields")
    columns += [f'"file_{name}" varchar' for name in (fields if isinstance(fields, dict) else ())]
    return f"create table row_of_contract ({', '.join(columns)})"
