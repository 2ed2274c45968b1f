"""The guard of a session: kept by a process of its own, asked through files in the data folder.

Each command is a process that ends, and the guard must not end with it. So `session open` starts a
keeper, which starts the guard and holds its pipe until the session is closed or paused. Whoever
stops everything writes a file that the keeper waits for, and waits 50 ms at most for the answer:

    guarding/keeper   held by the keeper as long as it lives
    guarding/wanted   there as long as the guard is wanted
    guarding/ready    what the guard said when it started
    guarding/cover    somebody asks to cover
    guarding/covered  how many displays are covered
"""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counterseal import durable, locks
from counterseal.errors import NoGuardError, NoScreenError
from counterseal.evidence.screen.displays import geometry
from counterseal.evidence.screen.port import ScreenLostError
from counterseal.workflow.surroundings import Covered

FOLDER = "guarding"
START_S = 15.0
"""How long the guard may take to be ready, in seconds."""
COVER_S = 0.05
"""How long a stop waits for the covers, in seconds."""
_LOOK_S = 0.002

Display = tuple[int, int, int, int]
_LEFT_RUNNING: list["subprocess.Popen[bytes]"] = []
"""Keepers outlive the command that started them; kept here so that nothing waits for them."""


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
        folder = _fresh(root)
        setup = {"displays": found, "practice": practice}
        durable.replace(folder / "wanted", json.dumps(setup).encode())
        keeper = _spawn(root)
        _LEFT_RUNNING.append(keeper)
        end = time.monotonic() + START_S
        while (said := _read(folder / "ready")) is None:
            if time.monotonic() > end or keeper.poll() is not None:
                self.end(root)
                raise NoGuardError
            time.sleep(_LOOK_S)
        if not said["good"]:
            self.end(root)
            raise NoGuardError(said["what"] or None, advice=said["advice"] or None)

    def _guards(self, root: Path, found: list[Display]) -> bool:
        """Whether a guard covers just these displays; one for other displays is let go."""
        keeper = root / FOLDER / "keeper"
        if not locks.is_held(keeper):
            return False
        known = (_read(root / FOLDER / "wanted") or {}).get("displays")
        if known == [list(one) for one in found]:
            return True
        self.end(root)
        end = time.monotonic() + START_S
        while locks.is_held(keeper) and time.monotonic() < end:
            time.sleep(_LOOK_S)
        return False

    def end(self, root: Path) -> None:
        """Let the guard go; after a stop it stays all the same."""
        with contextlib.suppress(OSError):
            (root / FOLDER / "wanted").unlink()

    def cover(self, root: Path) -> Covered:
        """Cover every display; it waits 50 ms at most, and never raises."""
        folder = root / FOLDER
        if not locks.is_held(folder / "keeper"):
            return Covered(0, _wanted(folder))  # it was ended, and nobody covers anything
        end = time.monotonic() + COVER_S
        with contextlib.suppress(OSError):
            (folder / "covered").unlink(missing_ok=True)
            (folder / "cover").touch()
            while time.monotonic() < end:
                said = _read(folder / "covered")
                if said is not None:
                    return Covered(said["displays"], said["missed"])
                time.sleep(_LOOK_S)
        return Covered(0, max(1, _wanted(folder)))


def write(path: Path, said: Mapping[str, Any]) -> None:
    """Write what the other side waits for, whole or not at all; nothing hangs on it being kept."""
    part = path.with_name(f".{path.name}.part")
    with contextlib.suppress(OSError):
        part.write_text(json.dumps(said), encoding="utf-8")
        part.replace(path)


def _wanted(folder: Path) -> int:
    """Return how many displays somebody wants guarded; none where no session is guarded."""
    wanted = _read(folder / "wanted")
    displays = wanted.get("displays") if isinstance(wanted, dict) else None
    return len(displays) if isinstance(displays, list) else 0


def _read(path: Path) -> Any | None:  # noqa: ANN401  (JSON)
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _fresh(root: Path) -> Path:
    folder = root / FOLDER
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        for name in ("ready", "cover", "covered"):
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise durable.trouble(error, folder) from error
    return folder


def _spawn(root: Path) -> "subprocess.Popen[bytes]":
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    alone = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    return subprocess.Popen(
        [sys.executable, "-m", "counterseal", "guard", "--folder", str(root)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        creationflags=hidden | alone,
    )
