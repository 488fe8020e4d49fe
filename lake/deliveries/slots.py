"""Which files lie at a dataset's sources, which slot each belongs to, and which of them are new.

A slot is (city, source entry of the city file, identity of the file): a later delivery of a slot supersedes earlier
rows of that slot only. A file is new unless its bytes, and the rules that read them, are those of the last decision
about it: a publisher who goes back to older bytes is heard, and what a wrong contract refused is tried again.
Where a contract says `append_changes`, the bytes are part of the slot: every delivery stays, and comes once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path

from lake.city import City, Source
from lake.contract import Contract
from lake.deliveries.known import rules_hash
from lake.deliveries.landing import Landed, SourceFile, land, landed_path, list_files, look
from lake.deliveries.ledger import REFUSED, UNDECIDED, WITHDRAWN, Delivery, Ledger
from lake.deliveries.owners import standing
from lake.keys import PseudonymKey


@dataclass(frozen=True)
class Candidate:
    """A file at a source. All but `file` is free of identifiers and of where the sources lie.

    `origin` is its place below the city's sources, as the city file says it. One that is `absent` is a file which a
    bundle had before and has no more: a delivery of no bytes.
    """

    file: SourceFile
    entry: str
    slot: str
    file_name: str
    file_fields: Mapping[str, str]
    edition: str
    origin: str
    absent: bool = False

    @property
    def key(self) -> str:
        """What tells this file from others of its dataset, between nights."""
        return f"{self.entry}/{self.file_name}"


@dataclass(frozen=True)
class Arrival:
    """A new delivery, in landing and not yet decided."""

    candidate: Candidate
    landed: Landed


@dataclass(frozen=True)
class News:
    """What is new at a dataset's sources; `unread` are the files that could not be read, by name, and why.

    `unchanged` are the files about whose bytes was decided before.
    """

    arrivals: list[Arrival]
    unread: dict[str, OSError]
    unchanged: list[Arrival] = field(default_factory=list)

    @property
    def any(self) -> bool:
        """Whether there is any file, new or not."""
        return bool(self.arrivals or self.unchanged or self.unread)


def candidates(city: City, contract: Contract, sources: Path | str, key: PseudonymKey | None) -> list[Candidate]:
    """All files of the dataset's source entries, in the order in which deliveries of one slot are decided.

    Where every delivery is a slot of its own, they are all in that order.
    """
    found = [
        _candidate(file, source, path, contract, key)
        for source in city.sources_of(contract.dataset)
        for path in source.paths
        for file in list_files(f"{str(sources).rstrip('/')}/{path}")
    ]
    known = [candidate for candidate in found if candidate is not None]
    grouped = contract.load.mode != "append_changes"
    return sorted(
        known,
        key=lambda one: (one.slot if grouped else "", _edition_order(one.edition), one.file.modified, one.file_name),
    )


def _candidate(
    file: SourceFile, source: Source, path: str, contract: Contract, key: PseudonymKey | None
) -> Candidate | None:
    """None where the file's name is none of the contract's: it belongs to another dataset."""
    entry = source.entry
    prefix = contract.dataset if entry == contract.dataset else f"{contract.dataset}/{entry}"
    if contract.bundle is not None:
        origin = f"{path}/{file.name}"
        return Candidate(file, entry, prefix, file.name, {}, "", origin) if file.name == contract.bundle.file else None
    names_this_file = path.rsplit("/", 1)[-1] == file.name
    folder = path.rpartition("/")[0] if names_this_file or any(mark in path for mark in "*?[") else path
    if contract.identity is None:
        one_slot = names_this_file and len(source.paths) == 1
        slot = prefix if one_slot else f"{prefix}/{file.name}"
        return Candidate(file, entry, slot, file.name, {}, "", f"{folder}/{file.name}".lstrip("/"))
    identity = contract.identity.match(file.name)
    if identity is None:
        return None
    hidden = {text: key.pseudonym(text) for text in identity.personal.values()} if key else {}
    masked = identity.masked(hidden)
    return Candidate(
        file=file,
        entry=entry,
        slot=f"{prefix}/{masked.slot_key}",
        file_name=masked.file_name,
        file_fields=dict(masked.fields),
        edition=masked.edition,
        origin=f"{folder}/{masked.file_name}".lstrip("/"),
    )


def _edition_order(edition: str) -> tuple[int, str]:
    return (int(edition), "") if edition.isdigit() else (0, edition)


def new_arrivals(
    found: Sequence[Candidate],
    contract: Contract,
    suite_hash: str,
    ledger: Ledger,
    city: City,
    landing: Path,
    *,
    retry_refused: bool = False,
    only_look: bool = False,
) -> News:
    """Those candidates that are new, fetched into landing. Only files whose stamp differs are read.

    `retry_refused` counts what was refused before as new: somebody asks for another decision. `only_look` hashes and
    keeps nothing: what is told as landed is not in landing.
    """
    history = ledger.deliveries(city.city, contract.dataset)
    decided, of_slots = last_decisions(history), {d.slot: d for d in history if d.status not in UNDECIDED}
    there = {one.delivery_id for one in standing(history, contract)}
    sightings = ledger.sightings(city.city, contract.dataset)
    rules = rules_hash(contract, city.area_codes)
    news = News([], {})
    seen: dict[str, tuple[str, str]] = {}
    tonight: dict[str, str] = {}
    fetch = look if only_look else land
    for found_one in found:
        try:
            landed = _known_bytes(found_one, sightings, landing) or fetch(found_one.file, landing)
        except OSError as problem:
            news.unread[found_one.file_name] = problem
            continue
        # What was cut off is read anew the next time, though its stamp stays.
        seen[found_one.key] = ("" if landed.cut_off else found_one.file.stamp, landed.sha256)
        candidate = _with_bytes(found_one, landed.sha256) if contract.load.mode == "append_changes" else found_one
        last = decided.get((candidate.slot, candidate.file_name))
        if last is None:
            # Bytes that the slot has are nothing new under another name.
            if tonight.get(candidate.slot) == landed.sha256:
                continue
            last = None if candidate.slot in tonight else of_slots.get(candidate.slot)
        again = last is not None and last.status == REFUSED and (retry_refused or _stands_alone(last, there))
        if last is None or again or not _same(last, landed.sha256, rules, suite_hash):
            news.arrivals.append(Arrival(candidate, landed))
            tonight[candidate.slot] = landed.sha256
        else:
            news.unchanged.append(Arrival(candidate, landed))
    if not only_look:
        ledger.record_sightings(city.city, contract.dataset, {k: v for k, v in seen.items() if sightings.get(k) != v})
    return news


def last_decisions(deliveries: Sequence[Delivery]) -> dict[tuple[str, str], Delivery]:
    """By (slot, file name): the last delivery about which something was decided."""
    return {(d.slot, d.file_name): d for d in deliveries if d.status not in UNDECIDED}


def last_of_slots(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """The last decided delivery of each slot, whichever file brought it: a later edition makes good for an earlier.

    So do other bytes of a file of which every delivery stays.
    """
    decided = [d for d in deliveries if d.status not in UNDECIDED]
    return list({d.slot.removesuffix(_suffix(d.sha256)): d for d in decided}.values())


def _with_bytes(candidate: Candidate, sha256: str) -> Candidate:
    return replace(candidate, slot=candidate.slot + _suffix(sha256))


def _suffix(sha256: str) -> str:
    """What the bytes add to the slot of a delivery that stays."""
    return f"@{sha256[:12]}"


def _known_bytes(candidate: Candidate, sightings: Mapping[str, tuple[str, str]], landing: Path) -> Landed | None:
    """The bytes of a file that has not changed since it was last seen: they are in landing already."""
    stamp, sha256 = sightings.get(candidate.key, ("", ""))
    path = landed_path(landing, sha256)
    if not stamp or stamp != candidate.file.stamp or not path.is_file():
        return None
    return Landed(path, sha256, path.stat().st_size)


def _stands_alone(refused: Delivery, there: Set[str]) -> bool:
    """Whether the delivery that it was refused as a duplicate of does not stand any more."""
    return refused.duplicate_of != "" and refused.duplicate_of not in there


def _same(last: Delivery, sha256: str, rules: str, suite_hash: str) -> bool:
    if last.sha256 != sha256:
        return False
    if last.status == WITHDRAWN:
        return True
    if last.parsing_hash != rules:
        return False
    return last.status != REFUSED or last.suite_hash == suite_hash
