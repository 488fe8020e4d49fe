"""What must hold between the parts of a city file, and between it and the contracts.

Works on the plain values before they are known to be well typed, so that these mistakes are reported together with
those of `lake.city_model`. A check that meets a value of another type leaves it to the model.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from lake.city_model import SCOPES, City
from lake.contract_model import Contract
from lake.mistakes import suggest
from lake.yaml_source import Loc, YamlSource, dig

Finding = tuple[Loc, str, str]
"""Place in the file, problem, what was expected."""
METRES = "a system of metres, such as EPSG:27700, expected"


def findings(source: YamlSource, contracts: Mapping[str, Contract], unread: Collection[str] = ()) -> Iterator[Finding]:
    """What must hold between parts; a value of another type than expected is left to the model.

    `unread` are datasets whose contract has mistakes of its own.
    """
    if "path" in source.value:  # the model has a field of this name, filled by the loader
        yield ("path",), "unknown key", suggest("path", set(City.model_fields) - {"path"})
    yield from _coordinates(source)
    yield from _sources(source, contracts, unread)
    yield from _districts(source)
    yield from _indicators(source)
    yield from _needed_sections(source)


def items(value: object, key: str) -> list[tuple[int, dict[str, object]]]:
    """The mappings of a list below `value`, each with its index; empty where there is no such list."""
    listed = dig(value, key)
    return [(i, item) for i, item in enumerate(listed if isinstance(listed, list) else ()) if isinstance(item, dict)]


def _coordinates(source: YamlSource) -> Iterator[Finding]:
    """Areas and distances are computed from coordinates: in degrees they would be wrong, and nobody would be told."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    name = source.value.get("crs")
    if not isinstance(name, str) or not name.startswith(("EPSG:", "+proj=")):
        return
    try:
        system = CRS.from_user_input(name)
    except CRSError:
        yield ("crs",), f"`{name}` is no known system of coordinates", METRES
        return
    units = {axis.unit_name for axis in system.axis_info}
    if not system.is_projected or units != {"metre"}:
        yield ("crs",), f"`{name}` counts in {' and '.join(sorted(units))}", METRES


def _sources(source: YamlSource, contracts: Mapping[str, Contract], unread: Collection[str]) -> Iterator[Finding]:
    entries: set[str] = set()
    for index, item in items(source.value, "sources"):
        dataset, loc = item.get("dataset"), ("sources", index)
        entry = str(item.get("name") or item.get("bundle") or dataset)
        if entry in entries:
            yield (
                (*loc, "name"),
                f"`{entry}` is the name of two entries",
                "two entries of one dataset each have a `name`",
            )
        entries.add(entry)
        yield from _bundle(item, loc, contracts)
        if not isinstance(dataset, str) or dataset in unread:
            continue
        if dataset not in contracts:
            yield (*loc, "dataset"), f"there is no contract `{dataset}`", suggest(dataset, contracts)
        elif (bundle := contracts[dataset].bundle) is not None:
            yield (*loc, "dataset"), f"`{dataset}` comes in a bundle", f"write `bundle: {bundle.name}`"
        elif contracts[dataset].load.period == "day" and "days" not in item:
            yield (*loc, "days"), "is missing", f"`{dataset}` is replaced by day: {{first: ..., last: ...}}"
        elif contracts[dataset].load.period != "day" and "days" in item:
            yield (*loc, "days"), "goes with a dataset that is replaced by day only", "leave it out"


def _bundle(item: dict[str, object], loc: Loc, contracts: Mapping[str, Contract]) -> Iterator[Finding]:
    """An entry names a dataset or a bundle; a bundle lies in one place, and only a timetable has days of service."""
    bundle = item.get("bundle")
    if ("dataset" in item) == ("bundle" in item):
        yield (*loc, "dataset"), "is missing" if bundle is None else "goes without `bundle`", "one of the two expected"
    if "bundle" not in item:
        if "service_dates" in item:
            yield (*loc, "service_dates"), "goes with a bundle only", "leave it out"
        return
    known = {contract.bundle.name for contract in contracts.values() if contract.bundle}
    if isinstance(bundle, str) and bundle not in known:
        yield (*loc, "bundle"), f"there is no bundle `{bundle}`", suggest(bundle, known)
    paths = item.get("path")
    if isinstance(paths, list) or (isinstance(paths, str) and any(mark in paths for mark in "*?[")):
        yield (*loc, "path"), "is more than one place", "one folder or zip holds a bundle"


def _districts(source: YamlSource) -> Iterator[Finding]:
    seen = {str(dig(source.value, "whole_city", "code"))}
    for section in ("districts", "parts"):
        for index, item in items(source.value, section):
            code = str(item.get("code"))
            if code in seen:
                yield (section, index, "code"), f"`{code}` is given twice", "a code names one area"
            seen.add(code)
    for section in ("air_sites", "police_areas"):
        for index, item in items(source.value, section):
            yield from _unknown([item.get("district")], (section, index, "district"), _codes(source))


def _codes(source: YamlSource) -> list[str]:
    listed = [item for section in ("districts", "parts") for _, item in items(source.value, section)]
    areas: list[object] = [*listed, dig(source.value, "whole_city")]
    return [str(code) for area in areas if (code := dig(area, "code"))]


def _indicators(source: YamlSource) -> Iterator[Finding]:
    indicators = dig(source.value, "indicators")
    datasets = [str(item.get("dataset")) for _, item in items(source.value, "sources")]
    for loc, scope in _scopes(indicators):
        named = dig(scope, "districts")
        listed = named if isinstance(named, list) else [named]
        yield from _unknown(listed, (*loc, "districts"), [*_codes(source), *SCOPES])
        for index, period in items(scope, "periods"):
            of = period.get("of")
            yield from _unknown(of if isinstance(of, list) else [of], (*loc, "periods", index, "of"), datasets)


def _scopes(indicators: object) -> Iterator[tuple[Loc, object]]:
    """The scopes of every indicator with their places: one, or a list of them."""
    for code, scope in (indicators if isinstance(indicators, dict) else {}).items():
        if isinstance(scope, list):
            yield from ((("indicators", code, index), one) for index, one in enumerate(scope))
        else:
            yield ("indicators", code), scope


def _unknown(words: Iterable[object], loc: Loc, allowed: list[str]) -> Iterator[Finding]:
    for word in words:
        if isinstance(word, str) and word not in allowed:
            yield loc, f"`{word}` is not in this file", suggest(word, allowed)


def _needed_sections(source: YamlSource) -> Iterator[Finding]:
    """An indicator family that needs a section of the file, by the beginning of its codes."""
    indicators = dig(source.value, "indicators")
    codes = list(indicators) if isinstance(indicators, dict) else []
    if any(code.startswith("ENE_") for code in codes) and not dig(source.value, "energy"):
        yield ("energy",), "is missing", "energy indicators say which readings they rest on"
    if any(code.startswith("SRV_311_") for code in codes) and not dig(source.value, "works_agencies"):
        yield ("works_agencies",), "is missing", "requests for public works are told by the agency that answers them"
    if dig(source.value, "index") and not dig(source.value, "districts"):
        yield ("districts",), "is missing", "an index compares districts"
