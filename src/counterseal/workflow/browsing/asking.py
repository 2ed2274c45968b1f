"""The monitored browser as commands know it: asked through its keeper, a process of its own.

Besides the files of every keeper (`keepers.py`) there are:

    watching/ended   why it is not watched any more, until somebody was told
    watching/locked  what a stop froze, and what it cut off, sealed
"""

import contextlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from counterseal.errors import NOTHING_KEPT, CountersealError, VaultError
from counterseal.evidence.browser import find_browser
from counterseal.evidence.browser.finding import refuse_blocked
from counterseal.evidence.browser.stood import Stood
from counterseal.evidence.browser.trouble import (
    BrowserGoneError,
    WatchLostError,
    WatchSilentError,
)
from counterseal.workflow import guarding, keepers
from counterseal.workflow.browsing.channel import Answer, ask
from counterseal.workflow.browsing.freezing import COMMAND, UNKNOWN, freeze_left_over
from counterseal.workflow.browsing.keeper import ENDED
from counterseal.workflow.browsing.port import (
    Frozen,
    InView,
    InWindow,
    Opened,
    Seen,
    TakenPage,
    in_windows,
)
from counterseal.workflow.browsing.stopped import FOLDER, LOCKED

START_S: Final = 15.0
"""How long the browser may take to come up, interpreter included, in seconds."""
FLUSH_S: Final = 4.0
"""How long it may take until every visit is written down: then people hear why not."""
PAGE_S: Final = 20.0
END_S: Final = 30.0
FREEZE_S: Final = 0.8
"""How long a stop waits for the browser to be frozen, in seconds."""
NO_SCREEN: Final = "There is no screen here, so no browser was started."


@dataclass(frozen=True, slots=True)
class WatchedBrowser:
    """The monitored browser of this computer; `port.Browsing` says what each method is for."""

    def hindrance(self) -> str:
        """Say what is known beforehand to keep the browser from being watched; "" where nothing."""
        if not guarding.displays():
            return NO_SCREEN
        try:
            refuse_blocked(find_browser())
        except BrowserGoneError as error:
            return error.what
        return ""

    def start(self, root: Path, case: str) -> Opened:
        """Start the browser under watch; where it cannot be, say why.

        Raises:
            VaultError: The data folder cannot be written to.
        """
        if not guarding.displays():
            return Opened(why=NO_SCREEN)
        folder = root / FOLDER
        if keepers.lives(folder):
            self.end(root)
        keepers.fresh(folder, (keepers.READY, ENDED, LOCKED))
        said = keepers.start(folder, COMMAND, {"case": case}, START_S)
        if said is None:
            return Opened(why=BrowserGoneError().what)
        if said.get("good") is not True:
            keepers.let_go(folder)
            return Opened(why=_error(said).what)
        return Opened(said["product"], tuple(said["command"]))

    def flush(self, root: Path) -> Seen | None:
        """Have every visit written down; None where the session goes on by hand.

        Raises:
            BrowserGoneError: It is not watched any more.
            VaultError: The visits cannot be written down.
        """
        folder = root / FOLDER
        if keepers.lives(folder):
            said, _ = _asked(folder, "flush", FLUSH_S)
            return Seen(in_windows(said["windows"]))
        ended = keepers.read(folder / ENDED)
        if ended is not None:
            with contextlib.suppress(OSError):
                (folder / ENDED).unlink()
            raise _error(ended)
        if keepers.read(folder / keepers.WANTED) is not None:
            raise WatchLostError
        return None

    def stands(self, root: Path, *, whole: bool) -> InView | None:
        """Say what stands in the window that is looked at; None by hand, or with none open.

        Raises:
            AcquisitionError: It is not watched any more, or does not answer.
        """
        folder = root / FOLDER
        if not keepers.lives(folder):
            return None
        said = _asked(folder, "stands", FLUSH_S, whole=whole)[0]["stands"]
        return InView(InWindow(**said["page"]), Stood.of(said["stood"])) if said else None

    def page(self, root: Path, stood: Stood) -> TakenPage | None:
        """Take a picture of the page people answered for; None where the session goes on by hand.

        Raises:
            PageChangedError: Something else stands there by now.
            AcquisitionError: No picture could be had.
        """
        return _taken(root / FOLDER, "page", stood)

    def save(self, root: Path, form: str, stood: Stood) -> TakenPage | None:
        """Save the page that people answered for; None where the session goes on by hand.

        Raises:
            PageChangedError: Something else stands there by now.
            AcquisitionError: It could not be saved.
        """
        return _taken(root / FOLDER, "save", stood, form=form)

    def end(self, root: Path) -> None:
        """Close the browser once every visit is written down.

        Raises:
            WatchSilentError: What watches it does not answer; it stays open.
            VaultError: The visits cannot be written down, or it does not end; it stays open.
        """
        folder = root / FOLDER
        if keepers.lives(folder):
            try:
                _asked(folder, "end", FLUSH_S)
            except WatchSilentError:
                raise
            except BrowserGoneError:
                pass  # it is gone already, and its keeper says so itself
        keepers.let_go(folder)
        if not keepers.await_end(folder, END_S):
            what = "The watched browser does not close."
            raise VaultError(what, advice="Close its windows, then run the command again.")

    def freeze(self, root: Path) -> Frozen:
        """Wait until the browser is frozen after a stop, for a moment; never raises.

        Where its keeper is gone and it runs all the same, it is frozen from here.
        """
        folder, found = root / FOLDER, None
        end = time.monotonic() + FREEZE_S
        while keepers.lives(folder) and time.monotonic() < end:
            said = keepers.read(folder / LOCKED) or {}
            found = _frozen(said) or found
            if found is not None and said.get("whole") is True:
                return found
            time.sleep(keepers.LOOK_S)
        if found is not None:
            return found
        return UNKNOWN if keepers.lives(folder) else freeze_left_over(root)


def _frozen(said: Mapping[str, Any]) -> Frozen | None:
    windows, frozen = said.get("windows"), said.get("frozen")
    if isinstance(windows, int) and isinstance(frozen, int):
        return Frozen(windows, frozen)
    return None


def _taken(folder: Path, what: str, stood: Stood, **more: str) -> TakenPage | None:
    if not keepers.lives(folder):
        return None
    said, content = _asked(folder, what, PAGE_S, stood=stood.as_dict(), **more)
    return TakenPage(content, said["about"])


def _asked(folder: Path, what: str, limit_s: float, **more: object) -> Answer:
    where = keepers.read(folder / keepers.READY)
    if where is None or "address" not in where:
        raise WatchSilentError
    said, content = ask(where, {"do": what, **more}, limit_s)
    if said.get("good") is not True:
        raise _error(said)
    return said, content


def _error(said: Mapping[str, Any]) -> CountersealError:
    """Return what the keeper met as the same error here."""
    words = {name: str(said.get(name) or "") for name in ("what", "advice", "kept")}
    kind = _KINDS.get(str(said.get("code")), VaultError)
    return kind(words["what"], advice=words["advice"], kept=words["kept"] or NOTHING_KEPT)


def _kinds(of: type[CountersealError]) -> Iterator[type[CountersealError]]:
    for kind in of.__subclasses__():
        yield kind
        yield from _kinds(kind)


_KINDS: Final = {
    kind.code: kind
    for kind in _kinds(CountersealError)
    if kind.__init__ is CountersealError.__init__ and "code" in vars(kind)
}
"""Those that are made of their three sentences alone."""
