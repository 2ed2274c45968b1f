"""Encryption to people's keys: the `age` command and we read each other, and no change opens."""

import random
from collections.abc import Iterator
from unittest import mock

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from counterseal.errors import IntegrityError, KeyringError, UsageError
from counterseal.keys import recipients
from unit.keys.bech32 import recipient_at

P = 2**255 - 19
IDENTITY = recipients.new_identity()
RECIPIENT = recipients.recipient_of(IDENTITY)
OTHER = recipients.new_identity()
CHUNK = 65_536

# RFC 7748 and the twist: the u coordinates whose shared secret is zero. Each is checked below
# against an exchange by another library.
SMALL_ORDER = [
    0,
    1,
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
    P - 1,
]


@given(plaintext=st.binary())
def test_each_recipient_opens_it_alone(plaintext: bytes) -> None:
    ciphertext = recipients.encrypt(plaintext, [RECIPIENT, recipients.recipient_of(OTHER)])
    assert recipients.decrypt(ciphertext, IDENTITY) == plaintext
    assert recipients.decrypt(ciphertext, OTHER) == plaintext


def test_somebody_else_cannot_open_it() -> None:
    ciphertext = recipients.encrypt(b"secret", [RECIPIENT])
    with pytest.raises(KeyringError, match="not encrypted for that key"):
        recipients.decrypt(ciphertext, OTHER)


def test_no_changed_byte_opens() -> None:
    ciphertext = recipients.encrypt(b"secret" * 20, [RECIPIENT])
    stanza = range(ciphertext.index(b"-> X25519 "), ciphertext.index(b"\n---"))
    findings = 0
    for place in range(len(ciphertext)):
        changed = bytearray(ciphertext)
        changed[place] ^= 1
        with pytest.raises((IntegrityError, KeyringError)) as caught:
            recipients.decrypt(bytes(changed), IDENTITY)
        if caught.type is not IntegrityError:
            assert place in stanza, "only who it is for may be in doubt"
        else:
            findings += 1
    assert findings > len(ciphertext) - len(stanza) - 1


def test_no_shortened_or_lengthened_file_opens() -> None:
    ciphertext = recipients.encrypt(b"secret" * 20, [RECIPIENT])
    for end in range(len(ciphertext)):
        with pytest.raises(IntegrityError, match="changed or cut short"):
            recipients.decrypt(ciphertext[:end], IDENTITY)
    with pytest.raises(IntegrityError):
        recipients.decrypt(ciphertext + b"\0", IDENTITY)


def test_a_change_in_the_last_chunk_gives_nothing_away() -> None:
    ciphertext = bytearray(recipients.encrypt(bytes(3 * CHUNK), [RECIPIENT]))
    ciphertext[-1] ^= 1
    with pytest.raises(IntegrityError) as caught:
        recipients.decrypt(bytes(ciphertext), IDENTITY)
    assert caught.value.findings[0].kind == "digest-mismatch"


def test_chunks_in_another_order_do_not_open() -> None:
    ciphertext = recipients.encrypt(bytes(range(256)) * 1024, [RECIPIENT])
    start = ciphertext.index(b"\n--- ") + 49 + 16
    sealed = CHUNK + 16
    first = ciphertext[start : start + sealed]
    second = ciphertext[start + sealed : start + 2 * sealed]
    swapped = ciphertext[:start] + second + first + ciphertext[start + 2 * sealed :]
    with pytest.raises(IntegrityError):
        recipients.decrypt(swapped, IDENTITY)


def test_an_os_error_of_the_library_is_a_finding_never_a_disk_error() -> None:
    with (
        mock.patch.object(pyrage, "decrypt", side_effect=OSError("decryption error")),
        pytest.raises(IntegrityError, match="decryption error"),
    ):
        recipients.decrypt(b"", IDENTITY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "age1",
        RECIPIENT.upper(),
        f" {RECIPIENT}",
        f"{RECIPIENT}\n",
        RECIPIENT[:-1],
        IDENTITY,
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN a@b",
        "age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t",
    ],
)
def test_what_is_no_recipient_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not an age recipient"):
        recipients.check_recipient(text)


@given(place=st.integers(4, 61), letter=st.sampled_from("qpzry9x8gf2tvdw0s3jn54khce6mua7l"))
def test_no_mistyped_letter_passes(place: int, letter: str) -> None:
    text = RECIPIENT[:place] + letter + RECIPIENT[place + 1 :]
    if text == RECIPIENT:
        recipients.check_recipient(text)
    else:
        with pytest.raises(UsageError):
            recipients.encrypt(b"secret", [text])


@pytest.mark.parametrize("u", SMALL_ORDER)
def test_a_recipient_of_small_order_is_refused(u: int) -> None:
    point = X25519PublicKey.from_public_bytes(u.to_bytes(32, "little"))
    with pytest.raises(ValueError, match="shared key"):
        X25519PrivateKey.generate().exchange(point)
    with pytest.raises(UsageError, match="hides nothing"):
        recipients.encrypt(b"secret", [recipient_at(u)])


@pytest.mark.parametrize("u", [P, P + 1, P + 9, 2**255 - 1, 2**255 + 9])
def test_a_recipient_that_is_not_reduced_is_refused(u: int) -> None:
    with pytest.raises(UsageError, match="hides nothing"):
        recipients.check_recipient(recipient_at(u))


def test_the_test_can_write_recipients() -> None:
    recipients.check_recipient(recipient_at(9))


def test_nobody_to_encrypt_to_is_refused() -> None:
    with pytest.raises(UsageError, match="Nobody"):
        recipients.encrypt(b"secret", [])


@pytest.mark.parametrize("text", ["", RECIPIENT, "AGE-SECRET-KEY-1", IDENTITY[:-1]])
def test_what_is_no_identity_is_refused(text: str) -> None:
    for use in (recipients.recipient_of, lambda bad: recipients.decrypt(b"", bad)):
        with pytest.raises(KeyringError, match="not an age identity"):
            use(text)
    assert not recipients.opens(text, RECIPIENT)


def test_opens_says_whether_the_halves_belong_together() -> None:
    assert recipients.opens(IDENTITY, RECIPIENT)
    assert not recipients.opens(OTHER, RECIPIENT)


class Taker:
    """Takes what is handed on, until it has had enough."""

    def __init__(self, most: int = 1 << 30) -> None:
        self.taken = b""
        self.most = most

    def write(self, piece: bytes, /) -> None:
        if len(self.taken) + len(piece) > self.most:
            message = "enough"
            raise UsageError(message)
        self.taken += piece

    def flush(self) -> None:
        raise AssertionError


def pieces_of(content: bytes, size: int) -> list[bytes]:
    return [content[start : start + size] for start in range(0, len(content), size)]


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 40 * CHUNK + 7])
@pytest.mark.parametrize("piece", [1_000, 1 << 20])
def test_a_stream_opens_to_the_same_bytes(size: int, piece: int) -> None:
    plaintext = random.Random(size).randbytes(size)  # noqa: S311  (no secret)
    ciphertext = recipients.encrypt(plaintext, [RECIPIENT])
    taker = Taker()
    recipients.decrypt_stream(pieces_of(ciphertext, piece), taker, IDENTITY)
    assert taker.taken == plaintext


@pytest.mark.parametrize("cut", [1, 16, 17, CHUNK, CHUNK + 16, CHUNK + 17, 3 * CHUNK])
def test_a_stream_that_was_cut_short_or_changed_never_ends_well(cut: int) -> None:
    ciphertext = recipients.encrypt(bytes(3 * CHUNK), [RECIPIENT])
    changed = bytearray(ciphertext)
    changed[-cut] ^= 1
    for content in (ciphertext[:-cut], bytes(changed), ciphertext + b"x"):
        with pytest.raises(IntegrityError, match="changed or cut short"):
            recipients.decrypt_stream([content], Taker(), IDENTITY)


def test_a_stream_for_somebody_else_gives_nothing() -> None:
    taker = Taker()
    with pytest.raises(KeyringError, match="not encrypted for that key"):
        recipients.decrypt_stream([recipients.encrypt(b"x", [RECIPIENT])], taker, OTHER)
    with pytest.raises(KeyringError, match="not an age identity"):
        recipients.decrypt_stream([], taker, "nonsense")
    assert taker.taken == b""


def test_what_goes_wrong_on_either_side_of_a_stream_is_told_as_it_is() -> None:
    ciphertext = recipients.encrypt(bytes(80 * CHUNK), [RECIPIENT])

    def broken() -> Iterator[bytes]:
        yield ciphertext[:CHUNK]
        raise OSError(5, "the disk")

    with pytest.raises(OSError, match="the disk"):
        recipients.decrypt_stream(broken(), Taker(), IDENTITY)
    with pytest.raises(UsageError, match="enough"):
        recipients.decrypt_stream([ciphertext], Taker(most=100), IDENTITY)
