"""The bytes of a key file: what stands in it, and the box that a passphrase opens.

The key of the box is Argon2id of the passphrase (RFC 9106); the box is ChaCha20-Poly1305 (RFC 8439)
with everything else in the file as associated data, so that no byte can be changed unnoticed.

`docs/format.md`, section 10, is the normative text.
"""

import base64
import unicodedata
from dataclasses import dataclass
from typing import Any, Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from counterseal import canonical
from counterseal.errors import KeyringError, WrongPassphraseError
from counterseal.keys.signing import Random

SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12
BOX_KEY_BYTES: Final = 32
MOST_BYTES: Final = 16_384
"""A key file has under a thousand; more than this is not worth reading."""

_FILE_KEYS: Final = frozenset({"v", "vault", "id", "kdf", "nonce", "box"})
_KDF_KEYS: Final = frozenset({"name", "t", "m", "p", "salt"})
_KIB_PER_LANE: Final = 8  # RFC 9106, 3.1: m is at least 8 * p


@dataclass(frozen=True, slots=True)
class Cost:
    """How dear one guess of a passphrase is (RFC 9106, 3.1).

    Args:
        t: Passes over the memory.
        m_kib: Memory, in KiB.
        p: Lanes.
    """

    t: int
    m_kib: int
    p: int

    def is_below(self, other: "Cost") -> bool:
        """Say whether any of the three is less than the other's."""
        return self.t < other.t or self.m_kib < other.m_kib or self.p < other.p

    @property
    def is_possible(self) -> bool:
        """Whether Argon2id allows it, and it is not so dear that it would stall the computer.

        The file is read before anybody has shown that they may write it, so one with an absurd
        cost must not be able to take all the memory.
        """
        fewest = Cost(1, _KIB_PER_LANE * self.p, 1)
        return not self.is_below(fewest) and not MOST_COST.is_below(self)


REAL_COST: Final = Cost(t=3, m_kib=262_144, p=4)
"""256 MiB: RFC 9106's second choice (3 passes, 4 lanes, 64 MiB) with four times the memory."""

PRACTICE_COST: Final = Cost(t=1, m_kib=64, p=1)
"""For practice vaults and tests: under a millisecond, no protection."""

MOST_COST: Final = Cost(t=8, m_kib=1_048_576, p=16)
"""The dearest that is read from a file: a gibibyte."""


@dataclass(frozen=True, slots=True)
class Header:
    """What stands in the open: whose file it is, and how its key is derived.

    Args:
        vault: The origin of the vault.
        person_id: Whose file it is.
        cost: The cost of derivation.
        salt: 16 random bytes.
    """

    vault: str
    person_id: str
    cost: Cost
    salt: bytes

    def derive(self, passphrase: str) -> bytearray:
        """Derive the key of the box: 32 bytes that the caller can overwrite.

        Raises:
            KeyringError: There is not enough free memory.
        """
        # What a terminal cannot decode arrives as lone surrogates: a wrong passphrase, not a bug.
        typed = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
        key = bytearray(BOX_KEY_BYTES)
        argon = Argon2id(
            salt=self.salt,
            length=BOX_KEY_BYTES,
            iterations=self.cost.t,
            lanes=self.cost.p,
            memory_cost=self.cost.m_kib,
        )
        try:
            argon.derive_into(typed, key)
        except MemoryError as error:
            what = f"There is too little free memory: {self.cost.m_kib // 1024} MiB are needed."
            raise KeyringError(what, advice="Close other programs, then try again.") from error
        return key


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A whole key file.

    Args:
        header: What stands in the open.
        nonce: 12 bytes, fresh each time the box is sealed.
        box: The secrets, sealed.
    """

    header: Header
    nonce: bytes
    box: bytes

    @classmethod
    def seal(cls, header: Header, key: bytearray, content: bytes, random: Random) -> Self:
        """Seal the secrets under a derived key, with a fresh nonce."""
        nonce = random(NONCE_BYTES)
        around = canonical.encode(_open_part(header, nonce))
        return cls(header, nonce, ChaCha20Poly1305(key).encrypt(nonce, content, around))

    def open(self, key: bytearray) -> bytes:
        """Open the box.

        Raises:
            WrongPassphraseError: Another key, or any byte of the file was changed.
        """
        around = canonical.encode(_open_part(self.header, self.nonce))
        try:
            return ChaCha20Poly1305(key).decrypt(self.nonce, self.box, around)
        except InvalidTag as error:
            raise WrongPassphraseError from error

    def to_bytes(self) -> bytes:
        """Return the canonical bytes."""
        whole = {**_open_part(self.header, self.nonce), "box": _base64(self.box)}
        return canonical.encode(whole)

    @classmethod
    def from_bytes(cls, content: bytes, *, name: str) -> Self:
        """Read a key file.

        Args:
            content: The whole file.
            name: The file's name, for the error.

        Raises:
            KeyringError: Not a key file of this program, or damaged so that it cannot be read, or
                with a cost that is impossible.
        """
        try:
            file = cls._from_value(canonical.decode(content))
        except ValueError as error:
            raise _unreadable(name) from error
        if file.to_bytes() != content:  # base64 has several texts for the same bytes
            raise _unreadable(name)
        if not file.header.cost.is_possible:
            what = f"{name} asks for a cost that no key file of this program has."
            raise KeyringError(what, advice=_RESTORE)
        return file

    @classmethod
    def _from_value(cls, value: canonical.Value) -> Self:
        _check_keys(value, _FILE_KEYS)
        kdf = value["kdf"]
        _check_keys(kdf, _KDF_KEYS)
        numbers = (value["v"], kdf["t"], kdf["m"], kdf["p"])
        texts = (value["vault"], value["id"], value["nonce"], value["box"], kdf["salt"])
        if not all(type(number) is int for number in numbers):
            message = "a number is missing"
            raise ValueError(message)
        if not all(isinstance(text, str) for text in texts):
            message = "a text is missing"
            raise ValueError(message)
        header = Header(
            vault=value["vault"],
            person_id=value["id"],
            cost=Cost(t=kdf["t"], m_kib=kdf["m"], p=kdf["p"]),
            salt=base64.b64decode(kdf["salt"], validate=True),
        )
        file = cls(
            header,
            nonce=base64.b64decode(value["nonce"], validate=True),
            box=base64.b64decode(value["box"], validate=True),
        )
        if (value["v"], kdf["name"]) != (1, "argon2id"):
            message = "another version, or another way to derive keys"
            raise ValueError(message)
        if (len(header.salt), len(file.nonce)) != (SALT_BYTES, NONCE_BYTES):
            message = "salt or nonce of another length"
            raise ValueError(message)
        return file


_RESTORE: Final = "Ask for the key file to be restored from its copy."


def _unreadable(name: str) -> KeyringError:
    what = f"{name} is not a key file of this program, or it is damaged."
    return KeyringError(what, advice=_RESTORE)


def _check_keys(value: canonical.Value, keys: frozenset[str]) -> None:
    if not (isinstance(value, dict) and value.keys() == keys):
        message = "other keys than those of the format"
        raise ValueError(message)


def _open_part(header: Header, nonce: bytes) -> dict[str, Any]:
    cost = header.cost
    return {
        "v": 1,
        "vault": header.vault,
        "id": header.person_id,
        "kdf": {
            "name": "argon2id",
            "t": cost.t,
            "m": cost.m_kib,
            "p": cost.p,
            "salt": _base64(header.salt),
        },
        "nonce": _base64(nonce),
    }


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
