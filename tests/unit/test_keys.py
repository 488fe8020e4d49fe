"""Keys of pseudonyms: where they come from, that they are the earlier ones, and that nobody sees them."""

from __future__ import annotations

import hashlib
import hmac
import logging
import stat
import threading
from dataclasses import asdict
from pathlib import Path

import pytest

from lake.deliveries.ledger import Ledger
from lake.keys import KeyProblem, PseudonymKey, load_key, normalise

SECRET = "ab" * 32
OTHER = "cd" * 32


def load(key_file: Path, known: dict[int, str] | None = None, **env: str) -> PseudonymKey:
    return load_key("energy", key_file, known_fingerprints=known or {}, env=env)


def test_a_pseudonym_is_the_hmac_of_domain_and_identifier() -> None:
    key = PseudonymKey("energy", 1, bytes.fromhex(SECRET))
    expected = hmac.new(bytes.fromhex(SECRET), b"energy\x00MAC000001", hashlib.sha256).hexdigest()

    assert key.pseudonym("MAC000001") == expected
    assert {key.pseudonym(text) for text in ("mac000001", " MAC000001\n", "\uff2dAC000001", "MAC000001\u00a0")} == {
        expected
    }
    assert PseudonymKey("health", 1, bytes.fromhex(SECRET)).pseudonym("MAC000001") != expected
    assert normalise(" mac1 ") == "MAC1"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"energy v1 {OTHER}\n")

    key = load(file, CITYLAKE_KEY_ENERGY=SECRET.upper(), CITYLAKE_KEY_ENERGY_VERSION="3")

    assert (key.secret.hex(), key.version) == (SECRET, 3)
    assert load(file).secret.hex() == OTHER


def test_the_file_holds_keys_of_many_domains_and_the_highest_version_counts(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"# ours\nhealth v9 {OTHER}\n\nenergy v2 {SECRET}\nenergy v1 {OTHER}\nenergy_x v5 nonsense\n")

    assert (load(file).version, load(file).secret.hex()) == (2, SECRET)


def test_a_new_lake_gets_a_key_of_its_own_that_only_its_owner_reads(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "new" / "keys"
    with caplog.at_level(logging.INFO, logger="citylake"):
        key = load(file)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load(file, {1: key.fingerprint}) == key
    assert len(key.secret) == 32
    assert "made a new pseudonym key for domain energy" in caplog.text
    assert key.secret.hex() not in caplog.text


def test_a_key_is_added_to_a_file_that_others_could_read_and_that_has_no_last_line_end(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"health v1 {OTHER}")
    file.chmod(0o644)

    key = load(file)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load(file) == key
    assert load_key("health", file, known_fingerprints={}, env={}).secret.hex() == OTHER


def test_two_first_nights_at_once_make_one_key(tmp_path: Path) -> None:
    start, keys = threading.Barrier(4), []

    def night() -> None:
        start.wait(timeout=30)
        keys.append(load(tmp_path / "keys"))

    threads = [threading.Thread(target=night) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert len(keys) == 4
    assert len({key.secret for key in keys}) == 1
    assert len((tmp_path / "keys").read_text().splitlines()) == 1


def test_a_lake_with_pseudonyms_never_gets_another_key(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    with pytest.raises(KeyProblem, match="the key of domain energy is missing") as caught:
        load(file, {1: "0123456789abcdef"})
    assert "CITYLAKE_KEY_ENERGY" in caught.value.hint
    assert not file.exists()


def test_a_key_with_another_fingerprint_stops_the_run_and_a_new_version_does_not(tmp_path: Path) -> None:
    known = {1: PseudonymKey("energy", 1, bytes.fromhex(OTHER)).fingerprint}

    with pytest.raises(KeyProblem, match="is not the one") as caught:
        load(tmp_path / "keys", known, CITYLAKE_KEY_ENERGY=SECRET)
    assert SECRET not in str(caught.value) + caught.value.hint
    assert load(tmp_path / "keys", known, CITYLAKE_KEY_ENERGY=SECRET, CITYLAKE_KEY_ENERGY_VERSION="2").version == 2


@pytest.mark.parametrize(
    "text",
    ["", "energy", "energy v1", "energy v1 abc", f"energy v1 {'zz' * 32}", f"energy 1 {SECRET}", f"energy v0 {SECRET}",
     f"energy v1 {SECRET}a"],
)  # fmt: skip
def test_a_line_that_holds_no_key_is_named_and_not_shown(tmp_path: Path, text: str) -> None:
    file = tmp_path / "keys"
    file.write_text(f"# keys\n{text}\n")
    if not text:
        assert load(file).version == 1
        return
    with pytest.raises(KeyProblem, match="line 2 holds no key") as caught:
        load(file)
    assert SECRET not in str(caught.value)


def test_a_key_is_never_printed(tmp_path: Path) -> None:
    key = PseudonymKey("energy", 1, bytes.fromhex(SECRET))

    assert repr(key) == str(key) == "PseudonymKey(energy v1)"
    assert len(key.fingerprint) == 16
    assert key.fingerprint not in SECRET
    assert asdict(key)["version"] == 1


def test_the_ledger_remembers_fingerprints_by_version(tmp_path: Path) -> None:
    ledger = Ledger.at(tmp_path / "ledger.db")
    ledger.record_key("energy", 1, "aa")
    ledger.record_key("energy", 1, "aa")
    ledger.record_key("energy", 2, "bb")
    ledger.record_key("health", 1, "cc")

    assert ledger.key_fingerprints("energy") == {1: "aa", 2: "bb"}
    assert ledger.key_fingerprints("other") == {}
    ledger.close()
