"""The monitored browser as commands know it: asked through its keeper, a process of its own.

Besides the files of every keeper (`keepers.py`) there are:

    watching/ended   why it is not watched any more, until somebody was told
    watching/locked  what a stop froze, and what it cut off, sealed
"""

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from counterseal.errors import CountersealError, StoppedError, VaultError
from counterseal.evidence.browser import trouble
from counterseal.evidence.browser.trouble import BrowserGoneError, WatchLostError
from counterseal.workflow import guarding, keepers
from counterseal.workflow.browsing.channel import Answer, ask
from counterseal.workflow.browsing.keeper import ENDED
from counterseal.workflow.browsing.port import (
    Frozen,
    Opened,
    PageFile,
    PagePicture,
    Seen,
    in_windows,
)
from counterseal.workflow.browsing.stopped import FOLDER, LOCKED

COMMAND: Final = "watch"
START_S: Final = 15.0
"""How long the browser may take to come up, interpreter included, in seconds."""
FLUSH_S: Final = 8.0
PAGE_S: Final = 20.0
END_S: Final = 30.0
FREEZE_S: Final = 0.8
"""How long a stop waits for the browser to be frozen, in seconds."""
NO_SCREEN: Final = "There is no screen here, so no browser was started."


@dataclass(frozen=True, slots=True)
class WatchedBrowser:
    """The monitored browser of this computer; `port.Browsing` says what each method is for."""

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
        if not said["good"]:
            keepers.let_go(folder)
            return Opened(why=said["what"])
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

    def page(self, root: Path) -> PagePicture | None:
        """Take a picture of the page that is looked at; None where the session goes on by hand.

        Raises:
            AcquisitionError: No picture could be had.
        """
        folder = root / FOLDER
        if not keepers.lives(folder):
            return None
        said, content = _asked(folder, "page", PAGE_S)
        return PagePicture(content, said["about"])

    def save(self, root: Path, form: str) -> PageFile | None:
        """Save the page that is looked at; None where the session goes on by hand.

        Raises:
            AcquisitionError: It could not be saved.
        """
        folder = root / FOLDER
        if not keepers.lives(folder):
            return None
        said, content = _asked(folder, "save", PAGE_S, form=form)
        return PageFile(content, said["about"])

    def end(self, root: Path) -> None:
        """Close the browser once every visit is written down.

        Raises:
            VaultError: The visits cannot be written down; it stays open.
        """
        folder = root / FOLDER
        if keepers.lives(folder):
            with contextlib.suppress(BrowserGoneError):  # its keeper says so itself
                _asked(folder, "end", FLUSH_S)
        keepers.let_go(folder)
        keepers.await_end(folder, END_S)

    def freeze(self, root: Path) -> Frozen:
        """Wait until the browser is frozen after a stop, for a moment; never raises."""
        folder, found = root / FOLDER, None
        end = time.monotonic() + FREEZE_S
        while keepers.lives(folder) and time.monotonic() < end:
            said = keepers.read(folder / LOCKED)
            if said is not None:
                found = Frozen(said["windows"], said["frozen"])
                if said["whole"]:
                    return found
            time.sleep(keepers.LOOK_S)
        if found is not None:
            return found
        wanted = keepers.read(folder / keepers.WANTED)
        return Frozen() if wanted is None else Frozen(1, 0)


def _asked(folder: Path, what: str, limit_s: float, **more: str) -> Answer:
    where = keepers.read(folder / keepers.READY)
    if where is None or "address" not in where:
        raise BrowserGoneError
    said, content = ask(where, {"do": what, **more}, limit_s)
    if not said["good"]:
        raise _error(said)
    return said, content


def _error(said: Mapping[str, Any]) -> CountersealError:
    """Return what the keeper met as an error here; what is not about the browser is the disk's."""
    if said["code"] == StoppedError.code:
        return StoppedError()
    found = [k for k in vars(trouble).values() if isinstance(k, type)]
    kinds = {k.code: k for k in found if issubclass(k, BrowserGoneError)}
    kind = kinds.get(said["code"], VaultError)
    return kind(said["what"], advice=said["advice"], kept=said["kept"])
