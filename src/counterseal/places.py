"""Where things are on this computer: the data folder, and the user's own latch folder."""

import os
from pathlib import Path

import platformdirs

HOME = "COUNTERSEAL_HOME"


def data_folder() -> Path:
    """Return COUNTERSEAL_HOME, or this user's folder for Counterseal."""
    named = os.environ.get(HOME)
    folder = Path(named or platformdirs.user_data_dir("counterseal", appauthor=False))
    try:
        return folder.absolute()
    except OSError:  # the working folder is gone: a stop must go on all the same
        return folder


def latch_folder() -> Path:
    """Return the folder of the second latch, whatever COUNTERSEAL_HOME says."""
    return Path(platformdirs.user_data_dir("counterseal-latch", appauthor=False))


def is_folder(path: Path) -> bool:
    """Whether there is a folder; a name that the system cannot even look up is none."""
    try:
        return path.is_dir()
    except OSError:
        return False
