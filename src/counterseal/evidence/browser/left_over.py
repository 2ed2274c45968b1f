"""End or lock a browser that is left over: whoever watched it was killed, and it runs on unwatched.

Nothing is ended by its process id, which another program may have by now. The browser is asked
itself, at the port where it listens, and only once it has said that it is the one on record: by its
process, or by its profile folder where it has started itself anew, as after an update.
"""

import contextlib
import socket
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from counterseal.evidence.browser.attached import Attached
from counterseal.evidence.browser.joining import ATTACH, is_ours, until
from counterseal.evidence.browser.locking import Locked
from counterseal.evidence.browser.protocol import HOST, connect
from counterseal.evidence.browser.trouble import BrowserGoneError

LEAVE_S: Final = 3.0
"""How long it may take, in seconds."""
REACH_S: Final = 1.0
"""How long it may take to reach one that is to be locked; a stop waits for it."""
_AGAIN_S: Final = 0.05


def end_left_over(
    port: int,
    process: int,
    profile: str,
    limit_s: float = LEAVE_S,
    may: Callable[[], bool] = lambda: True,
) -> bool:
    """Close a browser that was started by a watch which is no more. Never after a stop.

    Args:
        port: Where it listened.
        process: The id of its main process.
        profile: Its profile folder.
        limit_s: How long it may take.
        may: Asked once it is known to be the one, directly before it is told to close.

    Returns:
        Whether nothing listens at its port any more: it is gone, or ends in a moment. False where
        it does not answer or does not go, and where another program listens there, which is left
        alone.
    """
    end = time.monotonic() + limit_s
    if not _listens(port, end):
        return True
    asking = end - limit_s / 3  # one that falls silent may take as long to be hung up on
    with contextlib.suppress(BrowserGoneError):  # the conversation ends with the browser
        connection = connect(
            port, _deaf, _calm, is_alive=lambda: _listens(port, end), limit_s=until(asking)
        )
        try:
            if not (is_ours(connection, process, profile, asking) and may()):
                return False
            connection.ask("Browser.close", until(asking))
        finally:
            connection.close()
    while _listens(port, end):
        if not until(end):
            return False
        time.sleep(min(_AGAIN_S, until(end)))
    return True


def lock_left_over(
    port: int, process: int, profile: str, limit_s: float = REACH_S
) -> Locked | None:
    """Lock a browser whose watch is no more, as that watch would have: for a stop that finds it.

    The conversation stays open until this process ends, and until then what comes up is locked
    and new requests are refused. Afterwards pages stay frozen, and what was ended stays ended; but
    whoever types an address is not held any more.

    Args:
        port: Where it listened.
        process: The id of its main process.
        profile: Its profile folder.
        limit_s: How long it may take to reach it; locking takes half a second more at most.

    Returns:
        What was locked. None where nothing listens there or another program does, which is left
        alone. Where it does not answer, or not all of it, one window at least counts as not frozen.
    """
    begun = time.monotonic()
    end = begun + limit_s
    if not _listens(port, end):
        return None
    attached = Attached()

    def hear(method: str, params: Mapping[str, Any], session: str | None) -> None:
        with contextlib.suppress(BrowserGoneError):  # then nothing can be reached any more
            attached.hear(connection, method, params, session)

    try:
        connection = connect(
            port, hear, _calm, is_alive=lambda: _listens(port, end), limit_s=until(end)
        )
        if not is_ours(connection, process, profile, end):
            connection.close()
            return None
        attached.lock(connection)  # whatever is attached from here on is locked before it goes on
        connection.ask("Target.setDiscoverTargets", until(end), discover=True)
        connection.ask("Target.setAutoAttach", until(end), **ATTACH)
    except BrowserGoneError:
        return Locked(1, 0, _since(begun)) if _listens(port, end) else None
    locked = attached.lock(connection)
    return Locked(locked.pages, locked.frozen, _since(begun))


def comes_back(port: int, limit_s: float) -> bool:
    """Whether something listens for sure where a browser listened that is gone."""
    try:
        socket.create_connection((HOST, port), timeout=limit_s).close()
    except OSError:
        return False
    return True


def _listens(port: int, end: float) -> bool:
    """Whether anything listens there; a browser that hangs does too."""
    try:
        socket.create_connection((HOST, port), timeout=max(_AGAIN_S, until(end))).close()
    except ConnectionRefusedError:
        return False
    except OSError:
        return True  # it does not say, so that it may still be there
    return True


def _since(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)


def _deaf(_: str, __: Mapping[str, Any], ___: str | None) -> None:
    """Nothing that it tells is of interest any more."""


def _calm() -> None:
    """That the conversation ended is what was wanted."""
