"""The parent's side of the guard: start it, ask it to cover, hear what it did.

Every wait is bounded. Nothing after `start` raises, because a stop must not fail for want of its
cover: what the guard did not do is said in what is returned, and the caller tells people to turn
the monitor off.
"""

import contextlib
import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from counterseal.errors import NoGuardError
from counterseal.guard.spawning import pipes, spawn
from counterseal.guard.terms import (
    COVER_S,
    Covered,
    Display,
    Order,
    Page,
    Ready,
    Setup,
    Stopped,
    Trigger,
    displays_of,
)

_START_S = 10.0
"""How long the guard may take to be ready, in seconds; a slow school computer needs three."""
_END_S = 2.0
_SILENT_S = 60.0
"""A guard that hangs can stop nothing, so a session does not go on with it."""
_LEFT_RUNNING: list["subprocess.Popen[bytes]"] = []
"""Guards that outlive us, because a stop stands; kept so that nothing waits for them."""


def start(
    folders: Iterable[Path],
    displays: Iterable[tuple[int, int, int, int]],
    *,
    practice: bool = False,
    idle_ms: int = 0,
    on_stop: Callable[[Stopped], None] | None = None,
) -> "Guard":
    """Start a guard and wait until its covers and its bar are made.

    Args:
        folders: Of the latches, the vault's first; armed by the caller.
        displays: Left, top, width and height of every monitor, in pixels of the whole desktop.
        practice: Whether this is a rehearsal: its covers then go with the caller, even after a
            stop.
        idle_ms: After how long without a touch of keyboard or mouse it is said that nobody is
            there; 0 where it does not matter.
        on_stop: Called once the latches are set for a stop that the caller did not ask for (bar,
            hot key, another program), on another thread; it must not raise.

    Raises:
        NoGuardError: There is no Tk, no screen, no display, or no answer within ten seconds.
    """
    where = tuple(Display(*one) for one in displays)
    if not where:
        raise NoGuardError
    setup = Setup(tuple(folders), where, practice, idle_ms)
    guard = Guard(spawn(), setup, on_stop)
    watchdog = threading.Timer(_START_S, guard.kill)
    watchdog.start()
    try:
        guard.get_ready()
    except NoGuardError:
        guard.kill()
        raise
    finally:
        watchdog.cancel()
    return guard


class Guard:
    """A running guard.

    Args:
        child: Its process.
        setup: What it is to cover and set.
        on_stop: Told of a stop that came from elsewhere.
    """

    ready: Ready
    """What it covers, and whether it hears the hot key."""

    def __init__(
        self,
        child: "subprocess.Popen[bytes]",
        setup: Setup,
        on_stop: Callable[[Stopped], None] | None,
    ) -> None:
        """Begin to listen; use `start`."""
        self._child, self._setup, self._on_stop = child, setup, on_stop
        self._to, self._from = pipes(child)
        self._first: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._chosen: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._answered = threading.Event()
        self._begun = False
        self._writing = threading.Lock()
        self.covered: Covered | None = None
        self.stopped: Stopped | None = None
        self.muted: bool | None = None
        self._away, self._heard = False, time.monotonic()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def pid(self) -> int:
        """Its process id, for the record and for ending it."""
        return self._child.pid

    @property
    def alive(self) -> bool:
        """Whether its process runs; one that hangs counts as running."""
        return self._child.poll() is None

    @property
    def unattended(self) -> bool:
        """Whether nobody is at the computer, or the guard has not said anything for long."""
        return self.ready.minds and (self._away or time.monotonic() - self._heard > _SILENT_S)

    def cover(self) -> Covered:
        """Cover every display and let the guard set the latches; waits 50 ms and never raises.

        Returns:
            What is covered. Where there was no answer in time, nothing counts as covered; a late
            answer is found in `covered`.
        """
        self._begun = True
        self._answered.clear()
        if not self._write(Order.COVER):
            return self._without("The program that covers the screens is not running.")
        if not self._answered.wait(COVER_S):
            ms = round(1000 * COVER_S)
            return self._without(
                f"The program that covers the screens did not answer within {ms} ms."
            )
        if self.covered is None or not self.alive:
            return self._without("The program that covers the screens has ended.")
        return self.covered

    def hide(self) -> None:
        """Cover every display without stopping anything."""
        self._write(Order.HIDE)

    def show(self) -> None:
        """Take away what `hide` put there; no cover of a stop."""
        self._write(Order.SHOW)

    def lift(self) -> None:
        """Take the covers of a stop away, while the stop stands.

        Only for what the procedure asks of people at this computer after a stop. `cover` covers
        again, so do STOP and the end of the caller.
        """
        self._write(Order.LIFT)

    def tell(self, page: Page) -> bool:
        """Let the covers of a stop show another page; it does not cover by itself."""
        return self._write(f"{Order.PAGE} {json.dumps(asdict(page))}")

    def ask(self, page: Page, wait_s: float) -> str | None:
        """Let the covers of a stop ask something.

        Args:
            page: With the words on the buttons.
            wait_s: How long to wait, in seconds.

        Returns:
            The words on the button that was pressed; None where none was.
        """
        while not self._chosen.empty():
            self._chosen.get()
        with contextlib.suppress(queue.Empty):
            return self._chosen.get(timeout=wait_s if self.tell(page) else 0)
        return None

    def end(self) -> None:
        """End the guard; after a stop it is left running, so that the covers stay."""
        self._hang_up()
        try:
            self._child.wait(0 if self._stays else _END_S)
        except subprocess.TimeoutExpired:
            if self._stays:  # somebody may have pressed STOP meanwhile
                _LEFT_RUNNING.append(self._child)
                return
        self.kill()

    def kill(self) -> None:
        """End its process at once, by its id; whatever it covers is uncovered."""
        self._child.kill()
        self._child.wait()
        self._hang_up()
        self._listener.join(_END_S)

    def get_ready(self) -> None:
        """Say what is to be covered and wait for the answer; part of `start`.

        Raises:
            NoGuardError: It will not be ready.
        """
        self._write(json.dumps(self._setup.as_dict()))
        said = self._first.get()
        if said["said"] != "ready":
            raise _no_guard(said.get("reason", ""))
        self.ready = Ready(
            displays_of(said["displays"]),
            said["hot_key"],
            displays_of(said["not_covered"]),
            said["minds"],
        )
        if os.name != "nt":  # so that a guard that hangs can never keep a stop waiting
            os.set_blocking(self._to.fileno(), False)

    @property
    def _stays(self) -> bool:
        return self._begun and not self._setup.practice

    def _hang_up(self) -> None:
        with self._writing, contextlib.suppress(OSError):
            self._to.close()

    def _without(self, reason: str) -> Covered:
        return Covered((), self._setup.displays, reason=reason)

    def _write(self, line: str) -> bool:
        with self._writing:
            try:
                self._to.write(line.encode("ascii") + b"\n")
                self._to.flush()
            except (OSError, ValueError):  # it is gone, or its pipe is closed or full
                return False
        return True

    def _listen(self) -> None:
        for line in self._from:
            with contextlib.suppress(ValueError, KeyError, TypeError):  # half a line of a dying one
                self._hear(json.loads(line))
        self._from.close()
        self.covered = None
        self._answered.set()
        self._chosen.put(None)
        self._first.put({"said": "unavailable"})

    def _hear(self, said: dict[str, Any]) -> None:
        match said["said"]:
            case "covered":
                self._begun = True
                covered, missed = displays_of(said["covered"]), displays_of(said["not_covered"])
                self.covered = Covered(covered, missed, said["ms"])
                self._answered.set()
            case "stopped":
                self._begun = True
                troubles = tuple(said["troubles"])
                self.stopped = Stopped(Trigger(said["trigger"]), troubles, said["ms"])
                if self._on_stop is not None and self.stopped.trigger is not Trigger.PARENT:
                    self._on_stop(self.stopped)
            case "chosen":
                self._chosen.put(said["choice"])
            case "sound":
                self.muted = said["muted"]
            case "hands":
                self._away, self._heard = said["away"], time.monotonic()
            case "released":
                self._begun = False
                self.covered = self.stopped = self.muted = None
            case _:
                self._first.put(said)


def _no_guard(reason: str) -> NoGuardError:
    if reason == "tk":
        return NoGuardError(
            "The screens cannot be covered: Python has no Tk.",
            advice="Ask IT to install Tk for Python (on Debian and Ubuntu: "
            "sudo apt install python3-tk), then try again.",
        )
    return NoGuardError()
