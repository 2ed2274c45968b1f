"""What is known of a window of the browser while it is open. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from counterseal.evidence.browser.answer import Answer
from counterseal.evidence.browser.visit import Text, Tls


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands in a window.

    Args:
        window: Its number.
        address: Of its page.
        title: Where it is known.
    """

    window: int
    address: Text
    title: Text | None


@dataclass(slots=True)
class Asked:
    """An address that was asked for, until its page stands in the window.

    Args:
        address: Whole.
        ahead: By how much wall time is ahead of the browser's own count, in seconds.
        answer: Of the server, once it came.
    """

    address: str
    ahead: float
    answer: Answer | None = None


@dataclass(slots=True)
class Window:
    """A window or tab, while it is open.

    Args:
        number: Counted from 1.
        frame: Of its page, as the browser names it.
        address: Of its page.
        title: Of its page, where it is known.
        asked: What it asked for, by the browser's name of the load.
        visit: The number of what put the page there that stands in it.
        refused: Whether that is a warning about a certificate.
        tls: The secured connection that the page came over.
        secured: What the browser said last of how it is secured.
        certified: Whether its certificate was written down.
        caught_up: The load whose page was written down before it said so itself.
    """

    number: int
    frame: str
    address: str
    title: Text | None = None
    asked: dict[str, Asked] = field(default_factory=dict)
    visit: int | None = None
    refused: bool = False
    tls: Tls | None = None
    secured: Mapping[str, Any] | None = None
    certified: bool = False
    caught_up: str | None = None
