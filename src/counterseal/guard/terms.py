"""What the guard and its parent say to each other, and what the covers say to people. Pure.

The parent writes one line of JSON (`Setup`), then one order a line. The guard answers in lines of
JSON, each with a field `said`: `ready`, `unavailable`, `covered`, `stopped`, `sound`, `chosen`,
`hands` or `released`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

COVER_S = 0.05
"""How long the latch waits for the covers, and the parent for an answer, in seconds."""

HOT_KEY = "Ctrl+Alt+S"
PRACTICE = "This is practice. In a real case, do what stands here."
SHOW, STOP = "Show the screen again", "STOP"
NAME, SOON_PAUSED = "Counterseal", "Nobody here? It pauses soon."


class Display(NamedTuple):
    """One monitor, in pixels of the whole desktop."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Page:
    """What a cover shows, in large letters.

    Args:
        title: One or two words.
        lines: Short sentences, one below the other.
        choices: Words on buttons; none where there is nothing to press.
    """

    title: str
    lines: tuple[str, ...]
    choices: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> "Page":
        """Read the page of an order."""
        return cls(said["title"], tuple(said["lines"]), tuple(said["choices"]))


STOPPED_PAGE = Page(
    "Stopped.",
    (
        "Do not look again.",
        "Turn the monitor off.",
        "Leave the computer on.",
        "Keep everyone away.",
        "Call the police now.",
        "Child in danger: 999.",
    ),
)
HIDDEN_PAGE = Page("Screen hidden.", ("Nothing is stopped.",), (SHOW, STOP))


class Trigger(StrEnum):
    """What made the guard stop."""

    BUTTON = "button"
    HOT_KEY = "hot-key"
    PARENT = "parent"
    LATCH = "latch"


class Order(StrEnum):
    """What the parent may ask for, a line each; the end of its pipe says that it is gone."""

    COVER = "cover"
    HIDE = "hide"
    SHOW = "show"
    LIFT = "lift"
    PAGE = "page"
    """Followed by a space and a `Page` as JSON."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What the guard has to know.

    Args:
        folders: Of the latches, the vault's first.
        displays: Every monitor.
        practice: Whether a stop ends with the parent, because it is a rehearsal.
        idle_ms: After how long without a touch it is said that nobody is there; 0: never.
    """

    folders: tuple[Path, ...]
    displays: tuple[Display, ...]
    practice: bool = False
    idle_ms: int = 0

    def as_dict(self) -> dict[str, object]:
        """Return what stands in the first line."""
        return {
            "folders": [str(folder) for folder in self.folders],
            "displays": [list(display) for display in self.displays],
            "practice": self.practice,
            "idle_ms": self.idle_ms,
        }

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> "Setup":
        """Read what `as_dict` wrote."""
        return cls(
            tuple(Path(folder) for folder in said["folders"]),
            displays_of(said["displays"]),
            said["practice"],
            said["idle_ms"],
        )


@dataclass(frozen=True, slots=True)
class Ready:
    """What the guard found when it started.

    Args:
        displays: What it has covers for.
        hot_key: Whether Ctrl+Alt+S is heard wherever the keyboard is; a window of the guard's own
            hears it in any case.
        not_covered: Displays whose cover could not be made or lies outside the screen.
        minds: Whether it notices that nobody is there.
    """

    displays: tuple[Display, ...]
    hot_key: bool
    not_covered: tuple[Display, ...] = ()
    minds: bool = False


@dataclass(frozen=True, slots=True)
class Covered:
    """Which displays are covered now.

    Args:
        covered: These show nothing but the guard's page.
        not_covered: These may still show something: tell people to turn those monitors off.
        ms: From the trigger to the covers, by the guard's own clock; None where it gave no answer.
        reason: Why there was no answer; empty where there was one.
    """

    covered: tuple[Display, ...]
    not_covered: tuple[Display, ...]
    ms: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The guard has done all of its part of a stop.

    Args:
        trigger: What made it stop.
        troubles: What setting the latches could not do, a sentence each.
        ms: From the trigger to the last latch on the disk.
    """

    trigger: Trigger
    troubles: tuple[str, ...]
    ms: int


def displays_of(said: list[list[int]]) -> tuple[Display, ...]:
    """Read displays as JSON holds them."""
    return tuple(Display(*one) for one in said)
