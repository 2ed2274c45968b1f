"""A file under a passphrase: every age opens it, its work factor is fixed, no change opens."""

import base64
import os
import re
import time

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterseal.errors import IntegrityError, KeyringError, WrongPassphraseError
from counterseal.keys import passphrase_file, recipients
from counterseal.keys.passphrase_file import decrypt, encrypt
from patience import BUSY_S
from unit.keys.standins import PASSPHRASE, Repeatable

CHEAP = 1
IDENTITY = recipients.new_identity().encode()


def armor(binary: bytes) -> bytes:
    lines = base64.encodebytes(binary).replace(b"\n", b"")
    body = b"\n".join(lines[start : start + 64] for start in range(0, len(lines), 64))
    return b"-----BEGIN AGE ENCRYPTED FILE-----\n%b\n-----END AGE ENCRYPTED FILE-----\n" % body


def unarmor(text: bytes) -> bytes:
    return base64.b64decode(b"".join(text.split(b"\n")[1:-2]))


def test_pyrage_opens_it() -> None:
    sealed = encrypt(IDENTITY, PASSPHRASE, os.urandom, log_n=CHEAP)
    assert pyrage.passphrase.decrypt(sealed, PASSPHRASE) == IDENTITY


def test_the_form_is_that_of_age() -> None:
    sealed = encrypt(IDENTITY, PASSPHRASE, Repeatable())
    lines = sealed.decode("ascii").split("\n")
    assert lines[0] == "-----BEGIN AGE ENCRYPTED FILE-----"
    assert lines[-2:] == ["-----END AGE ENCRYPTED FILE-----", ""]
    assert {len(line) for line in lines[1:-3]} == {64}
    assert 0 < len(lines[-3]) <= 64
    header = base64.b64decode("".join(lines[1:-2])).split(b"\n")
    assert header[0] == b"age-encryption.org/v1"
    assert re.fullmatch(rb"-> scrypt [A-Za-z0-9+/]{22} 18", header[1])
    assert len(header[2]) == 43


@settings(max_examples=50)
@given(plaintext=st.binary(max_size=300), passphrase=st.text(st.characters(exclude_categories=[])))
def test_what_is_written_opens(plaintext: bytes, passphrase: str) -> None:
    sealed = encrypt(plaintext, passphrase, Repeatable(plaintext), log_n=CHEAP)
    assert decrypt(sealed, passphrase) == plaintext


@pytest.mark.parametrize("size", [0, 1, 31, 32, 33, 47, 48, 65_535, 65_536])
def test_every_length_up_to_a_chunk_opens_everywhere(size: int) -> None:
    sealed = encrypt(bytes(size), PASSPHRASE, os.urandom, log_n=CHEAP)
    assert decrypt(sealed, PASSPHRASE) == bytes(size)
    assert pyrage.passphrase.decrypt(sealed, PASSPHRASE) == bytes(size)


def test_more_than_a_chunk_is_refused() -> None:
    with pytest.raises(KeyringError, match="Only 65536 bytes"):
        encrypt(bytes(65_537), PASSPHRASE, os.urandom, log_n=CHEAP)
    sealed = unarmor(encrypt(bytes(65_536), PASSPHRASE, os.urandom, log_n=CHEAP))
    with pytest.raises(KeyringError, match="too long"):
        decrypt(armor(sealed + b"\0"), PASSPHRASE)


def test_a_passphrase_may_be_typed_composed_or_decomposed() -> None:
    sealed = encrypt(b"secret", "e\u0301le\u0300ve", os.urandom, log_n=CHEAP)
    assert decrypt(sealed, "élève") == b"secret"
    assert pyrage.passphrase.decrypt(sealed, "élève") == b"secret"


def test_no_randomness_comes_twice() -> None:
    random = Repeatable()
    files = {encrypt(b"secret", PASSPHRASE, random, log_n=CHEAP) for _ in range(5)}
    assert len(files) == 5
    assert random.calls == 15


@pytest.mark.parametrize("passphrase", ["", PASSPHRASE + " ", PASSPHRASE.upper(), "\udcff"])
def test_another_passphrase_does_not_open(passphrase: str) -> None:
    sealed = encrypt(b"secret", PASSPHRASE, Repeatable(), log_n=CHEAP)
    with pytest.raises(WrongPassphraseError):
        decrypt(sealed, passphrase)


def test_no_changed_or_missing_byte_opens() -> None:
    sealed = encrypt(IDENTITY, PASSPHRASE, Repeatable(), log_n=CHEAP)
    binary = unarmor(sealed)
    assert armor(binary) == sealed
    mac = binary.index(b"\n---") + 5
    kinds = set()
    for place in range(len(binary)):
        changed = bytearray(binary)
        changed[place] ^= 1
        for bad in (bytes(changed), binary[:place]):
            with pytest.raises((IntegrityError, KeyringError)) as caught:
                decrypt(armor(bad), PASSPHRASE)
        if place > mac + 43:
            assert caught.type is IntegrityError
        kinds.add(caught.type)
    assert {IntegrityError, KeyringError} <= kinds
    with pytest.raises(IntegrityError):
        decrypt(armor(binary + b"\0"), PASSPHRASE)


def test_no_changed_letter_of_the_armor_opens() -> None:
    sealed = encrypt(IDENTITY, PASSPHRASE, Repeatable(), log_n=CHEAP)
    for place in range(len(sealed) - 1):
        changed = bytearray(sealed)
        changed[place] ^= 2
        with pytest.raises((IntegrityError, KeyringError)):
            decrypt(bytes(changed), PASSPHRASE)


def test_the_armor_of_some_bytes_has_one_text() -> None:
    # Before "==" only two bits of the last letter count; a lax reader takes sixteen letters there.
    files = (encrypt(bytes(size), PASSPHRASE, Repeatable(), log_n=CHEAP) for size in range(3))
    sealed = next(file for file in files if b"==\n" in file)
    place = sealed.index(b"==\n") - 1
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = letters[letters.index(sealed[place]) + 1]
    changed = sealed[:place] + bytes([other]) + sealed[place + 1 :]
    assert unarmor(changed) == unarmor(sealed)
    with pytest.raises(KeyringError, match="not an armored age file"):
        decrypt(changed, PASSPHRASE)


def test_line_ends_and_outer_blanks_do_not_matter() -> None:
    sealed = encrypt(b"secret", PASSPHRASE, Repeatable(), log_n=CHEAP)
    for typed in (sealed.strip(), b"\n\n" + sealed, sealed.replace(b"\n", b"\r\n") + b" \n"):
        assert decrypt(typed, PASSPHRASE) == b"secret"


def rewritten(old: bytes, new: bytes) -> bytes:
    sealed = encrypt(b"secret", PASSPHRASE, Repeatable(), log_n=CHEAP)
    binary = unarmor(sealed)
    assert binary.count(old) == 1
    return armor(binary.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/v1\n", b"/v2\n"),
        (b"-> scrypt ", b"-> X25519 "),
        (b"-> scrypt ", b"-> scrypt  "),
        (b" 1\n", b" 01\n"),
        (b" 1\n", b" 0\n"),
        (b" 1\n", b"\n"),
        (b" 1\n", b" 1 1\n"),
        (b" 1\n", b" 1\n-> grease\n\n"),
        (b"\n--- ", b"\n---  "),
    ],
)
def test_another_header_is_no_file_of_ours(old: bytes, new: bytes) -> None:
    with pytest.raises(KeyringError, match="not an armored age file under a passphrase"):
        decrypt(rewritten(old, new), PASSPHRASE)


@pytest.mark.parametrize("log_n", [21, 30, 99])
def test_a_work_factor_that_would_fill_the_memory_is_refused(log_n: int) -> None:
    before = time.monotonic()
    with pytest.raises(KeyringError, match=f"more memory than is given .work factor {log_n}."):
        decrypt(rewritten(b" 1\n", b" %d\n" % log_n), PASSPHRASE)
    assert time.monotonic() - before < 1 + BUSY_S


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"rubbish",
        b"-----BEGIN AGE ENCRYPTED FILE-----\n-----END AGE ENCRYPTED FILE-----\n",
        b"-----BEGIN AGE ENCRYPTED FILE-----\n!!!!\n-----END AGE ENCRYPTED FILE-----\n",
        recipients.encrypt(b"secret", [recipients.recipient_of(IDENTITY.decode())]),
        IDENTITY,
    ],
)
def test_a_foreign_file_is_refused(content: bytes) -> None:
    with pytest.raises(KeyringError, match="not an armored age file under a passphrase"):
        decrypt(content, PASSPHRASE)


def test_lines_of_other_lengths_are_refused() -> None:
    sealed = encrypt(b"secret", PASSPHRASE, Repeatable(), log_n=CHEAP)
    body = b"".join(sealed.split(b"\n")[1:-2])
    one_line = sealed.split(b"\n")[0] + b"\n" + body + b"\n-----END AGE ENCRYPTED FILE-----\n"
    with pytest.raises(KeyringError):
        decrypt(one_line, PASSPHRASE)


def test_the_work_factor_does_not_drift() -> None:
    assert passphrase_file.LOG_N == 18
    assert passphrase_file.MOST_LOG_N == 20
