"""What can go wrong with the monitored browser, in sentences for the two at the computer."""

from counterseal.errors import AcquisitionError

BY_HAND = (
    "Go on by hand: one types the address, the other reads it back aloud, and a picture of the "
    "screen can still be taken."
)
"""What can always be done instead."""


class BrowserGoneError(AcquisitionError):
    """The monitored browser cannot be watched: it ended, hangs, or the connection was lost."""

    code = "browser-gone"
    default_what = "The monitored browser was closed or has stopped working."
    default_advice = BY_HAND


class NoBrowserError(BrowserGoneError):
    """This computer has neither Edge nor Chrome nor Chromium."""

    code = "no-browser"
    default_what = "This computer has no browser that can be watched: no Edge, Chrome or Chromium."


class BrowserBlockedError(BrowserGoneError):
    """The school's own settings forbid that a browser is watched."""

    code = "browser-blocked"
    default_what = (
        "A setting of this computer does not allow its browser to be watched, so it was closed."
    )
    default_advice = f"{BY_HAND} Technical support can say who made that setting, and why."


class BrowserSilentError(BrowserGoneError):
    """The browser runs and does not answer."""

    code = "browser-silent"
    default_what = "The monitored browser does not answer."
    default_advice = f"Close its windows if they are still open. {BY_HAND}"


class WatchLostError(BrowserGoneError):
    """The process that watched the browser was ended."""

    code = "watch-lost"
    default_what = "What watched the browser was ended, so nothing of it is written down any more."
    default_advice = f"`counterseal browser start` starts it anew. {BY_HAND}"


class WatchSilentError(BrowserSilentError):
    """The process that watches the browser does not answer."""

    code = "watch-silent"
    default_what = "What watches the browser does not answer just now."
    default_advice = (
        "Wait a moment, then run the command again. If it stays so, technical support ends the "
        "program `counterseal watch`; nothing that was written down is lost by that."
    )


class NoWindowError(BrowserGoneError):
    """The monitored browser has no window open, or not the one that was named."""

    code = "no-window"
    default_what = "That window of the monitored browser is not open."
    default_advice = "Open the page again in the monitored browser, then try again."


class LockedError(BrowserGoneError):
    """The monitored browser was locked by a stop; nothing is taken of it any more."""

    code = "browser-locked"
    default_what = "The monitored browser is locked, so nothing was taken of its pages."
    default_advice = "Leave it as it stands. Whoever is told of the stop says what happens next."


class PageSilentError(BrowserSilentError):
    """One page does not answer; the browser does."""

    code = "page-silent"
    default_what = "The page in that window does not answer, so nothing was taken of it."
    default_advice = (
        "Bring it to the front, and close a message that it may show on top. Then try again. "
        f"If it still does not answer: {BY_HAND[0].lower()}{BY_HAND[1:]}"
    )


class PageRestlessError(BrowserGoneError):
    """The page changed while it was taken, each time anew; what was taken may show another one."""

    code = "page-restless"
    default_what = "The page changed while it was being taken, so what was taken was dropped."
    default_advice = f"Wait until it has loaded, then try again. {BY_HAND}"


class PageChangedError(AcquisitionError):
    """Something else stands there than what people had answered for."""

    code = "page-changed"
    default_what = "The page changed after you answered. Nothing was taken."
    default_advice = "Look again, and answer again: run the command again."


class PageTooLargeError(BrowserGoneError):
    """A page is larger than what is saved."""

    code = "page-too-large"
    default_what = "The page is too large to be saved."
    default_advice = "Take a picture of it instead, or describe it in words."
