"""A session that nobody attends pauses by itself: real X server, real guard, real Chromium."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import ImageColor, ImageGrab

import schools
from browsing import Site
from counterseal.guard import start
from counterseal.guard.covers import INK, RED
from driving import School
from onscreen.guarding import DISPLAYS, box_of, end
from patience import until
from schools import OPEN, PRESENT, second_case
from watched_school import (
    RESUME,
    add,
    browsers,
    go,
    keeper_lives,
    opened,
    visits,
    watched_school,
)
from xvfb import Screen, need

SHORT_MS = 8_000
"""Instead of five minutes."""
WIDTH = 1280


@pytest.fixture
def school(tmp_path: Path, screen: Screen) -> Iterator[School]:
    need("xdotool")
    with watched_school(schools.authorised(), tmp_path, screen) as facing:
        short = facing.folder / "short"
        short.mkdir()
        (short / "sitecustomize.py").write_text(
            f"from counterseal.workflow import sessions\nsessions.IDLE_MS = {SHORT_MS}\n"
            "from counterseal.workflow import minding\nminding._AGAIN_MS = 1_000\n"
        )
        path = f"{short}:{facing.environment['PYTHONPATH']}"
        yield facing.seeing({"PYTHONPATH": path})


def paused(school: School) -> bool:
    return school.steps()[-1] == "session.paused"


def test_the_guard_says_that_nobody_is_there_and_that_somebody_is(
    screen: Screen, tmp_path: Path
) -> None:
    need("xdotool")
    guard = start([tmp_path / "latch"], DISPLAYS[:1], practice=True, idle_ms=1_500)
    try:
        assert guard.ready.minds
        assert not guard.unattended
        until(lambda: guard.unattended)
        screen.run("xdotool", "key", "Shift_L")
        until(lambda: not guard.unattended)
        until(lambda: guard.unattended)
        screen.run("xdotool", "mousemove", "300", "200")
        until(lambda: not guard.unattended)
    finally:
        guard.end()
        end(guard.pid)


def test_the_bar_says_so_beforehand(screen: Screen, tmp_path: Path) -> None:
    """Its buttons stay where they are, so that STOP is never missed for it."""
    need("xdotool")

    def seen() -> tuple[int, int, tuple[int, ...]]:
        """Return from where to where the bar reaches, and where its STOP stands."""
        top = ImageGrab.grab(xdisplay=screen.name).convert("RGB").crop((0, 0, WIDTH, 60))
        bar, stop = (
            box_of(top, colour) or (0, 0, 0, 0) for colour in map(ImageColor.getrgb, (INK, RED))
        )
        return bar[0], bar[2], stop

    guard = start([tmp_path / "latch"], DISPLAYS[:1], practice=True, idle_ms=20_000)
    try:
        until(lambda: seen()[0] > 0)
        left, right, stop = seen()
        until(lambda: seen()[0] < left, 60)
        assert not guard.unattended
        assert seen()[1:] == (right, stop)
        screen.run("xdotool", "mousemove", "300", "200")
        until(lambda: seen() == (left, right, stop))
    finally:
        guard.end()
        end(guard.pid)


def test_a_session_that_nobody_attends_pauses_by_itself(school: School, pages: Site) -> None:
    opened(school)
    go(school, f"{pages.origin}/poll")  # a page that works by itself keeps nobody there
    until(lambda: paused(school), 60)
    assert school.last_entry()["facts"] == {"reason": "idle"}
    assert school.last_entry()["people"] == []
    until(lambda: not any(keeper_lives(school, name) for name in ("guarding", "watching")), 30)
    assert browsers(school) == []
    shown = [visit["address"]["text"] for visit in visits(school) if visit["kind"] == "asked"]
    assert f"{pages.origin}/poll" in shown
    refused = school.run("exhibit", "capture", "--concern", "1", status=None)
    assert refused.status != 0
    assert "The session is paused" in refused.err
    assert "when nobody touches the computer" in refused.err
    done = school.run(*RESUME, *PRESENT, answers=school.words_of("ab", "cd"))
    assert done.status == 0
    assert school.is_good()


def test_a_session_by_hand_pauses_by_itself_too(school: School) -> None:
    both = school.words_of("ab", "cd")
    school.run(*OPEN, "--manual", "--case", second_case(school), answers=both)
    until(lambda: paused(school), 60)
    assert school.last_entry()["facts"] == {"reason": "idle"}
    until(lambda: not keeper_lives(school, "guarding"), 30)
    assert school.is_good()


def test_whoever_reads_on_is_there(school: School, screen: Screen, pages: Site) -> None:
    """Somebody who moves the mouse takes no step, and is there all the same."""
    opened(school)
    go(school, f"{pages.origin}/plain")
    for turn in range(12):
        screen.run("xdotool", "mousemove", str(300 + turn), "200")
        screen.run("sleep", "1")
    assert "session.paused" not in school.steps()
    assert "From: the monitored browser" in add(school, "1").err
