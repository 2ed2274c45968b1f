"""What a command can ask of the monitored browser, and what it is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from counterseal.evidence.browser.stood import Stood

NOT_ASKED: Final = "Nobody asked for a browser."


@dataclass(frozen=True, slots=True)
class Opened:
    """How a session's browser was started.

    Args:
        product: The browser and its version, as it names itself; "" where there is none.
        command: The exact command line.
        why: Where the session goes on by hand, why, in a plain sentence.
    """

    product: str = ""
    command: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class InWindow:
    """What stands in a window of the browser.

    Args:
        window: Its number.
        address: Of its page, exactly.
        shown: The same as text in which nothing acts.
        title: Of the page, as such text; "" where it has none.
        size: How many bytes the whole address has, where it was cut; else 0.
    """

    window: int
    address: str
    shown: str
    title: str
    size: int = 0

    @property
    def whole(self) -> bool:
        """Whether nothing of the address was cut off."""
        return not self.size


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands in the browser, once every visit so far is written down.

    Args:
        windows: Each window that shows a page, the one looked at last first.
    """

    windows: tuple[InWindow, ...]


@dataclass(frozen=True, slots=True)
class InView:
    """What stands in the window that is looked at, as people are asked about it.

    Args:
        page: The page.
        stood: What it and how it lies there is known by; whatever is taken afterwards holds to it.
    """

    page: InWindow
    stood: Stood


@dataclass(frozen=True, slots=True)
class TakenPage:
    """A page as it was taken, in memory: its picture, or the page as a file.

    Args:
        content: The exact bytes.
        about: What is recorded with it: address, title, status, connection, viewport and more.
    """

    content: bytes
    about: Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Frozen:
    """What freezing the browser came to at a stop.

    Args:
        windows: How many windows it had.
        frozen: How many of them said that they are frozen.
        certain: Whether that was counted; else a browser may run of which nobody knows.
    """

    windows: int = 0
    frozen: int = 0
    certain: bool = True

    @property
    def holds(self) -> bool:
        """Whether it is certain that nothing goes on in it."""
        return self.certain and self.frozen >= self.windows


class Browsing(Protocol):
    """What starts, asks and ends the monitored browser of a session."""

    def hindrance(self) -> str:
        """Say what is known beforehand to keep the browser from being watched; "" where nothing."""

    def start(self, root: Path, case: str) -> Opened:
        """Start the browser under watch; where it cannot be, say why."""

    def flush(self, root: Path) -> Seen | None:
        """Have every visit written down; None where the session goes on by hand.

        Raises:
            BrowserGoneError: It is not watched any more; said once, afterwards None.
            VaultError: The visits cannot be written down.
        """

    def stands(self, root: Path, *, whole: bool) -> InView | None:
        """Say what stands in the window that is looked at; None by hand, or with none open.

        Args:
            root: The data folder.
            whole: Whether people answer for all of the page; else for what they see of it.

        Raises:
            AcquisitionError: It is not watched any more, or does not answer.
        """

    def page(self, root: Path, stood: Stood) -> TakenPage | None:
        """Take a picture of the page people answered for; None where the session goes on by hand.

        Raises:
            PageChangedError: Something else stands there by now.
            AcquisitionError: No picture could be had.
        """

    def save(self, root: Path, form: str, stood: Stood) -> TakenPage | None:
        """Save the page that people answered for; None where the session goes on by hand.

        Args:
            root: The data folder.
            form: "mhtml" or "text".
            stood: What stood there.

        Raises:
            PageChangedError: Something else stands there by now.
            AcquisitionError: It could not be saved.
        """

    def end(self, root: Path) -> None:
        """Close the browser once every visit is written down.

        Raises:
            VaultError: The visits cannot be written down; it stays open.
        """

    def freeze(self, root: Path) -> Frozen:
        """Wait until the browser is frozen after a stop, for a moment; never raises."""


class ByHand:
    """No browser: addresses are typed by one and read back by the other."""

    def hindrance(self) -> str:
        """Say that nobody asked for one."""
        return NOT_ASKED

    def start(self, root: Path, case: str) -> Opened:  # noqa: ARG002  (as the real one)
        """Start nothing."""
        return Opened(why=NOT_ASKED)

    def flush(self, root: Path) -> Seen | None:
        """Do nothing."""

    def stands(self, root: Path, *, whole: bool) -> InView | None:
        """Do nothing."""

    def page(self, root: Path, stood: Stood) -> TakenPage | None:
        """Do nothing."""

    def save(self, root: Path, form: str, stood: Stood) -> TakenPage | None:
        """Do nothing."""

    def end(self, root: Path) -> None:
        """Do nothing."""

    def freeze(self, root: Path) -> Frozen:  # noqa: ARG002  (as the real one)
        """Freeze nothing."""
        return Frozen()


def in_windows(said: Sequence[Mapping[str, Any]]) -> tuple[InWindow, ...]:
    """Read windows as the channel carries them."""
    return tuple(InWindow(**window) for window in said)
