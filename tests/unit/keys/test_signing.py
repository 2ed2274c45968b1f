"""Ed25519: what is signed verifies, and keys that prove nothing are refused."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from counterseal.errors import KeyringError, WeakKeyError
from counterseal.keys import signing
from counterseal.keys.signing import SigningKey, check_public, keyid, verify
from unit.keys.edwards import L, P, small_order_encodings

WEAK = small_order_encodings()
SEEDS = st.binary(min_size=32, max_size=32)

# RFC 8032, 7.1: TEST 2 and TEST 3.
RFC_8032 = [
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]


@pytest.mark.parametrize(("seed", "public", "message", "signature"), RFC_8032)
def test_the_vectors_of_rfc_8032(seed: str, public: str, message: str, signature: str) -> None:
    key = SigningKey.from_seed(bytes.fromhex(seed))
    assert key.public.hex() == public
    assert key.sign(bytes.fromhex(message)).hex() == signature
    assert verify(key.public, bytes.fromhex(message), bytes.fromhex(signature))


@given(seed=SEEDS, message=st.binary())
def test_what_is_signed_verifies(seed: bytes, message: bytes) -> None:
    key = SigningKey.from_seed(seed)
    signature = key.sign(message)
    assert len(key.public) == 32
    assert len(signature) == 64
    assert verify(key.public, message, signature)


@given(seed=SEEDS, message=st.binary(min_size=1), data=st.data())
def test_no_changed_bit_verifies(seed: bytes, message: bytes, data: st.DataObject) -> None:
    key = SigningKey.from_seed(seed)
    parts = [key.public, message, key.sign(message)]
    which = data.draw(st.integers(0, 2))
    bit = data.draw(st.integers(0, 8 * len(parts[which]) - 1))
    changed = bytearray(parts[which])
    changed[bit // 8] ^= 1 << bit % 8
    parts[which] = bytes(changed)
    assert not verify(*parts)


@given(public=st.binary(max_size=70), message=st.binary(), signature=st.binary(max_size=70))
def test_verify_never_raises(public: bytes, message: bytes, signature: bytes) -> None:
    assert verify(public, message, signature) is False


def test_there_are_fourteen_weak_encodings() -> None:
    assert len(WEAK) == 14
    assert set(signing.WEAK_KEYS) == WEAK


@pytest.mark.parametrize("raw", sorted(WEAK), ids=bytes.hex)
def test_a_weak_key_is_refused(raw: bytes) -> None:
    with pytest.raises(WeakKeyError, match=r"too weak to sign with \(order [1248]"):
        check_public(raw)
    with pytest.raises(WeakKeyError):
        signing.public_to_pem(raw)


def test_openssl_accepts_weak_keys_and_we_do_not() -> None:
    # With S = 0 the equation is R = -kA, so one of few R fits under a key of small order.
    accepted = set()
    for raw in WEAK:
        for commitment in WEAK:
            for message in (bytes([number]) for number in range(16)):
                signature = commitment + bytes(32)
                assert not verify(raw, message, signature)
                try:
                    Ed25519PublicKey.from_public_bytes(raw).verify(signature, message)
                except InvalidSignature:
                    continue
                accepted.add(raw)
    assert accepted == WEAK, "OpenSSL has begun to refuse some: say so in signing.py"


@pytest.mark.parametrize("sign", [0, 1 << 255])
@pytest.mark.parametrize("y", range(P, 2**255))
def test_a_y_that_is_not_reduced_is_refused(y: int, sign: int) -> None:
    raw = (y | sign).to_bytes(32, "little")
    with pytest.raises(WeakKeyError):
        check_public(raw)
    assert not verify(raw, b"", bytes(64))


def test_the_greatest_reduced_y_that_is_not_weak_passes() -> None:
    check_public((P - 2).to_bytes(32, "little"))


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_key_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(WeakKeyError, match="not 32 bytes"):
        check_public(bytes([7]) * size)
    with pytest.raises(KeyringError, match="exactly 32 bytes"):
        SigningKey.from_seed(bytes(size))


@given(seed=SEEDS)
def test_a_signature_with_s_above_the_order_is_refused(seed: bytes) -> None:
    key = SigningKey.from_seed(seed)
    signature = key.sign(b"message")
    s = int.from_bytes(signature[32:], "little")
    assert s < L
    assert not verify(key.public, b"message", signature[:32] + (s + L).to_bytes(32, "little"))


def test_a_fresh_key_comes_from_the_randomness_passed_in() -> None:
    asked: list[int] = []

    def random(size: int) -> bytes:
        asked.append(size)
        return b"\x07" * size

    assert SigningKey.generate(random) == SigningKey.from_seed(b"\x07" * 32)
    assert asked == [32]


def test_the_text_form_shows_no_secret() -> None:
    key = SigningKey.from_seed(b"\x07" * 32)
    shown = f"{key!r} {key}"
    assert key.public != key.seed == b"\x07" * 32
    assert repr(key.seed) not in shown
    assert key.seed.hex() not in shown
    assert "private" not in shown.lower()


def test_keyid_is_the_digest_of_the_raw_key() -> None:
    assert keyid(b"\x01" * 32) == hashlib.sha256(b"\x01" * 32).hexdigest()


@given(seed=SEEDS)
def test_pem_goes_there_and_back(seed: bytes) -> None:
    key = SigningKey.from_seed(seed)
    assert key.to_pem().startswith(b"-----BEGIN PRIVATE KEY-----\n")
    assert SigningKey.from_pem(key.to_pem()).seed == seed
    assert signing.public_from_pem(signing.public_to_pem(key.public)) == key.public


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_the_openssl_command_verifies_what_we_sign(tmp_path: Path) -> None:
    key = SigningKey.from_seed(b"\x07" * 32)
    (tmp_path / "key").write_bytes(signing.public_to_pem(key.public))
    (tmp_path / "message").write_bytes(b"message")
    (tmp_path / "signature").write_bytes(key.sign(b"message"))
    command = "openssl pkeyutl -verify -rawin -pubin -inkey key -in message -sigfile signature"
    done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, b"Signature Verified Successfully\n")


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_other_private_keys_are_refused() -> None:
    locked = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
    )
    good = SigningKey.from_seed(b"\x07" * 32).to_pem()
    other = _private(ec.generate_private_key(ec.SECP256R1()))
    for pem in (b"", b"rubbish", locked, other, good.replace(b"MC4", b"MC5"), good[:40]):
        with pytest.raises(KeyringError, match="not an Ed25519 key in a PEM file"):
            SigningKey.from_pem(pem)


def test_other_public_keys_are_refused() -> None:
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    other = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for pem in (b"", b"rubbish", other):
        with pytest.raises(KeyringError, match="not an Ed25519 key in a PEM file"):
            signing.public_from_pem(pem)
    weak = Ed25519PublicKey.from_public_bytes(bytes(32))
    with pytest.raises(WeakKeyError):
        signing.public_from_pem(weak.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
