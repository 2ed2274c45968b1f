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
    default_what = "The settings of this computer do not allow its browser to be watched."
    default_advice = f"{BY_HAND} Technical support can say who made that setting, and why."


class BrowserSilentError(BrowserGoneError):
    """The browser runs and does not answer."""

    code = "browser-silent"
    default_what = "The monitored browser does not answer."
    default_advice = f"Close its windows if they are still open. {BY_HAND}"
