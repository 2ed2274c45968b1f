"""A zip whose every byte follows from the names and contents of its members. Pure.

Stored, one fixed time, no data descriptor, no extra field: fingerprints and sizes are known before
the bytes, so it can be written to a pipe. `docs/format.md`, section 17.2.
"""

import struct
from collections.abc import Iterator, Sequence
from typing import Final

from counterseal.errors import UsageError
from counterseal.handover.members import Member

FOLDER: Final = "bundle/"
"""The one folder that unpacking makes (RFC 8493, 4: the bag's base directory)."""

_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_VERSION: Final = 10  # "1.0": nothing but stored files (APPNOTE, 4.4.3.2)
_FIRST_DAY: Final = 0x0021  # 1 January 1980, the first day that a zip knows
_PIECE: Final = 1 << 20
MOST_BYTES: Final = 2**32 - 2
MOST_MEMBERS: Final = 2**16 - 2


def size_of(members: Sequence[Member]) -> int:
    """Return the length of the zip in bytes, before any content is read."""
    headers = _LOCAL.size + _CENTRAL.size
    named = sum(2 * len(FOLDER + member.name) + member.digest.size for member in members)
    return named + headers * len(members) + _END.size


def written(members: Sequence[Member]) -> Iterator[bytes]:
    """Return the zip piece by piece; one member's content is in memory at a time.

    Args:
        members: In the order in which they stand.

    Raises:
        UsageError: Too large for the format.
        IntegrityError: A member is not what its fingerprints say.
    """
    total = size_of(members)
    if total > MOST_BYTES or len(members) > MOST_MEMBERS:
        what = f"The bundle would have {total:,} bytes; at most {MOST_BYTES:,} are possible."
        raise UsageError(what, advice="Hand over large items on a medium of their own.")
    directory, offset = bytearray(), 0
    for member in members:
        header = _local(member)
        directory += _central(member, offset)
        yield header
        content = memoryview(member.read())
        for start in range(0, len(content), _PIECE):
            yield bytes(content[start : start + _PIECE])
        offset += len(header) + len(content)
    yield bytes(directory) + _END.pack(
        b"PK\x05\x06", 0, 0, len(members), len(members), len(directory), offset, 0
    )


def _local(member: Member) -> bytes:
    name = (FOLDER + member.name).encode("ascii")
    size = member.digest.size
    fixed = (_VERSION, 0, 0, 0, _FIRST_DAY)
    return _LOCAL.pack(b"PK\x03\x04", *fixed, member.crc32, size, size, len(name), 0) + name


def _central(member: Member, offset: int) -> bytes:
    name = (FOLDER + member.name).encode("ascii")
    size = member.digest.size
    fixed = (_VERSION, _VERSION, 0, 0, 0, _FIRST_DAY)
    sizes = (member.crc32, size, size, len(name))
    return _CENTRAL.pack(b"PK\x01\x02", *fixed, *sizes, 0, 0, 0, 0, 0, offset) + name
