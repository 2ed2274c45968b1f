"""A session under guard: the bar while it lasts, the covers at a stop, the questions on them."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageColor, ImageGrab

import schools
from counterseal import locks
from counterseal.commands.desk import this_computer
from counterseal.workflow.stop import lock
from driving import School
from patience import until
from schools import OPEN, PRESENT, second_case
from xvfb import Screen, need, xvfb

WIDTH, HEIGHT = 1280, 800
GROUND = (0, 120, 60)
RESUME = ("session", "resume", "--place", "Room 4", "--no-conflict", "ab", "--no-conflict", "cd")


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    need("xdotool")
    with xvfb(tmp_path, WIDTH, HEIGHT) as running:
        running.use(monkeypatch)
        yield running


@pytest.fixture
def school(tmp_path: Path, screen: Screen) -> Iterator[School]:
    """A school whose session was opened on that screen."""
    school = schools.authorised().copy_to(tmp_path / "school")
    facing = school.seeing({"DISPLAY": screen.name, "XAUTHORITY": str(screen.authority)})
    facing.run(*OPEN, "--case", second_case(school), answers=school.words_of("ab", "cd"))
    yield facing
    (facing.vault / "guarding" / "wanted").unlink(missing_ok=True)
    (facing.vault / "STOPPED").unlink(missing_ok=True)  # so that the guard goes too
    until(lambda: not _kept(facing))


def _kept(school: School) -> bool:
    return locks.is_held(school.vault / "guarding" / "keeper")


def _look(screen: Screen) -> Image.Image:
    return ImageGrab.grab(xdisplay=screen.name).convert("RGB")


def _black(screen: Screen) -> float:
    """Return how much of the screen is what an empty X screen shows."""
    seen = _look(screen)
    return seen.histogram()[0] / (seen.width * seen.height)


def _press(screen: Screen, colour: str) -> None:
    """Press the middle of what has this colour."""
    plain = Image.new("RGB", (WIDTH, HEIGHT), ImageColor.getrgb(colour))

    def box() -> tuple[int, int, int, int] | None:
        red, green, blue = ImageChops.difference(_look(screen), plain).split()
        most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
        return most.point([255] + [0] * 255).getbbox()

    until(lambda: box() is not None)
    time.sleep(0.3)
    left, top, right, bottom = box() or (0, 0, 0, 0)
    across, down = str((left + right) // 2), str((top + bottom) // 2)
    screen.run("xdotool", "mousemove", across, down, "click", "1")


def _first_button(screen: Screen) -> str:
    """Return how far down the uppermost button of the cover is."""
    column = _look(screen).crop((WIDTH // 2 - 8, 0, WIDTH // 2 - 7, HEIGHT))
    paper = ImageColor.getrgb("#eef2f6")
    places = [y for y in range(HEIGHT) if column.getpixel((0, y)) == paper]
    return str(places[0] + 4)


def test_a_session_has_a_guard_from_opening_to_closing(school: School, screen: Screen) -> None:
    """It outlives the command that opened the session, and goes with the session."""
    assert _kept(school)
    said = json.loads((school.vault / "guarding" / "ready").read_text())
    assert said == {"good": True, "minds": True}
    assert _black(screen) > 0.8
    school.run("session", "pause")
    until(lambda: not _kept(school))
    school.run(*RESUME, *PRESENT, answers=school.words_of("ab", "cd"))
    assert _kept(school)
    typed = ("session", "close", "--summary", "Nothing", *PRESENT)
    school.run(*typed, answers=school.words_of("ab", "cd"))
    until(lambda: not _kept(school))


def test_a_stop_from_the_terminal_covers_the_screen_first(school: School, screen: Screen) -> None:
    """The entry says how many displays were covered; the picture of the screen shows it."""
    school.run("stop", "--what", "may-be", status=30)
    until(lambda: _black(screen) < 0.2)
    facts = school.last_entry()["facts"]
    assert school.last_entry()["step"] == "case.stopped"
    assert (facts["covered"], facts["uncovered"]) == (1, 0), str(facts)


def test_the_button_stops_and_asks_on_the_cover(school: School, screen: Screen) -> None:
    """STOP on the bar: the latch, the cover, the question; pressing an answer seals the case."""
    _press(screen, "#b3141d")
    until((school.vault / "STOPPED").exists)
    until(lambda: _black(screen) < 0.2)
    until(lambda: "stop-button" in (school.vault / "STOPPED").read_text())
    assert school.steps()[-1] != "case.stopped"
    school.run("case", "list", status=30)
    time.sleep(1)
    _look(screen).save(school.folder / "question.png")
    screen.run("xdotool", "mousemove", str(WIDTH // 2), _first_button(screen), "click", "1")
    until(lambda: school.steps()[-1] == "case.stopped")
    facts = school.last_entry()["facts"]
    assert (facts["trigger"], facts["kind"]) == ("stop-button", "hs")
    assert (facts["covered"], facts["uncovered"]) == (1, 0), str(facts)
    latch = (school.vault / "STOPPED").read_bytes()
    time.sleep(3)
    assert (school.vault / "STOPPED").read_bytes() == latch, "one press of STOP counts once"
    _look(screen).save(school.folder / "page.png")
    assert json.loads(school.run("stop", "show", "--json").out)["stopped"] is True
    assert not lock.waiting(school.vault, this_computer()), "it is asked again what it was"


def test_without_its_guard_a_session_does_not_open(tmp_path: Path, screen: Screen) -> None:
    """A screen that cannot be covered: nothing is opened, and it is said what helps."""
    school = schools.authorised().copy_to(tmp_path / "school")
    facing = school.seeing({"DISPLAY": screen.name, "XAUTHORITY": str(screen.authority)})
    (school.vault / "guarding").write_text("in the way")
    entries = school.entries()
    answers = school.words_of("ab", "cd")
    facing.run(*OPEN, "--case", second_case(school), answers=answers, status=60)
    assert school.entries() == entries
