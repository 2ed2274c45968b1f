"""The bytes of a key file: by the format, and with none of them changed."""

import base64
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterseal import canonical
from counterseal.errors import (
    KeyringError,
    WrongPassphraseError,
)
from counterseal.keys import recipients
from counterseal.keys.keyfile import MOST_COST
from counterseal.keys.keystore import Keystore
from counterseal.keys.people import Person
from counterseal.keys.signing import SigningKey
from unit.keys.standins import PASSPHRASE, VAULT, CountingClock, unlocks

Enrol = Callable[[str], Person]
Change = Callable[[dict[str, Any]], None]


def test_the_file_is_as_the_format_says(enrol: Enrol, tmp_path: Path) -> None:
    enrol("ab")
    path = tmp_path / "ab.key"
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    value = canonical.decode(path.read_bytes())
    assert value.keys() == {"v", "vault", "id", "kdf", "nonce", "box"}
    assert value["kdf"].keys() == {"name", "t", "m", "p", "salt"}
    assert (value["v"], value["vault"], value["id"]) == (1, VAULT, "ab")


def test_the_box_opens_by_the_words_of_the_format(enrol: Enrol, tmp_path: Path) -> None:
    # Written from docs/format.md, section 10, with nothing of the code under test.
    person = enrol("ab")
    value = json.loads((tmp_path / "ab.key").read_bytes())
    kdf, box = value["kdf"], base64.b64decode(value.pop("box"))
    around = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    salt, nonce = base64.b64decode(kdf["salt"]), base64.b64decode(value["nonce"])
    assert (len(salt), len(nonce)) == (16, 12)
    argon = Argon2id(
        salt=salt, length=32, iterations=kdf["t"], lanes=kdf["p"], memory_cost=kdf["m"]
    )
    key = argon.derive(PASSPHRASE.encode())
    secrets = json.loads(ChaCha20Poly1305(key).decrypt(nonce, box, around))
    assert secrets.keys() == {"signing", "identity", "head"}
    assert secrets["head"] == {
        "size": 0,
        "root": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    }
    assert SigningKey.from_seed(base64.b64decode(secrets["signing"])).public == person.key
    assert recipients.recipient_of(secrets["identity"]) == person.recipient


def test_no_changed_byte_opens(keystore: Keystore, enrol: Enrol, tmp_path: Path) -> None:
    person = enrol("ab")
    path = tmp_path / "ab.key"
    content = path.read_bytes()
    readable = 0
    for place in range(len(content)):
        for mask in (0x01, 0x02, 0x80):
            changed = bytearray(content)
            changed[place] ^= mask
            path.write_bytes(changed)
            with pytest.raises(KeyringError) as caught, keystore.unlock(path, PASSPHRASE, person):
                pytest.fail(f"byte {place} was changed, and it opened")
            readable += caught.type is WrongPassphraseError
    assert readable > len(content), "what still reads as a key file must fail by its seal"
    path.write_bytes(content)
    assert unlocks(keystore, path, person)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_changed_cut_or_moved_piece_opens(
    data: st.DataObject, keystore: Keystore, enrol: Enrol, tmp_path: Path
) -> None:
    path = tmp_path / "ab.key"
    path.unlink(missing_ok=True)
    person = enrol("ab")
    content = path.read_bytes()
    places = st.integers(0, len(content))
    start, end = sorted((data.draw(places), data.draw(places)))
    changed = content[:start] + data.draw(st.binary(max_size=8)) + content[end:]
    path.write_bytes(changed)
    if changed == content:
        assert unlocks(keystore, path, person)
        return
    with pytest.raises(KeyringError), keystore.unlock(path, PASSPHRASE, person):
        pytest.fail("it opened")


def _kdf(**change: object) -> Change:
    return lambda value: value["kdf"].update(change)


def _whole(**change: object) -> Change:
    return lambda value: value.update(change)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_kdf(t=3), WrongPassphraseError.default_what),
        (_kdf(m=65), WrongPassphraseError.default_what),
        (_kdf(p=2), WrongPassphraseError.default_what),
        (_kdf(salt="AAAAAAAAAAAAAAAAAAAAAA=="), WrongPassphraseError.default_what),
        (_whole(nonce="AAAAAAAAAAAAAAAA"), WrongPassphraseError.default_what),
        (_whole(box="AAAA"), WrongPassphraseError.default_what),
        (_whole(box=""), WrongPassphraseError.default_what),
        (_kdf(t=MOST_COST.t + 1), "asks for a cost"),
        (_kdf(t=0), "asks for a cost"),
        (_kdf(m=MOST_COST.m_kib + 1), "asks for a cost"),
        (_kdf(m=2**53 - 1), "asks for a cost"),
        (_kdf(m=7), "asks for a cost"),
        (_kdf(p=0), "asks for a cost"),
        (_kdf(p=MOST_COST.p + 1, m=8 * (MOST_COST.p + 1)), "asks for a cost"),
        (_kdf(p=9), "asks for a cost"),
        (_kdf(t=True), "not a key file"),
        (_kdf(t="1"), "not a key file"),
        (_kdf(name="argon2i"), "not a key file"),
        (_kdf(salt=""), "not a key file"),
        (_kdf(salt="AAAAAAAAAAAAAAAAAAAAAB=="), "not a key file"),
        (_kdf(extra=1), "not a key file"),
        (_whole(nonce="AAAA"), "not a key file"),
        (_whole(nonce=1), "not a key file"),
        (_whole(v=2), "not a key file"),
        (_whole(kdf=[]), "not a key file"),
        (_whole(extra=1), "not a key file"),
        (_whole(box="&"), "not a key file"),
        (_whole(box="é"), "not a key file"),
        (_whole(vault="other/" + "0f" * 16), "belongs to another record"),
        (_whole(id="cd"), "is the key file of “cd”, not “ab”"),
    ],
)
def test_a_file_against_the_format_is_refused_in_plain_words(
    change: Change, expected: str, keystore: Keystore, enrol: Enrol, tmp_path: Path
) -> None:
    person = enrol("ab")
    path = tmp_path / "ab.key"
    value = json.loads(path.read_bytes())
    change(value)
    path.write_bytes(canonical.encode(value))
    with pytest.raises(KeyringError) as caught, keystore.unlock(path, PASSPHRASE, person):
        pytest.fail("it opened")
    assert expected in caught.value.what


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"\xff\xfe", b"-----BEGIN PRIVATE KEY-----\n", b"[" * 100, b"1" * 20_000],
)
def test_a_foreign_file_is_refused_without_counting_a_try(
    content: bytes, keystore: Keystore, enrol: Enrol, tmp_path: Path, clock: CountingClock
) -> None:
    person = enrol("ab")
    path = tmp_path / "ab.key"
    path.write_bytes(content)
    for _ in range(3):
        with (
            pytest.raises(KeyringError, match=r"ab\.key is not a key file of this program"),
            keystore.unlock(path, PASSPHRASE, person),
        ):
            pytest.fail("it opened")
    assert clock.slept == []
