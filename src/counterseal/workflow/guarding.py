"""The guard of a session: kept by a process of its own, asked through files in the data folder.

`session open` starts a keeper, which starts the guard and holds its pipe until the session is
closed or paused. Whoever stops everything writes a file that the keeper waits for, and waits 50 ms
at most for the answer. Besides the files of every keeper (`keepers.py`) there are:

    guarding/cover    somebody asks to cover
    guarding/covered  how many displays are covered
"""

import contextlib
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from counterseal.errors import NoGuardError, NoScreenError
from counterseal.evidence.screen.displays import geometry
from counterseal.evidence.screen.port import ScreenLostError
from counterseal.workflow import keepers
from counterseal.workflow.surroundings import Covered

FOLDER: Final = "guarding"
COMMAND: Final = "guard"
START_S = 15.0
"""How long the guard may take to be ready, in seconds."""
COVER_S = 0.05
"""How long a stop waits for the covers, in seconds."""

Display = tuple[int, int, int, int]


def displays() -> list[Display]:
    """Return left, top, width and height of every display; none where there is no screen."""
    if sys.platform not in {"win32", "darwin"} and not os.environ.get("DISPLAY"):
        return []
    try:
        found = geometry(os.environ.get("DISPLAY")).monitors
    except (NoScreenError, ScreenLostError):
        return []
    return [(m.left, m.top, m.width, m.height) for m in found]


@dataclass(frozen=True, slots=True)
class ScreenGuard:
    """The guard of this computer's screens."""

    def start(self, root: Path, *, practice: bool) -> None:
        """Have every display guarded until `end`; do nothing where there is none.

        Raises:
            NoGuardError: There is a display, and it cannot be covered.
            VaultError: The data folder cannot be written to.
        """
        found = displays()
        if not found or self._guards(root, found):
            return
        folder = keepers.fresh(root / FOLDER, (keepers.READY, "cover", "covered"))
        wanted = {"displays": found, "practice": practice}
        said = keepers.start(folder, COMMAND, wanted, START_S)
        if said is None:
            raise NoGuardError
        if not said["good"]:
            self.end(root)
            raise NoGuardError(said["what"] or None, advice=said["advice"] or None)

    def _guards(self, root: Path, found: list[Display]) -> bool:
        """Whether a guard covers just these displays; one for other displays is let go."""
        folder = root / FOLDER
        if not keepers.lives(folder):
            return False
        known = (keepers.read(folder / keepers.WANTED) or {}).get("displays")
        if known == [list(one) for one in found]:
            return True
        self.end(root)
        keepers.await_end(folder, START_S)
        return False

    def end(self, root: Path) -> None:
        """Let the guard go; after a stop it stays all the same."""
        keepers.let_go(root / FOLDER)

    def minds(self, root: Path) -> bool:
        """Whether a guard is there that has the session paused where nobody is there."""
        folder = root / FOLDER
        said = keepers.read(folder / keepers.READY) or {}
        return keepers.lives(folder) and said.get("minds") is True

    def cover(self, root: Path) -> Covered:
        """Cover every display; it waits 50 ms at most, and never raises."""
        folder = root / FOLDER
        if not keepers.lives(folder):
            return Covered(0, _wanted(folder))  # it was ended, and nobody covers anything
        end = time.monotonic() + COVER_S
        with contextlib.suppress(OSError):
            (folder / "covered").unlink(missing_ok=True)
            (folder / "cover").touch()
            while time.monotonic() < end:
                said = keepers.read(folder / "covered")
                if said is not None:
                    return Covered(said["displays"], said["missed"])
                time.sleep(keepers.LOOK_S)
        return Covered(0, max(1, _wanted(folder)))


def _wanted(folder: Path) -> int:
    """Return how many displays somebody wants guarded; none where no session is guarded."""
    wanted = keepers.read(folder / keepers.WANTED)
    displays = wanted.get("displays") if isinstance(wanted, dict) else None
    return len(displays) if isinstance(displays, list) else 0
