"""A browser whose keeper is gone: known by what that keeper left, frozen by a stop, and held so."""

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from counterseal import locks
from counterseal.clock import Clock
from counterseal.evidence.browser.left_over import comes_back, lock_left_over
from counterseal.workflow import keepers
from counterseal.workflow.browsing.port import Frozen
from counterseal.workflow.browsing.stopped import FOLDER

COMMAND: Final = "watch"
HOLD: Final = "--hold"
UNKNOWN: Final = Frozen(certain=False)
_HOLDER: Final = "holder"
"""Held by whoever holds a frozen browser."""
_LISTENS_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class LeftOver:
    """What a keeper left that tells its browser.

    Args:
        port: Where it listens.
        process: The id of its main process.
        profile: Its profile folder.
    """

    port: int
    process: int
    profile: str


def left_over(folder: Path) -> LeftOver | None:
    """Read what a keeper said of its browser; None where nothing of that kind can be read.

    Args:
        folder: The keeper's.
    """
    ready = keepers.read(folder / keepers.READY) or {}
    port, process, profile = (ready.get(name) for name in ("port", "process", "profile"))
    if not isinstance(port, int) or not isinstance(process, int):
        return None
    return LeftOver(port, process, profile if isinstance(profile, str) else "")


def freeze_left_over(root: Path) -> Frozen:
    """Freeze the browser where it still runs, and have it held so; for a stop, so it never raises.

    Args:
        root: The data folder.
    """
    found = left_over(root / FOLDER)
    if found is None:
        wanted = keepers.read(root / FOLDER / keepers.WANTED) is not None
        return UNKNOWN if wanted else Frozen()
    locked = lock_left_over(found.port, found.process, found.profile)
    if locked is None:
        return Frozen()
    with contextlib.suppress(OSError):  # it is frozen from here all the same
        keepers.spawn(root, COMMAND, HOLD, "--folder", str(root))
    return Frozen(locked.pages, locked.frozen)


def hold_frozen(root: Path, clock: Clock) -> None:
    """Stay with a frozen browser until it ends, so that it asks nobody for anything any more.

    The command that stopped has ended its conversation with it. Pages stay frozen without one, but
    whoever types an address would be held by nothing.

    Args:
        root: The data folder.
        clock: The reader of time.
    """
    found = left_over(root / FOLDER)
    with (root / FOLDER / _HOLDER).open("a+b") as held:
        if found is not None and locks.take(held):  # one is enough
            hold(found, clock)


def hold(found: LeftOver, clock: Clock) -> None:
    """Freeze a browser that is left over, and stay with it until it ends.

    Args:
        found: What tells it.
        clock: The reader of time.
    """
    if lock_left_over(found.port, found.process, found.profile) is not None:
        while comes_back(found.port, _LISTENS_S):
            clock.sleep(_LISTENS_S)
