"""Linux with X11: Pillow takes the picture, mss and PyAutoGUI say how large it must be.

Pillow is always told the display's name. Without one it falls back silently to a program that
writes the picture to a plain file when X fails. PyAutoGUI takes no picture here for the same
reason: PyScreeze names no display, or calls scrot, which writes to the working folder.
"""

import os
from dataclasses import dataclass

from counterseal.errors import AcquisitionError, NoScreenError
from counterseal.evidence.screen.displays import (
    PILLOW,
    PILLOW_XCB,
    geometry,
    mss_version,
    not_installed,
    wayland,
)
from counterseal.evidence.screen.picture import frame_of
from counterseal.evidence.screen.port import Desktop, Frame, Permit, ScreenLostError
from counterseal.evidence.screen.pyautogui_size import SecondOpinion, second_opinion


@dataclass(frozen=True, slots=True)
class X11Screen:
    """One X display, by its name.

    Args:
        display: Such as ":0".
        version: Of what takes the picture and of what checks its size.
    """

    display: str
    version: str

    @property
    def name(self) -> str:
        """The backend's name for the record."""
        return "pillow-x11"

    def desktop(self) -> Desktop:
        """Ask the X server, over a connection of its own."""
        return geometry(self.display)

    def grab(self, permit: Permit) -> Frame:
        """Take the whole root window over the X connection, in memory."""
        permit.use()
        from PIL import ImageGrab  # noqa: PLC0415  (heavy; only where a picture is taken)

        try:
            return frame_of(ImageGrab.grab(xdisplay=self.display))
        except OSError as error:
            if str(error).startswith("X "):  # "X connection failed", "X get_image failed"
                raise ScreenLostError from error
            raise AcquisitionError from error  # such as a depth of colour that it cannot read


def open_x11() -> X11Screen:
    """Find the X display of this session and ask how large it is.

    Raises:
        NoScreenError: There is none, it does not answer, or it shows a part of the desktop only.
    """
    display = os.environ.get("DISPLAY", "")
    if os.environ.get("WAYLAND_DISPLAY") or os.environ.get("XDG_SESSION_TYPE") == "wayland":
        raise wayland()
    if not display:
        raise NoScreenError
    if not display.startswith((":", "unix:")):  # a display sent over the network, as ssh -X does
        what = "This shows the screen of another computer, not of this one."
        raise NoScreenError(what)
    try:
        from PIL import __version__ as pillow  # noqa: PLC0415
        from PIL import features  # noqa: PLC0415
    except ImportError as error:
        raise not_installed(PILLOW) from error
    if not features.check_feature("xcb"):
        raise not_installed(PILLOW_XCB)
    try:
        desktop = geometry(display)
    except ScreenLostError as error:
        what = "The screen of this computer does not answer."
        raise NoScreenError(what) from error
    opinion = _in_words(second_opinion(), desktop)
    return X11Screen(display, f"Pillow {pillow}; {mss_version()}; {opinion}")


def _in_words(opinion: SecondOpinion, desktop: Desktop) -> str:
    if opinion.size is None or opinion.size == (desktop.width, desktop.height):
        return opinion.version
    width, height = opinion.size
    return f"{opinion.version} says {width}x{height}"
