"""The preview on a real X screen: it is there, it shows the picture, STOP and closing work."""

import io
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageColor, ImageGrab

from counterseal.errors import StoppedError
from counterseal.evidence.screen import show
from counterseal.evidence.screen.card import draw_card
from counterseal.evidence.screen.picture import png_of
from counterseal.latch import Latch
from onscreen.programs import with_paths
from xvfb import Screen, need, xvfb

TITLE = "Counterseal - check before it is kept"
CAPTION = "Look at this picture together. Then go back to the other window and answer there."
PICTURE = ImageColor.getrgb("#ffd84d")  # the practice card's ribbon
BANNER = ImageColor.getrgb("#16283d")
STOP = ImageColor.getrgb("#b3141d")


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    need("xdotool", "xwininfo")
    with xvfb(tmp_path, 1366, 768) as running:
        running.use(monkeypatch)
        yield running


@pytest.fixture
def latch(tmp_path: Path) -> Latch:
    made = Latch((tmp_path,))
    made.arm()
    return made


@pytest.fixture(scope="module")
def card() -> bytes:
    return png_of(draw_card(1280, 800))


def _look(screen: Screen) -> Image.Image:
    return ImageGrab.grab(xdisplay=screen.name)


def _share(screen: Screen, colour: tuple[int, ...]) -> float:
    seen = _look(screen)
    found = seen.getcolors(seen.width * seen.height) or []
    return sum(count for count, one in found if one == colour) / (seen.width * seen.height)


def _window(screen: Screen, title: str = TITLE) -> str:
    return screen.run("xdotool", "search", "--name", title).split()[0]


def _box(screen: Screen) -> tuple[int, int, int, int]:
    text = screen.run("xdotool", "getwindowgeometry", "--shell", _window(screen))
    facts = dict(line.split("=") for line in text.split())
    return int(facts["X"]), int(facts["Y"]), int(facts["WIDTH"]), int(facts["HEIGHT"])


def _until(happened: Callable[[], object]) -> None:
    for _ in range(200):
        if happened():
            return
        time.sleep(0.02)
    pytest.fail("it did not happen within four seconds")


def _press(screen: Screen, left: int, top: int) -> None:
    screen.run("xdotool", "mousemove", str(left), str(top), "click", "1")


def _press_stop(screen: Screen) -> None:
    left, top, width, _height = _box(screen)
    _press(screen, left + width - 60, top + 40)


def test_the_window_is_on_the_screen_with_its_title_and_the_picture_in_it(
    screen: Screen, latch: Latch, card: bytes
) -> None:
    with show(card, caption=CAPTION, latch=latch) as shown:
        facts = screen.run("xwininfo", "-name", TITLE)
        assert "Map State: IsViewable" in facts
        assert _share(screen, PICTURE) > 0.03
        assert _share(screen, BANNER) > 0.03
        assert _share(screen, STOP) > 0.002
        left, top, width, height = _box(screen)
        assert left >= 0
        assert top >= 0
        assert left + width <= 1366
        assert top + height <= 768
        assert not shown.stop_pressed
        assert not shown.closed
    assert _share(screen, PICTURE) == 0
    assert shown.closed
    assert not latch.stopped


def test_a_title_of_its_own_for_looking_at_an_exhibit_again(
    screen: Screen, latch: Latch, card: bytes
) -> None:
    with show(card, caption="Exhibit AB/1.", latch=latch, title="Counterseal - exhibit AB/1"):
        assert _window(screen, "Counterseal - exhibit AB/1")


def test_stop_takes_the_picture_away_and_sets_the_latch_at_once(
    screen: Screen, latch: Latch, card: bytes
) -> None:
    called = threading.Event()
    with show(card, caption=CAPTION, latch=latch, on_stop=called.set) as shown:
        _press_stop(screen)
        assert called.wait(4)
        assert latch.stopped
        assert shown.stop_pressed
        assert shown.troubles == ()
        _until(lambda: _share(screen, PICTURE) == 0)
        assert _share(screen, STOP) > 0.3
    with pytest.raises(StoppedError), show(card, caption=CAPTION, latch=latch):
        pytest.fail("a preview opened after a stop")


def test_a_stop_pressed_at_the_last_moment_still_counts(
    screen: Screen, latch: Latch, card: bytes
) -> None:
    with show(card, caption=CAPTION, latch=latch) as shown:
        _press_stop(screen)
    assert shown.stop_pressed
    assert latch.stopped


@pytest.mark.parametrize("key", ["Return", "space"])
def test_stop_works_from_the_keyboard(key: str, screen: Screen, latch: Latch, card: bytes) -> None:
    with show(card, caption=CAPTION, latch=latch) as shown:
        # No window manager runs here, so the keyboard goes where it is sent.
        screen.run("xdotool", "windowfocus", "--sync", _window(screen), "key", "Tab")
        screen.run("xdotool", "key", key)
        _until(lambda: shown.stop_pressed)
    assert latch.stopped


def test_stop_counts_even_when_the_latch_cannot_be_written(
    screen: Screen, tmp_path: Path, card: bytes
) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    with show(card, caption=CAPTION, latch=_Stubborn((blocked / "no-folder",))) as shown:
        _press_stop(screen)
        _until(lambda: shown.troubles)
    assert shown.stop_pressed
    assert "could not be set" in shown.troubles[0]


class _Stubborn(Latch):
    """A latch whose folder is missing; it can be asked, but not set."""

    @property
    def stopped(self) -> bool:
        return False


def test_a_stop_from_elsewhere_takes_the_picture_away(
    screen: Screen, latch: Latch, card: bytes
) -> None:
    with show(card, caption=CAPTION, latch=latch) as shown:
        assert _share(screen, PICTURE) > 0.03
        latch.lock()
        _until(lambda: _share(screen, PICTURE) == 0)
        assert not shown.stop_pressed


def test_closing_the_window_is_just_closing(screen: Screen, latch: Latch, card: bytes) -> None:
    with show(card, caption=CAPTION, latch=latch) as shown:
        _close_by_its_x(screen)
        _until(lambda: shown.closed)
    assert not shown.stop_pressed
    assert not latch.stopped


def _close_by_its_x(screen: Screen) -> None:
    # Sends what a window manager sends, to the window with the title, from a process of its own.
    code = (
        "import sys\n"
        "from Xlib.display import Display\n"
        "from Xlib.protocol.event import ClientMessage\n"
        "screen = Display()\n"
        "target = screen.create_resource_object('window', int(sys.argv[1]))\n"
        "name, value = map(screen.intern_atom, ('WM_PROTOCOLS', 'WM_DELETE_WINDOW'))\n"
        "target.send_event(ClientMessage(window=target, client_type=name,\n"
        "                                data=(32, [value, 0, 0, 0, 0])))\n"
        "screen.sync()\n"
    )
    screen.run(sys.executable, "-c", code, _window(screen))


def test_real_size_shows_every_pixel_and_back(screen: Screen, latch: Latch, card: bytes) -> None:
    with show(card, caption=CAPTION, latch=latch):
        fitted = _share(screen, PICTURE)
        left, top, width, height = _box(screen)
        _press(screen, left + width - 70, top + height - 28)
        _until(lambda: _share(screen, PICTURE) > fitted * 1.2)
        seen, real = _look(screen), Image.open(io.BytesIO(card))
        first = next(x for x in range(left, 1366) if seen.getpixel((x, top + 130)) == PICTURE)
        row = [seen.getpixel((first + x, top + 130)) for x in range(600)]
        assert any(row == [real.getpixel((x, y)) for x in range(600)] for y in range(60))
        _press(screen, left + width - 70, top + height - 28)
        _until(lambda: _share(screen, PICTURE) == fitted)


def test_a_small_picture_is_never_blown_up(screen: Screen, latch: Latch) -> None:
    with show(png_of(Image.new("RGB", (80, 40), "#12ef34")), caption=CAPTION, latch=latch):
        share = _share(screen, ImageColor.getrgb("#12ef34"))
        assert share == pytest.approx(80 * 40 / (1366 * 768))


def test_the_window_ends_with_its_parent(screen: Screen, tmp_path: Path) -> None:
    """However the parent dies, no picture stays on the screen."""
    code = (
        "import os, pathlib, signal, counterseal.evidence.screen as screen\n"
        "from counterseal.latch import Latch\n"
        "from counterseal.evidence.screen.card import draw_card\n"
        "from counterseal.evidence.screen.picture import png_of\n"
        "with screen.show(png_of(draw_card(1280, 800)), caption='x', latch=Latch(())):\n"
        "    print('shown', flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    parent = subprocess.run(
        [sys.executable, "-c", code],
        env=with_paths(screen.environment),
        cwd=tmp_path,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert parent.stdout == b"shown\n", parent.stderr
    _until(lambda: _share(screen, PICTURE) == 0)
