"""The encrypted text of a step, and the commitments that the log holds instead. Pure.

`docs/format.md`, section 5.
"""

import base64
import hashlib
import hmac
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from counterseal import canonical
from counterseal.canonical import NotCanonicalError
from counterseal.custody.kinds import DIGEST
from counterseal.evidence.exhibit import Digest

SALT = 32

Text = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Plain:
    """What the details say about an exhibit's plaintext.

    Args:
        ref: "AB/1".
        digest: Of the exact bytes that were acquired.
        crc32: Eight hex digits, for a zip that is made later.
        salt: 32 bytes, for the commitment.
        media: "image/png" and the like.
    """

    ref: str
    digest: Digest
    crc32: str
    salt: bytes
    media: str

    @classmethod
    def of(cls, ref: str, content: bytes, salt: bytes, media: str) -> "Plain":
        """Take the fingerprints of bytes in memory."""
        return cls(ref, Digest.of(content), f"{zlib.crc32(content):08x}", salt, media)

    @property
    def commit(self) -> str:
        """The commitment that stands in the entry."""
        return commit(self.salt, self.digest.sha256)


@dataclass(frozen=True, slots=True)
class Details:
    """What people wrote in a step.

    Args:
        vault: The origin.
        case: "2026-001".
        step: The step.
        salt: 32 bytes, for the commitment to the whole.
        text: By name, as the step has it.
        exhibits: About the plaintext of each exhibit.
    """

    vault: str
    case: str
    step: str
    salt: bytes
    text: Text
    exhibits: Sequence[Plain] = ()

    def to_bytes(self) -> bytes:
        """Return the canonical bytes, line ends allowed."""
        exhibits = [
            {
                "ref": plain.ref,
                "sha256": plain.digest.sha256,
                "size": plain.digest.size,
                "crc32": plain.crc32,
                "salt": base64.b64encode(plain.salt).decode(),
                "media": plain.media,
            }
            for plain in self.exhibits
        ]
        value = {
            "v": 1,
            "vault": self.vault,
            "case": self.case,
            "step": self.step,
            "salt": base64.b64encode(self.salt).decode(),
            "text": dict(self.text),
            "exhibits": exhibits,
        }
        return canonical.encode(value, lines=True)

    @property
    def commit(self) -> str:
        """The commitment that stands in the entry."""
        return commit(self.salt, hashlib.sha256(self.to_bytes()).hexdigest())

    @classmethod
    def from_bytes(cls, content: bytes) -> "Details":
        """Read decrypted details.

        Raises:
            NotCanonicalError: Not exactly what `to_bytes` writes.
        """
        value: Any = canonical.decode(content, lines=True)
        try:
            details = cls(
                vault=value["vault"],
                case=value["case"],
                step=value["step"],
                salt=base64.b64decode(value["salt"], validate=True),
                text=value["text"],
                exhibits=tuple(_plain(item) for item in value["exhibits"]),
            )
            same = details.to_bytes() == content and _is_written(details)
        except (KeyError, TypeError, ValueError) as error:
            message = f"not details: {error}"
            raise NotCanonicalError(message) from error
        if not same:
            message = "the details have fields that do not belong there"
            raise NotCanonicalError(message)
        return details


def commit(salt: bytes, sha256: str) -> str:
    """Return hex HMAC-SHA256(salt, digest of the plaintext)."""
    return hmac.new(salt, bytes.fromhex(sha256), "sha256").hexdigest()


def encode_page_text(text: str) -> str:
    """Return what a page sent, or an address, in the form that no byte of it can upset."""
    return base64.b64encode(text.encode("utf-8", "surrogatepass")).decode()


def decode_page_text(text: str) -> str:
    """Return the address again, for showing; what is not UTF-8 shows as a replacement mark."""
    return base64.b64decode(text, validate=True).decode("utf-8", "replace")


def _is_written(details: Details) -> bool:
    texts: list[object] = [details.vault, details.case, details.step]
    for value in details.text.values():
        texts += value if isinstance(value, list) else [value]
    for plain in details.exhibits:
        texts += [plain.ref, plain.crc32, plain.media]
    digests = [plain.digest for plain in details.exhibits]
    fits = all(DIGEST.match(digest.sha256) and type(digest.size) is int for digest in digests)
    return fits and all(isinstance(text, str) for text in texts)


def _plain(item: dict[str, Any]) -> Plain:
    digest = Digest(item["sha256"], item["size"])
    salt = base64.b64decode(item["salt"], validate=True)
    return Plain(item["ref"], digest, item["crc32"], salt, item["media"])
