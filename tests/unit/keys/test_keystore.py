"""Key files: nothing but the right passphrase on the untouched file gives the keys out."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from counterseal import durable
from counterseal.errors import (
    KeyringError,
    RetiredKeyError,
    RollbackError,
    UsageError,
    VaultError,
    WeakKeyError,
    WrongPassphraseError,
)
from counterseal.keys import recipients
from counterseal.keys.keyfile import PRACTICE_COST, REAL_COST, Cost, KeyFile
from counterseal.keys.keystore import Keystore
from counterseal.keys.people import Person, Role
from counterseal.keys.signing import verify
from counterseal.keys.unlocked import NO_HEAD, RememberedHead
from unit.keys.standins import PASSPHRASE, VAULT, CountingClock, Repeatable, unlocks

Enrol = Callable[[str], Person]


def test_the_right_passphrase_gives_the_keys(
    keystore: Keystore, enrol: Enrol, tmp_path: Path
) -> None:
    person = enrol("ab")
    with keystore.unlock(tmp_path / "ab.key", PASSPHRASE, person) as key:
        assert (key.person_id, key.public, key.head) == ("ab", person.key, NO_HEAD)
        assert verify(person.key, b"message", key.sign(b"message"))
        sealed = recipients.encrypt(b"secret", [person.recipient])
        assert recipients.decrypt(sealed, key.identity) == b"secret"


def test_the_real_cost_works_and_a_real_vault_refuses_less(
    tmp_path: Path, clock: CountingClock
) -> None:
    assert (REAL_COST.t, REAL_COST.m_kib, REAL_COST.p) == (3, 262_144, 4)
    real = Keystore(VAULT, practice=False, cost=REAL_COST, clock=clock, random=Repeatable())
    path = tmp_path / "ab.key"
    made = real.create(path, "ab", PASSPHRASE)
    kdf = json.loads(path.read_bytes())["kdf"]
    assert (kdf["name"], kdf["t"], kdf["m"], kdf["p"]) == ("argon2id", 3, 262_144, 4)
    person = Person("ab", "Anna Bell", "Head", frozenset({Role.SLT}), made.public, made.recipient)
    with real.unlock(path, PASSPHRASE, person) as key:
        key.remember_head(1, bytes(32))
    assert json.loads(path.read_bytes())["kdf"] == kdf


@pytest.mark.parametrize(
    "cost", [PRACTICE_COST, Cost(2, 262_144, 4), Cost(3, 262_143, 4), Cost(3, 262_144, 3)]
)
def test_a_cheap_cost_is_for_practice_only(
    cost: Cost, clock: CountingClock, random: Repeatable
) -> None:
    Keystore(VAULT, practice=True, cost=cost, clock=clock, random=random)
    with pytest.raises(WeakKeyError, match="practice only"):
        Keystore(VAULT, practice=False, cost=cost, clock=clock, random=random)


def test_two_people_share_no_key_salt_or_nonce(enrol: Enrol, tmp_path: Path) -> None:
    one, two = enrol("ab"), enrol("cd")
    assert one.key != two.key
    assert one.recipient != two.recipient
    files = [
        KeyFile.from_bytes((tmp_path / f"{p.id}.key").read_bytes(), name="") for p in (one, two)
    ]
    assert files[0].header.salt != files[1].header.salt
    assert files[0].nonce != files[1].nonce


def test_a_file_that_exists_is_never_overwritten(enrol: Enrol, tmp_path: Path) -> None:
    enrol("ab")
    before = (tmp_path / "ab.key").read_bytes()
    with pytest.raises(VaultError, match="there already"):
        enrol("ab")
    assert (tmp_path / "ab.key").read_bytes() == before


@pytest.mark.parametrize("passphrase", ["", "short", "Password2026!"])
def test_a_weak_passphrase_makes_no_file(
    passphrase: str, keystore: Keystore, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="The passphrase is too"):
        keystore.create(tmp_path / "ab.key", "ab", passphrase)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "passphrase", ["", PASSPHRASE.upper(), PASSPHRASE + " ", PASSPHRASE[:-1], "\udcff\udcfe", "\0"]
)
def test_another_passphrase_does_not_open(
    passphrase: str, keystore: Keystore, enrol: Enrol, tmp_path: Path
) -> None:
    person = enrol("ab")
    with (
        pytest.raises(WrongPassphraseError, match=r"passphrase is not right, or .* was changed"),
        keystore.unlock(tmp_path / "ab.key", passphrase, person),
    ):
        pytest.fail("it opened")


def test_a_passphrase_may_be_typed_composed_or_decomposed(
    keystore: Keystore, tmp_path: Path
) -> None:
    path = tmp_path / "ab.key"
    made = keystore.create(path, "ab", "mes élèves préférés")
    person = Person("ab", "A", "B", frozenset({Role.SLT}), made.public, made.recipient)
    assert unlocks(keystore, path, person, "mes e\u0301le\u0300ves pre\u0301fe\u0301re\u0301s")
    assert not unlocks(keystore, path, person, "mes eleves preferes")


def test_a_file_that_is_not_there_is_named(
    keystore: Keystore, enrol: Enrol, tmp_path: Path
) -> None:
    person = enrol("ab")
    (tmp_path / "folder.key").mkdir()
    for name in ("gone.key", "folder.key"):
        with (
            pytest.raises(KeyringError, match=f"key file {name} could not be read"),
            keystore.unlock(tmp_path / name, PASSPHRASE, person),
        ):
            pytest.fail("it opened")


def test_a_key_that_was_not_enrolled_is_refused(
    keystore: Keystore, enrol: Enrol, tmp_path: Path
) -> None:
    person, other = enrol("ab"), enrol("cd")
    for enrolled in (replace(person, key=other.key), replace(person, recipient=other.recipient)):
        with (
            pytest.raises(KeyringError, match="another key than the one that Person AB enrolled"),
            keystore.unlock(tmp_path / "ab.key", PASSPHRASE, enrolled),
        ):
            pytest.fail("it opened")


def test_somebody_who_left_cannot_unlock(keystore: Keystore, enrol: Enrol, tmp_path: Path) -> None:
    person = replace(enrol("ab"), active=False)
    with (
        pytest.raises(RetiredKeyError),
        keystore.unlock(tmp_path / "ab.key", PASSPHRASE, person),
    ):
        pytest.fail("it opened")


def test_after_the_block_nothing_is_left(keystore: Keystore, enrol: Enrol, tmp_path: Path) -> None:
    person = enrol("ab")
    with keystore.unlock(tmp_path / "ab.key", PASSPHRASE, person) as key:
        derived = key._key
        assert any(derived)
        shown = f"{key!r} {key._secrets!r}"
        assert key.identity not in shown
    assert not any(derived)
    assert key._secrets is None
    assert key.public == person.key
    for use in (
        lambda: key.sign(b""),
        lambda: key.identity,
        lambda: key.head,
        lambda: key.remember_head(1, bytes(32)),
    ):
        with pytest.raises(KeyringError, match="locked again"):
            use()


def test_an_error_inside_the_block_locks_too_and_goes_on(
    keystore: Keystore, enrol: Enrol, tmp_path: Path
) -> None:
    person = enrol("ab")
    with (
        pytest.raises(ZeroDivisionError),
        keystore.unlock(tmp_path / "ab.key", PASSPHRASE, person) as key,
    ):
        raise ZeroDivisionError
    assert key._secrets is None
    assert not any(key._key)


def test_the_last_head_is_remembered(keystore: Keystore, enrol: Enrol, tmp_path: Path) -> None:
    person = enrol("ab")
    path = tmp_path / "ab.key"
    nonces = [KeyFile.from_bytes(path.read_bytes(), name="").nonce]
    for size in (1, 2, 9):
        with keystore.unlock(path, PASSPHRASE, person) as key:
            key.remember_head(size, bytes([size]) * 32)
            assert key.head == RememberedHead(size, bytes([size]) * 32)
        nonces.append(KeyFile.from_bytes(path.read_bytes(), name="").nonce)
    assert len(set(nonces)) == 4, "a nonce must never come twice under one key"
    with keystore.unlock(path, PASSPHRASE, person) as key:
        assert key.head == RememberedHead(9, b"\x09" * 32)
        before = path.read_bytes()
        key.remember_head(9, b"\x09" * 32)
        assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["ab.key"]


@pytest.mark.parametrize(("size", "kind"), [(0, "rollback"), (4, "rollback"), (5, "fork")])
def test_a_head_never_goes_back(
    size: int, kind: str, keystore: Keystore, enrol: Enrol, tmp_path: Path
) -> None:
    person = enrol("ab")
    with keystore.unlock(tmp_path / "ab.key", PASSPHRASE, person) as key:
        key.remember_head(5, b"\x05" * 32)
        with pytest.raises(RollbackError) as caught:
            key.remember_head(size, b"\x04" * 32)
        assert caught.value.findings[0].kind == kind
        assert key.head.size == 5


def test_a_head_that_cannot_be_written_leaves_the_old_file(
    keystore: Keystore, enrol: Enrol, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = enrol("ab")
    path = tmp_path / "ab.key"

    def full(*_: object, **__: object) -> None:
        what = "The disk is full."
        raise VaultError(what)

    with keystore.unlock(path, PASSPHRASE, person) as key:
        monkeypatch.setattr(durable, "replace", full)
        with pytest.raises(VaultError, match="disk is full"):
            key.remember_head(1, bytes(32))
        monkeypatch.undo()
        assert key.head == NO_HEAD
        key.remember_head(1, bytes(32))
    with keystore.unlock(path, PASSPHRASE, person) as key:
        assert key.head.size == 1
