"""What the guard does beside drawing: it watches, reads orders and sets the latches.

Each has a thread of its own, so that neither a screen that hangs nor a folder that hangs keeps the
other waiting.
"""

import contextlib
import queue
import threading
from collections.abc import Callable, Iterable

from counterseal.clock import Clock
from counterseal.guard.terms import COVER_S, Order, Trigger
from counterseal.latch import Latch

_LOOK_S = 0.03
_RELEASED_LOOKS = 33
"""So many looks without any latch, a second, mean that the stop was released."""

Say = Callable[..., None]
"""Tells the parent: a word, then fields by name."""


class Stopping:
    """Sets the latches, once, whoever asks on whichever thread.

    Args:
        latch: To be set.
        clock: The reader of time.
        say: Tells the parent.
        mute: Called once the latches are set; says whether it did.
    """

    def __init__(self, latch: Latch, clock: Clock, say: Say, mute: Callable[[], bool]) -> None:
        """Wait for a stop."""
        self._mute = mute
        self._latch, self._clock, self._say = latch, clock, say
        self._one = threading.Lock()
        self._covered = threading.Event()
        self.begun = False

    def begin(self, trigger: Trigger) -> None:
        """Set the latches as soon as the covers are up, and after 50 ms if they are not."""
        with self._one:
            if self.begun:
                return
            self.begun = True
        # Not a daemon: a latch that is being set is set, even where the windows end meanwhile.
        threading.Thread(target=self._run, args=(trigger, self._clock.now().mono_ms)).start()

    def covers_are_up(self) -> None:
        """Let the latches follow."""
        self._covered.set()

    def forget(self) -> None:
        """Begin anew: the stop was released."""
        self._covered.clear()
        self.begun = False

    def _run(self, trigger: Trigger, since: int) -> None:
        self._covered.wait(COVER_S)
        troubles = self._latch.lock()
        self._say(
            "stopped", trigger=trigger, troubles=troubles, ms=self._clock.now().mono_ms - since
        )
        self._say("sound", muted=self._mute())


class Ears:
    """What comes in on other threads, put in one row for the thread that draws.

    Args:
        latch: Watched, so that a stop from elsewhere covers too.
        stopping: Begun here at once, in case that the screen itself hangs.
        clock: The reader of time.
    """

    def __init__(self, latch: Latch, stopping: Stopping, clock: Clock) -> None:
        """Listen to nothing yet."""
        self._latch, self._stopping, self._clock = latch, stopping, clock
        self.heard: queue.SimpleQueue[tuple[str, int]] = queue.SimpleQueue()

    def listen(self, lines: Iterable[bytes]) -> None:
        """Begin to watch the latch and to read the parent's orders."""
        threading.Thread(target=self._read, args=(lines,), daemon=True).start()
        threading.Thread(target=self._watch, daemon=True).start()

    def _put(self, word: str) -> None:
        self.heard.put((word, self._clock.now().mono_ms))

    def _read(self, lines: Iterable[bytes]) -> None:
        with contextlib.suppress(OSError):
            for line in lines:
                word = line.decode("ascii", "replace").strip()
                if word == Order.COVER:
                    self._stopping.begin(Trigger.PARENT)
                self._put(word)
        if self._latch.stopped:  # the parent may have set it with its last breath
            self._stop_for_latch()
        self._put("gone")

    def _watch(self) -> None:
        stood, without = False, 0
        while True:
            stopped = self._latch.stopped
            if stopped and not self._stopping.begun:
                self._stop_for_latch()
            stood = stopped or (stood and self._stopping.begun)
            without = without + 1 if stood and not stopped else 0
            if without == _RELEASED_LOOKS:
                stood = False
                self._put("released")
            self._clock.sleep(_LOOK_S)

    def _stop_for_latch(self) -> None:
        if not self._stopping.begun:
            self._stopping.begin(Trigger.LATCH)
            self._put(Trigger.LATCH)
