"""Check 1: everything that can be done with a zip, and limits."""

import struct
import zlib
from typing import Any

from negative.case import CASES, Case, case
from negative.forge import Forge
from negative.pieces import zipped

HIT = "data/START-HERE.html"
END = 22


def _bent(name: str, **changes: Any) -> None:  # noqa: ANN401  (fields of a header)
    def bend(forge: Forge) -> None:
        named: list[tuple[str, bytes]] = []
        forge.named = named.__iadd__
        forge.zipped = lambda _: zipped(named, at=HIT, **changes)

    CASES.append(Case(name, 1, bend))


_bent("a checksum that is another", crc=1)
_bent("a length that is one more", size=17)
_bent("a length that takes in the next members", size=4_000)
_bent("two lengths that differ", plain=15)
_bent("zip64 lengths", size=0xFFFFFFFF, plain=0xFFFFFFFF)
_bent("a data descriptor", flags=8)
_bent("an encrypted member", flags=1)
_bent("a name said to be UTF-8", flags=0x800)
_bent("another version", needed=45)
_bent("a time of day", time=0x6000)
_bent("another day", date=0x5D75)
_bent("an extra field before the content", extra=b"\x99\x99\x04\x00abcd")
_bent("an extra field in the directory", extra_2=b"\x99\x99\x04\x00abcd")
_bent("a link", made_by=0x0314, attributes=0o120777 << 16)
_bent("an executable", made_by=0x0314, attributes=0o100755 << 16)
_bent("attributes of a hidden file", attributes=2)
_bent("internal attributes", internal=1)
_bent("another name in the directory", name_2=b"bundle/data/START-HERE.exe")
_bent("another place in the directory", offset=0)
_bent(
    "a packed member",
    method=8,
    stored=zlib.compress(b"<!doctype html>\n" * 40, wbits=-15)[:16].ljust(16, b"\0"),
)


def _named(name: str, full: str) -> None:
    def bend(forge: Forge) -> None:
        forge.named = lambda named: sorted([*named[:5], (full, b"x"), *named[5:]], key=_late)

    def _late(item: tuple[str, bytes]) -> bool:
        return item[0] == full and full > "!bundle/e"

    CASES.append(Case(name, 1, bend))


_named("a name that climbs out", "!bundle/../../evil")
_named("a name that climbs out below data", "data/../../../evil")
_named("an absolute name", "!/etc/passwd")
_named("a drive", "!C:/evil.exe")
_named("a drive below the folder", "C:/evil.exe")
_named("a backslash", "data\\log\\000001.json")
_named("a name that differs in case alone", "data/BUNDLE.json")
_named("a name with a zero byte", "data/log/000001.json\0.exe")
_named("a name with a line end", "data/log/000001.json\n")
_named("a name in another script", "data/\u043bog/000001.json")
_named("digits of another script", "data/log/\u0660\u0660\u0660\u0660\u0660\u0661.json")
_named("a folder", "data/")
_named("another folder", "!other/data/log/000001.json")
_named("a name of the operating system", "data/CON")
_named("a dot", "data/./bundle.json")
_named("two slashes", "data//bundle.json")
_named("no name", "!")
_named("a member that is none of the list", "data/extra.txt")
_named("a name that is too long", "data/papers/" + "a" * 200 + ".pdf")
_named("a number with too few digits", "data/log/01.json")
_named("a number with too many zeros", "data/log/0000001.json")


def _empty(name: str, full: str) -> None:
    """Add an empty member in its place, so that nothing but its name is wrong."""

    def bend(forge: Forge) -> None:
        def place(item: tuple[str, bytes]) -> bytes:
            return item[0].removeprefix("!").encode()

        forge.named = lambda named: [
            *named[:5],
            *sorted([*named[5:], (full, b"")], key=place),
        ]

    CASES.append(Case(name, 1, bend))


_empty("an empty folder", "data/zz/")
_empty("an empty member that is none of the list", "data/zz.txt")
_empty("an empty member outside the folder", "!data/papers/zz.pdf")
_empty("an empty member of a name that is too long", "data/papers/" + "z" * 200 + ".pdf")


@case("a member twice", 1)
def _(forge: Forge) -> None:
    forge.named = lambda named: [*named[:9], named[8], *named[9:]]


@case("members in another order", 1)
def _(forge: Forge) -> None:
    forge.named = lambda named: [*named[:8], named[9], named[8], *named[10:]]


@case("the bag's own members last", 41)
def _(forge: Forge) -> None:
    forge.named = lambda named: [*named[4:], *named[:4]]


def _after(name: str, change: Any, expect: int = 1) -> None:  # noqa: ANN401
    def bend(forge: Forge) -> None:
        forge.zipped = change

    CASES.append(Case(name, expect, bend))


_after("a byte behind the end", lambda z: z + b"\0")
_after("a second zip behind the first", lambda z: z + z)
_after("a byte before the beginning", lambda z: b"\0" + z, 41)
_after("a program before the beginning", lambda z: b"MZ" + bytes(500) + z, 41)
_after("nothing at all", lambda _: b"", 41)
_after(
    "another declaration of the bag",
    lambda z: z.replace(b"BagIt-Version: 1.0", b"BagIt-Version: 0.9", 1),
)
_after("cut in the middle", lambda z: z[: len(z) // 2])
_after("cut before the end record", lambda z: z[:-END])
_after("cut by one byte", lambda z: z[:-1])
_after("cut within the first header", lambda z: z[:20], 41)
_after("a comment", lambda z: z[:-2] + b"\x02\x00hi")
_after("a comment that is announced and missing", lambda z: z[:-2] + b"\x02\x00")
_after("several disks", lambda z: z[:-18] + b"\x01\x00" + z[-16:])
_after("one member fewer in the end record", lambda z: _end(z, count=-1))
_after("a directory that begins elsewhere", lambda z: _end(z, offset=1))
_after("a directory of another length", lambda z: _end(z, size=1))
_after("a sealed file", lambda _: b"age-encryption.org/v1\n-> X25519 abc\n", 42)


def _end(content: bytes, count: int = 0, size: int = 0, offset: int = 0) -> bytes:
    fields = list(struct.unpack("<4s4H2IH", content[-END:]))
    fields[3] += count
    fields[4] += count
    fields[5] += size
    fields[6] += offset
    return content[:-END] + struct.pack("<4s4H2IH", *fields)


def _short(content: bytes) -> bytes:
    last = content.rindex(b"PK\1\2")
    gone = len(content) - END - last
    return _end(content[:last] + content[-END:], count=-1, size=-gone)


def _gap(content: bytes) -> bytes:
    (start,) = struct.unpack("<I", content[-6:-2])
    return _end(content[:start] + b"\0" + content[start:], offset=1)


_after("a directory without its last member", _short)
_after("a byte between members and directory", _gap)


@case("an entry that is too long", 1)
def _(forge: Forge) -> None:
    forge.members = lambda members: members.update({"data/log/000001.json": bytes(65_536)})


@case("a proof that is too long", 1)
def _(forge: Forge) -> None:
    forge.members = lambda members: members.update({"data/log/000001.tlog-proof": bytes(16_385)})


@case("a text that is too long", 1)
def _(forge: Forge) -> None:
    forge.members = lambda members: members.update(
        {"data/openings/000006.json": bytes((16 << 20) + 1)}
    )


@case("more than is held in memory", 1)
def _(forge: Forge) -> None:
    forge.members = lambda members: members.update(
        {f"data/profiles/{n:064x}.toml": bytes(1 << 20) for n in range(65)}
    )


@case("more members than there may be", 1)
def _(forge: Forge) -> None:
    forge.members = lambda members: members.update(
        {f"data/exhibits/{i}-{n}.png": b"" for i in ("AA", "AC") for n in range(1, 32_900)}
    )
