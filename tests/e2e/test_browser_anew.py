"""Debian's Chromium starts itself anew, as after an update, and its keeper stays for that.

The keeper here has lost its browser already; the browser is started again by the test.
"""

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from browsing import QUIET, Site, chromium, open_from_outside
from counterseal import locks
from counterseal.clock import SystemClock
from counterseal.evidence.browser import Running, start
from counterseal.evidence.browser.left_over import comes_back
from counterseal.workflow import keepers
from counterseal.workflow.browsing import keeper as keeper_module
from counterseal.workflow.browsing.keeper import AGAIN, Keeper
from counterseal.workflow.browsing.stopped import FOLDER
from patience import PATIENCE_S, until
from unit.workflow.life import THREE, Life, at


@dataclass
class Gone:
    """A keeper whose browser has just gone, to start itself anew perhaps."""

    keeper: Keeper
    running: Running
    life: Life
    noted: list[str] = field(default_factory=list)

    def stay(self) -> threading.Thread:
        """Let the keeper stay for it."""
        self.keeper._scribe.note_gap = self.noted.append  # type: ignore[method-assign,assignment]
        staying = threading.Thread(target=self.keeper.stay, daemon=True)
        staying.start()
        return staying


@pytest.fixture
def gone(tmp_path: Path) -> Gone:
    life = at(tmp_path / "life", "collecting", THREE)
    running = start(chromium(), tmp_path, "2026-001", more=QUIET)
    until(lambda: comes_back(running.port, 1.0))
    running.end()
    keeper = Keeper(life.record.vault.root, replace(life.around, clock=SystemClock()))
    keeper._running, keeper._may_come_back = running, True
    return Gone(keeper, running, life)


@contextlib.contextmanager
def anew(running: Running, page: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Start it as it starts itself, with a page that stood in it."""
    null = subprocess.DEVNULL
    command = [*running.command[:-1], page]
    with subprocess.Popen(command, stdout=null, stderr=null, start_new_session=True) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def test_one_that_comes_back_is_closed(gone: Gone, pages: Site) -> None:
    staying = gone.stay()
    with anew(gone.running, f"{pages.origin}/plain") as process:
        assert process.wait(PATIENCE_S) is not None
    staying.join(PATIENCE_S)
    assert gone.noted == [AGAIN]


def test_one_that_comes_back_after_a_stop_is_frozen_and_never_closed(
    gone: Gone, pages: Site
) -> None:
    """The stop found nothing that it could freeze, and it is back a moment later."""
    staying = gone.stay()
    gone.life.record.vault.latch.lock()
    with anew(gone.running, f"{pages.origin}/poll") as process:
        until(lambda: comes_back(gone.running.port, 1.0))
        until(lambda: quiet(pages))
        open_from_outside(gone.running.port, f"{pages.origin}/plain")
        assert quiet(pages)
        assert process.poll() is None
        assert staying.is_alive(), "nobody holds it"
    staying.join(PATIENCE_S)
    assert not staying.is_alive()
    assert gone.noted == []


def quiet(pages: Site) -> bool:
    """Whether nothing is asked for, for a second."""
    asked = len(pages.all)
    time.sleep(1.0)
    return len(pages.all) == asked


def test_what_another_program_does_at_that_port_is_not_written_down(
    gone: Gone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper_module, "_BACK_MS", 2_000)
    staying = gone.stay()
    with socket.create_server(("127.0.0.1", gone.running.port)):
        time.sleep(0.5)
    staying.join(PATIENCE_S)
    assert gone.noted == []


def test_a_new_keepers_browser_at_that_port_is_left_alone(
    gone: Gone, pages: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper_module, "_BACK_MS", 4_000)
    folder = keepers.fresh(gone.life.record.vault.root / FOLDER, ())
    with (folder / keepers.KEEPER).open("a+b") as held:
        assert locks.take(held)
        keepers.write(
            folder / keepers.READY, {"port": gone.running.port, "process": 1, "profile": "/another"}
        )
        staying = gone.stay()
        with anew(gone.running, f"{pages.origin}/plain") as process:
            staying.join(PATIENCE_S)
            assert process.poll() is None


def test_a_stop_at_the_last_moment_keeps_it_from_being_closed(
    gone: Gone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked once more directly before the browser is told to close."""
    asked: list[bool] = []

    def end(*_: object, may: Callable[[], bool]) -> bool:
        gone.life.record.vault.latch.lock()
        asked.append(may())
        return False

    monkeypatch.setattr(keeper_module, "comes_back", lambda *_: True)
    monkeypatch.setattr(keeper_module, "end_left_over", end)
    monkeypatch.setattr(keeper_module, "hold", lambda *_: asked.append(True))
    gone.stay().join(PATIENCE_S)
    assert asked == [False, True], "it is held, and was not closed"
    assert gone.noted == []
