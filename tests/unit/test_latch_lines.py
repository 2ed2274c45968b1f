"""The reasons in a latch, and letting go of it: whatever comes between, a stop is never lost."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from counterseal import latch as module
from counterseal.latch import READY, ROOM, STOPPED, Latch, lines_of

ONE, TWO, THREE = b'{"a":1}', b'{"b":2}', b'{"c":3}'


@pytest.fixture
def latch(tmp_path: Path) -> Latch:
    latch = Latch((tmp_path / "vault", tmp_path / "user"))
    latch.arm()
    return latch


def _left(latch: Latch) -> list[str]:
    """Return every file that lies beside the latches."""
    return sorted(path.name for folder in latch.folders for path in folder.iterdir())


def test_reasons_are_added_in_order_and_each_once(latch: Latch) -> None:
    """Both latches hold them; what is said twice stands once."""
    for line in (ONE, TWO, ONE, TWO):
        assert latch.lock(line) == []
    assert [lines_of(folder) for folder in latch.folders] == [[ONE, TWO]] * 2
    assert latch.lines() == [ONE, TWO]


def test_the_file_keeps_its_size_so_that_a_full_disk_does_no_harm(latch: Latch) -> None:
    """Every reason goes into room that was set aside beforehand."""
    for number in range(20):
        latch.lock(b'{"n":%d}' % number)
        assert {(folder / STOPPED).stat().st_size for folder in latch.folders} == {ROOM}


def test_where_there_is_no_room_left_the_oldest_reason_goes(latch: Latch) -> None:
    """What was said last counts; whatever is said, it stops, and the file does not grow."""
    lines = [b'{"n":%d,"x":"%s"}' % (number, b"x" * 900) for number in range(20)]
    for line in lines:
        assert latch.lock(line) == []
    assert latch.lines() == lines[-8:]
    assert latch.lock(b"x" * (2 * ROOM)) == []
    assert latch.stopped
    assert {(folder / STOPPED).stat().st_size for folder in latch.folders} == {ROOM}


def test_what_stands_ready_says_which_case_is_open(latch: Latch) -> None:
    """A session leaves a line beforehand; closing it clears the line."""
    latch.arm(ONE)
    assert (latch.folders[0] / READY).read_bytes().strip() == ONE
    latch.arm()
    assert (latch.folders[0] / READY).read_bytes().strip() == b""
    latch.arm(TWO)
    latch.lock(THREE)
    assert latch.lines() == [TWO, THREE]
    latch.arm(ONE)
    assert latch.lines() == [TWO, THREE], "arming touched a stop"


def test_one_latch_that_was_taken_away_gets_its_reason_again(latch: Latch) -> None:
    """As `settle` does at the next start."""
    latch.lock(ONE)
    (latch.folders[0] / STOPPED).unlink()
    latch.lock(ONE)
    assert lines_of(latch.folders[0]) == [ONE]


@pytest.mark.parametrize("kind", ["folder", "link to nothing", "empty"])
def test_whatever_has_the_name_holds_no_reasons(kind: str, tmp_path: Path) -> None:
    """It is never read as one, and locking it again says nothing of trouble it does not have."""
    latch, stopped = Latch((tmp_path,)), tmp_path / STOPPED
    {
        "folder": stopped.mkdir,
        "link to nothing": lambda: stopped.symlink_to(tmp_path / "nowhere"),
        "empty": stopped.touch,
    }[kind]()
    assert latch.lines() == []
    latch.lock(ONE)
    assert latch.stopped
    assert (latch.lines() == [ONE]) is (kind == "empty")


def test_it_is_let_go_only_with_the_reasons_that_were_known(latch: Latch) -> None:
    """A reason that came since keeps it standing, with every reason it had."""
    latch.lock(ONE)
    known = latch.lines()
    latch.lock(TWO)
    assert latch.release(known) is False
    assert latch.lines() == [ONE, TWO]
    assert latch.release(latch.lines()) is True
    assert _left(latch) == [READY, READY]
    assert not latch.stopped


def test_letting_go_of_what_does_not_stand(latch: Latch) -> None:
    """Nothing to do, and nothing is done."""
    assert latch.release([]) is True
    assert _left(latch) == [READY, READY]


def _once(monkeypatch: pytest.MonkeyPatch, name: str, act: Callable[[], object]) -> list[str]:
    """Do something just before the first call of a function of the module."""
    real = getattr(module, name)
    done: list[str] = []

    def first(*given: object) -> object:
        if not done:
            done.append(name)
            act()
        return real(*given)

    monkeypatch.setattr(module, name, first)
    return done


@pytest.mark.parametrize("line", [TWO, b""])
def test_a_stop_between_moving_it_away_and_reading_it(
    line: bytes, latch: Latch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody presses STOP while two unlock: the new latch stands, whether it says why or not."""
    latch.lock(ONE)
    known = latch.lines()
    done = _once(monkeypatch, "_content", lambda: Latch(latch.folders).lock(line))
    assert latch.release(known) is False
    assert done
    assert latch.stopped
    assert (TWO in latch.lines()) is bool(line)


def test_a_stop_just_before_it_is_moved_away(latch: Latch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its reason is read after the move, so it is seen."""
    latch.lock(ONE)
    known = latch.lines()
    done = _once(monkeypatch, "_release", lambda: Latch(latch.folders).lock(TWO))
    assert latch.release(known) is False
    assert done
    assert latch.lines() == [ONE, TWO]


def test_two_reasons_and_a_stop_between_are_all_kept(
    latch: Latch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not known and stopped again: the new latch takes over what the old one held."""
    latch.lock(ONE)
    latch.lock(TWO)
    _once(monkeypatch, "_content", lambda: Latch(latch.folders).lock(THREE))
    assert latch.release([ONE]) is False
    assert set(latch.lines()) == {ONE, TWO, THREE}
    assert all(set(lines_of(folder)) == {ONE, TWO, THREE} for folder in latch.folders)


def test_a_latch_taken_away_while_it_is_being_set_is_set_again(
    latch: Latch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The release of an earlier stop comes just after the rename: the stop wins."""
    latch.lock(ONE)
    known = latch.lines()
    done = _once(monkeypatch, "_fsync", lambda: Latch(latch.folders).release(known))
    assert latch.lock(TWO) == []
    assert done
    assert latch.stopped
    assert TWO in latch.lines()


def test_a_latch_that_never_stands_is_not_said_to_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where somebody takes it away each time, the stop says that it could not be set."""
    latch, real = Latch((tmp_path,)), os.fsync

    def undo(descriptor: int) -> None:
        real(descriptor)
        (tmp_path / STOPPED).unlink(missing_ok=True)

    monkeypatch.setattr(os, "fsync", undo)
    (trouble,) = latch.lock(ONE)
    assert "could not be set" in trouble
    assert not latch.stopped


def test_the_room_is_not_read_beyond(tmp_path: Path) -> None:
    """A latch that was blown up does not fill the memory."""
    (tmp_path / STOPPED).write_bytes(ONE + b"\n" + b" " * 10_000_000 + TWO)
    assert Latch((tmp_path,)).lines() == [ONE]
