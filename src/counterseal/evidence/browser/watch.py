"""Watch the monitored browser: write down what its windows open, and lock it at a stop.

Two threads: one hears the browser, one asks it every second for its windows and hands on what came
together. Neither waits for what is sent to a window: that would hang on one that opens another.
"""

import contextlib
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from counterseal.clock import Clock
from counterseal.errors import CountersealError
from counterseal.evidence.browser.attached import ALONE_S, Attached
from counterseal.evidence.browser.joining import hear_out, until
from counterseal.evidence.browser.launch import Running
from counterseal.evidence.browser.line import Line, Told
from counterseal.evidence.browser.locking import Locked
from counterseal.evidence.browser.looking import Eye
from counterseal.evidence.browser.page import Page
from counterseal.evidence.browser.protocol import Connection
from counterseal.evidence.browser.saving import Form, Saved
from counterseal.evidence.browser.stood import Stood
from counterseal.evidence.browser.trouble import BrowserGoneError, BrowserSilentError, LockedError
from counterseal.evidence.browser.visit import Kind, Visit
from counterseal.evidence.browser.visits import Visits
from counterseal.evidence.browser.waiting import Handing, Sink
from counterseal.evidence.browser.window import Place, Shown

EVERY_S: Final = 1.0
"""How often visits are handed on, in seconds."""
UP_S: Final = 4.5
"""How long the browser may take to come up, in seconds, before people go on by hand."""
ANSWER_S: Final = 3.0
"""How long a browser that runs may take to answer: noticed five seconds after the last look."""
_LOADED: Final = {"Page.domContentEventFired", "Page.loadEventFired"}


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
        self._running, self._clock = running, clock
        self._every_s = every_s
        self._visits = Visits()
        self._attached = Attached()
        self._state = threading.Lock()  # the visits
        self._handing = Handing(sink, self._visits.waiting, self._state)
        self._wake = threading.Event()
        self._ending = self._silent = False
        told = Told(self._lose, self._rejoin, self._miss, lambda: self._attached.locked)
        self._line = Line(running, self._hear, told)
        self._eye: Eye | None = None
        self._collector = threading.Thread(target=self._collect, name="visits", daemon=True)

    @property
    def product(self) -> str:
        """The browser and its version, as it names itself."""
        return self._line.version.product

    def begin(self, limit_s: float = UP_S) -> None:
        """Begin to watch. Where it fails the browser is ended, since nobody would watch it.

        Args:
            limit_s: How long the browser may take to come up.

        Raises:
            BrowserGoneError: It ended, or another program answers in its place.
            BrowserSilentError: It did not answer in time.
        """
        self._line.open(limit_s)
        self._attached.settle()
        self._end_unwatched()
        if self.gone:
            raise self._line.trouble
        self._eye = self._new_eye()
        self._collector.start()

    def flush(self) -> None:
        """Hand on everything now: before each step that people take.

        Raises:
            BrowserGoneError: The browser is gone or does not answer; that was handed on too.
            CountersealError: What the sink raised; nothing is lost by it.
        """
        self._look()
        self._end_unwatched()
        self._handing.hand_on()
        if not self._line.stands:
            raise self._line.trouble
        if self._silent:
            raise BrowserSilentError

    @property
    def gone(self) -> bool:
        """Whether nothing runs any more that could be watched: it ended, or cannot be reached."""
        return self._line.gone

    def shown(self) -> tuple[Shown, ...]:
        """Say what stands in each window."""
        with self._state:
            return self._visits.shown()

    def unrecorded(self) -> tuple[Visit, ...]:
        """Say which visits were not handed on yet; they stay to be handed on."""
        return self._handing.left()

    def looked_at(self) -> Shown | None:
        """Say what stands now in the window that people look at; None where none is open.

        Raises:
            CountersealError: It is gone, silent or locked; or what the sink raised.
        """
        return self._looking().looked_at()

    def stands(self, *, whole: bool) -> tuple[Shown, Stood] | None:
        """Say what stands there and how it lies: all of it, or only as far as people see it."""
        return self._looking().stands(whole=whole)

    def page(self, window: int | Stood | None = None) -> Page:
        """Take a picture of what can be seen of a page, in memory; `Eye.page` says what it raises.

        It costs no clearance of its own: whoever calls has spent one for the act it belongs to.

        Args:
            window: What stood in it as people answered; or its number; None: the one looked at.
        """
        return self._looking().page(window)

    def save(self, form: Form, window: int | Stood | None = None) -> Saved:
        """Save a page as a file, in memory, without what was typed into it; see `Eye.save`."""
        return self._looking().save(form, window)

    def lock(self) -> Locked:
        """Put every window offline, stop it and freeze it; close no window and clear nothing.

        It takes half a second at most and never raises, because a stop must not wait for it. What
        comes up later is locked before it begins.
        """
        locked = self._attached.lock(self._line.connection)
        if self._line.stands or not self._running.is_alive():
            return locked
        # The line is just being opened anew, and what is found then is locked at once.
        return replace(locked, pages=max(locked.pages, len(self.shown())))

    def end(self) -> None:
        """Hand on what there is, close the browser and end the watch. After a lock: nothing.

        Raises:
            CountersealError: What the sink raised; the browser is closed all the same.
        """
        if self._attached.locked:
            return
        self._look()
        self._ending = True
        self._wake.set()
        self._line.leave()
        self._handing.hand_on()

    # -------------------------------------------------------------------- on the hearing thread

    def _hear(self, method: str, params: Mapping[str, Any], session: str | None) -> None:
        now = self._clock.now().utc_ms
        with self._state:
            try:
                self._visits.hear(method, params, session, now)
            except (KeyError, TypeError, ValueError):
                self._visits.say(Kind.GAP, now, f"not understood: {method}")
        # That it was lost is said by `_lose`; what is not understood was said just now.
        with contextlib.suppress(BrowserGoneError, KeyError, TypeError):
            connection = self._line.connection
            if connection is None:
                return  # it tells nothing before it was asked
            self._attached.hear(connection, method, params, session)
            if method in _LOADED:
                connection.send("Target.getTargets", None, self._learn)
            elif method == "Target.targetInfoChanged":
                self._settle(params["targetInfo"])

    def _settle(self, target: Mapping[str, Any]) -> None:
        """Hear a window out that may show a page which could not say so yet."""
        with self._state:
            page = self._visits.behind(target)
        connection = self._line.connection
        if page is not None and connection is not None:
            then = partial(self._learn, {"targetInfos": [target]}, settled=True)
            connection.send("Page.enable", page, lambda _: then())

    def _learn(self, answer: Mapping[str, Any] | None, *, settled: bool = False) -> None:
        if answer is not None:
            with self._state, contextlib.suppress(KeyError, TypeError):
                found, now = answer["targetInfos"], self._clock.now().utc_ms
                self._visits.learn(found, now, settled=settled)

    def _lose(self) -> None:
        self._attached.lose()
        with self._state:
            self._silent = False
            self._visits.lose()

    def _miss(self, failure: str, address: str | None) -> None:
        with self._state:
            self._visits.say(Kind.GAP, self._clock.now().utc_ms, failure, address)

    def _rejoin(self, connection: Connection) -> None:
        if self._attached.locked:
            self._attached.lock(connection)
        targets = connection.ask("Target.getTargets", ANSWER_S)["targetInfos"]
        with self._state, contextlib.suppress(KeyError, TypeError):
            now = self._clock.now().utc_ms
            self._visits.say(Kind.AGAIN, now)
            self._visits.meet_again(targets, now)
        self._eye = self._new_eye()

    def _new_eye(self) -> Eye | None:
        line = self._line
        if line.connection is None:
            return None
        return Eye(line.connection, line.version, self._places, self._clock)

    # ------------------------------------------------------------------------------- handing on

    def _collect(self) -> None:
        due = time.monotonic() + self._every_s
        while not self._ending and not self.gone:
            self._wake.wait(until(due))
            due = time.monotonic() + self._every_s
            if not self._ending:
                self._look()
                self._end_unwatched()
                with contextlib.suppress(CountersealError):  # `flush` tries again, and says so
                    self._handing.hand_on()
                self._notice()

    def _notice(self) -> None:
        with self._state:
            places = self._visits.places()
        if self._eye is not None and not (self._attached.locked or self._silent or self.gone):
            with contextlib.suppress(BrowserGoneError):  # `_lose` says so
                self._eye.notice(places)

    def _look(self) -> None:
        """Ask pages and browser; what they said before their answers has then been heard."""
        for _ in range(2):  # a line that was lost meanwhile may stand again
            if self._line.connection is None or not self._line.settle():
                return
            connection = self._line.connection
            try:
                if not self._silent:
                    hear_out(connection, self._attached.pages())
                self._learn(connection.ask("Target.getTargets", ANSWER_S), settled=True)
            except BrowserSilentError:
                self._hush(silent=True)
                break
            except BrowserGoneError:
                self._line.failed(connection)
            else:
                self._hush(silent=False)
                break

    def _hush(self, *, silent: bool) -> None:
        with self._state:  # two may look at once, and each change is written down once
            if silent is not self._silent:
                self._silent = silent
                kind, failure = (Kind.GAP, "browser silent") if silent else (Kind.AGAIN, None)
                self._visits.say(kind, self._clock.now().utc_ms, failure)

    def _end_unwatched(self) -> None:
        if not self._attached.locked:
            self._line.give_up(self._attached.alone(ALONE_S))

    def _looking(self) -> Eye:
        if self._eye is None:
            raise BrowserGoneError
        return self._eye

    def _places(self) -> list[Place]:
        if self._attached.locked:
            raise LockedError
        self.flush()
        with self._state:
            if self._attached.locked:  # it came meanwhile
                raise LockedError
            return self._visits.places()
