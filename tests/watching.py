"""Debian's Chromium under watch, for the length of a block, with a hand to move it."""

import contextlib
import os
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from browsing import QUIET, Hand, chromium
from counterseal.clock import SystemClock
from counterseal.errors import VaultError
from counterseal.evidence.browser import Kind, Running, Visit, Watch, start


@dataclass(slots=True)
class Watched:
    """A browser under watch, and what was handed on.

    Args:
        running: The browser.
        watch: Over it.
        visits: What was handed on.
        full: Whether there is no room to keep any more.
    """

    running: Running
    watch: Watch = field(init=False)
    visits: list[Visit] = field(default_factory=list)
    full: bool = False

    def sink(self, visits: tuple[Visit, ...]) -> None:
        """Keep visits, or say that the disk is full."""
        if self.full:
            what = "The disk is full."
            raise VaultError(what)
        self.visits += visits

    def mark(self) -> int:
        """Return how many visits there are now."""
        self.watch.flush()
        return len(self.visits)

    def since(self, mark: int) -> list[Visit]:
        """Return the visits since."""
        self.watch.flush()
        return self.visits[mark:]

    def opened(self, mark: int, address: str) -> list[Visit]:
        """Return the visits since that say that an address was opened."""
        seen = [v for v in self.since(mark) if v.kind is Kind.OPENED and v.address]
        return [v for v in seen if v.address and v.address.raw.decode() == address]

    def abandon(self) -> None:
        """Leave the browser alone, as when the watching process is killed."""
        self.watch._ending = self.watch._line._ending = True  # it does nothing any more
        self.lose()

    def lose(self) -> None:
        """Lose the connection."""
        assert self.watch._line.connection is not None
        self.watch._line.connection.close()

    @contextlib.contextmanager
    def hand(self) -> Iterator[Hand]:
        """Open a window and a hand that moves it."""
        hand = Hand(self.running.port)
        try:
            yield hand
        finally:
            hand.close()


@contextlib.contextmanager
def watched(folder: Path, *more: str, screen: Mapping[str, str] | None = None) -> Iterator[Watched]:
    """Start and watch a browser.

    Args:
        folder: The data folder.
        more: Further arguments.
        screen: The environment with a screen to show it on; without one it shows itself nowhere.
    """
    home = folder / "home"
    home.mkdir()
    environment = {**(screen or os.environ), "HOME": str(home)}
    quiet = [flag for flag in QUIET if not (screen and flag.startswith("--headless"))]
    arguments = (*quiet, *more)
    running = start(chromium(), folder, "2026-001", more=arguments, environment=environment)
    found = Watched(running)
    found.watch = Watch(running, found.sink, SystemClock())
    try:
        found.watch.begin(12.0)
        yield found
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.process.pid, signal.SIGKILL)
        running.process.wait(10)
