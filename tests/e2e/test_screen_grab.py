"""A real X screen with a real window on it: the picture shows what stands there, to the pixel."""

import hashlib
import io
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageColor

from counterseal.clock import SystemClock
from counterseal.errors import AcquisitionError
from counterseal.evidence.screen import grab, open_screen
from counterseal.latch import STOPPED, Latch
from onscreen.colours import GROUND, SHAPES
from onscreen.fakes import clearance
from onscreen.programs import colour_window, run_child
from xvfb import Screen, need, without_screen, xvfb


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    with xvfb(tmp_path, 1024, 768) as running:
        yield running


@pytest.mark.parametrize(("width", "height"), [(800, 600), (1920, 1080)])
def test_the_picture_shows_the_window_that_is_there(
    width: int, height: int, tmp_path: Path
) -> None:
    with xvfb(tmp_path, width, height) as screen, colour_window(screen.environment):
        done = run_child("grab", screen.environment, tmp_path)
    assert done.status == 0, done.said
    picture = Image.open(io.BytesIO(done.png))
    assert (picture.format, picture.size) == ("PNG", (width, height))
    for colour, left, top, right, bottom in SHAPES:
        middle = ((left + right) * width // 200, (top + bottom) * height // 200)
        assert picture.getpixel(middle) == ImageColor.getrgb(colour), colour
    assert picture.getpixel((width // 4, height // 2)) == ImageColor.getrgb(GROUND)
    # The corners too: nothing is cut off or padded.
    corners = [(0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)]
    for corner, (colour, *_edges) in zip(corners, SHAPES, strict=False):
        assert picture.getpixel(corner) == ImageColor.getrgb(colour), corner


def test_the_facts_beside_the_picture_are_those_of_its_bytes_and_its_screen(
    screen: Screen, tmp_path: Path
) -> None:
    with colour_window(screen.environment):
        done = run_child("grab", screen.environment, tmp_path)
    assert done.facts["sha256"] == hashlib.sha256(done.png).hexdigest()
    assert done.facts["size"] == [1024, 768]
    assert done.facts["monitors"] == [[0, 0, 1024, 768]]
    assert done.facts["backend"] == "pillow-x11"
    assert done.facts["tries"] == 1
    version = str(done.facts["version"])
    assert [part.split()[0] for part in version.split("; ")] == ["Pillow", "mss", "PyAutoGUI"]
    assert "not used" not in version


def test_two_monitors_are_taken_whole_and_each_is_recorded(screen: Screen, tmp_path: Path) -> None:
    need("xrandr")
    screen.run("xrandr", "--setmonitor", "left", "512/100x768/100+0+0", "screen")
    screen.run("xrandr", "--setmonitor", "right", "512/100x768/100+512+0", "none")
    with colour_window(screen.environment):
        done = run_child("grab", screen.environment, tmp_path)
    assert done.facts["size"] == [1024, 768]
    assert sorted(done.facts["monitors"]) == [[0, 0, 512, 768], [512, 0, 512, 768]]  # type: ignore[call-overload]


def test_a_screen_of_one_colour_is_refused(screen: Screen, tmp_path: Path) -> None:
    done = run_child("grab", screen.environment, tmp_path)
    assert (done.status, done.png) == (50, b"")
    assert done.said == "blank-picture: The picture came out blank, so it was refused.\n"


def test_after_a_stop_there_is_no_picture(screen: Screen, tmp_path: Path) -> None:
    (tmp_path / STOPPED).touch()
    with colour_window(screen.environment):
        done = run_child("grab", screen.environment, tmp_path)
    assert (done.status, done.png) == (30, b"")


def test_without_an_authority_file_the_picture_is_taken_and_pyautogui_is_left_out(
    screen: Screen, tmp_path: Path
) -> None:
    need("xhost")
    screen.run("xhost", "+local:")
    environment = {**screen.environment, "HOME": str(tmp_path / "nobody")}
    del environment["XAUTHORITY"]
    with colour_window(screen.environment):
        done = run_child("grab", environment, tmp_path)
    assert done.status == 0, done.said
    version = str(done.facts["version"])
    assert version.endswith("PyAutoGUI not used (no leave to use the display)")


def test_a_screen_that_lets_nobody_in_is_no_screen(screen: Screen, tmp_path: Path) -> None:
    environment = {**screen.environment, "XAUTHORITY": str(tmp_path / "missing")}
    done = run_child("grab", environment, tmp_path)
    assert done.status == 50
    # The X library itself writes a line before ours.
    assert done.said.endswith("no-screen: The screen of this computer does not answer.\n")


def test_no_screen_at_all_is_one_plain_sentence(tmp_path: Path) -> None:
    done = run_child("grab", without_screen(), tmp_path)
    assert (done.status, done.png) == (50, b"")
    assert done.said.startswith("no-screen: ")


def test_a_screen_that_goes_between_opening_and_taking_is_tried_twice(
    screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen.use(monkeypatch)
    clock = SystemClock()
    monkeypatch.setattr("counterseal.evidence.screen.pillow_x11.second_opinion", _no_second_opinion)
    source = open_screen(practice=False)
    os.kill(screen.pid, signal.SIGKILL)
    with pytest.raises(AcquisitionError, match="failed 2 times"):
        grab(clearance(clock.now()), source, clock=clock, latch=Latch((tmp_path,)))


def _no_second_opinion() -> object:
    # PyAutoGUI would tie this very process to a screen that is about to go.
    from counterseal.evidence.screen.pyautogui_size import SecondOpinion  # noqa: PLC0415

    return SecondOpinion("PyAutoGUI not used (test)", None)


def test_a_screen_that_changed_after_opening_is_taken_at_its_new_size(
    screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need("xrandr")
    screen.use(monkeypatch)
    monkeypatch.setattr("counterseal.evidence.screen.pillow_x11.second_opinion", _no_second_opinion)
    source = open_screen(practice=False)
    screen.run("xrandr", "--output", "screen", "--off", "--fb", "800x600")
    clock = SystemClock()
    with colour_window(screen.environment):
        taken = grab(clearance(clock.now()), source, clock=clock, latch=Latch((tmp_path,)))
    assert (taken.width, taken.height) == (800, 600)


def test_the_picture_is_taken_with_a_plain_file_picture_program_at_hand(
    screen: Screen, tmp_path: Path
) -> None:
    """Pillow would run gnome-screenshot if it were asked without a display: it must not be."""
    tools = tmp_path / "bin"
    tools.mkdir()
    called = tmp_path / "called"
    for name in ("gnome-screenshot", "grim", "spectacle", "scrot"):
        tool = tools / name
        tool.write_text(f"#!/bin/sh\ntouch {called}\nexit 1\n")
        tool.chmod(0o755)
    environment = {**screen.environment, "PATH": f"{tools}:{os.environ['PATH']}"}
    with colour_window(screen.environment):
        assert run_child("grab", environment, tmp_path).status == 0
    assert not called.exists()
    subprocess.run(["gnome-screenshot"], env=environment, check=False)
    assert called.exists(), "the trap itself does not work"
