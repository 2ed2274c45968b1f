"""The lock of a stop: every window offline, stopped and frozen, and nobody waits longer than asked.

Stopping alone lets further requests out, and a paused script goes on when the connection drops; a
page that is frozen stays frozen. What works behind pages, for several of them or for none, is not
frozen with any, so it is ended. No window is closed and nothing that is stored is cleared.
"""

import contextlib
import queue
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from counterseal.evidence.browser.protocol import Connection
from counterseal.evidence.browser.trouble import BrowserGoneError

LOCK_S: Final = 0.5
"""How long a stop may take here, in seconds."""
_INSIST_S: Final = 10.0
"""How long a window that refuses is asked again; one that changes its page just now refuses."""
_AGAIN_S: Final = 0.02
NETWORK: Final = {"maxTotalBufferSize": 0, "maxResourceBufferSize": 0, "maxPostDataSize": 0}
"""With these, nothing of what pages send or receive is held for us."""
_OFFLINE: Final = {
    "offline": True,
    "latency": 0,
    "downloadThroughput": -1,
    "uploadThroughput": -1,
}
COMMANDS: Final[tuple[tuple[str, Mapping[str, Any]], ...]] = (
    ("Network.enable", NETWORK),  # a window that just came up may not have been told yet
    ("Network.emulateNetworkConditions", _OFFLINE),
    ("Page.stopLoading", {}),
    ("Page.setWebLifecycleState", {"state": "frozen"}),
)
"""What each target is sent. A page's own workers know only some of it, and are frozen with it."""
_REFUSE_ALL: Final = {"patterns": [{"urlPattern": "*"}]}
_SHARED: Final = {"shared_worker", "service_worker"}
"""Workers that are of no page alone: they would go on once the connection drops."""


@dataclass(frozen=True, slots=True)
class Target:
    """Something of the browser that can be spoken to.

    Args:
        kind: Such as "page".
        name: The browser's own for it.
    """

    kind: str
    name: str

    @classmethod
    def of(cls, info: Mapping[str, Any]) -> "Target":
        """Read what the browser says of it."""
        return cls(str(info.get("type")), str(info.get("targetId")))


@dataclass(frozen=True, slots=True)
class Locked:
    """What a lock did within its time.

    Args:
        pages: How many windows there were.
        frozen: How many of them said that they are frozen.
        took_ms: How long it took.
    """

    pages: int
    frozen: int
    took_ms: int


def lock(connection: Connection | None, targets: Mapping[str, Target], begun: float) -> Locked:
    """Lock every target at once; it takes half a second at most and never raises.

    From then on the browser asks here before any request of a window that is new, and of each
    address that a window goes to: whoever hears must `refuse` it.

    Args:
        connection: To the browser; None where there is none.
        targets: What is attached, by its session.
        begun: By the monotonic clock, when the stop began here.
    """
    freezing = _Freezing(targets, begun)
    if connection is not None:
        # A browser that does not read would hold up whoever sends.
        threading.Thread(target=freezing.run, args=(connection,), name="lock", daemon=True).start()
        freezing.wait(LOCK_S)
    took = time.monotonic() - begun
    return Locked(len(freezing.pages), len(freezing.frozen & freezing.pages), round(took * 1000))


class _Freezing:
    """Has targets offline, stopped and frozen, and insists where a window refuses.

    A window that changes its page just now answers that it has none, for a tenth of a second.
    """

    def __init__(self, targets: Mapping[str, Target], begun: float) -> None:
        self._targets, self._begun = targets, begun
        self.pages = {session for session, one in targets.items() if one.kind == "page"}
        self.frozen: set[str] = set()
        self._refused: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._done = threading.Event()

    def wait(self, limit_s: float) -> None:
        """Wait until every window has said that it is frozen, and no longer than that."""
        if self.pages:
            self._done.wait(max(0.0, limit_s - (time.monotonic() - self._begun)))

    def run(self, to: Connection) -> None:
        """Send it all, and again to whoever refused, until each is frozen or it has been long."""
        with contextlib.suppress(BrowserGoneError, queue.Empty):  # gone, or nobody refuses
            to.send("Fetch.enable", None, None, **_REFUSE_ALL)
            self._command(to, self._targets)
            for target in self._targets.values():
                end_shared(to, target)
            end = self._begun + _INSIST_S
            while not self.frozen >= self.pages:
                session = self._refused.get(timeout=max(0.0, end - time.monotonic()))
                time.sleep(_AGAIN_S)
                self._command(to, [session])

    def _command(self, to: Connection, sessions: Iterable[str]) -> None:
        for method, params in COMMANDS:
            for session in sessions:
                is_last = method == COMMANDS[-1][0] and session in self.pages
                to.send(
                    method, session, partial(self._take, session) if is_last else None, **params
                )

    def _take(self, session: str, answer: Mapping[str, Any] | None) -> None:
        if answer is None:
            self._refused.put(session)
        else:
            self.frozen.add(session)
        if self.frozen >= self.pages:
            self._done.set()


def end_shared(connection: Connection, target: Target) -> None:
    """End a worker that is of no page alone; what it stored stays.

    Raises:
        BrowserGoneError: The conversation has ended.
    """
    if target.kind in _SHARED:
        connection.send("Target.closeTarget", None, None, targetId=target.name)


def refuse(connection: Connection, session: str | None, asked: Mapping[str, Any]) -> None:
    """Refuse a request that the browser asks about since the lock.

    Raises:
        BrowserGoneError: The conversation has ended.
    """
    number = str(asked["requestId"])
    connection.send(
        "Fetch.failRequest", session, None, requestId=number, errorReason="BlockedByClient"
    )
