"""End a browser that is left over: whoever watched it was killed, and it runs on unwatched.

Nothing is ended by its process id, which another program may have by now. The browser is asked
itself, at the port where it listens, and only once it has said that it is the one on record.
"""

import contextlib
import socket
import time
from collections.abc import Mapping
from typing import Any, Final

from counterseal.evidence.browser.joining import ATTACH, is_process, until
from counterseal.evidence.browser.locking import Locked, lock
from counterseal.evidence.browser.protocol import HOST, connect
from counterseal.evidence.browser.trouble import BrowserGoneError

LEAVE_S: Final = 3.0
"""How long it may take, in seconds."""
_AGAIN_S: Final = 0.05


def end_left_over(port: int, process: int, limit_s: float = LEAVE_S) -> bool:
    """Close a browser that was started by a watch which is no more. Never after a stop.

    Args:
        port: Where it listened.
        process: The id of its main process.
        limit_s: How long it may take.

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
            if not is_process(connection, process, until(asking)):
                return False
            connection.ask("Browser.close", until(asking))
        finally:
            connection.close()
    while _listens(port, end):
        if not until(end):
            return False
        time.sleep(min(_AGAIN_S, until(end)))
    return True


def lock_left_over(port: int, process: int, limit_s: float = LEAVE_S) -> Locked | None:
    """Freeze a browser whose watch is no more: at a stop that finds its keeper gone.

    Args:
        port: Where it listened.
        process: The id of its main process.
        limit_s: How long it may take.

    Returns:
        What freezing came to; None where nothing listens there. One that does not answer, or is
        another program, counts as a window that is not frozen.
    """
    begun = time.monotonic()
    end = begun + limit_s
    if not _listens(port, end):
        return None
    targets: dict[str, str] = {}

    def hear(method: str, params: Mapping[str, Any], _: str | None) -> None:
        if method == "Target.attachedToTarget":
            targets[str(params["sessionId"])] = str(params["targetInfo"]["type"])

    with contextlib.suppress(BrowserGoneError):
        connection = connect(
            port, hear, _calm, is_alive=lambda: _listens(port, end), limit_s=until(end)
        )
        try:
            if is_process(connection, process, until(end)):
                connection.ask("Target.setAutoAttach", until(end), **ATTACH)
                return lock(connection, dict(targets), time.monotonic())
        finally:
            connection.close()
    return Locked(1, 0, round((time.monotonic() - begun) * 1000))


def _listens(port: int, end: float) -> bool:
    """Whether anything listens there; a browser that hangs does too."""
    try:
        socket.create_connection((HOST, port), timeout=max(_AGAIN_S, until(end))).close()
    except ConnectionRefusedError:
        return False
    except OSError:
        return True  # it does not say, so that it may still be there
    return True


def _deaf(_: str, __: Mapping[str, Any], ___: str | None) -> None:
    """Nothing that it tells is of interest any more."""


def _calm() -> None:
    """That the conversation ended is what was wanted."""
