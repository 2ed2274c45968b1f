"""Encryption to people's keys: age v1, binary, X25519 recipients only.

Keys are plain strings in the form that age itself prints: `age1…` and `AGE-SECRET-KEY-1…`. What is
opened is opened in memory: pyrage's streaming interface hands on plaintext before it has found that
a later chunk was changed. What is made may be large, and is streamed. Whoever takes what is opened
as a stream has to wait for its end before deciding anything.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, Protocol

import pyrage
from pyrage import x25519

from counterseal.errors import Finding, IntegrityError, KeyringError, UsageError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

_PREFIX: Final = "age1"
_PIECE: Final = 1 << 18
_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"  # BIP 173: five bits a character
_CHECKSUM_CHARACTERS: Final = 6
_KEY_BITS: Final = 256
_PADDING_BITS: Final = 4  # 52 characters of five bits hold 32 bytes and these
_P: Final = 2**255 - 19

# The u coordinates of small order on Curve25519 and its twist (RFC 7748, 6.1, warns of them). Their
# shared secret is zero whoever encrypts; pyrage stops the whole program when it meets one.
_OCTIC_U: Final = (
    0x00B8495F16056286FDB1329CEB8D09DA6AC49FF1FAE35616AEB8413B7C7AEBE0,
    0x57119FD0DD4E22D8868E1C58C45C44045BEF839C55B1D0B1248C50A3BC959C5F,
)
_SMALL_ORDER: Final = frozenset({0, 1, _P - 1, *_OCTIC_U})
_WRONG_KEY: Final = "No matching keys found"  # pyrage gives one class for all; tests pin the text


def new_identity() -> str:
    """Return a fresh age identity, `AGE-SECRET-KEY-1…`, from the system's randomness."""
    return str(x25519.Identity.generate())


def recipient_of(identity: str) -> str:
    """Return the recipient, `age1…`, that encrypts to an identity.

    Raises:
        KeyringError: Not an age X25519 identity.
    """
    return str(_identity(identity).to_public())


def opens(identity: str, recipient: str) -> bool:
    """Say whether an identity is the private half of a recipient. Any text may be asked about."""
    try:
        return str(x25519.Identity.from_str(identity).to_public()) == recipient
    except pyrage.IdentityError:
        return False


def check_recipient(text: str) -> None:
    """Refuse whatever is not an age X25519 recipient, exactly as age writes it.

    Raises:
        UsageError: Something else, for instance an SSH key, or a mistyped letter; or a point that
            hides nothing (of small order, or not reduced).
    """
    _recipient(text)


def encrypt(plaintext: bytes, recipients: Sequence[str]) -> bytes:
    """Encrypt so that any one of the recipients can open it. Needs no secret.

    Args:
        plaintext: The exact bytes.
        recipients: At least one `age1…`.

    Returns:
        A binary age v1 file. It differs at each call: age draws its own randomness.

    Raises:
        UsageError: A recipient that is not one, or none at all.
    """
    if not recipients:
        what = "Nobody was named who could open it."
        raise UsageError(what)
    return pyrage.encrypt(plaintext, [_recipient(text) for text in recipients])


class Target(Protocol):
    """Where a stream goes: an open file, for one."""

    def write(self, piece: bytes, /) -> object:
        """Take the next piece."""

    def flush(self) -> object:
        """Hand on what was taken."""


def encrypt_stream(pieces: Iterable[bytes], target: Target, recipients: Sequence[str]) -> None:
    """Encrypt what is too large for memory, piece by piece.

    Args:
        pieces: The plaintext. What they raise is raised here as it is.
        target: Takes a binary age v1 file.
        recipients: At least one `age1…`.

    Raises:
        UsageError: A recipient that is not one, or none at all.
    """
    if not recipients:
        what = "Nobody was named who could open it."
        raise UsageError(what)
    reader, writer = _Reader(iter(pieces)), _Writer(target)
    try:
        pyrage.encrypt_io(reader, writer, [_recipient(text) for text in recipients])
    except pyrage.EncryptError:
        # pyrage keeps the text alone of what went wrong on either side; here it is whole.
        for failed in (reader.failed, writer.failed):
            if failed is not None:
                raise failed from None
        raise


class _Reader(io.BufferedIOBase):
    """Hands pieces over as pyrage asks for them, eight kibibytes at a time."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces
        self._left = memoryview(b"")
        self.failed: BaseException | None = None

    def read(self, size: int | None = -1, /) -> bytes:
        try:
            while not self._left:
                self._left = memoryview(next(self._pieces))
        except StopIteration:
            return b""
        except BaseException as error:
            self.failed = error
            raise
        given, self._left = self._left[:size], self._left[size:]
        return bytes(given)


class _Writer(io.BufferedIOBase):
    """Remembers why a write failed."""

    def __init__(self, target: Target) -> None:
        super().__init__()
        self._target = target
        self.failed: BaseException | None = None

    def write(self, piece: "Buffer", /) -> int:
        taken = bytes(piece)
        try:
            self._target.write(taken)
        except BaseException as error:
            self.failed = error
            raise
        return len(taken)

    def flush(self) -> None:
        self._target.flush()


def decrypt(ciphertext: bytes, identity: str) -> bytes:
    """Open an age file. Nothing is handed on unless every byte of it was checked.

    A change inside the part that names the recipients looks the same as a file for somebody else.
    Compare the digest first where one is known.

    Args:
        ciphertext: A whole binary age v1 file.
        identity: `AGE-SECRET-KEY-1…`.

    Raises:
        IntegrityError: The file was changed, cut short, or is no age file.
        KeyringError: It was not encrypted for this key, or the identity is not one.
    """
    key = _identity(identity)
    try:
        return pyrage.decrypt(ciphertext, [key])
    except pyrage.DecryptError as error:
        if str(error) == _WRONG_KEY:
            what = "This was not encrypted for that key."
            raise KeyringError(what) from error
        raise _changed(str(error)) from error
    except OSError as error:
        # No disk is involved: pyrage reports a changed payload this way when it streams.
        raise _changed(str(error)) from error


def decrypt_stream(pieces: Iterable[bytes], target: Target, identity: str) -> None:
    """Open what is too large for memory, piece by piece.

    Each piece that is handed on is as it was encrypted; that none is missing at the end is known
    only when this returns. So whoever takes the pieces decides nothing before that.

    Args:
        pieces: A binary age v1 file. What they raise is raised here as it is.
        target: Takes the plaintext. What it raises is raised here as it is.
        identity: `AGE-SECRET-KEY-1…`.

    Raises:
        IntegrityError: The file was changed, cut short, or is no age file.
        KeyringError: It was not encrypted for this key, or the identity is not one.
    """
    key = _identity(identity)
    reader, writer = _Reader(iter(pieces)), _Gathering(target)
    try:
        pyrage.decrypt_io(reader, writer, [key])
    except (pyrage.DecryptError, OSError) as error:
        for failed in (reader.failed, writer.failed):
            if failed is not None:
                raise failed from None
        if str(error) == _WRONG_KEY:
            what = "This was not encrypted for that key."
            raise KeyringError(what) from error
        raise _changed(str(error)) from error
    writer.hand_on()


class _Gathering(_Writer):
    """Hands on larger pieces than the eight kibibytes that come at a time."""

    def __init__(self, target: Target) -> None:
        super().__init__(target)
        self._gathered: list[bytes] = []
        self._size = 0

    def write(self, piece: "Buffer", /) -> int:
        taken = bytes(piece)
        self._gathered.append(taken)
        self._size += len(taken)
        if self._size >= _PIECE:
            self.hand_on()
        return len(taken)

    def flush(self) -> None:
        """Wait for more: what is at hand goes on once it is all there."""

    def hand_on(self) -> None:
        """Hand on what is at hand."""
        gathered, self._gathered, self._size = b"".join(self._gathered), [], 0
        super().write(gathered)


def _changed(reason: str) -> IntegrityError:
    what = f"it does not open: it was changed or cut short ({reason.splitlines()[0]})"
    return IntegrityError((Finding("digest-mismatch", "an encrypted file", what),))


def _recipient(text: str) -> x25519.Recipient:
    try:
        found = x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise _not_a_recipient() from error
    if str(found) != text:  # upper case parses too, but one key must have one text
        raise _not_a_recipient()
    u = _coordinate(text)
    if u >= _P or u in _SMALL_ORDER:
        what = "That age recipient hides nothing: anybody could open what is encrypted to it."
        raise UsageError(what, advice="Make a fresh one with `age-keygen`.")
    return found


def _coordinate(text: str) -> int:
    """Return the u coordinate of a recipient whose checksum was found good (RFC 7748, 5)."""
    value = 0
    for character in text[len(_PREFIX) : -_CHECKSUM_CHARACTERS]:
        value = value << 5 | _BECH32.index(character)
    raw = (value >> _PADDING_BITS).to_bytes(_KEY_BITS // 8)
    return int.from_bytes(raw, "little")


def _not_a_recipient() -> UsageError:
    return UsageError(
        f"That is not an age recipient; one begins with {_PREFIX} and has 62 characters.",
        advice="Copy the whole line that `age-keygen` printed after “Public key:”.",
    )


def _identity(text: str) -> x25519.Identity:
    try:
        return x25519.Identity.from_str(text)
    except pyrage.IdentityError as error:
        what = "That is not an age identity; one begins with AGE-SECRET-KEY-1."
        raise KeyringError(what) from error
