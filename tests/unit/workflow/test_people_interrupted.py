"""A change of keys that is broken off at any point leaves the old or the new, never neither."""

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from counterseal.errors import CountersealError
from fakes import in_a_process
from unit.workflow.life import FOUR, FRESH, THREE, WORDS, Life, at

CALLS = ("fsync", "link", "rename", "replace", "unlink")
KILLED = "the process ended without a word"
MOST = 60


@contextmanager
def _failing(number: int, fail: Callable[[], None]) -> Iterator[list[str]]:
    """Fail at one call, counted from 1, of those that make anything durable; say which it was."""
    count = 0
    hit: list[str] = []

    def watched(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:  # noqa: ANN401  (as the system has it)
            nonlocal count
            count += 1
            if count == number:
                hit.append(name)
                fail()
            return real(*given, **named)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, watched(name, getattr(os, name)))
        yield hit


def _die() -> None:
    os._exit(9)


def _break() -> None:
    raise OSError(errno.EIO, "Input/output error")


def _rotated(life: Life, number: int, fail: Callable[[], None], *, rewrap: bool) -> str:
    """Change a key with one failure, and say at which call it was; "" where none was left."""
    life.reopen()
    with _failing(number, fail) as hit, contextlib.suppress(CountersealError, OSError):
        life.rotate("ab", "cd", "ef", rewrap=rewrap)
    return "".join(hit)


def _old_or_new(life: Life, *, rewrap: bool) -> str:
    """Make sure that exactly one of the two keys counts, and return which."""
    life.reopen()
    old, new = life.unlocks("ab", WORDS["ab"]), life.unlocks("ab", FRESH)
    assert old != new
    assert life.record.terms.keyset.version == (1 if old else 2)
    life.words["ab"] = WORDS["ab"] if old else FRESH
    assert life.opens("ab", "cd") is (old or rewrap)
    assert life.findings() == []
    return "old" if old else "new"


@pytest.mark.parametrize("rewrap", [True, False])
@pytest.mark.parametrize("way", ["killed", "failing disk"])
def test_a_change_broken_off_anywhere(way: str, tmp_path: Path, *, rewrap: bool) -> None:
    """After each, the change can be made again, and everything fits."""
    seen = []
    for number in range(1, MOST):
        life = at(tmp_path / str(number), "collected", THREE)
        fail = _die if way == "killed" else _break
        act = partial(_rotated, life, number, fail, rewrap=rewrap)
        hit = in_a_process(act) if way == "killed" else act()
        if not hit:
            break
        assert hit in {KILLED, *CALLS}
        seen.append(_old_or_new(life, rewrap=rewrap))
        life.rotate("ab", "cd", "ef", rewrap=rewrap, fresh="second fresh lantern words")
        assert life.unlocks("ab", "second fresh lantern words")
        assert life.findings() == []
    if way == "killed":  # some calls may fail on the disk without anything being broken off
        assert seen == sorted(seen, reverse=True), "once new, never old again"
    assert len(seen) > 12
    assert {"old", "new"} == set(seen)


def test_an_enrolment_broken_off_does_not_stand_in_the_way_of_the_next(tmp_path: Path) -> None:
    """The file of somebody who never came on the list takes nobody's place."""
    for number in range(1, MOST):
        life = at(tmp_path / str(number), "reported", FOUR)

        def enrol(life: Life = life, number: int = number) -> str:
            life.reopen()
            with _failing(number, _die):
                life.enrol("mn", "ab", "cd")
            return "kept"

        ended = in_a_process(enrol)
        life.reopen()
        if life.record.terms.keyset.find("mn") is None:
            life.enrol("mn", "ab", "cd")
        assert life.unlocks("mn", WORDS["mn"])
        assert life.findings() == []
        if ended == "kept":
            break
        assert ended == KILLED
    assert number > 8


def test_a_replacement_broken_off_does_not_stand_in_the_way_of_the_next(tmp_path: Path) -> None:
    """Halves that no entry vouches for are met again by nobody."""
    for number in range(1, MOST):
        life = at(tmp_path / str(number), "collected", FOUR)
        life.enrol("mn", "ab", "cd")

        def replace(life: Life = life, number: int = number) -> str:
            life.reopen()
            with _failing(number, _die):
                life.replace("ab", "mn", "cd", "kl")
            return "kept"

        ended = in_a_process(replace)
        life.reopen()
        assert life.opens("cd", "kl")
        if "mn" not in life.state.investigators:
            assert life.opens("ab", "cd")
            life.replace("ab", "mn", "cd", "kl")
        assert life.opens("cd", "mn")
        assert not life.opens("ab", "cd")
        assert life.findings() == []
        if ended == "kept":
            break
        assert ended == KILLED
    assert number > 20
