"""The zip: the exact bytes of the format, and nothing that its fingerprints do not announce."""

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest

from counterseal.errors import IntegrityError, UsageError
from counterseal.evidence.exhibit import Digest
from counterseal.handover import members, zipped
from counterseal.handover.checks import names
from counterseal.handover.members import Member, in_order

CONTENTS = {
    "data/b.json": b"{}",
    "data/a/AB-1.png": bytes(range(256)) * 9_000,
    "VERIFY.txt": b"# how\n",
    "bagit.txt": b"",
    "data/a.txt": b"one\n",
}
ORDER = ["bagit.txt", "VERIFY.txt", "data/a.txt", "data/a/AB-1.png", "data/b.json"]


def made(contents: dict[str, bytes]) -> bytes:
    """Return a zip of these."""
    return b"".join(zipped.written(in_order(Member.of(n, c) for n, c in contents.items())))


def by_hand(names: list[str]) -> bytes:
    """Write the same zip from the table of the format, field by field."""
    local, central = b"", b""
    for name in names:
        content, full = CONTENTS[name], f"bundle/{name}".encode()
        crc, size = zlib.crc32(content), len(content)
        about = bytes.fromhex("0000 0000 0000 2100") + struct.pack("<III", crc, size, size)
        central += bytes.fromhex("504b0102 0a00 0a00") + about + struct.pack("<H", len(full))
        central += bytes(2 + 2 + 2 + 2 + 4) + struct.pack("<I", len(local)) + full
        local += bytes.fromhex("504b0304 0a00") + about + struct.pack("<HH", len(full), 0)
        local += full + content
    end = struct.pack("<HHIIH", len(names), len(names), len(central), len(local), 0)
    return local + central + bytes.fromhex("504b0506 0000 0000") + end


def test_every_byte_is_the_one_of_the_table() -> None:
    """Written twice, from the program and from the table."""
    assert made(CONTENTS) == by_hand(ORDER)


def test_it_is_a_zip_that_others_read() -> None:
    """Python's own reader finds each member, stored, with its content."""
    with zipfile.ZipFile(io.BytesIO(made(CONTENTS))) as opened:
        assert opened.testzip() is None
        assert opened.namelist() == [f"bundle/{name}" for name in ORDER]
        for info in opened.infolist():
            assert opened.read(info) == CONTENTS[info.filename.removeprefix("bundle/")]
            assert (info.compress_type, info.flag_bits, info.extra) == (0, 0, b"")


def test_the_size_is_known_before_any_content_is_read() -> None:
    """Nothing is read to tell it."""

    def never() -> bytes:
        raise AssertionError

    silent = [Member(n, Digest.of(c), zlib.crc32(c), never) for n, c in sorted(CONTENTS.items())]
    assert zipped.size_of(silent) == len(made(CONTENTS))


def test_the_same_members_give_the_same_bytes_in_whatever_order_they_come() -> None:
    """The order is the format's."""
    turned = dict(reversed(CONTENTS.items()))
    assert hashlib.sha256(made(turned)).digest() == hashlib.sha256(made(CONTENTS)).digest()


@pytest.mark.parametrize("bend", [lambda c: c + b"x", lambda c: c[:-1], lambda c: b"X" + c[1:]])
def test_content_that_was_not_announced_ends_it(bend: Callable[[bytes], bytes]) -> None:
    """A picture that is not the one of the details never gets into a bundle whole."""
    content = b"the picture"
    bent = Member("data/x", Digest.of(content), zlib.crc32(content), lambda: bend(content))
    with pytest.raises(IntegrityError, match="data/x"):
        b"".join(zipped.written([bent]))


def test_a_wrong_checksum_ends_it_too() -> None:
    """The details hold it besides, and the zip's header would say something else."""
    bent = Member("data/x", Digest.of(b"abc"), zlib.crc32(b"abd"), lambda: b"abc")
    with pytest.raises(IntegrityError):
        b"".join(zipped.written([bent]))


def test_what_is_too_large_for_the_format_is_refused_before_anything_is_written() -> None:
    """Four gibibytes, and 65,534 members."""
    large = Member("data/x", Digest("00" * 32, 2**32), 0, lambda: b"")
    with pytest.raises(UsageError, match="at most"):
        next(zipped.written([large]))
    many = [Member.of(f"data/{n}", b"") for n in range(65_535)]
    with pytest.raises(UsageError):
        next(zipped.written(many))
    assert next(zipped.written(many[:-1]))


@pytest.mark.parametrize(
    "name", ["/etc/x", "../x", "data/../x", "data//x", "data/x/", "c:x", "data/\u00e9", "", ".x",
             "data/x\n", "data/" + "x" * 160],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_never_written(name: str) -> None:
    """Names are made from references and numbers; this holds even if that were broken."""
    with pytest.raises(ValueError, match="names that cannot stand"):
        in_order([Member.of(name, b"")])


def test_a_name_stands_once() -> None:
    """Two of one name could be read in two ways."""
    with pytest.raises(ValueError, match="twice"):
        in_order([Member.of("data/x", b""), Member.of("data/x", b"")])


@pytest.mark.parametrize(
    ("ref", "media", "name"),
    [
        ("AB/1", "image/png", "AB-1.png"),
        ("CD2/17", "image/jpeg", "CD2-17.jpg"),
        ("AB/2", "image/gif", "AB-2.gif"),
        ("AB/2", "application/pdf", "AB-2.pdf"),
        ("AB/2", "text/plain", "AB-2.txt"),
        ("AB/2", "multipart/related", "AB-2.mht"),
        ("AB/2", "other", "AB-2.bin"),
        ("AB/2", "text/html", "AB-2.bin"),
        ("AB/2", "../../x", "AB-2.bin"),
    ],
)
def test_an_exhibit_is_named_by_its_reference(ref: str, media: str, name: str) -> None:
    """What kind of file it is comes from a short list; nothing else runs when it is opened."""
    assert members.exhibit_name(ref, media) == name
    assert names.EXHIBIT.pattern.match(f"data/exhibits/{name}"), "the check takes no such name"
