"""The lock of a stop: every window offline, stopped and frozen, and nobody waits longer than asked.

Stopping alone lets further requests out, and a paused script goes on when the connection drops; a
page that is frozen stays frozen. What works behind pages, for several of them or for none, is not
frozen with any, so it is ended. No window is closed and nothing that is stored is cleared.
"""

import contextlib
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from counterseal.evidence.browser.protocol import Connection
from counterseal.evidence.browser.trouble import BrowserGoneError

LOCK_S: Final = 0.5
"""How long a stop may take here, in seconds."""
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
    pages = {session for session, one in targets.items() if one.kind == "page"}
    frozen: set[str] = set()
    all_frozen = threading.Event()

    def answered(session: str, answer: Mapping[str, Any] | None) -> None:
        if answer is not None:
            frozen.add(session)
        if frozen >= pages:
            all_frozen.set()

    def send(to: Connection) -> None:
        with contextlib.suppress(BrowserGoneError):  # then nothing of it can be reached any more
            to.send("Fetch.enable", None, None, **_REFUSE_ALL)
            for method, params in COMMANDS:
                for session in targets:
                    is_last = method == COMMANDS[-1][0] and session in pages
                    then = (lambda said, one=session: answered(one, said)) if is_last else None
                    to.send(method, session, then, **params)
            for target in targets.values():
                end_shared(to, target)

    if connection is not None:
        # A browser that does not read would hold up whoever sends.
        threading.Thread(target=send, args=(connection,), name="lock", daemon=True).start()
        if pages:
            all_frozen.wait(max(0.0, LOCK_S - (time.monotonic() - begun)))
    held = len(frozen & pages)
    return Locked(len(pages), held, round((time.monotonic() - begun) * 1000))


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
