"""What of a browser is attached: its windows, and what works behind them; and the lock over all.

A window that is there and not attached is one that nobody watches: settings of a computer can keep
the browser, or some sites in it, from being watched, and it says nothing of that itself.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from counterseal.evidence.browser.joining import until, welcome
from counterseal.evidence.browser.locking import Locked, Target, lock, refuse
from counterseal.evidence.browser.protocol import Connection

ALONE_S: Final = 1.0
"""How long a window may be there before it is attached; the browser takes milliseconds for it."""
_LOOK_S: Final = 0.02
_OWN: Final = ("chrome:", "chrome-extension:", "chrome-untrusted:", "devtools:", "edge:")
"""Pages of the browser itself and of its extensions, such as what a filter shows instead of a page.

Those of an extension that the school installs by policy may not be watched, and need not be.
"""


class Attached:
    """The targets of one conversation, by their sessions."""

    def __init__(self) -> None:
        """Begin with none."""
        self._state = threading.Lock()
        self._targets: dict[str, Target] = {}
        self._alone: dict[str, float] = {}
        self._addresses: dict[str, str] = {}
        self._parted: set[str] = set()
        self._locked = False

    @property
    def locked(self) -> bool:
        """Whether a stop locked them, and whatever comes up."""
        return self._locked

    def lose(self) -> None:
        """Take in that none of them can be reached any more; a lock stays."""
        with self._state:
            self._targets, self._alone, self._addresses, self._parted = {}, {}, {}, set()

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
        match method:
            case "Target.attachedToTarget":
                name, target = str(params["sessionId"]), Target.of(params["targetInfo"])
                with self._state:
                    self._targets[name], locked = target, self._locked
                    self._alone.pop(target.name, None)
                welcome(connection, name, target, locked=locked)
            case "Target.detachedFromTarget":
                self._part(str(params["sessionId"]))
            case "Target.targetCreated" | "Target.targetInfoChanged":
                self._meet(connection, params["targetInfo"])
            case "Target.targetDestroyed":
                self._forget(str(params["targetId"]))
            case "Fetch.requestPaused":
                refuse(connection, session, params)
            case _:
                pass  # it is of no window

    def _forget(self, name: str) -> None:
        with self._state:
            self._alone.pop(name, None)
            self._addresses.pop(name, None)
            self._parted.discard(name)

    def _part(self, session: str) -> None:
        """Take in that a window is not attached any more; it may just be closed."""
        with self._state:
            target = self._targets.pop(session, None)
            if target is not None and target.kind == "page":
                self._parted.add(target.name)
                self._alone[target.name] = time.monotonic()

    def _meet(self, connection: Connection, info: Mapping[str, Any]) -> None:
        """Take in what a window shows; one that left what may not be watched is attached again."""
        name, address, is_page = str(info["targetId"]), str(info["url"]), info["type"] == "page"
        with self._state:
            is_attached = any(target.name == name for target in self._targets.values())
            self._addresses[name] = address
            if not is_page or is_attached or address.startswith(_OWN):
                self._alone.pop(name, None)
            else:
                self._alone.setdefault(name, time.monotonic())
            is_back = name in self._alone and name in self._parted
            self._parted -= {name} if is_back else set()
        if is_back:
            connection.send("Target.attachToTarget", None, None, targetId=name, flatten=True)

    def alone(self, for_s: float = 0.0) -> list[str]:
        """Return the addresses of windows that are there and were not attached for so long."""
        before = time.monotonic() - for_s
        with self._state:
            names = [name for name, since in self._alone.items() if since <= before]
            found = [self._addresses.get(name, "") for name in names]
        return [address for address in found if not address.startswith(_OWN)]

    def settle(self) -> None:
        """Wait until every window is attached, and no longer than that may take."""
        end = time.monotonic() + ALONE_S
        while self.alone() and until(end):
            time.sleep(_LOOK_S)

    def pages(self) -> list[str]:
        """Return the sessions of windows."""
        with self._state:
            return [session for session, one in self._targets.items() if one.kind == "page"]

    def lock(self, connection: Connection | None) -> Locked:
        """Lock all of them, and what comes up later before it begins; see `locking.lock`.

        A window that is not attached counts as one that is not frozen.
        """
        begun = time.monotonic()
        with self._state:
            self._locked = True
            targets = dict(self._targets)
        locked = lock(connection, targets, begun)
        return replace(locked, pages=locked.pages + len(self.alone()))
