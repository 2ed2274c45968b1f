"""Join a browser that has come up: the one that we started and no other; hear its windows out."""

import contextlib
import re
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from counterseal.evidence.browser.launch import Running
from counterseal.evidence.browser.locking import COMMANDS, NETWORK, Target, end_shared
from counterseal.evidence.browser.protocol import Connection
from counterseal.evidence.browser.trouble import BrowserGoneError

_NOT_WEB: Final = ({"type": "browser"}, {"type": "tab"}, {"type": "browser_ui"})
ATTACH: Final = {
    "autoAttach": True,
    "waitForDebuggerOnStart": True,
    "flatten": True,
    "filter": [*({**one, "exclude": True} for one in _NOT_WEB), {}],
}
ENABLE: Final[tuple[tuple[str, Mapping[str, Any]], ...]] = (
    ("Page.enable", {}),
    ("Network.enable", NETWORK),
    ("Security.enable", {}),
    ("Target.setAutoAttach", ATTACH),
)
"""What each window is sent first, without waiting for an answer."""

_CLOSE_S: Final = 5.0
_PAGES_S: Final = 0.25
"""How long pages may take to say what they have not said yet; a busy one holds nobody up."""


@dataclass(frozen=True, slots=True)
class Version:
    """Which browser it is.

    Args:
        product: It and its version, as it names itself.
        agent: What it tells sites that it is.
    """

    product: str = ""
    agent: str = ""


def join(connection: Connection, process: int, end: float) -> Version:
    """Make sure which browser it is, and have it tell us of its windows.

    Args:
        connection: To it.
        process: The id that its main process must have.
        end: By the monotonic clock, when all of it must be over.

    Raises:
        BrowserSilentError: It did not answer in time.
        BrowserGoneError: It is another program, or the conversation has ended.
    """
    if not is_process(connection, process, until(end)):
        what = "Another program answers in place of the monitored browser."
        raise BrowserGoneError(what)
    said = connection.ask("Browser.getVersion", until(end))
    connection.ask("Browser.setDownloadBehavior", until(end), behavior="deny", eventsEnabled=True)
    connection.ask("Target.setDiscoverTargets", until(end), discover=True)
    connection.ask("Target.setAutoAttach", until(end), **ATTACH)
    return Version(str(said["product"]), str(said.get("userAgent", "")))


def welcome(connection: Connection, session: str, target: Target, *, locked: bool) -> None:
    """Have a window that came up tell of itself and let it go on; after a lock it never goes on.

    Raises:
        BrowserGoneError: The conversation has ended.
    """
    for method, params in (*ENABLE, *(COMMANDS if locked else ())):
        connection.send(method, session, None, **params)
    if locked:  # a window waits for ever before its first request
        end_shared(connection, target)
    else:
        connection.send("Runtime.runIfWaitingForDebugger", session)


def is_process(connection: Connection, process: int, limit_s: float) -> bool:
    """Whether the browser's main process has that id.

    Raises:
        BrowserSilentError: It did not answer in time.
        BrowserGoneError: It does not say so, or the conversation has ended.
    """
    found = connection.ask("SystemInfo.getProcessInfo", limit_s)["processInfo"]
    return {one["id"] for one in found if one["type"] == "browser"} == {process}


def is_ours(connection: Connection, process: int, profile: str, end: float) -> bool:
    """Whether it is the browser on record, or that one after it started itself anew.

    Args:
        connection: To it.
        process: The id of the main process that is on record.
        profile: The profile folder that is on record; "" for none.
        end: By the monotonic clock, when it must be over.

    Raises:
        BrowserSilentError: It did not answer in time.
        BrowserGoneError: It does not say so, or the conversation has ended.
    """
    if is_process(connection, process, until(end)):
        return True
    line = connection.ask("SystemInfo.getInfo", until(end)).get("commandLine")
    # On Windows the browser writes a value that has a backslash within quotation marks.
    named = rf'--user-data-dir="?{re.escape(profile)}(?=[\s"]|$)'
    return bool(profile) and re.search(named, str(line)) is not None


def hear_out(connection: Connection, pages: Sequence[str]) -> None:
    """Ask each page for something small: what it had to say before has then been heard.

    It is the first thing that a window is sent, once more: one that was sent on to another
    process in its first moment may not have heard it.

    Raises:
        BrowserGoneError: The conversation has ended.
    """
    said = threading.Semaphore(0)
    for page in pages:
        connection.send("Page.enable", page, lambda _: said.release())
    end = time.monotonic() + _PAGES_S
    for _ in pages:
        said.acquire(timeout=until(end))


def leave(connection: Connection | None, running: Running) -> None:
    """Close a browser in its own way; by force where it does not go."""
    if connection is not None:
        with contextlib.suppress(BrowserGoneError):
            connection.ask("Browser.close", _CLOSE_S)
    if running.is_alive_after(_CLOSE_S):
        running.end()


def until(end: float) -> float:
    """Return how many seconds are left; none below zero."""
    return max(0.0, end - time.monotonic())
