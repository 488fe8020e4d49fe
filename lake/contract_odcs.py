"""From an ODCS v3.1 document to the flat values of a `Contract`, keeping where each came from.

Standard sections give what ODCS has a word for (name, owner, columns, freshness); `customProperties`, of the contract
and of a column, give the rest. Standard keys that the lake does not use are accepted wherever the standard allows
them; every other key is a mistake. Whether the values make sense is judged by `lake.contract_model` and
`lake.contract_checks`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from lake.contract_model import Column, Contract
from lake.mistakes import suggest
from lake.yaml_source import Loc, Mistake, YamlSource

API_VERSIONS = ("v3.1.0",)
# The keys that ODCS v3.1 allows; a test compares them with the standard's JSON schema.
DOCUMENT_KEYS = frozenset({
    "apiVersion", "authoritativeDefinitions", "contractCreatedTs", "customProperties", "dataProduct", "description",
    "domain", "id", "kind", "name", "price", "roles", "schema", "servers", "slaDefaultElement", "slaProperties",
    "status", "support", "tags", "team", "tenant", "version",
})  # fmt: skip
_ELEMENT_KEYS = frozenset({
    "authoritativeDefinitions", "businessName", "customProperties", "description", "id", "name", "physicalType", "tags",
})  # fmt: skip
SCHEMA_KEYS = _ELEMENT_KEYS | {
    "dataGranularityDescription", "logicalType", "physicalName", "properties", "quality", "relationships",
}  # fmt: skip
PROPERTY_KEYS = _ELEMENT_KEYS | {
    "classification", "criticalDataElement", "encryptedName", "examples", "items", "logicalType", "logicalTypeOptions",
    "partitionKeyPosition", "partitioned", "physicalName", "primaryKey", "primaryKeyPosition", "quality",
    "relationships", "required", "transformDescription", "transformLogic", "transformSourceObjects", "unique",
}  # fmt: skip
CUSTOM_PROPERTY_KEYS = frozenset({"id", "property", "value", "description"})

_Placed = tuple[object, Loc]
_COLUMN_STANDARD = ("name", "physicalName", "physicalType", "description", "required", "primaryKey", "classification")
_COLUMN_OPTIONS = ("minimum", "maximum")
_CONTRACT_STANDARD = ("name", "domain", "version", "status")
_NOT_CUSTOM = frozenset(
    (*_CONTRACT_STANDARD, "path", "description", "dataGranularityDescription", "owner", "columns", "freshness")
)
CONTRACT_CUSTOM_KEYS = frozenset(info.alias or name for name, info in Contract.model_fields.items()) - _NOT_CUSTOM
COLUMN_CUSTOM_KEYS = frozenset(info.alias or n for n, info in Column.model_fields.items()) - frozenset(
    (*_COLUMN_STANDARD, *_COLUMN_OPTIONS)
)


@dataclass
class Flat:
    """The values for a `Contract`, the place in the file that each prefix came from, what was wrong on the way."""

    source: YamlSource
    values: dict[str, object] = field(default_factory=dict)
    origins: dict[Loc, Loc] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def origin(self, loc: Loc) -> Loc:
        """Where in the file the value at `loc` stands: its own place below that of its nearest known prefix."""
        end = next((end for end in range(len(loc), 0, -1) if loc[:end] in self.origins), 0)
        return (*self.origins[loc[:end]], *loc[end:]) if end else loc

    def put(self, key: str, value: object, origin: Loc) -> None:
        """Set one top-level value."""
        self.values[key] = value
        self.origins[(key,)] = origin

    def wrong(self, loc: Loc, problem: str, expected: str = "") -> None:
        """Record a mistake at a place in the file."""
        self.mistakes.append(self.source.mistake(loc, problem, expected))


def flatten(source: YamlSource) -> Flat:
    """Read the ODCS document; what it lacks is simply absent from the values."""
    document, flat = source.value, Flat(source)
    flat.values["path"] = str(source.path.absolute())
    _close(flat, document, (), DOCUMENT_KEYS)
    _check_kind(flat, document)
    for key in _CONTRACT_STANDARD:
        if key in document:
            flat.put(key, document[key], (key,))
    for key, place, inner in (("description", "description", "purpose"), ("owner", "team", "name")):
        section = document.get(place)
        if isinstance(section, dict) and inner in section:
            flat.put(key, section[inner], (place, inner))
        else:
            flat.origins[(key,)] = (place, inner)
    _put_schema(flat, document.get("schema"))
    _put_freshness(flat, document.get("slaProperties"))
    flat.origins |= {(key,): ("customProperties", key) for key in CONTRACT_CUSTOM_KEYS}
    for key, (value, loc) in _custom(flat, document, (), CONTRACT_CUSTOM_KEYS).items():
        flat.put(key, value, loc)
    _fill_defaults(flat)
    return flat


def _check_kind(flat: Flat, document: Mapping[str, object]) -> None:
    for key, allowed in (("apiVersion", API_VERSIONS), ("kind", ("DataContract",))):
        given = document.get(key)
        if given not in allowed:
            flat.wrong((key,), f"is `{given}`" if key in document else "is missing", f"expected `{allowed[0]}`")
    if not isinstance(document.get("id"), str):
        flat.wrong(("id",), "is missing" if "id" not in document else "is not a text", "expected: a unique name")


def _put_schema(flat: Flat, schema: object) -> None:
    tables = [table for table in schema if isinstance(table, dict)] if isinstance(schema, list) else []
    if len(tables) != 1:
        flat.wrong(("schema",), f"holds {len(tables)} tables", "one contract describes one table")
    named = [table for table in tables if table.get("name") == flat.values.get("name")]
    if not tables:
        return
    table = (named or tables)[0]
    loc: Loc = ("schema", tables.index(table))
    _close(flat, table, loc, SCHEMA_KEYS)
    if not named:
        flat.wrong((*loc, "name"), f"is `{table.get('name')}`", "the table has the name of the contract")
    granularity = "dataGranularityDescription"
    flat.origins[(granularity,)] = (*loc, granularity)
    if granularity in table:
        flat.values[granularity] = table[granularity]
    properties = table.get("properties")
    if not isinstance(properties, list):
        flat.wrong((*loc, "properties"), "is not a list", "one item per column expected")
        return
    columns = [_column(flat, item, (*loc, "properties", index), index) for index, item in enumerate(properties)]
    flat.put("columns", columns, (*loc, "properties"))


def _column(flat: Flat, item: object, loc: Loc, index: int) -> object:
    if not isinstance(item, dict):
        return item
    _close(flat, item, loc, PROPERTY_KEYS)
    column = {key: item[key] for key in _COLUMN_STANDARD if key in item}
    flat.origins[("columns", index)] = loc
    options = item.get("logicalTypeOptions")
    for key in _COLUMN_OPTIONS:
        if isinstance(options, dict) and key in options:
            column[key] = options[key]
            flat.origins[("columns", index, key)] = (*loc, "logicalTypeOptions", key)
    flat.origins |= {("columns", index, key): (*loc, "customProperties", key) for key in COLUMN_CUSTOM_KEYS}
    for key, (value, place) in _custom(flat, item, loc, COLUMN_CUSTOM_KEYS).items():
        column[key] = value
        flat.origins[("columns", index, key)] = place
    if "from" not in column:
        column.setdefault("physicalName", item.get("name"))
    return column


def _put_freshness(flat: Flat, promises: object) -> None:
    for index, promise in enumerate(promises if isinstance(promises, list) else ()):
        if isinstance(promise, dict) and promise.get("property") == "freshness":
            values = {key: value for key, value in promise.items() if key in ("value", "unit", "element")}
            flat.put("freshness", values, ("slaProperties", index))


def _custom(flat: Flat, owner: Mapping[str, object], loc: Loc, allowed: Collection[str]) -> dict[str, _Placed]:
    """The custom properties of one owner: key -> value and its place."""
    found: dict[str, _Placed] = {}
    items = owner.get("customProperties", [])
    if not isinstance(items, list):
        flat.wrong((*loc, "customProperties"), "is not a list", "items with `property` and `value` expected")
        return found
    for index, item in enumerate(items):
        place = (*loc, "customProperties", index)
        if not isinstance(item, dict) or not isinstance(item.get("property"), str) or "value" not in item:
            flat.wrong(place, "is not a custom property", "a mapping with `property` and `value` expected")
            continue
        key = item["property"]
        _close(flat, item, place, CUSTOM_PROPERTY_KEYS)
        if key not in allowed:
            flat.wrong(place, "unknown property", suggest(key, allowed))
        elif key in found:
            flat.wrong(place, "is given twice", f"first on line {flat.source.line(found[key][1][:-1])}")
        else:
            found[key] = (item["value"], (*place, "value"))
    return found


def _close(flat: Flat, mapping: Mapping[str, object], loc: Loc, allowed: Collection[str]) -> None:
    for key in mapping:
        if key not in allowed:
            flat.wrong((*loc, key), "unknown key", suggest(key, allowed))


def _fill_defaults(flat: Flat) -> None:
    """What a column leaves out: null texts are the reader's, rule ids are made from the column's name."""
    reader, columns = flat.values.get("reader"), flat.values.get("columns")
    nulls = reader.get("nullTexts") if isinstance(reader, dict) else None
    for column in columns if isinstance(columns, list) else ():
        if isinstance(column, dict):
            column.setdefault("onBad", f"bad_{column.get('name')}")
            column.setdefault("onNull", f"null_{column.get('name')}")
            if nulls is not None:
                column.setdefault("nullTexts", nulls)
