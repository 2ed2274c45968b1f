"""How large the screen is, from mss: asked another way than the picture, so that the two can agree.

mss opens a connection of its own and closes it again; it takes no picture here.
"""

from counterseal.errors import NoScreenError
from counterseal.evidence.exhibit import Monitor
from counterseal.evidence.screen.port import Desktop, ScreenLostError

MSS = "mss"
PILLOW = "Pillow"
PILLOW_XCB = "Pillow with XCB"


def geometry(display: str | None = None) -> Desktop:
    """Ask for all displays.

    Args:
        display: The X display's name; None on Windows and macOS, which have one.

    Raises:
        ScreenLostError: There is no answer from the screen.
        NoScreenError: The screen is a window of a Wayland desktop and shows a part of it only, or
            mss is not installed.
    """
    try:
        import mss  # noqa: PLC0415  (heavy; only where a screen is asked)
    except ImportError as error:
        raise not_installed(MSS) from error
    try:
        # XGetImage's backend, not the shared-memory one: only geometry is asked for.
        with mss.MSS(display=display, backend="xgetimage") if display else mss.MSS() as screen:
            whole, *found = screen.monitors
    except (mss.ScreenShotError, OSError) as error:
        raise ScreenLostError from error
    if any(str(one.get("output", "")).startswith("XWAYLAND") for one in found):
        raise wayland()
    monitors = tuple(
        Monitor(one["left"], one["top"], one["width"], one["height"]) for one in found or [whole]
    )
    return Desktop(whole["width"], whole["height"], monitors)


def mss_version() -> str:
    """Return the version of mss for the record."""
    import mss  # noqa: PLC0415

    return f"mss {mss.__version__}"


def not_installed(name: str) -> NoScreenError:
    """Make the error for a missing library.

    Args:
        name: Of the library, for IT; one of the names above.
    """
    return NoScreenError(
        f"The part of this program that takes pictures is not installed ({name}).",
        advice='Ask IT to install "counterseal[school]", '
        "or record the concern in words without a picture.",
    )


def wayland() -> NoScreenError:
    """Make the error for a Wayland desktop, where a program sees a part of the screen at most."""
    return NoScreenError(
        "This kind of desktop (Wayland) does not let the program see the whole screen.",
        advice='Sign out, choose "Xorg" or "X11" on the sign-in page and sign in again, '
        "or record the concern in words without a picture.",
    )
