"""How long a stop takes to freeze three windows that are at work, beside opening one of them."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from measure import Row, Times, timed

from counterseal.clock import SystemClock
from counterseal.evidence.browser import BrowserGoneError, Watch, find_browser, start
from counterseal.evidence.browser.protocol import connect
from watching import LIMIT_S, QUIET, ended, heard, site

WINDOWS = 3


def measure(folder: Path, rounds: int) -> Iterator[Row]:
    """Start a browser for each round, open windows, and lock it: it can be locked only once.

    Args:
        folder: For the browser's profiles; empty.
        rounds: How often.
    """
    try:
        find_browser()
    except BrowserGoneError:
        return  # nothing to lock
    opened, locked = [], []
    with site() as origin:
        for number in range(rounds):
            once, lock_ms = _once(folder / str(number), origin)
            opened.append(once)
            locked.append(lock_ms)
    yield Row(
        f"a stop: {WINDOWS} windows offline, stopped and frozen",
        Times(tuple(locked)),
        Times(tuple(opened)),
        "the browser opening one page, of a site on this computer",
        notes=(f"at most {max(locked):.0f} ms of the 500 that a stop waits for it",),
    )


def _once(folder: Path, origin: str) -> tuple[float, float]:
    folder.mkdir()
    running = start(find_browser(), folder, "bench", more=QUIET)
    try:
        watch = Watch(running, lambda _: None, SystemClock())
        watch.begin(LIMIT_S)
        hand = connect(running.port, heard, ended, is_alive=running.is_alive, limit_s=LIMIT_S)
        with contextlib.closing(hand):
            took = []
            for window in range(WINDOWS):
                found = hand.ask("Target.createTarget", LIMIT_S, url="about:blank")["targetId"]
                at = hand.ask("Target.attachToTarget", LIMIT_S, targetId=found, flatten=True)
                address = f"{origin}/{window}"
                took.append(
                    timed(
                        lambda session=str(at["sessionId"]), address=address: hand.ask_in(
                            session, "Page.navigate", LIMIT_S, url=address
                        )
                    )
                )
            frozen = []
            lock_ms = timed(lambda: frozen.append(watch.lock()))
        (locked,) = frozen
        if locked.frozen != locked.pages or locked.pages < WINDOWS:
            message = f"not frozen: {locked}"
            raise AssertionError(message)
        return min(took), lock_ms
    finally:
        running.end()
