"""Debian's Chromium on a screen of its own: what its page shows is what the desktop shows."""

import functools
import io
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from browsing import Hand, Site, site
from counterseal.evidence.browser import Page
from counterseal.evidence.browser.watch import EVERY_S
from onscreen.programs import run_child
from patience import until
from watching import Watched, watched
from xvfb import Screen, need, xvfb

WIDE, HIGH = 1600, 800


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    with xvfb(tmp_path, WIDE, HIGH) as found:
        yield found


@pytest.fixture
def plain() -> Iterator[Site]:
    with site() as found:
        yield found


@pytest.fixture
def browser(screen: Screen, tmp_path: Path) -> Iterator[Watched]:
    place = ("--window-position=0,0", "--window-size=800,800")
    with watched(tmp_path, *place, screen=screen.environment) as found:
        yield found


def beside(found: Watched, address: str) -> str:
    """Open a second window beside the first one, and return the browser's name of it."""
    assert found.watch._line.connection is not None
    said = found.watch._line.connection.ask(
        "Target.createTarget",
        5.0,
        url=address,
        newWindow=True,
        left=WIDE // 2,
        top=0,
        width=WIDE // 2,
        height=HIGH,
    )
    return str(said["targetId"])


def image(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def stands_in(whole: Image.Image, part: Image.Image) -> bool:
    """Whether a picture stands somewhere in another, pixel by pixel."""
    wide, high = part.size
    first = part.tobytes()[: wide * 3]
    for top in range(whole.height - high + 1):
        row = whole.crop((0, top, whole.width, top + 1)).tobytes()
        at = row.find(first)
        while at >= 0:
            left, odd = divmod(at, 3)
            box = (left, top, left + wide, top + high)
            if not odd and whole.crop(box).tobytes() == part.tobytes():
                return True
            at = row.find(first, at + 1)
    return False


def look(hand: Hand, found: Watched, address: str) -> Page:
    hand.do("Page.bringToFront")
    hand.go(address)
    return found.watch.page()


def test_page_and_desktop_show_the_same(
    browser: Watched, plain: Site, screen: Screen, tmp_path: Path
) -> None:
    with browser.hand() as hand:
        page = look(hand, browser, f"{plain.origin}/blocks")
        done = run_child("grab", screen.environment, tmp_path)
    assert done.status == 0, done.said
    desktop, shown = image(done.png), image(page.png)
    assert shown.getpixel((100, 75)) == (192, 0, 0)
    assert stands_in(desktop, shown)
    assert desktop.size == (WIDE, HIGH)
    assert shown.height < HIGH - 50  # without the address bar, which the desktop shows


def test_two_monitors_with_a_window_on_each(
    browser: Watched, plain: Site, screen: Screen, tmp_path: Path
) -> None:
    need("xrandr")
    half = WIDE // 2
    screen.run("xrandr", "--setmonitor", "left", f"{half}/100x{HIGH}/100+0+0", "screen")
    screen.run("xrandr", "--setmonitor", "right", f"{half}/100x{HIGH}/100+{half}+0", "none")
    with browser.hand() as hand:
        look(hand, browser, f"{plain.origin}/blocks")
        beside(browser, f"{plain.origin}/green")
        until(lambda: f"{plain.origin}/green" in str(browser.watch.shown()))
        numbers = {one.address.shown: one.window for one in browser.watch.shown()}
        pages = [
            browser.watch.page(numbers[f"{plain.origin}/{name}"]) for name in ("blocks", "green")
        ]
        done = run_child("grab", screen.environment, tmp_path)
    assert sorted(done.facts["monitors"]) == [  # type: ignore[call-overload]
        [0, 0, half, HIGH],
        [half, 0, half, HIGH],
    ]
    desktop = image(done.png)
    assert stands_in(desktop.crop((0, 0, half, HIGH)), image(pages[0].png))
    assert stands_in(desktop.crop((half, 0, WIDE, HIGH)), image(pages[1].png))


def test_the_window_that_was_clicked_is_looked_at_also_while_a_command_is_typed(
    browser: Watched, plain: Site, screen: Screen
) -> None:
    with browser.hand() as hand:
        look(hand, browser, f"{plain.origin}/red")
        beside(browser, f"{plain.origin}/green")
        until(functools.partial(stands, browser.watch.shown, "green"))
        for across, name in ((400, "red"), (1200, "green"), (400, "red")):
            press(screen, f"import pyautogui; pyautogui.click({across}, 500)")
            until(functools.partial(stands, browser.watch.looked_at, name))
            time.sleep(2 * EVERY_S)  # for the watch to notice it by itself
            press(screen, NOBODY)
            assert hand.run("document.hasFocus()") is False
            assert stands(browser.watch.looked_at, name)
            assert browser.watch.page().stands.address.raw.decode().endswith(name)


def stands(where: Callable[[], object], name: str) -> bool:
    return name in str(where())


NOBODY = """
from Xlib import X, display
screen = display.Display()
screen.set_input_focus(X.NONE, X.RevertToNone, X.CurrentTime)
screen.sync()
"""
"""Takes the keyboard away from every window, as a program beside the browser does."""


def press(screen: Screen, what: str) -> None:
    """Do what a person's hand does, in a program of its own."""
    command = [sys.executable, "-c", what]
    subprocess.run(command, env=screen.environment, check=True, timeout=30)
