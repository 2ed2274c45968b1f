"""Asking the keeper of the guard: what is done where there is no screen, or no keeper any more."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import pytest

from counterseal import locks
from counterseal.errors import NoGuardError
from counterseal.workflow import guarding, keepers
from counterseal.workflow.guarding import FOLDER, ScreenGuard, displays
from counterseal.workflow.keepers import write
from counterseal.workflow.surroundings import Covered
from patience import BUSY_S

ONE = (0, 0, 800, 600)
TWO = (800, 0, 800, 600)


@contextmanager
def _kept(root: Path, *found: guarding.Display) -> Iterator[Path]:
    """Let somebody hold the keeper's file, as a living keeper does."""
    folder = root / FOLDER
    folder.mkdir(exist_ok=True)
    write(folder / "wanted", {"displays": found, "practice": True})
    with (folder / "keeper").open("a+b") as held:
        assert locks.take(held)
        yield folder


def _seen(monkeypatch: pytest.MonkeyPatch, *found: guarding.Display) -> None:
    monkeypatch.setattr(guarding, "displays", lambda: list(found))


def _spawns(monkeypatch: pytest.MonkeyPatch, program: str) -> list[Path]:
    """Let a small program stand for the keeper; return where one was started."""
    started: list[Path] = []

    def spawn(root: Path, *words: str) -> "subprocess.Popen[bytes]":
        assert words == ("guard", "--folder", str(root))
        started.append(root)
        return subprocess.Popen([sys.executable, "-c", program, str(root / FOLDER)])

    monkeypatch.setattr(keepers, "spawn", spawn)
    return started


SAYS_YES = (
    "import sys, pathlib; f = pathlib.Path(sys.argv[1]); "
    "(f / 'ready').write_text('{\"good\": true}'); input()"
)
SAYS_NO = SAYS_YES.replace("true}", 'false, "what": "No cover.", "advice": "Ask."}')


def test_without_a_screen_there_is_nothing_to_guard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No display: nothing is started, nothing is covered, nothing is missed."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    started = _spawns(monkeypatch, SAYS_YES)
    assert displays() == []
    ScreenGuard().start(tmp_path, practice=True)
    assert started == []
    assert ScreenGuard().cover(tmp_path) == Covered(0, 0)
    ScreenGuard().end(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_screen_that_does_not_answer_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads nowhere."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("DISPLAY", ":9999")
    assert displays() == []


@pytest.mark.parametrize("program", ["pass", SAYS_NO], ids=["it ends", "it cannot cover"])
def test_a_guard_that_does_not_start(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said, and nobody is told later of a display that was never guarded."""
    _seen(monkeypatch, ONE)
    _spawns(monkeypatch, program)
    with pytest.raises(NoGuardError) as refused:
        ScreenGuard().start(tmp_path, practice=True)
    assert (refused.value.what == "No cover.") is (program == SAYS_NO)
    assert not (tmp_path / FOLDER / "wanted").exists()
    assert ScreenGuard().cover(tmp_path) == Covered(0, 0)


def test_a_keeper_that_ended_leaves_its_displays_uncovered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entry of the stop says so, and people are told to turn the monitors off."""
    _seen(monkeypatch, ONE, TWO)
    with _kept(tmp_path, ONE, TWO):
        pass
    assert ScreenGuard().cover(tmp_path) == Covered(0, 2)
    started = _spawns(monkeypatch, SAYS_YES)
    ScreenGuard().start(tmp_path, practice=True)
    assert started == [tmp_path], "the next picture did not get a guard again"


def test_a_keeper_of_these_displays_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each command asks; only the first one starts it."""
    started = _spawns(monkeypatch, SAYS_YES)
    _seen(monkeypatch, ONE)
    with _kept(tmp_path, ONE) as folder:
        ScreenGuard().start(tmp_path, practice=True)
        assert (folder / "wanted").exists()
    assert started == []


def test_when_a_display_was_added_the_guard_begins_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old keeper is let go first, so that no two cover."""
    started = _spawns(monkeypatch, SAYS_YES)
    _seen(monkeypatch, ONE, TWO)
    let_go = threading.Event()

    def keep() -> None:
        with _kept(tmp_path, ONE) as folder:
            held.set()
            while (folder / "wanted").exists():
                time.sleep(0.002)
            assert started == []
            let_go.set()

    held = threading.Event()
    keeper = threading.Thread(target=keep)
    keeper.start()
    held.wait(5)
    ScreenGuard().start(tmp_path, practice=True)
    keeper.join(5)
    assert let_go.is_set()
    assert started == [tmp_path]
    wanted = json.loads((tmp_path / FOLDER / "wanted").read_text())
    assert wanted["displays"] == [list(ONE), list(TWO)]


def test_the_answer_of_the_keeper_counts(tmp_path: Path) -> None:
    """Not an older one that lay there."""
    with _kept(tmp_path, ONE, TWO) as folder:
        write(folder / "covered", asdict(Covered(9, 9)))

        def answer() -> None:
            end = time.monotonic() + 5
            while not (folder / "cover").exists() and time.monotonic() < end:
                time.sleep(0.0005)
            write(folder / "covered", asdict(Covered(1, 1)))

        keeper = threading.Thread(target=answer)
        keeper.start()
        time.sleep(0.05)
        said = ScreenGuard().cover(tmp_path)
        keeper.join(5)
    assert said == Covered(1, 1)


def test_nobody_waits_long_for_a_keeper_that_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """50 ms; then every display counts as not covered, and the latch is set."""
    monkeypatch.setattr(guarding, "COVER_S", 0.05)
    with _kept(tmp_path, ONE, TWO) as folder:
        begun = time.monotonic()
        assert ScreenGuard().cover(tmp_path) == Covered(0, 2)
        assert time.monotonic() - begun < 1 + BUSY_S
        (folder / "wanted").write_text("[garbage")
        assert ScreenGuard().cover(tmp_path) == Covered(0, 1), "no display counts as missed"


def test_a_folder_that_cannot_be_written_to_stops_no_stop(tmp_path: Path) -> None:
    """Covering never raises."""
    (tmp_path / FOLDER).write_text("in the way")
    assert ScreenGuard().cover(tmp_path) == Covered(0, 0)
