"""The process that holds people's unlocked keys: it ends itself when somebody presses STOP.

While a key is unlocked, a file named after the process lies in the data folder, locked by the
operating system, and a thread watches the latch. Whoever stops everything waits a moment for such
a process to go, and then ends it. The lock says for certain that the number still means that very
process: no other one can hold it.
"""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from counterseal import locks
from counterseal.durable import trouble
from counterseal.errors import StoppedError
from counterseal.latch import Latch

FOLDER = "holding"
WATCH_S = 0.05
"""How often the latch is looked at while keys are unlocked, in seconds."""

PATIENCE_S = 2.0
"""How long another process that holds keys has to end itself, in seconds."""


def leave_at_once() -> None:
    """End this process without another step: whatever it holds in memory goes with it."""
    words = StoppedError()
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"\n{words.what}\n{words.advice}\n")
        sys.stderr.flush()
    os._exit(StoppedError.exit_status)


@dataclass(slots=True)
class KeyHolder:
    """What this process does about the keys that it holds.

    Args:
        end: How it ends itself; None where it must not, as in a program that does more than one
            command.
    """

    end: Callable[[], None] | None = None
    _stopping: threading.Event = field(default_factory=threading.Event)

    def stopping(self) -> None:
        """Say that this very process stops everything, so that it is not cut short doing so."""
        self._stopping.set()

    @contextmanager
    def holding(self, root: Path, latch: Latch) -> Iterator[None]:
        """Hold unlocked keys until the block ends.

        Args:
            root: The data folder.
            latch: What says that everything is stopped.

        Raises:
            VaultError: It could not be noted that this process holds keys.
        """
        if self.end is None or latch.stopped:  # what follows a stop is signed while it stands
            yield
            return
        done, terminal = threading.Event(), _terminal()
        with _noted(root / FOLDER):
            watch = threading.Thread(
                target=self._watch, args=(latch, done, terminal, self.end), daemon=True
            )
            watch.start()
            try:
                yield
            finally:
                done.set()
                watch.join()

    def _watch(
        self,
        latch: Latch,
        done: threading.Event,
        terminal: Callable[[], None],
        end: Callable[[], None],
    ) -> None:
        while not done.wait(WATCH_S):
            if latch.stopped and not self._stopping.is_set():
                terminal()
                end()


def end_others(root: Path, patience_s: float = PATIENCE_S) -> list[str]:
    """Wait for every other process that holds keys to end itself, then end it.

    Args:
        root: The data folder.
        patience_s: How long it has, in seconds.

    Returns:
        What could not be done, a sentence each.
    """
    deadline = time.monotonic() + patience_s
    while (others := _others(root / FOLDER)) and time.monotonic() < deadline:
        time.sleep(WATCH_S)
    for process in others:
        with contextlib.suppress(OSError):
            os.kill(process, getattr(signal, "SIGKILL", signal.SIGTERM))
    deadline = time.monotonic() + 1
    while others and (others := _others(root / FOLDER)) and time.monotonic() < deadline:
        time.sleep(WATCH_S)
    return [f"Another program, number {process}, still holds keys." for process in others]


@contextmanager
def _noted(folder: Path) -> Iterator[None]:
    path = folder / str(os.getpid())
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        file = path.open("a+b")
    except OSError as error:
        raise trouble(error, path) from error
    with file:
        if not locks.take(file):  # an outer block of this process notes it already
            yield
            return
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                path.unlink()


def _others(folder: Path) -> list[int]:
    found = []
    for path in _listed(folder):
        if not path.name.isdecimal() or int(path.name) == os.getpid():
            continue
        try:
            with path.open("a+b") as file:
                if not locks.take(file):
                    found.append(int(path.name))
                    continue
        except OSError:
            continue
        with contextlib.suppress(OSError):  # whoever made it is gone
            path.unlink()
    return found


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


if sys.platform == "win32":

    def _terminal() -> Callable[[], None]:
        return lambda: None

else:
    import termios

    def _terminal() -> Callable[[], None]:
        """Return what puts the terminal back as it is now: a hidden answer leaves it silent."""
        try:
            descriptor = sys.stdin.fileno()
            before = termios.tcgetattr(descriptor)
        except (OSError, ValueError, termios.error):
            return lambda: None

        def restore() -> None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(descriptor, termios.TCSANOW, before)

        return restore
