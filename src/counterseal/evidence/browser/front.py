"""Which window people look at, and what else only a page can say of itself.

No script runs where the page could notice it: pages are asked in a world of its own beside the
page's. One that is too busy to answer within a third of a second holds nobody up.
"""

import contextlib
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from counterseal.evidence.browser.protocol import Connection
from counterseal.evidence.browser.trouble import BrowserGoneError
from counterseal.evidence.browser.window import Place

TELL_S: Final = 0.3
_WORLD: Final = "beside"
_QUESTION: Final = (
    "[document.visibilityState === 'visible', document.hasFocus(), navigator.language]"
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a page says of itself.

    Args:
        visible: Whether its window, and its tab there, can be seen.
        focused: Whether it has the keyboard.
        locale: Its language, as sites are told.
    """

    visible: bool
    focused: bool
    locale: str


def front(
    told: Mapping[str, Told], places: list[Place], order: list[str], last: str | None = None
) -> Place:
    """Return the window that people look at, as far as the browser says so.

    Of those that can be seen it is the one that has the keyboard; else the one that had it last;
    else the one that came to the front last. Where none can be seen it is so among those that are
    too busy to say, and then among all others.

    Args:
        told: What pages say of themselves, by the browser's name of the window.
        places: The windows; one at least.
        order: The browser's names of its windows, the one first that came to the front last.
        last: The browser's name of the one that had the keyboard last.
    """

    def rank(place: Place) -> tuple[bool, bool, bool, bool, int]:
        said = told.get(place.target)
        at = order.index(place.target) if place.target in order else len(order)
        return (
            not (said and said.visible),  # a tab behind another may still think it has the keyboard
            said is not None,
            not (said and said.focused),
            place.target != last,
            at,
        )

    return min(places, key=rank)


def tell(connection: Connection, places: list[Place]) -> dict[str, Told]:
    """Ask pages what only they can say; those that are too busy are missing.

    Raises:
        BrowserGoneError: The connection was lost.
    """
    found: dict[str, Told] = {}
    done = threading.Semaphore(0)

    def ask(place: Place) -> None:
        def heard(said: Mapping[str, Any] | None) -> None:
            with contextlib.suppress(KeyError, TypeError, ValueError):
                visible, focused, locale = (said or {})["result"]["value"]
                found[place.target] = Told(bool(visible), bool(focused), str(locale))
            done.release()

        def entered(world: Mapping[str, Any] | None) -> None:
            context = world.get("executionContextId") if world else None
            if context is None:  # never without one: that would be the page's own world
                done.release()
                return
            with contextlib.suppress(BrowserGoneError):
                connection.send(
                    "Runtime.evaluate",
                    place.session,
                    heard,
                    contextId=context,
                    expression=_QUESTION,
                    returnByValue=True,
                    timeout=TELL_S * 1000,
                )

        connection.send(
            "Page.createIsolatedWorld",
            place.session,
            entered,
            frameId=place.frame,
            worldName=_WORLD,
        )

    end = time.monotonic() + TELL_S
    for place in places:
        ask(place)
    for _ in places:
        done.acquire(timeout=max(0.0, end - time.monotonic()))
    return dict(found)
