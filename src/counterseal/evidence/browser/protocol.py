"""The conversation with the browser: its DevTools protocol, over a WebSocket on this computer.

One thread hears. Commands can be sent without waiting for an answer, because the browser answers
some of them only after later ones; whoever does wait says for how long.
"""

import contextlib
import http.client
import itertools
import json
import queue
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from counterseal.evidence.browser.trouble import BrowserGoneError, BrowserSilentError

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

HOST: Final = "127.0.0.1"
_AGAIN_S: Final = 0.05
_CLOSE_S: Final = 1.0
_MOST_SAID: Final = 16 * 1024 * 1024
"""Of a list of windows, whose addresses pages make as long as they like."""

Hear = Callable[[str, Mapping[str, Any], str | None], None]
Then = Callable[[Mapping[str, Any] | None], None]
"""Told the answer on the hearing thread; None where the browser refused."""


class Connection:
    """An open conversation.

    Args:
        socket: Open.
        port: Where the browser listens.
        closing: Closes it.
        hear: Told each event, on the hearing thread: its name, what it says, and whose it is.
        lost: Told once when the conversation has ended, on the hearing thread.
    """

    def __init__(
        self,
        socket: "ClientConnection",
        port: int,
        closing: contextlib.ExitStack,
        hear: Hear,
        lost: Callable[[], None],
    ) -> None:
        """Begin to listen."""
        self.port = port
        self._socket, self._closing = socket, closing
        self._hear, self._lost = hear, lost
        self._numbers = itertools.count(1)
        self._thens: dict[int, Then] = {}
        self._ended = False
        self._thread = threading.Thread(target=self._listen, name="browser", daemon=True)
        self._thread.start()

    def send(
        self, method: str, session: str | None = None, then: Then | None = None, /, **params: object
    ) -> None:
        """Send a command and wait for nothing.

        Args:
            method: The command.
            session: Which attached target it is for; None for the browser itself.
            then: Told the answer.
            params: What the command takes.

        Raises:
            BrowserGoneError: The conversation has ended.
        """
        from websockets.exceptions import ConnectionClosed  # noqa: PLC0415  (start-up time)

        number = next(self._numbers)
        message: dict[str, object] = {"id": number, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = session
        if then is not None:
            self._thens[number] = then
        try:
            self._socket.send(json.dumps(message))
        except (ConnectionClosed, OSError) as error:
            self._thens.pop(number, None)
            raise BrowserGoneError from error

    def ask(self, method: str, limit_s: float, /, **params: object) -> Mapping[str, Any]:
        """Send the browser a command and wait for its answer; never on the hearing thread.

        Raises:
            BrowserSilentError: There was none in time.
            BrowserGoneError: The conversation has ended, or the browser refused.
        """
        return self.ask_in(None, method, limit_s, **params)

    def ask_in(
        self, session: str | None, method: str, limit_s: float, /, **params: object
    ) -> Mapping[str, Any]:
        """Send one window a command and wait for its answer; it may well be too busy for one.

        Raises:
            BrowserSilentError: There was none in time.
            BrowserGoneError: The conversation has ended, or it refused.
        """
        answers: queue.SimpleQueue[Mapping[str, Any] | None] = queue.SimpleQueue()
        self.send(method, session, answers.put, **params)
        try:
            answer = answers.get(timeout=limit_s)
        except queue.Empty:
            raise (BrowserSilentError if self._thread.is_alive() else BrowserGoneError) from None
        if answer is None:
            raise BrowserGoneError
        return answer

    def is_open(self) -> bool:
        """Whether the conversation goes on."""
        return not self._ended

    def close(self) -> None:
        """End the conversation; the browser goes on, and nobody watches it."""
        self._closing.close()
        self._thread.join(_CLOSE_S)

    def _listen(self) -> None:
        from websockets.exceptions import ConnectionClosed  # noqa: PLC0415  (start-up time)

        try:
            for message in self._socket:
                self._dispatch(json.loads(message))
        except (ConnectionClosed, OSError, ValueError, KeyError, TypeError):
            self._socket.close_socket()  # who is not understood at all is not heard any more
        self._ended = True
        waiting, self._thens = self._thens, {}
        for then in waiting.values():
            then(None)
        self._lost()

    def _dispatch(self, message: Mapping[str, Any]) -> None:
        if "id" in message:
            then = self._thens.pop(message["id"], None)
            if then is not None:
                then(message.get("result"))
        else:
            self._hear(str(message["method"]), message["params"], message.get("sessionId"))


def connect(
    port: int,
    hear: Hear,
    lost: Callable[[], None],
    *,
    is_alive: Callable[[], bool],
    limit_s: float,
) -> Connection:
    """Open the conversation with a browser that was just started.

    Args:
        port: Where it will listen.
        hear: See `Connection`.
        lost: See `Connection`.
        is_alive: Says whether it still runs.
        limit_s: How long it may take.

    Raises:
        BrowserGoneError: It ended, or what is needed is not installed.
        BrowserSilentError: It did not answer in time.
    """
    try:
        from websockets.exceptions import WebSocketException  # noqa: PLC0415  (start-up time)
        from websockets.sync.client import connect as open_socket  # noqa: PLC0415  (the same)
    except ImportError as error:  # it is an extra, which a computer that only checks does without
        what = "The part of this program that watches a browser is not installed."
        raise BrowserGoneError(what) from error

    end = time.monotonic() + limit_s
    while is_alive():
        left = end - time.monotonic()
        if left <= 0:
            raise BrowserSilentError
        try:
            opening = open_socket(
                _place(port, min(left, 1.0)),
                open_timeout=left,
                close_timeout=_CLOSE_S,
                ping_interval=None,  # whether it answers is asked in its own words
                max_size=None,  # a page must not end the watch by being large
                compression=None,
                proxy=None,
                user_agent_header=None,
            )
            closing = contextlib.ExitStack()
            socket = closing.enter_context(opening)
        except (OSError, http.client.HTTPException, ValueError, KeyError, WebSocketException):
            time.sleep(_AGAIN_S)
        else:
            return Connection(socket, port, closing, hear, lost)
    what = "The monitored browser ended as soon as it was started."
    raise BrowserGoneError(what)


def newest_first(port: int, limit_s: float) -> list[str]:
    """Return the browser's names of its windows, the one first that came to the front last.

    Its list of targets is in the order of their last activity. Nothing of that is promised by
    those who make it, and where the list does not come there is no order.
    """
    try:
        found = _get(port, "/json/list", limit_s)
        return [str(one["id"]) for one in found if one["type"] == "page"]
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return []


def _place(port: int, limit_s: float) -> str:
    """Ask the browser where it wants to be spoken to, and accept only a place at that port."""
    place = str(_get(port, "/json/version", limit_s)["webSocketDebuggerUrl"])
    if not place.startswith(f"ws://{HOST}:{port}/devtools/browser/") or urlsplit(place).query:
        raise ValueError(place)
    return place


def _get(port: int, path: str, limit_s: float) -> Any:  # noqa: ANN401
    asking = http.client.HTTPConnection(HOST, port, timeout=limit_s)
    try:
        asking.request("GET", path)
        return json.loads(asking.getresponse().read(_MOST_SAID))
    finally:
        asking.close()
