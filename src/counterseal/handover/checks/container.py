"""Check 1: a zip that holds nothing but its members, read once from its first byte to its last.

It is pushed through, so that what comes out of an age file never touches the disk and is never in
memory whole. Every header is made anew from names, lengths and checksums, and compared byte for
byte: nothing can overlap, hide, be packed or stand twice. `docs/format.md`, section 17.2.
"""

import hashlib
import struct
import zlib
from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Self

from counterseal.handover.checks import names
from counterseal.handover.checks.names import FOLDER
from counterseal.handover.checks.outcome import NotABundleError, NotAloneError, WrongError, fail

SEALED: Final = b"age-encryption.org/v1\n"
_BAGIT: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_LOCAL: Final = b"PK\x03\x04"
_CENTRAL: Final = b"PK\x01\x02"
_END: Final = b"PK\x05\x06"
_MIDDLE: Final = bytes.fromhex("0a00 0000 0000 0000 2100")  # version, flags, method, time, date
_SIZES: Final = struct.Struct("<III")
_LENGTHS: Final = struct.Struct("<HH")
_PIECE: Final = 1 << 20
_FILE: Final = "the file"
_SEALED: Final = "it is sealed, and nobody gave what opens it"
_OTHER: Final = "it does not begin as a bundle begins"
_WAITING: Final = 8  # pieces that wait for the other core

Wanted = Generator[int, memoryview, None]
Taken = Generator[int, memoryview, bytes]


@dataclass(frozen=True, slots=True)
class Seen:
    """A member as it was read.

    Args:
        sha256: Hex digest of its content.
        size: In bytes.
        crc32: Of its content.
        content: The content where it is read whole; else empty.
    """

    sha256: str
    size: int
    crc32: int
    content: bytes


class Container:
    """Takes a bundle piece by piece. Use it in a `with`; then call `finish`.

    Raises, from `write` and `finish`:
        NotABundleError: It does not begin like one.
        NotAloneError: It is sealed.
        WrongError: Anything is not exactly as the format has it, or above a limit.
    """

    def __init__(self) -> None:
        """Wait for the first byte."""
        self.members: dict[str, Seen] = {}
        self._offsets: list[int] = []
        self._at = 0
        self._whole = 0
        self._parser = self._parse()
        self._wanted = next(self._parser)
        self._done = False
        self._hashing = ThreadPoolExecutor(max_workers=1)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let the other core go."""
        self._hashing.shutdown(cancel_futures=True)

    def write(self, piece: bytes, /) -> None:
        """Take the next piece, of any length."""
        view = memoryview(piece)
        while view:
            if self._done:
                fail("the end", "something follows the end of the zip")
            self._take(view[: self._wanted])
            view = view[self._given :]

    def flush(self) -> None:
        """Do nothing: whoever pushes may ask for it."""

    def finish(self) -> None:
        """Say that there is nothing more."""
        if not self._done:
            self._take(memoryview(b""))

    def _take(self, piece: memoryview) -> None:
        self._given = len(piece)
        self._at += len(piece)
        try:
            self._wanted = self._parser.send(piece)
        except StopIteration:
            self._done = True

    def _parse(self) -> Wanted:
        first = _local(FOLDER + names.BAG[0], zlib.crc32(_BAGIT), len(_BAGIT))
        yield from self._begins(first)
        yield from self._content(names.BAG[0], zlib.crc32(_BAGIT), len(_BAGIT), 0)
        while (yield from self._exactly(4, _LOCAL, _CENTRAL)) == _LOCAL:
            yield from self._member()
        yield from self._directory()

    def _begins(self, first: bytes) -> Wanted:
        begun = b""
        while len(begun) < len(first):
            piece = yield len(first) - len(begun)
            begun += piece
            if not piece:
                break
        if begun.startswith(SEALED):
            raise NotAloneError(_FILE, _SEALED)
        if begun != first:
            raise NotABundleError(_FILE, _OTHER)

    def _exactly(self, size: int, *expected: bytes) -> Taken:
        """Take so many bytes; where something is expected, nothing else will do."""
        taken = bytearray()
        while len(taken) < size:
            piece = yield size - len(taken)
            if not piece:
                fail(f"byte {self._at}", "the file ends too early")
            taken += piece
        if expected and taken not in expected:
            fail(f"byte {self._at - size}", "the headers of the zip are not those of its members")
        return bytes(taken)

    def _member(self) -> Wanted:
        start = self._at - len(_LOCAL)
        fixed = yield from self._exactly(26)
        crc32, size, _ = _SIZES.unpack_from(fixed, 10)
        length, _ = _LENGTHS.unpack_from(fixed, 22)
        if length > len(FOLDER) + names.MOST_NAME:
            fail(f"byte {start}", "a name is too long")
        full = (yield from self._exactly(length)).decode("latin-1")
        if not full.startswith(FOLDER) or names.family_of(full.removeprefix(FOLDER)) is None:
            raise WrongError(ascii(full), "no member of a bundle has such a name")
        if _local(full, crc32, size) != _LOCAL + fixed + full.encode("latin-1"):
            raise WrongError(full, "its header is not the one of a stored member")
        yield from self._content(full.removeprefix(FOLDER), crc32, size, start)

    def _content(self, name: str, crc32: int, size: int, start: int) -> Wanted:
        last = next(reversed(self.members), None)
        if last is not None and names.place_of(name) <= names.place_of(last):
            raise WrongError(name, "it stands twice, or out of its order")
        family = names.family_of(name)
        whole = family is not None and family.whole
        self._check_limits(name, size, most=family.most if family else 0, whole=whole)
        kept, crc, hashed = bytearray(), 0, _Hash(self._hashing, size)
        left = size
        while left:
            piece = yield min(left, _PIECE)
            if not piece:
                raise WrongError(name, "the file ends in the middle of it")
            left -= len(piece)
            crc = zlib.crc32(piece, crc)
            hashed.update(piece)
            if whole:
                kept += piece
        if crc != crc32:
            raise WrongError(name, "its checksum is not the one of its header")
        self.members[name] = Seen(hashed.hexdigest(), size, crc, bytes(kept))
        self._offsets.append(start)

    def _check_limits(self, name: str, size: int, *, most: int, whole: bool) -> None:
        self._whole += size if whole else 0
        if size > most or self._whole > names.MOST_WHOLE:
            raise WrongError(name, "it is larger than a reader takes")
        if len(self.members) >= names.MOST_MEMBERS:
            raise WrongError(name, "there are more members than a reader takes")

    def _directory(self) -> Wanted:
        start = self._at - len(_CENTRAL)
        expected = (
            _central(FOLDER + name, seen.crc32, seen.size, offset)
            for (name, seen), offset in zip(self.members.items(), self._offsets, strict=True)
        )
        already = len(_CENTRAL)
        for header in expected:
            yield from self._exactly(len(header) - already, header[already:])
            already = 0
        count, size = len(self.members), self._at - start
        end = struct.pack("<4s4H2IH", _END, 0, 0, count, count, size, start, 0)
        yield from self._exactly(len(end), end)


class _Hash:
    """SHA-256, on another core where it is worth it."""

    def __init__(self, executor: ThreadPoolExecutor, size: int) -> None:
        self._hash = hashlib.sha256()
        self._executor = executor if size > _PIECE else None
        self._waiting: deque[Future[None]] = deque()

    def update(self, piece: memoryview) -> None:
        if self._executor is None:
            self._hash.update(piece)
            return
        self._waiting.append(self._executor.submit(self._hash.update, piece))
        if len(self._waiting) > _WAITING:
            self._waiting.popleft().result()

    def hexdigest(self) -> str:
        for future in self._waiting:
            future.result()
        return self._hash.hexdigest()


def _local(full: str, crc32: int, size: int) -> bytes:
    """Return the local header of the table, with the name."""
    name = full.encode("latin-1")
    return _LOCAL + _MIDDLE + _SIZES.pack(crc32, size, size) + _LENGTHS.pack(len(name), 0) + name


def _central(full: str, crc32: int, size: int, offset: int) -> bytes:
    """Return the header of the table for the central directory, with the name."""
    name = full.encode("latin-1")
    sizes = _SIZES.pack(crc32, size, size) + _LENGTHS.pack(len(name), 0)
    return _CENTRAL + b"\x0a\x00" + _MIDDLE + sizes + bytes(10) + struct.pack("<I", offset) + name
