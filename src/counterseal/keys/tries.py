"""How often a passphrase was wrong, and how long to wait before the next try.

The count stands beside the key file: `ab.tries` beside `ab.key`. It slows somebody who guesses at
the keyboard. It is no defence against somebody who copies the key file: that is what the cost of
derivation is for. So whoever deletes the count gains nothing worth having, and a missing count is
simply no wrong try yet; one that cannot be read counts as the longest wait. The wait is never
without end, so nobody can lock a person out by writing rubbish here.
"""

import contextlib
from pathlib import Path
from typing import Final

from counterseal import durable
from counterseal.errors import VaultError

LONGEST_WAIT: Final = 60
"""Seconds."""

_MOST: Final = 99  # two digits, so that a file with more is rubbish
_MOST_DIGITS: Final = 2


def wait_seconds(key_path: Path) -> int:
    """Return how long to wait before the next try: 0, 1, 2, 4, 8, 16, 32, then always 60 seconds.

    Args:
        key_path: The key file; it need not exist.
    """
    return _wait(_count(key_path))


def add(key_path: Path) -> None:
    """Count one wrong try.

    A folder that cannot be written to is passed over: the person must hear "wrong passphrase".
    """
    count = min(_count(key_path) + 1, _MOST)
    with contextlib.suppress(VaultError):
        durable.replace(_path(key_path), str(count).encode("ascii"))


def reset(key_path: Path) -> None:
    """Forget all wrong tries, after a right one."""
    with contextlib.suppress(OSError):
        _path(key_path).unlink()


def _wait(count: int) -> int:
    if count == 0:
        return 0
    return min(1 << (count - 1), LONGEST_WAIT)


def _count(key_path: Path) -> int:
    try:
        with _path(key_path).open("rb") as file:
            content = file.read(_MOST_DIGITS + 1)
    except FileNotFoundError:
        return 0
    except OSError:
        return _MOST
    if len(content) > _MOST_DIGITS or not content.isdigit():
        return _MOST
    return int(content)


def _path(key_path: Path) -> Path:
    return key_path.with_suffix(".tries")
