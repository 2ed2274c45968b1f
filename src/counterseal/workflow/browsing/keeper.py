"""The keeper of the browser: starts it, watches it, has its visits written down, freezes it.

It is a process of its own that lives as long as a session, holds the computer's key alone, and
nobody's passphrase. At a stop it freezes the browser, seals what was not written down yet, lets go
of the record, and stays with its connection until the stop is over: while it lives, the browser is
offline.
"""

import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from counterseal.custody.state import Stage
from counterseal.errors import CountersealError
from counterseal.evidence.browser import BrowserGoneError, Running, Watch, find_browser, start
from counterseal.evidence.browser.left_over import comes_back, end_left_over
from counterseal.evidence.browser.saving import COMMANDS
from counterseal.evidence.browser.stood import Stood
from counterseal.evidence.browser.window import Shown
from counterseal.workflow import keepers
from counterseal.workflow.browsing.about import about_page, about_saved
from counterseal.workflow.browsing.channel import Answer, Listening
from counterseal.workflow.browsing.freezing import LeftOver, hold, left_over
from counterseal.workflow.browsing.scribe import Scribe
from counterseal.workflow.browsing.stopped import FOLDER, LOCKED
from counterseal.workflow.record import vault_latch
from counterseal.workflow.surroundings import Surroundings

ENDED: Final = "ended"
"""Why the browser is not watched any more; whoever reads it takes it away."""
KEPT: Final = "Every address up to then was kept."
_BLANK: Final = {b"", b"about:blank", b"chrome://newtab/", b"edge://newtab/"}
_LOOK_S: Final = 0.01
_HELD_S: Final = 0.05
_AGAIN_S: Final = 1.0
_BACK_MS: Final = 30_000
"""How long a browser that is gone may take to start itself anew, in milliseconds."""
AGAIN: Final = "browser started itself anew, unwatched, and was closed"
_TRIES: Final = 10
_FREED: Final = "The monitored browser was closed, because everything was stopped for a moment."
_START: Final = "`counterseal browser start` starts it again."

Starting = Callable[[Path, str], Running]


def start_own(root: Path, case: str) -> Running:
    """Start this computer's own browser, changed as little as possible."""
    return start(find_browser(), root, case)


class Keeper:
    """The keeper of one session's browser.

    Args:
        root: The data folder.
        around: What to open the record with.
        starting: What starts the browser.
    """

    def __init__(self, root: Path, around: Surroundings, starting: Starting = start_own) -> None:
        """Nothing is started before `run`."""
        self._folder, self._latch = root / FOLDER, vault_latch(root, around)
        self._root, self._around, self._starting = root, around, starting
        self._case = str((keepers.read(self._folder / keepers.WANTED) or {}).get("case", ""))
        self._scribe = Scribe(root, around, self._case)
        self._left_alone = self._may_come_back = False
        self._gone = BrowserGoneError

    def run(self) -> None:
        """Start the browser, say so, and stay until it is not wanted any more."""
        try:
            self._latch.check()
            self._scribe.open()
            self._running = self._starting(self._root, self._case)
            self._watch = Watch(self._running, self._scribe.write, self._around.clock)
            self._watch.begin()
        except CountersealError as error:
            keepers.write(self._folder / keepers.READY, {"good": False, **_said(error)})
            return
        listening = Listening(self._answer)
        ready = {
            "good": True,
            "product": self._watch.product,
            "command": list(self._running.command),
            "port": self._running.port,
            "process": self._running.process.pid,
            "profile": str(self._running.folder),
            **listening.where,
        }
        keepers.write(self._folder / keepers.READY, ready)
        try:
            self._keep()
        finally:
            listening.close()

    def _keep(self) -> None:
        wanted, sleep = self._folder / keepers.WANTED, self._around.clock.sleep
        while wanted.exists() and not self._latch.stopped:
            if self._watch.gone:
                if self._unwritten() is None:
                    self._leave_word(self._gone(kept=KEPT))
                    self._may_come_back = self._gone is BrowserGoneError
                    return
                sleep(_AGAIN_S)  # until the disk takes it, since nothing that was seen is dropped
            sleep(_LOOK_S)
        if not self._latch.stopped:
            self._close()
        if self._latch.stopped:  # also one that came while the browser was closing
            self._stop()

    def _close(self) -> None:
        error: CountersealError | None = None
        try:
            self._watch.end()
        except CountersealError as first:
            error = first
        for _ in range(_TRIES):
            if error is None or self._latch.stopped:
                return
            self._around.clock.sleep(_AGAIN_S)
            error = self._unwritten()
        if error is not None:
            self._leave_word(error)

    def _unwritten(self) -> CountersealError | None:
        """Write down what was seen; return why that could not be done."""
        try:
            self._watch.flush()
        except BrowserGoneError as error:
            self._gone = type(error)
            return None  # all that it had shown is written by then
        except CountersealError as error:
            return error
        return None

    def _leave_word(self, error: CountersealError) -> None:
        """Have whoever runs the next command hear of it."""
        keepers.write(self._folder / ENDED, _said(error))
        keepers.let_go(self._folder)

    # ---------------------------------------------------------------------------------- a stop

    def _stop(self) -> None:
        """Freeze at once; then seal, and stay beside the frozen browser while the stop stands."""
        locked = self._watch.lock()
        counted = {"windows": locked.pages, "frozen": locked.frozen, "whole": False}
        keepers.write(self._folder / LOCKED, counted)
        left = self._scribe.seal(locked, self._watch.unrecorded(), self._watch.shown())
        said = {**counted, **left, "whole": True}
        self._scribe.let_go()
        written = False
        while self._latch.stopped:
            written = written or keepers.write(self._folder / LOCKED, said)  # a disk may be full
            self._around.clock.sleep(_HELD_S)
        self._go_on()

    def _go_on(self) -> None:
        """The stop is over. What it was not about is closed; a stopped case's is left alone."""
        self._left_alone = self._is_stopped_for_good()
        if not self._left_alone:
            self._running.end()
            error = self._unwritten()
            self._leave_word(error or BrowserGoneError(_FREED, advice=_START, kept=KEPT))
        keepers.let_go(self._folder)

    def _is_stopped_for_good(self) -> bool:
        try:
            self._scribe.open()
        except CountersealError:
            return True  # where the record cannot say, nothing is closed
        return self._scribe.stage is Stage.STOPPED

    def stay(self) -> None:
        """Stay for what may still come of the browser, while nothing else is held by it.

        The frozen one of a stopped case is offline until it ends. One that is gone may start itself
        anew, as after an update: nobody watches that one, so it is closed.
        """
        while self._left_alone and self._running.is_alive():
            self._around.clock.sleep(_AGAIN_S)
        if self._may_come_back:
            self._close_again()

    def _close_again(self) -> None:
        """Close it where it comes back; where everything is stopped by then, freeze and hold it."""
        clock, closed = self._around.clock, False
        own = LeftOver(self._running.port, self._running.process.pid, str(self._running.folder))

        def may() -> bool:
            nonlocal closed
            closed = not self._latch.stopped and not self._is_anothers(own.port)
            return closed

        end = clock.now().mono_ms + _BACK_MS
        while clock.now().mono_ms < end and not closed:
            if comes_back(own.port, _AGAIN_S) and not self._is_anothers(own.port):
                if self._latch.stopped:
                    hold(own, clock)
                    return
                end_left_over(own.port, own.process, own.profile, may=may)
            clock.sleep(_HELD_S)
        if closed:
            with contextlib.suppress(CountersealError):  # the gap is in the record already
                self._scribe.note_gap(AGAIN)

    def _is_anothers(self, port: int) -> bool:
        """Whether that port is a new keeper's by now, as far as it has said which is."""
        if not keepers.lives(self._folder):
            return False
        found = left_over(self._folder)
        return found is None or found.port == port

    # ------------------------------------------------------------------------------- questions

    def _answer(self, question: Mapping[str, Any]) -> Answer:
        try:
            return self._answers(question)
        except CountersealError as error:
            return {"good": False, **_said(error)}, b""

    def _answers(self, question: Mapping[str, Any]) -> Answer:
        self._latch.check()
        match question["do"]:
            case "flush":
                return {"good": True, "windows": self._windows()}, b""
            case "stands":
                return {"good": True, "stands": self._stands(whole=question["whole"])}, b""
            case "page":
                page = self._watch.page(Stood.of(question["stood"]))
                self._latch.check()
                return {"good": True, "about": about_page(page)}, page.png
            case "save" if question["form"] in COMMANDS:
                saved = self._watch.save(question["form"], Stood.of(question["stood"]))
                self._latch.check()
                return {"good": True, "about": about_saved(saved)}, saved.content
            case "end":
                with contextlib.suppress(BrowserGoneError):  # all that it had shown is written
                    self._watch.flush()
                keepers.let_go(self._folder)
                return {"good": True}, b""
            case other:
                message = f"nobody asks for {other}"
                raise ValueError(message)

    def _stands(self, *, whole: bool) -> Mapping[str, Any] | None:
        found = self._watch.stands(whole=whole)
        return {"page": as_said(found[0]), "stood": found[1].as_dict()} if found else None

    def _windows(self) -> list[Mapping[str, Any]]:
        looked_at = self._watch.looked_at()  # it has everything until now written down first
        windows = sorted(self._watch.shown(), key=lambda one: one != looked_at)
        return [as_said(one) for one in windows if one.address.raw not in _BLANK]


def as_said(one: Shown) -> Mapping[str, Any]:
    """Return what stands in a window as the channel carries it; `port.InWindow` reads it."""
    return {
        "window": one.window,
        "address": one.address.raw.decode("utf-8", "replace"),
        "shown": one.address.shown,
        "title": one.title.shown if one.title else "",
        "size": 0 if one.address.is_whole else one.address.size,
    }


def _said(error: CountersealError) -> dict[str, str]:
    words = {"what": error.what, "advice": error.advice, "kept": error.kept}
    return {"code": error.code, **words}
