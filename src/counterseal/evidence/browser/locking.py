"""The lock of a stop: every window offline, stopped and frozen, and nobody waits longer than asked.

Stopping alone lets further requests out, and a paused script goes on when the connection drops; a
page that is frozen stays frozen. Nothing is closed and nothing is cleared.
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
"""What each target is sent. Workers know only some of it, and are frozen with their page."""


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


def lock(connection: Connection | None, targets: Mapping[str, str], begun: float) -> Locked:
    """Lock every target at once; it takes half a second at most and never raises.

    Args:
        connection: To the browser; None where there is none.
        targets: The kind of each attached target, by its session.
        begun: By the monotonic clock, when the stop began here.
    """
    pages = {session for session, kind in targets.items() if kind == "page"}
    frozen: set[str] = set()
    all_frozen = threading.Event()

    def answered(session: str, answer: Mapping[str, Any] | None) -> None:
        if answer is not None:
            frozen.add(session)
        if frozen >= pages:
            all_frozen.set()

    def send(to: Connection) -> None:
        with contextlib.suppress(BrowserGoneError):  # then nothing of it can be reached any more
            for method, params in COMMANDS:
                for session in targets:
                    is_last = method == COMMANDS[-1][0] and session in pages
                    then = (lambda said, one=session: answered(one, said)) if is_last else None
                    to.send(method, session, then, **params)

    if connection is not None and targets:
        # A browser that does not read would hold up whoever sends.
        threading.Thread(target=send, args=(connection,), name="lock", daemon=True).start()
        if pages:
            all_frozen.wait(max(0.0, LOCK_S - (time.monotonic() - begun)))
    held = len(frozen & pages)
    return Locked(len(pages), held, round((time.monotonic() - begun) * 1000))
