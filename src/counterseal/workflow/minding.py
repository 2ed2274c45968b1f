"""A session that nobody attends pauses by itself, by a process of its own.

The guard of the screens says that nobody is there. Its keeper must answer a stop within
milliseconds, so it opens no record itself and closes no browser: it has `session pause` do so.
"""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from counterseal.clock import Clock
from counterseal.workflow import keepers
from counterseal.workflow.sessions import IDLE_MS

if TYPE_CHECKING:
    import subprocess

PAUSE: Final = ("session", "pause", "--idle")
_AGAIN_MS: Final = 30_000
"""How long after one that failed, such as for a full disk, it is tried again."""


class Minder:
    """Has the session of a data folder paused.

    Args:
        root: The data folder.
        clock: The reader of time.
    """

    def __init__(self, root: Path, clock: Clock) -> None:
        """Begin with somebody there."""
        self._root, self._clock = root, clock
        self._looked = clock.now().mono_ms
        self._slept = False
        self._again = 0
        self._pausing: subprocess.Popen[bytes] | None = None

    def look(self, *, unattended: bool) -> None:
        """Have the session paused where nobody is there, or the computer slept; it never waits.

        Args:
            unattended: What the guard says.
        """
        now = self._clock.now().mono_ms
        self._slept = self._slept or now - self._looked > IDLE_MS
        self._looked = now
        if self._pausing is not None and (status := self._pausing.poll()) is not None:
            self._pausing = None
            self._slept = self._slept and status != 0
        if (unattended or self._slept) and self._pausing is None and now >= self._again:
            self._again = now + _AGAIN_MS
            with contextlib.suppress(OSError):  # it is tried again; the guard must not end for it
                self._pausing = keepers.spawn(self._root, *PAUSE)
