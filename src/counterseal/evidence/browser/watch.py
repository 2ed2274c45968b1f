"""Watch the monitored browser: write down what its windows open, and lock it at a stop.

Two threads: one hears the browser, one asks it every two seconds for its windows and hands on what
came together. Asking in turn would hang on a window that opens another, so that nothing waits for
the answer to what is sent to a window.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from counterseal.clock import Clock
from counterseal.errors import CountersealError
from counterseal.evidence.browser.launch import Running
from counterseal.evidence.browser.locking import COMMANDS, NETWORK, Locked, lock
from counterseal.evidence.browser.protocol import Connection, connect
from counterseal.evidence.browser.trouble import BrowserGoneError, BrowserSilentError
from counterseal.evidence.browser.visit import Kind, Visit
from counterseal.evidence.browser.visits import Visits
from counterseal.evidence.browser.window import Shown

EVERY_S: Final = 2.0
"""How often visits are handed on, in seconds."""
UP_S: Final = 4.5
"""How long the browser may take to come up, in seconds, before people go on by hand."""
_CLOSE_S: Final = 5.0
ANSWER_S: Final = 3.0
"""How long a browser that runs may take to answer: noticed five seconds after the last look."""
_GONE_S: Final = 0.5
_PAGES_S: Final = 0.25
"""How long pages may take to say what they have not said yet; a busy one holds nobody up."""
_NOT_WEB: Final = ({"type": "browser"}, {"type": "tab"}, {"type": "browser_ui"})
_ATTACH: Final = {
    "autoAttach": True,
    "waitForDebuggerOnStart": True,
    "flatten": True,
    "filter": [*({**one, "exclude": True} for one in _NOT_WEB), {}],
}
_ENABLE: Final[tuple[tuple[str, Mapping[str, Any]], ...]] = (
    ("Page.enable", {}),
    ("Network.enable", NETWORK),
    ("Security.enable", {}),
    ("Target.setAutoAttach", _ATTACH),
)
_LOADED: Final = {"Page.domContentEventFired", "Page.loadEventFired"}

Sink = Callable[[tuple[Visit, ...]], None]


class Watch:
    """A watch over one browser.

    Args:
        running: The browser, just started.
        sink: Handed the visits, in order, each once. Where it raises a `CountersealError` they are
            handed to it again, and `flush` raises that error.
        clock: For what the browser gives no time of.
        every_s: How often visits are handed on.
    """

    def __init__(
        self, running: Running, sink: Sink, clock: Clock, *, every_s: float = EVERY_S
    ) -> None:
        """Prepare; nothing is watched before `begin`."""
        self.product = ""
        """The browser and its version, as it names itself."""
        self._running, self._sink, self._clock = running, sink, clock
        self._every_s = every_s
        self._visits = Visits()
        self._state = threading.Lock()  # the visits and the sessions
        self._handing = threading.Lock()  # one hands on at a time
        self._wake = threading.Event()
        self._sessions: dict[str, str] = {}
        self._locked = self._ending = self._gone = self._silent = False
        self._connection: Connection | None = None
        self._collector = threading.Thread(target=self._collect, name="visits", daemon=True)

    def begin(self, limit_s: float = UP_S) -> None:
        """Begin to watch. Where it fails the browser is ended, since nobody would watch it.

        Args:
            limit_s: How long the browser may take to come up.

        Raises:
            BrowserGoneError: It ended, or another program answers in its place.
            BrowserSilentError: It did not answer in time.
        """
        end = time.monotonic() + limit_s
        try:
            self._connection = connect(
                self._running.port,
                self._hear,
                self._lose,
                is_alive=self._running.is_alive,
                limit_s=limit_s,
            )
            self._require_ours(self._connection, end)
            self._attach(self._connection, end)
        except BrowserGoneError:
            self._ending = True
            if self._connection is not None:
                self._connection.close()
            self._running.end(_GONE_S)
            raise
        self._collector.start()

    def flush(self) -> None:
        """Hand on everything now: before each step that people take.

        Raises:
            BrowserGoneError: The browser is gone or does not answer; that was handed on too.
            CountersealError: What the sink raised; nothing is lost by it.
        """
        self._look()
        self._hand_on()
        if self._gone:
            raise BrowserGoneError
        if self._silent:
            raise BrowserSilentError

    def shown(self) -> tuple[Shown, ...]:
        """Say what stands in each window."""
        with self._state:
            return self._visits.shown()

    def lock(self) -> Locked:
        """Put every window offline, stop it and freeze it; close and clear nothing.

        It takes half a second at most and never raises, because a stop must not wait for it. What
        comes up later is locked before it begins.
        """
        begun = time.monotonic()
        with self._state:
            self._locked = True
            sessions = dict(self._sessions)
        return lock(self._connection, sessions, begun)

    def end(self) -> None:
        """Hand on what there is, close the browser and end the watch. After a lock: nothing.

        Raises:
            CountersealError: What the sink raised; the browser is closed all the same.
        """
        if self._locked:
            return
        self._look()
        self._ending = True
        if self._connection is not None:
            with contextlib.suppress(BrowserGoneError):
                self._connection.ask("Browser.close", _CLOSE_S)
        if self._running.is_alive_after(_CLOSE_S):
            self._running.end()
        self._wake.set()
        if self._connection is not None:
            self._connection.close()
        self._hand_on()

    # ------------------------------------------------------------------------- coming together

    def _require_ours(self, connection: Connection, end: float) -> None:
        found = connection.ask("SystemInfo.getProcessInfo", _until(end))["processInfo"]
        if {one["id"] for one in found if one["type"] == "browser"} != {self._running.process.pid}:
            what = "Another program answers in place of the monitored browser."
            raise BrowserGoneError(what)
        self.product = str(connection.ask("Browser.getVersion", _until(end))["product"])

    def _attach(self, connection: Connection, end: float) -> None:
        connection.ask(
            "Browser.setDownloadBehavior", _until(end), behavior="deny", eventsEnabled=True
        )
        connection.ask("Target.setDiscoverTargets", _until(end), discover=True)
        connection.ask("Target.setAutoAttach", _until(end), **_ATTACH)

    # -------------------------------------------------------------------- on the hearing thread

    def _hear(self, method: str, params: Mapping[str, Any], session: str | None) -> None:
        now = self._clock.now().utc_ms
        with self._state:
            try:
                self._visits.hear(method, params, session, now)
            except (KeyError, TypeError, ValueError):
                self._visits.say(Kind.GAP, now, f"not understood: {method}")
        with contextlib.suppress(BrowserGoneError):  # `_lose` says so
            if method == "Target.attachedToTarget":
                self._welcome(str(params["sessionId"]), str(params["targetInfo"]["type"]))
            elif method == "Target.detachedFromTarget":
                with self._state:
                    self._sessions.pop(str(params["sessionId"]), None)
            elif method in _LOADED and self._connection is not None:
                self._connection.send("Target.getTargets", None, self._learn)

    def _welcome(self, session: str, kind: str) -> None:
        with self._state:
            self._sessions[session] = kind
            locked = self._locked
        if self._connection is None:
            return
        for method, params in (*_ENABLE, *(COMMANDS if locked else ())):
            self._connection.send(method, session, None, **params)
        if not locked:  # else it waits for ever before its first request
            self._connection.send("Runtime.runIfWaitingForDebugger", session)

    def _learn(self, answer: Mapping[str, Any] | None, *, settled: bool = False) -> None:
        if answer is not None:
            with self._state, contextlib.suppress(KeyError, TypeError):
                now = self._clock.now().utc_ms
                self._visits.learn(answer["targetInfos"], now, settled=settled)

    def _lose(self) -> None:
        if not self._ending:
            alive = self._running.is_alive_after(_GONE_S)
            failure = "connection lost" if alive else "browser gone"
            with self._state:
                self._visits.say(Kind.GAP, self._clock.now().utc_ms, failure)
        self._gone = True
        self._wake.set()

    # ------------------------------------------------------------------------------- handing on

    def _collect(self) -> None:
        while not self._ending and not self._gone:
            self._wake.wait(self._every_s)
            if not self._ending:
                self._look()
                with contextlib.suppress(CountersealError):  # `flush` tries again, and says so
                    self._hand_on()

    def _look(self) -> None:
        """Ask pages and browser; what they said before their answers has then been heard."""
        if self._gone or self._connection is None:
            return
        self._let_pages_finish(self._connection)
        try:
            self._learn(self._connection.ask("Target.getTargets", ANSWER_S), settled=True)
        except BrowserSilentError:
            self._hush(silent=True)
        except BrowserGoneError:
            self._wake.wait(_GONE_S * 2)  # for `_lose` to say why
        else:
            self._hush(silent=False)

    def _hush(self, *, silent: bool) -> None:
        with self._state:  # two may look at once, and each change is written down once
            if silent is not self._silent:
                self._silent = silent
                kind, failure = (Kind.GAP, "browser silent") if silent else (Kind.AGAIN, None)
                self._visits.say(kind, self._clock.now().utc_ms, failure)

    def _let_pages_finish(self, connection: Connection) -> None:
        """Ask each page for something small: what it had to say before has then been heard.

        It is the first thing that a window is sent, once more: one that was sent on to another
        process in its first moment may not have heard it.
        """
        with self._state:
            pages = [session for session, kind in self._sessions.items() if kind == "page"]
        if self._silent:
            return
        said = threading.Semaphore(0)
        with contextlib.suppress(BrowserGoneError):  # `_lose` says so
            for page in pages:
                connection.send("Page.enable", page, lambda _: said.release())
        end = time.monotonic() + _PAGES_S
        for _ in pages:
            said.acquire(timeout=_until(end))

    def _hand_on(self) -> None:
        with self._handing:
            with self._state:
                visits = self._visits.waiting.take()
            if not visits:
                return
            try:
                self._sink(visits)
            except CountersealError:
                with self._state:
                    self._visits.waiting.give_back(visits)
                raise


def _until(end: float) -> float:
    return max(0.0, end - time.monotonic())
