"""The latch: the file whose presence means "stopped".

LOCK must work for one person, without password, network or log, so it is nothing but a rename: a
file made beforehand is moved to its final name and fsynced. Whatever the file holds, its presence
alone stops everything. The latch asks no other module, so that a small guard process can set it.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from counterseal.errors import StoppedError

READY = "STOP-READY"
STOPPED = "STOPPED"


@dataclass(frozen=True, slots=True)
class Latch:
    """The latches that count for one vault: one in it, one in a folder of the user's.

    Args:
        folders: The folders to look in and to write to, the vault's first. A practice vault has
            only its own.
    """

    folders: tuple[Path, ...]

    def arm(self) -> None:
        """Put the ready-made file in place, so that LOCK needs no free space.

        Raises:
            OSError: A folder cannot be written.
        """
        for folder in self.folders:
            folder.mkdir(parents=True, exist_ok=True)
            ready = folder / READY
            if not ready.exists() and not (folder / STOPPED).exists():
                ready.write_text("This file becomes STOPPED when somebody presses STOP.\n")
                _fsync(ready)
                _fsync(folder)

    def lock(self) -> list[str]:
        """Rename each ready-made file into place; never raises, because a stop must not fail.

        Returns:
            What could not be done, a sentence each; empty when every latch stands.
        """
        troubles = []
        for folder in self.folders:
            try:
                _set(folder)
            except OSError as error:
                troubles.append(f"the latch in {folder} could not be set: {error.strerror}")
        return troubles

    @property
    def stopped(self) -> bool:
        """Whether any latch stands. A folder that cannot be asked counts as stopped."""
        return any(_stands(folder) for folder in self.folders)

    def check(self) -> None:
        """Ask before every append, vault write, grab, preview, signature and export.

        Raises:
            StoppedError: A latch stands.
        """
        if self.stopped:
            raise StoppedError


def _stands(folder: Path) -> bool:
    try:
        os.lstat(folder / STOPPED)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return True


def _set(folder: Path) -> None:
    stopped = folder / STOPPED
    try:
        (folder / READY).replace(stopped)
    except FileNotFoundError:
        if not stopped.exists():
            folder.mkdir(parents=True, exist_ok=True)
            stopped.touch()
    _fsync(stopped)
    _fsync(folder)


def _fsync(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return  # Windows has no fsync of a folder; its rename is journalled
    descriptor = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
