"""Practice on a machine without a screen: a made-up page from a real browser, or the drawn card."""

import contextlib
import io
import os
import tempfile
import threading
import time
from pathlib import Path

import pytest
from PIL import Image, ImageColor

from counterseal.clock import SystemClock
from counterseal.errors import NoScreenError
from counterseal.evidence.exhibit import Acquisition
from counterseal.evidence.screen import browser_pipe, grab, open_screen
from counterseal.evidence.screen.headless import PracticeScreen, page
from counterseal.latch import Latch
from onscreen.fakes import clearance
from patience import BUSY_S
from xvfb import without_screen

RIBBON = ImageColor.getrgb("#ffd84d")


@pytest.fixture(autouse=True)
def _no_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ.keys() - without_screen().keys():
        monkeypatch.delenv(name)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def _take(source: PracticeScreen) -> Acquisition:
    clock = SystemClock()
    return grab(clearance(clock.now()), source, clock=clock, latch=Latch(()))


def _program(folder: Path, text: str) -> str:
    program = folder / "browser"
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)
    return str(program)


def _practice_folders(folder: Path) -> list[Path]:
    return list(folder.glob("counterseal-practice-*"))


def _open_files() -> set[Path]:
    return set(Path("/proc/self/fd").iterdir())


def _alive(group: int) -> list[int]:
    """Return the processes of a group that still run, once each had five seconds to be gone."""
    until = time.monotonic() + 5  # a process that was killed takes a moment to be taken down
    while (found := _running(group)) and time.monotonic() < until:
        time.sleep(0.05)
    return found


def _running(group: int) -> list[int]:
    # One that only waits to be reaped does not run any more.
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it ended while we looked
            state, _parent, its_group, *_ = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(its_group) == group and state != "Z":
                found.append(int(folder.name))
    return found


def test_the_practice_page_is_drawn_by_the_machines_own_browser(tmp_path: Path) -> None:
    if browser_pipe.find_browser() is None:
        pytest.skip("neither Chromium nor Chrome nor Edge is installed")
    source = open_screen(practice=True)
    assert isinstance(source, PracticeScreen)
    taken = _take(source)
    assert taken.backend == "headless-browser"
    assert "Chrome/" in taken.version
    picture = Image.open(io.BytesIO(taken.png))
    assert (picture.format, picture.size) == ("PNG", (1280, 800))
    assert picture.convert("RGB").getpixel((20, 20)) == RIBBON
    assert _practice_folders(tmp_path) == []


def test_the_browser_and_its_helpers_are_gone_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    if browser_pipe.find_browser() is None:
        pytest.skip("neither Chromium nor Chrome nor Edge is installed")
    started: list[int] = []
    spawn = browser_pipe._spawn

    def remember(path: str, profile: str, reads: int, writes: int) -> int:
        started.append(spawn(path, profile, reads, writes))
        return started[-1]

    monkeypatch.setattr(browser_pipe, "_spawn", remember)
    before, threads = _open_files(), threading.active_count()
    assert _take(PracticeScreen()).backend == "headless-browser"
    assert _open_files() == before
    assert threading.active_count() == threads
    assert _alive(started[0]) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("exit 1", id="ends at once"),
        pytest.param("exec sleep 60", id="never says a word"),
        pytest.param("sleep 60 & exec sleep 60", id="hangs with a helper"),
        pytest.param("printf 'no JSON\\0' >&4; exec sleep 60", id="talks nonsense"),
        pytest.param("printf '{\"id\":1}\\0' >&4; exec sleep 60", id="answers without a result"),
        pytest.param("while :; do printf '{\"id\":9}\\0' >&4; done", id="never stops talking"),
    ],
)
def test_a_browser_that_fails_in_any_way_gives_way_to_the_card(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser_pipe, "LIMIT_S", 1.0)
    source = PracticeScreen(browser=_program(tmp_path, text))
    before = time.monotonic()
    taken = _take(source)
    assert time.monotonic() - before < 5 + BUSY_S
    assert taken.backend == "practice-card"
    assert Image.open(io.BytesIO(taken.png)).getpixel((20, 20)) == RIBBON
    assert _practice_folders(tmp_path) == []
    # It is not tried, and waited for, a second time.
    assert source.browser is None


def test_a_browser_that_cannot_be_started_gives_way_to_the_card(tmp_path: Path) -> None:
    before = _open_files()
    assert _take(PracticeScreen(browser=str(tmp_path / "gone"))).backend == "practice-card"
    assert _open_files() == before


def test_without_a_browser_the_card_is_drawn() -> None:
    assert _take(PracticeScreen(browser=None)).backend == "practice-card"


def test_a_real_record_never_gets_a_made_up_page() -> None:
    with pytest.raises(NoScreenError):
        open_screen(practice=False)


def test_the_page_names_nothing_outside_itself_and_says_what_it_is() -> None:
    html = page()
    assert "PRACTICE" in html
    assert "made up" in html
    for word in ("src=", "href=", "url(", "<script", "<link", "@import"):
        assert word not in html
    assert ".example" in html
