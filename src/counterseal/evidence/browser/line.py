"""The line to one browser, from joining it until it is gone; lost, it is opened anew once.

Where that fails the browser is ended, since nobody would watch it any more; never after a lock.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from counterseal.evidence.browser.joining import Version, join, leave, until
from counterseal.evidence.browser.launch import Running
from counterseal.evidence.browser.protocol import Connection, Hear, connect
from counterseal.evidence.browser.trouble import BrowserBlockedError, BrowserGoneError

_GONE_S: Final = 0.5
_AGAIN_S: Final = 2.0
"""How long a browser that runs may take to be joined anew."""
_CALM_S: Final = 5.0
"""A line that is lost again so soon is given up."""
_SETTLED_S: Final = 5.0
_LOOK_S: Final = 0.02
_ENDED: Final = "browser ended, since it could not be watched"


@dataclass(frozen=True, slots=True)
class Told:
    """Whom the line tells how it is, on the hearing thread.

    Args:
        lost: Nothing of what was attached can be reached any more.
        joined: It stands again; may raise a `BrowserGoneError` where it does not, after all.
        say: A gap begins, why, and at which address where it is of that alone.
        is_locked: Asked whether a stop locked the browser.
    """

    lost: Callable[[], None]
    joined: Callable[[Connection], None]
    say: Callable[[str, str | None], None]
    is_locked: Callable[[], bool]


class Line:
    """The line to one browser.

    Args:
        running: The browser.
        hear: Told what it tells.
        told: Told how the line is.
    """

    def __init__(self, running: Running, hear: Hear, told: Told) -> None:
        """Nothing is opened before `open`."""
        self._running, self._hear, self._told = running, hear, told
        self._one = threading.Lock()
        self._number = self._stands = 0
        self._reopened: float | None = None
        self._ending = False
        self.connection: Connection | None = None
        self.version = Version()
        self.gone = False
        self._is_blocked = False

    @property
    def stands(self) -> bool:
        """Whether it is open, and the browser was joined."""
        connection = self.connection
        return self._stands > 0 and connection is not None and connection.is_open()

    def open(self, limit_s: float) -> None:
        """Join the browser. Where it fails the browser is ended, since nobody would watch it.

        Raises:
            BrowserGoneError: It ended, or another program answers in its place.
            BrowserSilentError: It did not answer in time.
        """
        try:
            self._join(limit_s)
        except BrowserGoneError:
            self._ending = self.gone = True
            self._running.end(_GONE_S)
            raise

    def failed(self, connection: Connection) -> None:
        """Wait until it is known that a conversation has ended in which nothing could be sent."""
        end = time.monotonic() + _GONE_S * 2
        while connection.is_open() and until(end):
            time.sleep(_LOOK_S)

    def settle(self) -> bool:
        """Wait until a line that was lost stands again or is given up; say whether it stands."""
        end = time.monotonic() + _SETTLED_S
        while not (self.stands or self.gone) and until(end):
            time.sleep(_LOOK_S)
        return self.stands and not self.gone

    @property
    def trouble(self) -> type[BrowserGoneError]:
        """Why it does not stand."""
        return BrowserBlockedError if self._is_blocked else BrowserGoneError

    def give_up(self, alone: Sequence[str]) -> None:
        """End a browser that has windows which cannot be watched.

        Args:
            alone: What stands in them.
        """
        with self._one:
            if self._ending or not alone:
                return
            self._ending = True
        for address in alone:
            self._told.say("window that cannot be watched", address)
        with self._one:
            if self._told.is_locked():  # a stop that came just now; what it froze stays
                self._ending = False
                return
            self._is_blocked, self._stands = True, 0
        self._running.end(_GONE_S)
        self._told.lost()
        self._told.say(_ENDED, None)
        self.gone = True

    def leave(self) -> None:
        """Close the browser in its own way, and the line with it."""
        self._ending = True
        leave(self.connection, self._running)
        if self.connection is not None:
            self.connection.close()

    # -------------------------------------------------------------------------------------- lines

    def _join(self, limit_s: float) -> None:
        end = time.monotonic() + limit_s
        self._number += 1
        number = self._number
        connection = connect(
            self._running.port,
            self._hear,
            partial(self._lose, number),
            is_alive=self._running.is_alive,
            limit_s=limit_s,
        )
        self.connection = connection
        try:
            self.version = join(connection, self._running.process.pid, end)
        except BrowserGoneError:
            connection.close()
            raise
        with self._one:  # from here on `_lose` is told, and up to here this is
            if not connection.is_open():
                raise BrowserGoneError
            self._stands = number

    def _lose(self, number: int) -> None:
        with self._one:
            if number != self._stands:
                return
            self._stands = 0
        if not self._ending:
            alive = self._running.is_alive_after(_GONE_S)
            self._told.lost()
            self._told.say("connection lost" if alive else "browser gone", None)
            if alive and self._is_open_again():
                return
            if alive and not self._told.is_locked():
                self._running.end(_GONE_S)
                self._told.say(_ENDED, None)
        self.gone = True

    def _is_open_again(self) -> bool:
        again, self._reopened = self._reopened, time.monotonic()
        if self._ending or (again is not None and self._reopened - again < _CALM_S):
            return False
        with contextlib.suppress(BrowserGoneError):
            self._join(_AGAIN_S)
            if self.connection is not None:
                self._told.joined(self.connection)
                return True
        return False
