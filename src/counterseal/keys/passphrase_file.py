"""An age file under a passphrase: armored, short, and with a work factor that never drifts.

pyrage measures the computer and picks a work factor by itself, which others may refuse; here it is
always scrypt with N = 2^18. The file is age v1 (C2SP `age.md`): a header with one scrypt stanza,
its HMAC, and one chunk of payload, since an identity always fits one. Any age opens it, and an
identity that `age -p` wrote opens here.

`docs/format.md`, section 12.
"""

import base64
import binascii
import re
import unicodedata
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from counterseal.errors import Finding, IntegrityError, KeyringError, WrongPassphraseError
from counterseal.keys.signing import Random

LOG_N: Final = 18
"""The work factor: N = 2^18, a quarter of a gibibyte and about a second."""

MOST_LOG_N: Final = 20
"""The highest work factor that is opened; one above would ask for more than a gibibyte."""

MOST_PLAINTEXT: Final = 65_536
"""One chunk of the payload, in bytes."""

_LABEL: Final = b"age-encryption.org/v1/scrypt"
_SALT_BYTES: Final = 16
_FILE_KEY_BYTES: Final = 16
_NONCE_BYTES: Final = 16
_TAG_BYTES: Final = 16
_WRAP_NONCE: Final = bytes(12)  # each wrapping key seals one file key, so the nonce is fixed
_ONLY_CHUNK: Final = bytes(11) + b"\x01"  # counter 0, and the flag of the last chunk

_BEGIN: Final = b"-----BEGIN AGE ENCRYPTED FILE-----"
_END: Final = b"-----END AGE ENCRYPTED FILE-----"
_COLUMNS: Final = 64
_HEADER: Final = re.compile(
    rb"(age-encryption\.org/v1\n"
    rb"-> scrypt ([A-Za-z0-9+/]{22}) ([1-9][0-9]?)\n"
    rb"([A-Za-z0-9+/]{43})\n"
    rb"---) ([A-Za-z0-9+/]{43})\n"
)


def encrypt(plaintext: bytes, passphrase: str, random: Random, *, log_n: int = LOG_N) -> bytes:
    """Encrypt a short secret under a passphrase.

    Args:
        plaintext: At most 65,536 bytes.
        passphrase: Taken in NFC, UTF-8.
        random: Where file key, salt and nonce come from.
        log_n: The work factor, as a power of two; lower than `LOG_N` in tests alone.

    Returns:
        An armored age v1 file: ASCII, lines of 64 columns.

    Raises:
        KeyringError: Too long for one chunk, or not enough free memory.
    """
    if len(plaintext) > MOST_PLAINTEXT:
        what = f"Only {MOST_PLAINTEXT} bytes fit a file under a passphrase."
        raise KeyringError(what)
    file_key, salt, nonce = random(_FILE_KEY_BYTES), random(_SALT_BYTES), random(_NONCE_BYTES)
    wrapping = ChaCha20Poly1305(_stretch(passphrase, salt, log_n))
    body = _base64(wrapping.encrypt(_WRAP_NONCE, file_key, None))
    signed = b"age-encryption.org/v1\n-> scrypt %b %d\n%b\n---" % (_base64(salt), log_n, body)
    header = signed + b" " + _base64(_mac(file_key, signed).finalize()) + b"\n"
    chunk = ChaCha20Poly1305(_payload_key(file_key, nonce)).encrypt(_ONLY_CHUNK, plaintext, None)
    return _armor(header + nonce + chunk)


def decrypt(content: bytes, passphrase: str) -> bytes:
    """Open a short age file under a passphrase.

    Args:
        content: The armored file; line ends and outer blanks as a person may have typed them.
        passphrase: Taken in NFC, UTF-8.

    Raises:
        WrongPassphraseError: The passphrase is wrong, or the stanza was changed.
        IntegrityError: The passphrase is right, but the rest was changed or cut short.
        KeyringError: No armored age file under a passphrase, one longer than a chunk, or one with
            a work factor above `MOST_LOG_N`.
    """
    binary = _unarmor(content)
    header = _HEADER.match(binary)
    if header is None:
        raise KeyringError(_FOREIGN)
    signed, salt, log_n, body, mac = header.groups()
    if int(log_n) > MOST_LOG_N:
        what = f"That file asks for more memory than is given (work factor {int(log_n)})."
        raise KeyringError(what)
    wrapping = ChaCha20Poly1305(_stretch(passphrase, _unbase64(salt), int(log_n)))
    try:
        file_key = wrapping.decrypt(_WRAP_NONCE, _unbase64(body), None)
    except InvalidTag as error:
        raise WrongPassphraseError from error
    try:
        _mac(file_key, signed).verify(_unbase64(mac))
        return _open_payload(file_key, binary[header.end() :])
    except (InvalidSignature, InvalidTag) as error:
        what = "it does not open: it was changed or cut short"
        raise IntegrityError(
            (Finding("digest-mismatch", "a file under a passphrase", what),)
        ) from (error)


_FOREIGN: Final = "That is not an armored age file under a passphrase."


def _stretch(passphrase: str, salt: bytes, log_n: int) -> bytes:
    typed = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
    try:
        return Scrypt(salt=_LABEL + salt, length=32, n=1 << log_n, r=8, p=1).derive(typed)
    except MemoryError as error:
        what = f"There is too little free memory: {(1 << log_n) // 1024} MiB are needed."
        raise KeyringError(what, advice="Close other programs, then try again.") from error


def _mac(file_key: bytes, signed: bytes) -> HMAC:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"header").derive(file_key)
    mac = HMAC(key, SHA256())
    mac.update(signed)
    return mac


def _payload_key(file_key: bytes, nonce: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=nonce, info=b"payload").derive(file_key)


def _open_payload(file_key: bytes, payload: bytes) -> bytes:
    if len(payload) > _NONCE_BYTES + MOST_PLAINTEXT + _TAG_BYTES:
        what = "That file is too long for a key under a passphrase."
        raise KeyringError(what)
    nonce, chunk = payload[:_NONCE_BYTES], payload[_NONCE_BYTES:]
    return ChaCha20Poly1305(_payload_key(file_key, nonce)).decrypt(_ONLY_CHUNK, chunk, None)


def _base64(content: bytes) -> bytes:
    return base64.b64encode(content).rstrip(b"=")


def _unbase64(text: bytes) -> bytes:
    content = base64.b64decode(text + b"=" * (-len(text) % 4))
    if _base64(content) != text:  # age allows one text for the same bytes, not several
        raise KeyringError(_FOREIGN)
    return content


def _armor(content: bytes) -> bytes:
    text = base64.b64encode(content)
    lines = [text[start : start + _COLUMNS] for start in range(0, len(text), _COLUMNS)]
    return b"\n".join((_BEGIN, *lines, _END, b""))


def _unarmor(content: bytes) -> bytes:
    lines = content.strip().splitlines()
    if len(lines) <= len((_BEGIN, _END)) or (lines[0], lines[-1]) != (_BEGIN, _END):
        raise KeyringError(_FOREIGN)
    if any(len(line) != _COLUMNS for line in lines[1:-2]) or len(lines[-2]) > _COLUMNS:
        raise KeyringError(_FOREIGN)
    text = b"".join(lines[1:-1])
    try:
        binary = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise KeyringError(_FOREIGN) from error
    if base64.b64encode(binary) != text:
        raise KeyringError(_FOREIGN)
    return binary
