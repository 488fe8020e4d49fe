"""Contracts, one YAML file per dataset, read strictly: the door to everything else about them.

`load_contracts` reads a folder laid out as `<domain>/<dataset>.yaml`; every mistake of every file is reported at once
as `file:line: key: problem; what was expected`. The models are in `lake.contract_model`, the YAML's shape (ODCS v3.1)
in `lake.contract_odcs`. What a contract makes happen to a file is the matter of `lake.ingest.ingest`.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from lake.contract_bundle import BundleFile, BundleRule, bundled, wrong_rules
from lake.contract_checks import check
from lake.contract_identity import FileIdentity, Identity
from lake.contract_model import (
    EPOCH,
    Column,
    Contract,
    Duplicates,
    EventTime,
    Freshness,
    Limits,
    Load,
    Reader,
    RowRule,
    Unpivot,
)
from lake.contract_odcs import Flat, flatten
from lake.mistakes import ConfigError, find_mistakes, shown
from lake.questions import with_questions
from lake.yaml_source import Mistake, read_yaml

__all__ = [
    "EPOCH", "BundleFile", "BundleRule", "Column", "Contract", "ContractError", "Duplicates", "EventTime",
    "FileIdentity", "Freshness", "Identity", "Limits", "Load", "Reader", "RowRule", "Unpivot", "bundled",
    "contract_files", "load_contract", "load_contracts", "on_clock_of", "read_contracts",
]  # fmt: skip

PACKAGED_CONTRACTS = Path(__file__).parent / "contracts"


class ContractError(ConfigError):
    """Contracts that cannot be used; `mistakes` holds each one, the text all of them."""


def load_contract(path: Path) -> Contract:
    """Read one contract. Raises ContractError with all of its mistakes, OSError if there is no such file."""
    _, contract, mistakes = _read(path)
    if contract is None or mistakes:
        raise ContractError("a contract", mistakes)
    return contract


def load_contracts(folder: Path | None = None) -> dict[str, Contract]:
    """Read every `<domain>/<dataset>.yaml` of a folder (None: the packaged ones), by dataset, in order of name.

    Raises ContractError with all mistakes of all files.
    """
    contracts, mistakes = read_contracts(folder)
    if mistakes:
        raise ContractError("the contracts", mistakes)
    return contracts


def on_clock_of(time_zone: str, contracts: Mapping[str, Contract]) -> dict[str, Contract]:
    """The contracts as they are in a city with this time zone."""
    return {dataset: contract.on_clock_of(time_zone) for dataset, contract in contracts.items()}


def read_contracts(folder: Path | None = None) -> tuple[dict[str, Contract], list[Mistake]]:
    """As `load_contracts`, for who goes on in spite of mistakes: the contracts without any, and every mistake."""
    contracts: dict[str, Contract] = {}
    mistakes: list[Mistake] = []
    read: dict[str, Flat] = {}
    for path in contract_files(folder):
        flat, contract, found = _read(path)
        mistakes += found
        name, source = str(flat.source.value.get("name")), flat.source
        if (owner := read.setdefault(name, flat).source.path) != source.path:
            mistakes.append(source.mistake(("name",), f"`{name}` is the name of two contracts", f"see {owner}"))
        if contract is not None and not found:
            contracts[contract.dataset] = contract
    return dict(sorted(contracts.items())), mistakes or list(_wrong_rules(contracts, read))


def _wrong_rules(contracts: Mapping[str, Contract], read: Mapping[str, Flat]) -> Iterator[Mistake]:
    """Rules of bundles rest on several contracts: they are looked at when each contract is right in itself."""
    for dataset, index, problem in wrong_rules(contracts):
        flat = read[dataset]
        loc = flat.origin(("bundle", "rules", index, "find"))
        yield flat.source.mistake(loc, "is no SQL query over the bundle's datasets", problem)


def contract_files(folder: Path | None = None) -> list[Path]:
    """The files of a folder laid out as `<domain>/<dataset>.yaml` (None: the packaged ones)."""
    return sorted((folder or PACKAGED_CONTRACTS).glob("*/*.yaml"))


def _read(path: Path) -> tuple[Flat, Contract | None, list[Mistake]]:
    source = read_yaml(shown(path))
    if not source.value:
        mistakes = list(source.mistakes) or [source.mistake((), "is empty", "a data contract expected")]
        return Flat(source), None, mistakes
    flat = flatten(source)
    check(flat)
    contract, wrong = find_mistakes(Contract, flat.values, source, flat.origin)
    return flat, contract, with_questions(source, [*source.mistakes, *flat.mistakes, *wrong])
