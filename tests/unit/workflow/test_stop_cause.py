"""The reason of a stop: what a latch says is read as far as it fits, and never trusted further."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from counterseal.clock import Instant
from counterseal.custody.words import STOP_KINDS, TRIGGERS
from counterseal.latch import STOPPED, Latch
from counterseal.workflow.stop.cause import (
    DAY_MS,
    LATCH_FOUND,
    Cause,
    foreign_lines,
    own_lines,
    read_causes,
)

NOW = Instant(1_796_000_000_000, 5_000_000, "boot-1")


def test_a_reason_comes_back_as_it_was_written() -> None:
    """One line, nothing but what differs from the ordinary."""
    cause = Cause("declined", "ab", "hs", "yes", unsaved=True, case="2026-001", decided=True)
    cause = replace(cause, covered=2, uncovered=1, vault="/home/x", open_case="2026-001")
    cause = cause.at(NOW, "n1")
    line = cause.to_line()
    assert b"\n" not in line
    assert Cause.from_line(line) == cause
    assert json.loads(Cause("declined").to_line()) == {"trigger": "declined"}


@pytest.mark.parametrize(
    "line",
    [
        b"", b"{", b"not json", b"\xff\xfe", b"null", b"[]", b'"x"', b"7", b"{}", b"[" * 5000,
        b'{"kind":"hs"}', b'{"trigger":7}', b'{"trigger":null}', b'{"trigger":"declined","x":1}',
        b'{"trigger":"declined","unsaved":1}', b'{"trigger":"declined","covered":true}',
        b'{"trigger":"declined","covered":1.0}', b'{"trigger":"declined","utc_ms":NaN}',
        b'{"trigger":"declined","utc_ms":1e400}', b'{"trigger":"declined","number":3}',
        b'{"trigger":"declined","decided":"yes"}', b'{"trigger":"declined","case":[]}',
        b'{"trigger":"declined","utc_ms":' + b"9" * 5000 + b"}",
    ],
)  # fmt: skip
def test_what_is_no_reason_of_ours(line: bytes) -> None:
    """Garbage and wrong types are none; the latch stands all the same."""
    assert Cause.from_line(line) is None
    assert read_causes([line]) == []


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ({"trigger": "unheard-of"}, {"trigger": LATCH_FOUND}),
        ({"kind": "unheard-of"}, {"kind": "not-sure"}),
        ({"answer": "no"}, {"answer": "unknown"}),
        ({"person": "Anna Bell"}, {"person": ""}),
        ({"person": " AB "}, {"person": "ab"}),
        ({"person": "../x"}, {"person": ""}),
        ({"case": "../.."}, {"case": ""}),
        ({"case": "."}, {"case": ""}),
        ({"open_case": "../exhibits"}, {"open_case": ""}),
        ({"covered": -1}, {"covered": 0}),
        ({"uncovered": 2**60}, {"uncovered": 0}),
        ({"utc_ms": 10**300}, {"utc_ms": 0}),
        ({"decided": True}, {"decided": False}),
        ({"decided": True, "case": "2026-001"}, {"decided": False}),
        ({"decided": True, "case": "..", "kind": "hs"}, {"decided": False}),
        ({"decided": True, "case": "2026-001", "kind": "hs"}, {"decided": True}),
        ({"vault": "/x" * 2000}, {"vault": ""}),
        ({"number": "7" * 500}, {"number": "7" * 64}),
    ],
)
def test_what_does_not_fit_the_log_is_left_out(said: dict[str, Any], read: dict[str, Any]) -> None:
    """A name in place of an id must not keep a stop out of the log."""
    cause = Cause.from_line(json.dumps({"trigger": "declined", **said}).encode())
    assert cause is not None
    assert {name: getattr(cause, name) for name in read} == read
    assert cause.fitting() == cause


def test_every_word_of_the_log_is_read_as_it_is() -> None:
    """Nothing that fits is changed."""
    for trigger in TRIGGERS:
        for kind in ("", *STOP_KINDS):
            cause = Cause(trigger, "ab2", kind, number="n", case="2026-001")
            assert Cause.from_line(cause.to_line()) == cause


def test_a_line_without_a_number_stays_one_stop() -> None:
    """However often it is read."""
    line = Cause("stop-button").to_line()
    first, second = Cause.from_line(line), Cause.from_line(line)
    assert first is not None
    assert second is not None
    assert first.number == second.number != ""


def test_what_was_said_last_of_one_stop_counts() -> None:
    """Two stops stay two, in the order in which they came."""
    one, two = Cause("stop-button", number="1"), Cause("declined", number="2")
    later = replace(one, kind="hs")
    assert read_causes([one.to_line(), two.to_line(), b"x", later.to_line()]) == [later, two]


def test_a_stop_has_its_time_once() -> None:
    """Whoever reads it later does not move the day on."""
    cause = Cause("stop-button").at(NOW, "n")
    assert (cause.utc_ms, cause.mono_ms, cause.boot, cause.number) == (*_parts(NOW), "n")
    assert cause.at(replace(NOW, utc_ms=NOW.utc_ms + 5), "m") == cause
    assert Cause("stop-button", number="k").at(NOW, "n").number == "k"


def _parts(now: Instant) -> tuple[int, int, str]:
    return now.utc_ms, now.mono_ms, now.boot


@pytest.mark.parametrize(
    ("utc", "mono", "boot", "due"),
    [
        (0, DAY_MS - 1, "boot-1", False),
        (0, DAY_MS, "boot-1", True),  # the wall clock was set back meanwhile
        (DAY_MS * 9, 1, "boot-1", False),  # or forward
        (DAY_MS - 1, 0, "boot-2", False),
        (DAY_MS, 0, "boot-2", True),
        (DAY_MS, 0, "unknown", True),
    ],
)
def test_a_day_without_an_answer(utc: int, mono: int, boot: str, *, due: bool) -> None:
    """Counted by the clock that nobody sets, as long as the computer was not restarted."""
    cause = Cause("stop-button").at(NOW, "n")
    assert cause.overdue(Instant(NOW.utc_ms + utc, NOW.mono_ms + mono, boot)) is due


def test_a_boot_that_is_not_known_is_no_boot() -> None:
    """Two computers that cannot say which boot it is go by the wall clock."""
    cause = Cause("stop-button").at(replace(NOW, boot="unknown"), "n")
    assert cause.overdue(Instant(NOW.utc_ms + DAY_MS, NOW.mono_ms, "unknown"))
    assert not cause.overdue(Instant(NOW.utc_ms, NOW.mono_ms + DAY_MS, "unknown"))


def test_whose_stop_it_is(tmp_path: Path) -> None:
    """The user's own latch may hold the stop of another record; a moved record keeps its own."""
    root, user = tmp_path / "vault", tmp_path / "user"
    latch = Latch((root, user))
    latch.arm()
    moved = Cause("declined", vault="/where/it/was", number="1").to_line()
    latch.lock(moved)
    here = Cause("declined", vault=str(root), number="2").to_line()
    nowhere = Cause("declined", number="3").to_line()
    there = Cause("declined", vault="/another", number="4").to_line()
    for line in (here, nowhere, there, b"garbage"):
        Latch((user,)).lock(line)
    assert own_lines(root, latch) == [moved, here, nowhere]
    assert foreign_lines(root, latch) == [there], "what is no reason keeps nobody out for ever"
    (root / STOPPED).unlink()
    assert own_lines(root, latch) == [here, nowhere]


def test_what_a_session_left_never_takes_the_place_of_what_somebody_did() -> None:
    """Whoever sees the latch first times that line; in either order the stop says who it was."""
    left = Cause("stop-button", open_case="2026-001", vault="/home/x")
    number = read_causes([left.to_line()])[0].number
    timed = replace(left, number=number).at(NOW, "")
    pressed = Cause("stop-command", "ab", open_case="2026-001", covered=2, number=number)
    assert (left.bare, timed.bare, pressed.bare) == (True, True, False)
    for lines in ([left, pressed, timed], [left, timed, pressed], [timed, pressed]):
        assert read_causes(each.to_line() for each in lines) == [pressed]
    assert read_causes([left.to_line(), timed.to_line()]) == [timed], "its time must stand"
