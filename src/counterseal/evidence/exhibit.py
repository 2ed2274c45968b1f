"""What an exhibit is. Pure: no IO.

An exhibit is one thing produced in evidence under one reference: the producer's initials and a
number, "AB/1". It has a fingerprint (SHA-256) taken from the bytes in memory before they touch
the disk.
"""

import hashlib
import re
from dataclasses import dataclass

from counterseal.clock import Instant
from counterseal.errors import UsageError

_REFERENCE = re.compile(r"([A-Z]{2,3}[0-9]{0,3})/([1-9][0-9]{0,4})\Z")


@dataclass(frozen=True, slots=True, order=True)
class ExhibitRef:
    """An exhibit reference such as "AB/1".

    Args:
        initials: The producer's initials, as in their id, in capitals.
        number: Counted from 1 for each producer within a case.
    """

    initials: str
    number: int

    def __str__(self) -> str:
        """Return "AB/1"."""
        return f"{self.initials}/{self.number}"

    @classmethod
    def parse(cls, text: str) -> "ExhibitRef":
        """Read "AB/1" (small letters are accepted).

        Raises:
            UsageError: The text is not an exhibit reference.
        """
        found = _REFERENCE.match(text.strip().upper())
        if not found:
            what = f'"{text}" is not an exhibit reference.'
            raise UsageError(what, advice='A reference looks like "AB/1".')
        return cls(found[1], int(found[2]))


@dataclass(frozen=True, slots=True)
class Digest:
    """The fingerprint of some bytes.

    Args:
        sha256: Hex SHA-256.
        size: Length in bytes.
    """

    sha256: str
    size: int

    @classmethod
    def of(cls, content: bytes) -> "Digest":
        """Take the fingerprint of bytes in memory."""
        return cls(hashlib.sha256(content).hexdigest(), len(content))


@dataclass(frozen=True, slots=True)
class Monitor:
    """One display, in pixels of the whole desktop.

    Args:
        left: Left edge; may be negative.
        top: Upper edge; may be negative.
        width: In pixels.
        height: In pixels.
    """

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Acquisition:
    """One picture of the screen, in memory, as it was taken.

    Args:
        png: The exact bytes.
        digest: Their fingerprint, taken before anything else was done with them.
        width: Of the picture, in pixels.
        height: Of the picture, in pixels.
        monitors: Every display that it covers.
        backend: What took it: "pillow-x11", "pyautogui", "pillow-windows", "mss",
            "headless-browser" or "practice-card".
        version: The backend's version.
        taken: When.
        tries: How many tries it took; failed ones are recorded too.
        answers_age_ms: How old the safety answers were, in milliseconds.
    """

    png: bytes
    digest: Digest
    width: int
    height: int
    monitors: tuple[Monitor, ...]
    backend: str
    version: str
    taken: Instant
    tries: int
    answers_age_ms: int
