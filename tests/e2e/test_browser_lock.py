"""Debian's Chromium, locked by a stop: nothing goes out, also when the watcher is killed."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from browsing import Site, open_from_outside, site
from counterseal.evidence.browser import Locked, end_left_over, lock_left_over
from counterseal.evidence.browser.left_over import REACH_S, comes_back
from counterseal.evidence.browser.locking import LOCK_S
from patience import BUSY_S, until
from watching import Watched, watched
from xvfb import need, xvfb

WORKING = ("/tick", "/work", "/shared", "/service")
"""What the pages that poll, and what works behind them, ask for again and again."""
LEFT_S = 0.3
"""What had left already has arrived by then."""


@pytest.fixture
def busy() -> Iterator[Site]:
    with site() as found:
        yield found


def work(found: Watched, busy: Site) -> None:
    """Have pages and workers of every kind ask for something all the time."""
    for path in ("/poll", "/behind"):
        with found.hand() as hand:
            hand.go(f"{busy.origin}{path}")
    until(lambda: all(busy.all.count(path) > 5 for path in WORKING))


def asked_in(busy: Site, seconds: float) -> list[str]:
    before = len(busy.all)
    time.sleep(seconds)
    return busy.all[before:]


def test_a_lock_lets_nothing_out_any_more(tmp_path: Path, busy: Site) -> None:
    with watched(tmp_path) as found:
        work(found, busy)
        locked = found.watch.lock()
        assert locked.took_ms <= (LOCK_S + BUSY_S) * 1000
        assert locked.frozen == locked.pages == 3
        time.sleep(LEFT_S)
        assert asked_in(busy, 1.0) == []
        found.watch.end()  # nothing is closed after a lock
        assert found.running.is_alive()
        found.abandon()
        assert asked_in(busy, 2.0) == []
        assert found.running.is_alive()


@pytest.mark.parametrize("path", ["/again", "/poll"])
@pytest.mark.parametrize("after_s", [0.1, 0.2, 0.3])
def test_a_lock_holds_windows_that_change_their_page_just_now(
    tmp_path: Path, busy: Site, path: str, after_s: float
) -> None:
    """For a tenth of a second after it came a page says that it is none, and refuses."""
    with watched(tmp_path) as found:
        for _ in range(3):
            open_from_outside(found.running.port, busy.origin + path)
        time.sleep(after_s)
        locked = found.watch.lock()
        assert locked.frozen == locked.pages >= 1
        time.sleep(LEFT_S)
        assert asked_in(busy, 0.7) == []
        found.abandon()
        assert asked_in(busy, 0.7) == []


def test_a_lock_closes_no_window(tmp_path: Path, busy: Site) -> None:
    with watched(tmp_path) as found:
        work(found, busy)
        found.watch.flush()
        before = found.watch.shown()
        found.watch.lock()
        time.sleep(LEFT_S)
        found.watch.flush()
        assert [one.address for one in found.watch.shown()] == [one.address for one in before]


def test_a_window_that_comes_up_after_a_lock_asks_for_nothing(tmp_path: Path, busy: Site) -> None:
    with watched(tmp_path) as found:
        found.watch.lock()
        with found.hand() as hand:
            hand.start("Page.navigate", url=f"{busy.origin}/plain")
            time.sleep(1.0)
        assert busy.all == []


def test_a_window_that_the_browser_itself_opens_after_a_lock_asks_for_nothing(
    tmp_path: Path, busy: Site
) -> None:
    with watched(tmp_path) as found:
        found.watch.lock()
        for number in range(16):  # it is a race which some would win
            open_from_outside(found.running.port, f"{busy.origin}/plain?{number}")
            assert asked_in(busy, 0.15) == []
        found.abandon()
        assert asked_in(busy, 1.5) == []


def test_a_second_start_of_the_program_after_a_lock_asks_for_nothing(
    tmp_path: Path, busy: Site
) -> None:
    need("Xvfb")
    with xvfb(tmp_path) as screen, watched(tmp_path, screen=screen.environment) as found:
        found.watch.lock()
        again = [word for word in found.running.command if "debugging-port" not in word][:-1]
        environment = {**screen.environment, "HOME": str(tmp_path / "home")}
        handed = subprocess.run(
            [*again, f"{busy.origin}/plain"], env=environment, check=False, timeout=30
        )
        assert handed.returncode == 0  # the browser that runs has taken it over
        until(lambda: len(found.watch.shown()) > 1)
        assert asked_in(busy, 1.5) == []


# --------------------------------------------------------------------------------------- left over


def test_a_browser_that_is_left_over_is_locked_alike(tmp_path: Path, busy: Site) -> None:
    with watched(tmp_path) as found:
        work(found, busy)
        found.abandon()
        port, process = found.running.port, found.running.process.pid
        assert lock_left_over(port, process + 1, "") is None
        before = len(busy.all)
        until(lambda: set(WORKING) <= set(busy.all[before:]))
        locked = lock_left_over(port, process, "")
        assert isinstance(locked, Locked)
        assert locked.frozen == locked.pages == 3
        assert locked.took_ms <= (REACH_S + LOCK_S + BUSY_S) * 1000
        time.sleep(LEFT_S)
        assert asked_in(busy, 1.0) == []
        with site() as other:
            open_from_outside(port, f"{other.origin}/plain")
            assert asked_in(other, 1.0) == []
        assert found.running.is_alive()


def test_a_browser_that_started_itself_anew_is_locked_alike(tmp_path: Path, busy: Site) -> None:
    """A stop may come before it was closed, and nobody watches it."""
    with xvfb(tmp_path) as screen, watched(tmp_path, screen=screen.environment) as found:
        port, process = found.running.port, found.running.process.pid
        found.watch._line._ending = found.watch._ending = True
        until(
            lambda: (
                "Fake" not in found.watch.product
                and screen.run("xdotool", "search", "--onlyvisible", "--class", "chromium")
            )
        )
        screen.go("chrome://restart")
        assert not found.running.is_alive_after(10.0)
        until(lambda: comes_back(port, 1.0))
        profile = str(found.running.folder)
        open_from_outside(port, f"{busy.origin}/poll")
        before = len(busy.all)
        until(lambda: "/tick" in busy.all[before:])
        try:
            assert lock_left_over(port, process, "") is None
            locked = lock_left_over(port, process, profile)
            assert locked is not None
            assert locked.frozen == locked.pages >= 1
            time.sleep(LEFT_S)
            assert asked_in(busy, 1.0) == []
        finally:
            end_left_over(port, process, profile)


def test_a_browser_that_is_left_over_and_hangs_is_not_said_to_be_locked(tmp_path: Path) -> None:
    with watched(tmp_path) as found:
        found.abandon()
        os.kill(found.running.process.pid, signal.SIGSTOP)
        locked = lock_left_over(found.running.port, found.running.process.pid, "")
        os.kill(found.running.process.pid, signal.SIGCONT)
        assert locked is not None
        assert (locked.pages, locked.frozen) == (1, 0)
        assert locked.took_ms <= (REACH_S + LOCK_S + BUSY_S) * 1000
