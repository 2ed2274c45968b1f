"""The sealed file: zip and encryption in one stream, so that no plaintext touches the disk.

It is written beside its place and put there once it is whole and durable. `docs/format.md`,
section 18.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from counterseal import durable
from counterseal.evidence.exhibit import Digest
from counterseal.keys import recipients

NAME: Final = "bundle.zip.age"
WORDS: Final = "key.age"
CERTIFICATE: Final = "key.p7"
UNSEALED: Final = "bundle.zip"


class _Counted:
    """A file that knows what was written to it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.sha256 = hashlib.sha256()
        self.size = 0

    def write(self, piece: bytes, /) -> int:
        self.file.write(piece)
        self.sha256.update(piece)
        self.size += len(piece)
        return len(piece)

    def flush(self) -> None:
        self.file.flush()


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed file that waits beside its place.

    Args:
        path: Where it belongs.
        part: Where it is.
        digest: Of the encrypted bytes.
    """

    path: Path
    part: Path
    digest: Digest

    def publish(self) -> None:
        """Put it in its place.

        Raises:
            VaultError: The disk refuses.
        """
        durable.publish(self.path)


@contextmanager
def sealed(pieces: Iterable[bytes], path: Path, to: Sequence[str]) -> Iterator[Sealed]:
    """Encrypt a stream to a file beside its place; gone again unless it was put there.

    Args:
        pieces: The zip, piece by piece.
        path: Where it belongs.
        to: At least one age recipient.

    Raises:
        VaultError: The disk refuses.
    """
    part = path.with_name(f".{path.name}{durable.PART}")
    try:
        yield Sealed(path, part, _encrypt(pieces, path, part, to))
    finally:
        with suppress(OSError):
            part.unlink()


def _encrypt(pieces: Iterable[bytes], path: Path, part: Path, to: Sequence[str]) -> Digest:
    try:
        with _open(part) as file:
            counted = _Counted(file)
            recipients.encrypt_stream(pieces, counted, to)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise durable.trouble(error, path) from error
    return Digest(counted.sha256.hexdigest(), counted.size)


def _open(part: Path) -> IO[bytes]:
    with suppress(FileNotFoundError):  # what a crash left: encrypted, and of no use to anybody
        part.unlink()
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
    return os.fdopen(descriptor, "wb")


def told(pieces: Iterable[bytes], total: int, tell: Callable[[int, int], None]) -> Iterator[bytes]:
    """Hand pieces on, telling how much has gone by: bytes so far, and in all."""
    so_far = 0
    for piece in pieces:
        so_far += len(piece)
        tell(so_far, total)
        yield piece


_BINARY = getattr(os, "O_BINARY", 0)
