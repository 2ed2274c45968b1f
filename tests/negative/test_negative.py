"""Hundreds of bundles with one fault each: the check that must catch it does, and no accident.

Then every single bit of a bundle, turned: in the file as it is, and below headers that were put
right again.
"""

import hashlib
import io
import random
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from counterseal.commands import showing
from counterseal.commands.verify import _page
from counterseal.handover.checks.bundle import Bundle
from counterseal.handover.checks.container import Container, Seen
from counterseal.handover.checks.outcome import Status, Verdict
from counterseal.handover.verify import judge, verify
from negative.case import Case
from negative.corpus import ALL
from negative.forge import ADDRESS, Forge, made

FEWEST = 80
EXIT = {0: 0, 41: 41, 42: 42}


def verdict(content: bytes, receipt: bytes | None = None) -> Verdict:
    return verify(lambda container: container.write(content), receipt)


def failed(given: Verdict) -> list[int]:
    return [check.number for check in given.checks if check.status is Status.FAIL]


@pytest.mark.parametrize("case", ALL, ids=[case.name for case in ALL])
def test_the_check_that_must_catch_a_fault_catches_it(case: Case) -> None:
    content, receipt = made(case.bend)
    given = verdict(content, receipt)
    expected = {0: [], 41: [1], 42: []}.get(case.expect, sorted((case.expect, *case.also)))
    assert (failed(given), given.exit_status) == (expected, EXIT.get(case.expect, 40))
    if given.exit_status:
        assert "Nothing was changed since" not in given.integrity


def test_there_are_enough_of_them_and_for_every_check() -> None:
    """Also that what is expected is what a check says, not a number that nobody reads."""
    assert len({case.name for case in ALL}) == len(ALL) >= FEWEST
    assert {case.expect for case in ALL} == {*range(17), 41, 42}


def test_the_corpus_is_the_same_whoever_makes_it() -> None:
    for case in ALL[::40]:
        assert made(case.bend) == made(case.bend)


def test_what_needs_a_check_that_failed_is_not_checked_and_never_passed() -> None:
    (case,) = (case for case in ALL if case.name == "an entry with a key twice")
    given = verdict(*made(case.bend))
    said = {check.number: check.status for check in given.checks}
    assert [said[number] for number in (1, 2, 3)] == [Status.PASS] * 3
    assert said[4] is Status.FAIL
    assert {said[number] for number in range(5, 19)} == {Status.NOT_CHECKED}
    assert given.signers == ()


def test_a_hostile_address_moves_nothing_where_it_is_shown() -> None:
    """It stays base64 to the last, and whatever a verdict says is shown escaped."""
    page = _page(Path("bundle\u202e.zip"), verdict(Forge().make()))
    assert "\u202e" not in page
    assert "<script>" not in page
    assert showing.shown(ADDRESS).isprintable()


# ------------------------------------------------------------------------------- every single bit


@cache
def small() -> bytes:
    """Return a whole bundle, made once."""
    return Forge().make()


def turned(content: bytes, bit: int) -> bytes:
    changed = bytearray(content)
    changed[bit >> 3] ^= 1 << (bit & 7)
    return bytes(changed)


def bits(total: int, sample: int, request: pytest.FixtureRequest) -> Iterator[int]:
    """Return every bit with `--all`, else a sample that is the same in every run."""
    if request.config.getoption("--all"):
        yield from range(total)
    else:
        yield from random.Random(2026).sample(range(total), sample)  # noqa: S311  (no secret)


def test_every_turned_bit_of_the_file_is_refused(request: pytest.FixtureRequest) -> None:
    """Nothing after the container is asked: no bit of the file can be turned without its notice."""
    content = small()
    for bit in bits(len(content) * 8, 20_000, request):
        given = verdict(turned(content, bit))
        assert given.exit_status in {40, 41}, bit
        assert failed(given) == [1], bit


def test_every_turned_bit_of_a_member_is_refused_although_the_headers_fit(
    request: pytest.FixtureRequest,
) -> None:
    """As somebody would do it who has a zip program, and no key."""
    with Container() as container:
        container.write(small())
        container.finish()
    contents = dict(_read())
    whole = b"".join(contents.values())
    for bit in bits(len(whole) * 8, 3_000, request):
        members = _with_turned(container.members, contents, bit)
        given = judge(Bundle(members))
        assert given.exit_status in {40, 42}, bit


def _read() -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(small())) as opened:
        for info in opened.infolist():
            yield info.filename.removeprefix("bundle/"), opened.read(info)


def _with_turned(seen: dict[str, Seen], contents: dict[str, bytes], bit: int) -> dict[str, Seen]:
    name = ""
    for name, content in contents.items():  # noqa: B007  (the one that holds the bit)
        if bit < len(content) * 8:
            break
        bit -= len(content) * 8
    bent = turned(contents[name], bit)
    whole = bent if seen[name].content else b""
    digest = hashlib.sha256(bent).hexdigest()
    return {**seen, name: Seen(digest, len(bent), zlib.crc32(bent), whole)}


@pytest.mark.parametrize("end", [0, 1, 45, 46, 47, 5_000, -1, -21, -22, -23, -2_000])
def test_no_shortened_file_is_accepted(end: int) -> None:
    assert verdict(small()[:end]).exit_status in {40, 41}


def test_pieces_of_any_length_give_the_same_verdict() -> None:
    content = small()

    def feed(size: int) -> Callable[[Container], None]:
        def write(container: Container) -> None:
            for start in range(0, len(content), size):
                container.write(content[start : start + size])
            container.write(b"")

        return write

    expected = verdict(content)
    for size in (1, 7, 4_096, 100_000):
        assert verify(feed(size)) == expected
