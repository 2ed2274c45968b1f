"""A file that one process holds: the operating system lets go of it when the process ends.

So a lock says for certain that whoever took it still lives, which a process id alone does not: ids
are used again.
"""

import sys
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def take(file: IO[bytes]) -> bool:
        """Lock an open file, without waiting; return whether that worked."""
        try:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def take(file: IO[bytes]) -> bool:
        """Lock an open file, without waiting; return whether that worked."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def is_held(path: Path) -> bool:
    """Whether a living process holds that file; a missing one is held by nobody."""
    try:
        with path.open("r+b") as file:
            return not take(file)
    except OSError:
        return False
