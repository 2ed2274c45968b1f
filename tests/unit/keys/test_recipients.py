"""Encryption to people's keys: the `age` command and we read each other, and no change opens."""

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
