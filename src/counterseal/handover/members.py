"""The members of a bundle: their names, their order, and bytes that are checked when read. Pure.

`docs/format.md`, sections 17.1 and 17.2.
"""

import hashlib
import re
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Self

from counterseal.errors import Finding, IntegrityError
from counterseal.evidence.exhibit import Digest

BAG: Final = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt")
VERIFY: Final = "VERIFY.txt"
FIRST: Final = (*BAG, VERIFY)
"""What stands before everything below `data/`, in this order."""

STATEMENT: Final = "data/bundle.json"
CHECKPOINT: Final = "data/checkpoint"
MOST_NAME: Final = 160

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*(?:/[A-Za-z0-9][A-Za-z0-9.+-]*)*\Z")
_ENDINGS: Final = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "application/pdf": "pdf",
    "multipart/related": "mht",
    "text/plain": "txt",
}


@dataclass(frozen=True, slots=True)
class Member:
    """One member; its fingerprints are known before its bytes are.

    Args:
        name: As in a manifest: "data/log/000003.json".
        digest: Of its content.
        crc32: Of its content, for the zip's headers.
        source: Returns the content; called once, when the member is written.
    """

    name: str
    digest: Digest
    crc32: int
    source: Callable[[], bytes]

    @classmethod
    def of(cls, name: str, content: bytes) -> Self:
        """Make a member of bytes that are in memory already."""
        return cls(name, Digest.of(content), zlib.crc32(content), lambda: content)

    def read(self) -> bytes:
        """Return the content.

        Raises:
            IntegrityError: It is not what its fingerprints say.
        """
        content = self.source()
        if Digest.of(content) != self.digest or zlib.crc32(content) != self.crc32:
            what = "it is not what was announced, so no bundle is made of it"
            raise IntegrityError((Finding("digest-mismatch", self.name, what),))
        return content


def in_order(members: Iterable[Member]) -> list[Member]:
    """Return members in the one order of the format.

    Raises:
        ValueError: A name is there twice, or is not of the form of the format.
    """
    ordered = sorted(members, key=lambda member: _place(member.name))
    names = [member.name for member in ordered]
    wrong = [n for n in names if len(n) > MOST_NAME or not _NAME.match(n)]
    if wrong or len(set(names)) != len(names):
        message = f"members of a bundle have names that cannot stand: {wrong or 'one is twice'}"
        raise ValueError(message)
    return ordered


def _place(name: str) -> tuple[int, bytes]:
    return (FIRST.index(name) if name in FIRST else len(FIRST), name.encode())


def entry_name(index: int, ending: str) -> str:
    """Return a name below `data/log/`: "data/log/000003.json"."""
    return f"data/log/{index:06}.{ending}"


def opening_name(index: int) -> str:
    """Return the name of what was written in an entry, opened."""
    return f"data/openings/{index:06}.json"


def exhibit_name(ref: str, media: str) -> str:
    """Return the file name of an exhibit: its reference, and an ending that runs nothing.

    Args:
        ref: "AB/1".
        media: "image/png" and the like.
    """
    return f"{ref.replace('/', '-')}.{_ENDINGS.get(media, 'bin')}"


def key_name(who: str, key: bytes) -> str:
    """Return the name of a public key.

    Args:
        who: A person's id, or "computer".
        key: The raw key.
    """
    return f"data/keys/{who}-{key.hex()[:16]}.pem"


def signature_name(stem: str, who: str) -> str:
    """Return the name of a signature: of "data/log/000003" by "ab", for one."""
    return f"{stem}.{who}.sig"


def sha256(content: bytes) -> str:
    """Return the hex SHA-256 of bytes in memory."""
    return hashlib.sha256(content).hexdigest()
