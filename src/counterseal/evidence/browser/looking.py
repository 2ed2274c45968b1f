"""Look at the page of a window: a picture of it, and what the browser knows of it.

What is taken counts only where the same page stood in the window before and afterwards.
"""

import base64
import binascii
import contextlib
import queue
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from counterseal.clock import Clock, Instant
from counterseal.errors import AcquisitionError
from counterseal.evidence.browser.front import TELL_S, front, tell
from counterseal.evidence.browser.joining import Version
from counterseal.evidence.browser.page import Area, Page, size_of
from counterseal.evidence.browser.protocol import Connection, newest_first
from counterseal.evidence.browser.saving import COMMANDS, Form, Saved, saved
from counterseal.evidence.browser.stood import Layout, Stood
from counterseal.evidence.browser.trouble import (
    BrowserGoneError,
    NoWindowError,
    PageChangedError,
    PageRestlessError,
    PageSilentError,
)
from counterseal.evidence.browser.window import Place, Shown, Standing
from counterseal.evidence.exhibit import Digest

_MOST_TRIES: Final = 3
"""A page that changes while it is taken is taken anew so often."""
_PICTURE_S: Final = 3.0
_SAVE_S: Final = 10.0
_LAYOUT_S: Final = 1.0
_LIST_S: Final = 0.5
_NONE_OPEN: Final = "The monitored browser has no window open."

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Taken:
    """A picture that was just taken.

    Args:
        png: The exact bytes.
        digest: Their fingerprint, taken first.
        taken: When they had come.
        area: The page area; None where the page was too busy to say.
        locale: None where the page was too busy to say.
    """

    png: bytes
    digest: Digest
    taken: Instant
    area: Area | None
    locale: str | None

    def page(self, stands: Standing, version: Version, tries: int) -> Page:
        """Return it with what is known of the page.

        Raises:
            BlankPictureError: The picture is empty.
            AcquisitionError: It cannot be read, or does not have the size of the page area.
        """
        width, height = size_of(self.png)
        if self.area is not None and not self.area.fits(width, height):
            across, down = self.area.pixels
            what = (
                f"The picture is {width} by {height} pixels but the page area is {across} by "
                f"{down}, so it was refused."
            )
            raise AcquisitionError(what)
        return Page(
            self.png,
            self.digest,
            width,
            height,
            self.taken,
            stands,
            version.product,
            version.agent,
            self.area,
            self.locale,
            tries,
        )


def picture(connection: Connection, place: Place, clock: Clock) -> Taken:
    """Take a picture of what can be seen of a page, and nothing beyond.

    Raises:
        PageSilentError: The page, or what draws it, did not answer in time.
        BrowserGoneError: The connection was lost.
    """
    said = ask_page(connection, place, "Page.captureScreenshot", _PICTURE_S, format="png")
    now = clock.now()
    try:
        png = base64.b64decode(said["data"], validate=True)
    except (KeyError, TypeError, binascii.Error) as error:
        raise PageSilentError from error
    digest = Digest.of(png)
    area: queue.SimpleQueue[Mapping[str, Any] | None] = queue.SimpleQueue()
    connection.send("Page.getLayoutMetrics", place.session, area.put)
    told = tell(connection, [place]).get(place.target)
    metrics: Mapping[str, Any] | None = None
    with contextlib.suppress(queue.Empty):  # it was sent before, and has had its time
        metrics = area.get(timeout=TELL_S if told else 0.0)
    return Taken(png, digest, now, _area(metrics), told.locale if told else None)


class Eye:
    """Looks at pages, of a browser that is watched.

    Args:
        connection: To the browser.
        version: What it is.
        places: Finds out what stands in its windows now; raises where that cannot be known.
        clock: The reader of time.
    """

    def __init__(
        self,
        connection: Connection,
        version: Version,
        places: Callable[[], list[Place]],
        clock: Clock,
    ) -> None:
        """Prepare; nothing is looked at yet."""
        self._connection, self._version = connection, version
        self._places, self._clock = places, clock
        self._since = clock.now().mono_ms
        self._last: str | None = None

    def looked_at(self) -> Shown | None:
        """See `Watch.looked_at`."""
        try:
            stands = self._place(None).stands
        except NoWindowError:
            return None
        return Shown(stands.window, stands.address, stands.title)

    def stands(self, *, whole: bool) -> tuple[Shown, Stood] | None:
        """See `Watch.stands`."""
        try:
            place = self._place(None)
        except NoWindowError:
            return None
        layout, stands = self._layout(place), place.stands
        known = stands.window, stands.visit, stands.address.sha256
        stood = Stood(*known, layout, whole, self._since)
        return Shown(stands.window, stands.address, stands.title), stood

    def page(self, window: int | Stood | None) -> Page:
        """Take a picture of what can be seen of a page.

        Args:
            window: See `Watch.page`.

        Raises:
            NoWindowError, LockedError: It is not open; a stop locked the browser, also meanwhile.
            PageSilentError: The page did not answer in time.
            PageChangedError: It is not what stood there when people answered.
            PageRestlessError: Another page came each time, so what was taken was dropped.
            AcquisitionError: The picture is empty, unreadable or not of the size of the page area.
            CountersealError: The browser is gone or silent; or what the sink raised.
        """
        taken, place, tries = self._take(
            window, lambda one: picture(self._connection, one, self._clock)
        )
        return taken.page(place.stands, self._version, tries)

    def save(self, form: Form, window: int | Stood | None) -> Saved:
        """Save a page as a file.

        Args:
            form: See `Watch.save`.
            window: See `Watch.page`.

        Raises:
            PageTooLargeError: It has more than fifty megabytes.
            CountersealError: All else that `page` raises.
        """
        method, params = COMMANDS[form]

        def take(one: Place) -> tuple[bytes, Instant]:
            said = ask_page(self._connection, one, method, _SAVE_S, **params)
            return saved(form, said), self._clock.now()

        (content, taken), place, tries = self._take(window, take)
        version = self._version
        return Saved(content, form, taken, place.stands, version.product, version.agent, tries)

    def notice(self, places: list[Place]) -> None:
        """Remember which window has the keyboard: a command typed elsewhere takes it away.

        Raises:
            BrowserGoneError: The connection was lost.
        """
        if len(places) > 1:
            told = tell(self._connection, places)
            self._last = next((name for name, one in told.items() if one.focused), self._last)

    def _take(self, window: int | Stood | None, take: Callable[[Place], T]) -> tuple[T, Place, int]:
        """Take something of a page that stood there before and still stands there afterwards."""
        if isinstance(window, Stood):
            taken = take(self._still(window))
            return taken, self._still(window), 1
        place = self._place(window)
        for tries in range(1, _MOST_TRIES + 1):
            taken = take(place)
            before, place = place, self._place(place.stands.window)
            if place.stands.visit == before.stands.visit:
                return taken, place, tries
        raise PageRestlessError

    def _still(self, stood: Stood) -> Place:
        """Return the window where still the same stands for which people answered.

        Raises:
            PageChangedError: Something else does.
            PageSilentError: It is too busy to say how it lies there.
        """
        try:
            place = self._place(stood.window if stood.whole else None)
        except NoWindowError as error:
            raise PageChangedError from error
        stood.check(place.stands, self._since)
        if stood.layout is not None:
            stood.check_layout(self._layout(place))
        return place

    def _layout(self, place: Place) -> Layout | None:
        with contextlib.suppress(PageSilentError, KeyError, TypeError, ValueError):
            said = ask_page(self._connection, place, "Page.getLayoutMetrics", _LAYOUT_S)
            return Layout.of(said)
        return None

    def _place(self, window: int | None) -> Place:
        places = self._places()
        if window is not None:
            places = [one for one in places if one.stands.window == window]
        if not places:
            raise NoWindowError(_NONE_OPEN if window is None else None)
        if len(places) == 1:
            return places[0]
        told = tell(self._connection, places)
        return front(told, places, newest_first(self._connection.port, _LIST_S), self._last)


def ask_page(
    connection: Connection, place: Place, method: str, limit_s: float, /, **params: object
) -> Mapping[str, Any]:
    """Ask one page for something.

    Raises:
        PageSilentError: It did not answer in time, or refused.
        BrowserGoneError: The connection was lost.
    """
    try:
        return connection.ask_in(place.session, method, limit_s, **params)
    except BrowserGoneError as error:
        if not connection.is_open():
            raise
        raise PageSilentError from error


def _area(metrics: Mapping[str, Any] | None) -> Area | None:
    if metrics is None:
        return None
    try:
        return Area.of(metrics)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
