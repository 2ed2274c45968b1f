"""Killed while a stop is answered, told of, unlocked or released: locked, or as it was meant to be.

Every third file call of each command is met, before it or after it, until one run comes to its end;
each run but that one is shown to have been killed.
"""

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

import schools
from driving import School
from killing import kill_at
from schools import PRESENT, second_case

BOTH = ("ab", "cd")
EVERY = 3
MAY_USE = (
    *("call", "record", "--to", "police", "--name", "PC Example", "--when", "10:15", "--may-use"),
    *("--words", "Leave it on", "--reference", "EX-1", "--as", "ef", "--read", "ef"),
)  # fmt: skip
RELEASE = (
    *("computer", "release", "--advice", "police", "--reason", "not-wanted"),
    *("--words", "PC Example: not wanted", "--authoriser", "ef", "--read", "ef", *PRESENT),
)  # fmt: skip
after_or_before = pytest.mark.parametrize(
    "after", [False, True], ids=["before the call", "after the call"]
)


def _locked(school: School) -> bool:
    return (school.vault / "STOPPED").exists()


def _wraps(school: School, case: str) -> list[str]:
    return [name for name in school.files() if name.startswith(f"wraps/{case}/")]


class Killing:
    """Kills a command at its file calls, one after the other.

    Args:
        school: Copied for each run.
        folder: Where to.
        monkeypatch: Of the test.
        after: Whether the call itself is still made.
    """

    def __init__(
        self, school: School, folder: Path, monkeypatch: pytest.MonkeyPatch, *, after: bool
    ) -> None:
        self._school, self._folder, self._patch = school, folder, monkeypatch
        self._after = after
        self.killed = 0

    def everywhere(
        self, typed: tuple[str, ...], answers: list[str], ends: int, look: Callable[[School], None]
    ) -> School:
        """Kill it everywhere, look at what each run left, and return the one that came to its end.

        Args:
            typed: The command.
            answers: What is typed when it asks.
            ends: The exit status of the run that is not killed.
            look: What holds after each that is.
        """
        for number in range(1, 200, EVERY):
            school = self._school.copy_to(self._folder / str(number))
            with self._patch.context() as patch:
                kill_at(patch, number, after=self._after)
                done = school.run(*typed, answers=answers, status=None)
            if done.status == ends:
                assert self.killed > 3, "it was hardly ever killed"
                return school
            assert done.status == -signal.SIGKILL, done
            self.killed += 1
            look(school)
        pytest.fail("it never came to its end")


@after_or_before
def test_killed_while_it_is_answered_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    """It was locked before, and is locked at every point; saying it again seals the case."""
    locked = schools.collecting().copy_to(tmp_path / "locked")
    locked.run("stop", status=30)
    case = second_case(locked)

    def look(school: School) -> None:
        assert _locked(school)
        if school.steps()[-1] == "case.stopped":
            assert _wraps(school, case) == [], "it was logged before the wraps were gone"
        school.run("stop", "--what", "may-be", status=30)
        assert school.steps().count("case.stopped") == 1
        assert school.last_entry()["facts"]["kind"] == "hs"
        assert _wraps(school, case) == []

    typed = ("stop", "--what", "may-be")
    ended = Killing(locked, tmp_path, monkeypatch, after=after).everywhere(typed, [], 30, look)
    assert ended.is_good()


@after_or_before
def test_killed_while_what_was_told_stops_the_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    """The wraps stay all the while; in the end the case is stopped, and the computer goes on.

    Killed before the latch could say why, it only locks, and waits for somebody to say what it was.
    """
    reported = schools.reported()
    case = second_case(reported)

    def look(school: School) -> None:
        assert _wraps(school, case) == _wraps(reported, case)
        latch = school.vault / "STOPPED"
        if latch.exists() and b"category" not in latch.read_bytes():
            school.run("case", "list", status=30)
            assert "case.stopped" not in school.steps()
            return
        stood = latch.exists() or "case.stopped" in school.steps()
        school.run("case", "list", status=None)
        if stood:
            assert school.steps().count("case.stopped") == 1
            assert school.last_entry()["facts"]["exposed"] == "no"
        school.run("case", "list")
        assert not _locked(school)

    typed = ("case", "triage", case, "--category", "1")
    killing = Killing(reported, tmp_path, monkeypatch, after=after)
    ended = killing.everywhere(typed, [], 30, look)
    assert ended.is_good()


@after_or_before
def test_killed_while_two_unlock_it_after_a_break(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    """Unlocked only once both names stand in the log; a lock that is left is lifted again."""
    locked = schools.collecting().copy_to(tmp_path / "locked")
    locked.run("stop", status=30)
    both = locked.words_of(*BOTH)
    typed = ("stop", "--what", "break", *PRESENT)

    def look(school: School) -> None:
        assert "case.stopped" not in school.steps()
        assert _wraps(school, second_case(school)), "a break sealed the case"
        if not _locked(school):
            assert school.steps()[-1] == "lock.lifted", "nobody signed that it was unlocked"
            school.run("case", "list")
            return
        school.run("case", "list", status=30)
        school.run(*typed, answers=both)
        assert not _locked(school)

    killing = Killing(locked, tmp_path, monkeypatch, after=after)
    ended = killing.everywhere(typed, both, 0, look)
    assert not _locked(ended)
    assert ended.is_good()


@after_or_before
def test_killed_while_the_computer_is_released(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    """Free only once three names stand in the log; a latch that is left goes at the next start."""
    stopped = schools.collecting().copy_to(tmp_path / "stopped")
    stopped.run("stop", "--what", "may-be", status=30)
    stopped.run(*MAY_USE, answers=stopped.words_of("ef"))
    three = stopped.words_of("ef", *BOTH)

    def look(school: School) -> None:
        released = school.steps()[-1] == "computer.released"
        assert released or _locked(school), "nobody signed that it was released"
        school.run("case", "list", status=None)
        school.run("case", "list", status=0 if released else 30)
        assert school.steps().count("case.stopped") == 1
        assert _wraps(school, second_case(school)) == []

    killing = Killing(stopped, tmp_path, monkeypatch, after=after)
    ended = killing.everywhere(RELEASE, three, 0, look)
    assert not _locked(ended)
    assert ended.is_good()
