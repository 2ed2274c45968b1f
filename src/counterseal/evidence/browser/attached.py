"""What of a browser is attached: its windows, and what works behind them; and the lock over all."""

import threading
import time
from collections.abc import Mapping
from typing import Any

from counterseal.evidence.browser.joining import welcome
from counterseal.evidence.browser.locking import Locked, Target, lock, refuse
from counterseal.evidence.browser.protocol import Connection


class Attached:
    """The targets of one conversation, by their sessions."""

    def __init__(self) -> None:
        """Begin with none."""
        self._state = threading.Lock()
        self._targets: dict[str, Target] = {}
        self._locked = False

    @property
    def locked(self) -> bool:
        """Whether a stop locked them, and whatever comes up."""
        return self._locked

    def lose(self) -> None:
        """Take in that none of them can be reached any more; a lock stays."""
        with self._state:
            self._targets = {}

    def hear(
        self, connection: Connection, method: str, params: Mapping[str, Any], session: str | None
    ) -> None:
        """Take in one event: what comes up goes on, or after a lock is held.

        Args:
            connection: That told it.
            method: Its name.
            params: What it says.
            session: Whose it is.

        Raises:
            BrowserGoneError: The conversation has ended.
        """
        if method == "Target.attachedToTarget":
            name, target = str(params["sessionId"]), Target.of(params["targetInfo"])
            with self._state:
                self._targets[name], locked = target, self._locked
            welcome(connection, name, target, locked=locked)
        elif method == "Target.detachedFromTarget":
            with self._state:
                self._targets.pop(str(params["sessionId"]), None)
        elif method == "Fetch.requestPaused":
            refuse(connection, session, params)

    def pages(self) -> list[str]:
        """Return the sessions of windows."""
        with self._state:
            return [session for session, one in self._targets.items() if one.kind == "page"]

    def lock(self, connection: Connection | None) -> Locked:
        """Lock all of them, and what comes up later before it begins; see `locking.lock`."""
        begun = time.monotonic()
        with self._state:
            self._locked = True
            targets = dict(self._targets)
        return lock(connection, targets, begun)
