"""Ed25519: sign, verify, refuse keys that prove nothing.

Under a key of small order some signatures verify for almost any message, so such a key proves
nothing about who signed. OpenSSL accepts several of them; this module does not.

`docs/format.md`, section 1, is the normative text; the algorithm is RFC 8032, "pure" Ed25519.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from counterseal.errors import KeyringError, WeakKeyError

Random = Callable[[int], bytes]
"""Where random bytes come from: takes a number of bytes. `os.urandom` outside tests."""

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64

_P: Final = 2**255 - 19
_SIGN: Final = 1 << 255  # the top bit of an encoding holds the sign of x, the rest is y
_KEPT: Final = 256  # a vault has a few dozen keys; strangers' keys must not fill the memory

# The y coordinates of the eight points of small order; two points share each of the last two lines
# and the line y = 0, by the sign of x. An octic y solves d*y^4 + 2*y^2 - 1 = 0.
_OCTIC_Y: Final = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826

WEAK_KEYS: Final[dict[bytes, str]] = {
    y.to_bytes(KEY_BYTES, "little"): meaning
    for y, meaning in (
        (1, "order 1: the neutral element"),
        (1 | _SIGN, "order 1, with the sign of an x that is zero"),
        (_P + 1, "order 1, y not reduced"),
        (_P + 1 | _SIGN, "order 1, y not reduced, with the sign of an x that is zero"),
        (_P - 1, "order 2"),
        (_P - 1 | _SIGN, "order 2, with the sign of an x that is zero"),
        (0, "order 4"),
        (0 | _SIGN, "order 4, the other x"),
        (_P, "order 4, y not reduced"),
        (_P | _SIGN, "order 4, the other x, y not reduced"),
        (_OCTIC_Y, "order 8"),
        (_OCTIC_Y | _SIGN, "order 8, the other x"),
        (_P - _OCTIC_Y, "order 8, the other y"),
        (_P - _OCTIC_Y | _SIGN, "order 8, the other y, the other x"),
    )
}
"""The fourteen encodings of points of small order, each with its meaning: eight canonical ones and
six that RFC 8032, 5.1.3, would not write. C2SP CCTV lists them in its `ed25519` folder."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private Ed25519 key. Its text form shows the public half alone.

    Args:
        public: The raw public key, 32 bytes.
    """

    public: bytes
    _private: Ed25519PrivateKey = field(repr=False, compare=False)

    @classmethod
    def generate(cls, random: Random) -> Self:
        """Make a fresh key from 32 random bytes."""
        return cls.from_seed(random(KEY_BYTES))

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """Return the key of a seed (RFC 8032, 5.1.5).

        Args:
            seed: Exactly 32 bytes; the private key itself.

        Raises:
            KeyringError: Not 32 bytes.
        """
        if len(seed) != KEY_BYTES:
            what = "A signing key must hold exactly 32 bytes."
            raise KeyringError(what)
        private = Ed25519PrivateKey.from_private_bytes(seed)
        return cls(private.public_key().public_bytes_raw(), private)

    @classmethod
    def from_pem(cls, pem: bytes) -> Self:
        """Read an unencrypted PKCS #8 PEM file, as `computer.key` is.

        Raises:
            KeyringError: Not such a file, or not an Ed25519 key.
        """
        try:
            private = load_pem_private_key(pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise KeyringError(_NOT_A_KEY) from error
        if not isinstance(private, Ed25519PrivateKey):
            raise KeyringError(_NOT_A_KEY)
        return cls(private.public_key().public_bytes_raw(), private)

    @property
    def seed(self) -> bytes:
        """The private key, 32 bytes. Only the key file may hold it."""
        return self._private.private_bytes_raw()

    def to_pem(self) -> bytes:
        """Return the key as an unencrypted PKCS #8 PEM file."""
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def sign(self, message: bytes) -> bytes:
        """Return the signature of the exact bytes, 64 bytes (RFC 8032, 5.1.6)."""
        return self._private.sign(message)


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether a signature is good. Never raises, whatever the bytes are.

    A weak or malformed key, and a signature whose S is not below the group order, count as bad
    (RFC 8032, 5.1.7; `docs/format.md`, section 1).

    Args:
        public: Raw public key, 32 bytes.
        message: The exact bytes that were signed.
        signature: 64 bytes.
    """
    try:
        _load(public).verify(signature, message)
    except (InvalidSignature, WeakKeyError, ValueError):  # ValueError: no point of the curve
        return False
    return True


def check_public(raw: bytes) -> None:
    """Refuse a public key that proves nothing.

    Args:
        raw: Raw public key, 32 bytes.

    Raises:
        WeakKeyError: Not 32 bytes, one of `WEAK_KEYS`, or y is not reduced (RFC 8032, 5.1.3).
    """
    fault = _fault(raw)
    if fault is not None:
        what = f"That key is too weak to sign with ({fault})."
        raise WeakKeyError(what)


def keyid(raw: bytes) -> str:
    """Return the hex SHA-256 of a raw public key: a hint in an envelope, never a proof."""
    return hashlib.sha256(raw).hexdigest()


def public_to_pem(raw: bytes) -> bytes:
    """Return a public key as SubjectPublicKeyInfo PEM, so that `openssl` can use it.

    Raises:
        WeakKeyError: As `check_public`.
    """
    check_public(raw)
    key = Ed25519PublicKey.from_public_bytes(raw)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def public_from_pem(pem: bytes) -> bytes:
    """Read a SubjectPublicKeyInfo PEM file and return the raw public key.

    Raises:
        KeyringError: Not such a file, or not an Ed25519 key.
        WeakKeyError: As `check_public`.
    """
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyringError(_NOT_A_KEY) from error
    if not isinstance(key, Ed25519PublicKey):
        raise KeyringError(_NOT_A_KEY)
    raw = key.public_bytes_raw()
    check_public(raw)
    return raw


_NOT_A_KEY: Final = "That is not an Ed25519 key in a PEM file."


def _fault(raw: bytes) -> str | None:
    if len(raw) != KEY_BYTES:
        return "not 32 bytes long"
    meaning = WEAK_KEYS.get(bytes(raw))
    if meaning is not None:
        return meaning
    if int.from_bytes(raw, "little") & ~_SIGN >= _P:
        return "not written in the one canonical way"
    return None


@lru_cache(maxsize=_KEPT)
def _load(public: bytes) -> Ed25519PublicKey:
    # Checking and loading anew cost a twentieth of a verification; a log has few keys, many times.
    check_public(public)
    return Ed25519PublicKey.from_public_bytes(public)
