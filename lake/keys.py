"""The keys that turn identifiers of persons and households into pseudonyms, and the pseudonym itself.

Keys never lie in the lake: they come from the environment (`CITYLAKE_KEY_<DOMAIN>`) or from a key file outside it
(`CITYLAKE_KEY_FILE`). Here stands how a key is found, made once for a lake without pseudonyms, and proved to be
the one that earlier rows were made with. Which columns are identifiers is said by the contract; where the
pseudonyms are put in place is `lake.ingest.ingest`. Formula: governance rule "HMAC-SHA256(key, domain || 0x00 || id)".
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import logging
import os
import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lake.errors import CitylakeError

LOG = logging.getLogger("citylake")
KEY_BYTES = 32
PRIVATE_FILE = 0o600
KEY_LINE = re.compile(r"^(?P<domain>[a-z][a-z0-9_]*)\s+v(?P<version>[1-9]\d*)\s+(?P<key>[0-9a-f]{64,})$")
FINGERPRINT_MESSAGE = b"citylake key fingerprint"


class KeyProblem(CitylakeError):
    """A key is missing, malformed or another one than the lake's pseudonyms were made with."""


@dataclass(frozen=True)
class PseudonymKey:
    """One domain's key. `version` stands beside every pseudonym made with it."""

    domain: str
    version: int
    secret: bytes

    def __repr__(self) -> str:
        return f"PseudonymKey({self.domain} v{self.version})"

    @property
    def fingerprint(self) -> str:
        """16 hex digits that tell keys apart and reveal nothing of them."""
        return hmac.new(self.secret, FINGERPRINT_MESSAGE, hashlib.sha256).hexdigest()[:16]

    def pseudonym(self, identifier: str) -> str:
        """64 lower-case hex digits for an identifier; the same person in any spelling gets the same ones."""
        message = self.domain.encode() + b"\x00" + normalise(identifier).encode()
        return hmac.new(self.secret, message, hashlib.sha256).hexdigest()


def normalise(identifier: str) -> str:
    """The identifier in one spelling: Unicode NFKC, trimmed, upper case."""
    return unicodedata.normalize("NFKC", identifier).strip().upper()


def load_key(
    domain: str,
    key_file: Path,
    *,
    known_fingerprints: Mapping[int, str],
    env: Mapping[str, str] | None = None,
    only_look: bool = False,
) -> PseudonymKey:
    """The key of a domain, proved against the fingerprints (by version) of the keys that this lake has used.

    A lake that holds no pseudonym of the domain gets a new key, written to `key_file` (mode 0600); with `only_look` one
    that is kept nowhere.
    Raises KeyProblem where a key is missing, malformed, or has another fingerprint than before.
    """
    key = _from_environment(domain, os.environ if env is None else env) or _from_file(domain, key_file)
    if key is None:
        if known_fingerprints:
            raise KeyProblem(
                f"the key of domain {domain} is missing, and this lake already holds pseudonyms made with it",
                hint=f"put the key back: {_variable(domain)} in the environment, or its line in {key_file}",
            )
        return PseudonymKey(domain, 1, secrets.token_bytes(KEY_BYTES)) if only_look else _make(domain, key_file)
    known = known_fingerprints.get(key.version)
    if known is not None and known != key.fingerprint:
        raise KeyProblem(
            f"the key of domain {domain} (version {key.version}) is not the one that this lake's pseudonyms "
            f"were made with: fingerprint {key.fingerprint}, expected {known}",
            hint=f"put the earlier key back in {_variable(domain)} or {key_file}; a new key needs a new version",
        )
    return key


def _variable(domain: str) -> str:
    return f"CITYLAKE_KEY_{domain.upper()}"


def _from_environment(domain: str, env: Mapping[str, str]) -> PseudonymKey | None:
    text = env.get(_variable(domain))
    if not text:
        return None
    version = env.get(f"{_variable(domain)}_VERSION", "1")
    return _parse(f"{domain} v{version} {text.strip().lower()}", _variable(domain))


def _from_file(domain: str, key_file: Path) -> PseudonymKey | None:
    """The key with the highest version for the domain; other domains' lines are not looked at."""
    if not key_file.exists():
        return None
    lines = key_file.read_text(encoding="utf-8").splitlines()
    keys = [
        _parse(line.strip(), f"{key_file} line {number}")
        for number, line in enumerate(lines, start=1)
        if line.split()[:1] == [domain]
    ]
    return max(keys, key=lambda key: key.version, default=None)


def _parse(line: str, place: str) -> PseudonymKey:
    match = KEY_LINE.match(line)
    if match is None:
        raise KeyProblem(
            f"{place} holds no key: expected at least 64 hex digits",
            hint="make one with: python3 -c 'import secrets; print(secrets.token_hex(32))'",
        )
    try:
        secret = bytes.fromhex(match["key"])
    except ValueError as problem:
        raise KeyProblem(f"{place} holds no key: an odd number of hex digits") from problem
    return PseudonymKey(match["domain"], int(match["version"]), secret)


def _make(domain: str, key_file: Path) -> PseudonymKey:
    """A new key in the file; of two nights that come here at once the second takes the first one's."""
    key_file.parent.mkdir(parents=True, exist_ok=True)
    key = PseudonymKey(domain, 1, secrets.token_bytes(KEY_BYTES))
    descriptor = os.open(key_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE_FILE)
    with os.fdopen(descriptor, "a", encoding="utf-8") as lines:
        fcntl.flock(lines, fcntl.LOCK_EX)
        os.fchmod(descriptor, PRIVATE_FILE)
        made = _from_file(domain, key_file)
        if made is not None:
            return made
        before = key_file.read_text(encoding="utf-8")
        gap = "\n" if before and not before.endswith("\n") else ""
        lines.write(f"{gap}{domain} v{key.version} {key.secret.hex()}\n")
    LOG.info(
        "made a new pseudonym key for domain %s in %s: keep it safe, without it no later night can run",
        domain,
        key_file,
    )
    return key
