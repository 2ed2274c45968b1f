"""What a record is opened with: time, randomness, the computer, the screen. Passed in, never found.

Tests hand in their own; the command line hands in this computer's.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Protocol

from counterseal import __version__
from counterseal.clock import Clock
from counterseal.evidence.screen import ScreenSource
from counterseal.keys.holding import KeyHolder
from counterseal.keys.keyfile import Cost
from counterseal.keys.signing import Random
from counterseal.latch import Latch
from counterseal.machine import Machine
from counterseal.timekeeping import Timekeeping
from counterseal.workflow.browsing.port import Browsing, ByHand


@dataclass(frozen=True, slots=True)
class Program:
    """Which Counterseal this is.

    Args:
        version: Its version.
        digest: Hex SHA-256 over its installed source files, names and contents.
    """

    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class Covered:
    """What covering the displays came to.

    Args:
        displays: How many were covered.
        missed: How many could not be, so that somebody turns the monitor off.
    """

    displays: int = 0
    missed: int = 0


class NoGuard:
    """No guard: nothing is covered, because nothing here has a screen."""

    def start(self, root: Path, *, practice: bool) -> None:
        """Do nothing."""

    def end(self, root: Path) -> None:
        """Do nothing."""

    def minds(self, root: Path) -> bool:  # noqa: ARG002  (as the real one)
        """Mind nothing."""
        return False

    def cover(self, root: Path) -> Covered:  # noqa: ARG002  (as the real one)
        """Cover nothing."""
        return Covered()


class Guarding(Protocol):
    """What starts, asks and ends the guard of a session."""

    def start(self, root: Path, *, practice: bool) -> None:
        """Have every display guarded until `end`; do nothing where there is none.

        Raises:
            NoGuardError: There is a display, and it cannot be covered.
        """

    def end(self, root: Path) -> None:
        """Let the guard go; after a stop it stays all the same."""

    def minds(self, root: Path) -> bool:
        """Whether the session is paused by itself where nobody is there."""

    def cover(self, root: Path) -> Covered:
        """Cover every display; it waits 50 ms at most, and never raises."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything that a record does not hold itself.

    Args:
        clock: The only reader of time.
        random: Where keys and salts come from.
        machine: Says which computer this is.
        screen: Finds the screen; told whether it is for practice.
        latch_folder: The user's own latch folder, besides the vault's.
        cost: Of key derivation, for a real record.
        practice_cost: Of key derivation, for practice.
        program: Says which Counterseal this is.
        holder: What this process does about keys that it holds when somebody presses STOP.
        guard: Covers every display at a stop.
        browser: The monitored browser of a session.
        timekeeping: Says what keeps the computer's clock.
    """

    clock: Clock
    random: Random
    machine: Callable[[], Machine]
    screen: Callable[[bool], ScreenSource]
    latch_folder: Path
    cost: Cost
    practice_cost: Cost
    program: Callable[[], Program]
    holder: KeyHolder = field(default_factory=KeyHolder)
    guard: Guarding = field(default_factory=NoGuard)
    browser: Browsing = field(default_factory=ByHand)
    timekeeping: Callable[[], Timekeeping] = Timekeeping

    def latch(self, root: Path, *, practice: bool) -> Latch:
        """Return the latches of a data folder; a practice one has only its own."""
        return Latch((root,) if practice else (root, self.latch_folder))


@cache
def this_program() -> Program:
    """Say which Counterseal runs here."""
    total = hashlib.sha256()
    package = Path(str(resources.files("counterseal")))
    for path in sorted(package.rglob("*")):
        if path.suffix in {".py", ".toml", ".txt", ".html"}:
            name = path.relative_to(package).as_posix()
            total.update(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n".encode())
    return Program(__version__, total.hexdigest())
