"""The ledger of deliveries: what came, what was decided about it, and which keys made the lake's pseudonyms.

It is the memory between nights: `lake.deliveries.slots` asks it what is new, `lake.night.night` writes its decisions,
`lake.ops` publishes them to the lake. One SQLite file by default; any database that SQLAlchemy speaks to will do.
Identifiers of persons never stand here: slots and file names carry pseudonyms.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from lake.errors import CitylakeError

COMMITTED, REFUSED, SUPERSEDED, WITHDRAWN = "committed", "refused", "superseded", "withdrawn"
COMMITTING, ABANDONED, WITHDRAWING = "committing", "abandoned", "withdrawing"
UNDECIDED = (COMMITTING, ABANDONED)

METADATA = sa.MetaData()
DELIVERIES = sa.Table(
    "deliveries",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("delivery_id", sa.String, unique=True, nullable=False),
    sa.Column("city", sa.String, nullable=False),
    sa.Column("dataset", sa.String, nullable=False),
    sa.Column("slot", sa.String, nullable=False),
    sa.Column("status", sa.String, nullable=False),
    sa.Column("night_id", sa.String, nullable=False),
    sa.Column("published", sa.Boolean, nullable=False, default=False),
    sa.Column("facts", sa.String, nullable=False),
    sa.Index("by_slot", "city", "dataset", "slot"),
)
SIGHTINGS = sa.Table(
    "sightings",
    METADATA,
    sa.Column("city", sa.String, primary_key=True),
    sa.Column("dataset", sa.String, primary_key=True),
    sa.Column("file_key", sa.String, primary_key=True),
    sa.Column("stamp", sa.String, nullable=False),
    sa.Column("sha256", sa.String, nullable=False),
)
KEYS = sa.Table(
    "keys",
    METADATA,
    sa.Column("domain", sa.String, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("fingerprint", sa.String, nullable=False),
)
HEADS = sa.Table(
    "heads",
    METADATA,
    sa.Column("city", sa.String, primary_key=True),
    sa.Column("dataset", sa.String, primary_key=True),
    sa.Column("snapshot_id", sa.BigInteger, nullable=False),
)


@dataclass(frozen=True)
class Delivery:
    """One delivery of one slot. Counts are source records; `rows_written` are rows of the raw table.

    `file_name` and `slot` hold pseudonyms where the publisher's name holds an identifier. `periods` are the first
    days of the days, months or years that the accepted rows carry (`replace_period` only). `entry` is the source entry;
    `duplicate_of` the delivery that had the same bytes, where this one was refused for it. Files of one delivery of a
    bundle share a `bundle_id`; `refused_with` is the delivery at fault where one went with another. One that is
    `absent` says that its bundle came without the file.
    """

    delivery_id: str
    city: str
    dataset: str
    slot: str
    file_name: str
    file_fields: Mapping[str, str]
    edition: str
    sha256: str
    bytes: int
    origin: str
    landed_at: datetime
    contract_version: str
    parsing_hash: str
    suite_hash: str
    night_id: str
    status: str = COMMITTING
    reason: str = ""
    rows_read: int | None = None
    rows_accepted: int | None = None
    rows_rejected: int | None = None
    rows_no_data: int | None = None
    cells_rejected: int | None = None
    cells_rounded: int | None = None
    rows_written: int | None = None
    rejected_by_rule: Mapping[str, int] | None = None
    unexpected_columns: Sequence[str] = ()
    periods: Sequence[date] = ()
    newest_event_at: datetime | None = None
    decided_at: datetime | None = None
    entry: str = ""
    duplicate_of: str = ""
    bundle_id: str = ""
    refused_with: str = ""
    absent: bool = False


def _encode(delivery: Delivery) -> str:
    return json.dumps(asdict(delivery), default=lambda value: value.isoformat())


def _decode(text: str, status: str) -> Delivery:
    values: dict[str, Any] = json.loads(text)
    for name in ("landed_at", "newest_event_at", "decided_at"):
        values[name] = values[name] and datetime.fromisoformat(values[name])
    values["periods"] = tuple(date.fromisoformat(day) for day in values["periods"])
    values["unexpected_columns"] = tuple(values["unexpected_columns"])
    known = {field.name for field in fields(Delivery)}
    return replace(Delivery(**{name: value for name, value in values.items() if name in known}), status=status)


class Ledger:
    """Every method is one transaction; two processes may use one ledger at the same time."""

    def __init__(self, url: str) -> None:
        self._engine = sa.create_engine(url, connect_args={"timeout": 60} if url.startswith("sqlite") else {})
        METADATA.create_all(self._engine)

    @classmethod
    def at(cls, path: Path) -> Ledger:
        """The ledger in a SQLite file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        return cls(f"sqlite:///{path}")

    def close(self) -> None:
        """Give back the database connections."""
        self._engine.dispose()

    def record(self, deliveries: Iterable[Delivery]) -> None:
        """Add deliveries, or replace what is known of them; all of them or none."""
        with self._engine.begin() as con:
            for delivery in deliveries:
                row = {
                    "city": delivery.city,
                    "dataset": delivery.dataset,
                    "slot": delivery.slot,
                    "status": delivery.status,
                    "night_id": delivery.night_id,
                    "published": False,
                    "facts": _encode(delivery),
                }
                same = DELIVERIES.c.delivery_id == delivery.delivery_id
                changed = con.execute(DELIVERIES.update().where(same).values(row)).rowcount
                if not changed:
                    con.execute(DELIVERIES.insert().values(delivery_id=delivery.delivery_id, **row))

    def deliveries(
        self,
        city: str | None = None,
        dataset: str | None = None,
        *,
        unpublished: bool = False,
        statuses: Sequence[str] = (),
    ) -> list[Delivery]:
        """Deliveries in the order in which they were first recorded; `statuses` leaves out all others."""
        query = sa.select(DELIVERIES.c.facts, DELIVERIES.c.status).order_by(DELIVERIES.c.number)
        if city is not None:
            query = query.where(DELIVERIES.c.city == city)
        if dataset is not None:
            query = query.where(DELIVERIES.c.dataset == dataset)
        if statuses:
            query = query.where(DELIVERIES.c.status.in_(statuses))
        if unpublished:
            query = query.where(sa.not_(DELIVERIES.c.published))
        with self._engine.connect() as con:
            return [_decode(facts, status) for facts, status in con.execute(query)]

    def find(self, delivery_id: str) -> Delivery | None:
        """The delivery with this id."""
        query = sa.select(DELIVERIES.c.facts, DELIVERIES.c.status).where(DELIVERIES.c.delivery_id == delivery_id)
        with self._engine.connect() as con:
            row = con.execute(query).first()
        return None if row is None else _decode(*row)

    def bundle(self, bundle_id: str) -> list[Delivery]:
        """The deliveries of one delivery of a bundle."""
        return [one for one in self.deliveries() if bundle_id and one.bundle_id == bundle_id]

    def mark_published(self, delivery_ids: Sequence[str]) -> None:
        """Remember that `ops.deliveries` holds these deliveries as they are now."""
        with self._engine.begin() as con:
            for delivery_id in delivery_ids:
                same = DELIVERIES.c.delivery_id == delivery_id
                con.execute(DELIVERIES.update().where(same).values(published=True))

    def sightings(self, city: str, dataset: str) -> dict[str, tuple[str, str]]:
        """By file: its stamp (size and time as its store tells them) when last looked at, and its sha256 then."""
        here = (SIGHTINGS.c.city == city) & (SIGHTINGS.c.dataset == dataset)
        query = sa.select(SIGHTINGS.c.file_key, SIGHTINGS.c.stamp, SIGHTINGS.c.sha256).where(here)
        with self._engine.connect() as con:
            return {key: (stamp, sha256) for key, stamp, sha256 in con.execute(query)}

    def record_sightings(self, city: str, dataset: str, seen: Mapping[str, tuple[str, str]]) -> None:
        """Remember stamp and sha256 of files."""
        here = (SIGHTINGS.c.city == city) & (SIGHTINGS.c.dataset == dataset)
        rows = [
            {"city": city, "dataset": dataset, "file_key": key, "stamp": stamp, "sha256": sha256}
            for key, (stamp, sha256) in seen.items()
        ]
        with self._engine.begin() as con:
            for key in seen:
                con.execute(SIGHTINGS.delete().where(here & (SIGHTINGS.c.file_key == key)))
            if rows:
                con.execute(SIGHTINGS.insert(), rows)

    def key_fingerprints(self, domain: str) -> dict[int, str]:
        """Fingerprints, by version, of the keys that made pseudonyms of this domain."""
        query = sa.select(KEYS.c.version, KEYS.c.fingerprint).where(KEYS.c.domain == domain)
        with self._engine.connect() as con:
            return {int(row.version): str(row.fingerprint) for row in con.execute(query)}

    def record_key(self, domain: str, version: int, fingerprint: str) -> None:
        """Remember the key of a domain; the same key again changes nothing.

        Raises CitylakeError where another night has made pseudonyms with another key of this version.
        """
        try:
            with self._engine.begin() as con:
                con.execute(KEYS.insert().values(domain=domain, version=version, fingerprint=fingerprint))
        except sa.exc.IntegrityError as problem:
            if self.key_fingerprints(domain).get(version) != fingerprint:
                raise CitylakeError(
                    f"another night uses another key of domain {domain} (version {version})",
                    hint="give both the same key file or environment",
                ) from problem

    def heads(self, city: str) -> dict[str, int]:
        """By dataset: the snapshot of the raw table that holds the city's last commit."""
        query = sa.select(HEADS.c.dataset, HEADS.c.snapshot_id).where(HEADS.c.city == city)
        with self._engine.connect() as con:
            return {str(row.dataset): int(row.snapshot_id) for row in con.execute(query)}

    def record_head(self, city: str, dataset: str, snapshot_id: int) -> None:
        """Remember the snapshot that a commit of this city made."""
        here = (HEADS.c.city == city) & (HEADS.c.dataset == dataset)
        with self._engine.begin() as con:
            con.execute(HEADS.delete().where(here))
            con.execute(HEADS.insert().values(city=city, dataset=dataset, snapshot_id=snapshot_id))
