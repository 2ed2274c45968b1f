"""macOS: mss asks CoreGraphics for the pixels, in memory.

Pillow, and PyAutoGUI with it, would run `screencapture` into a temporary file: never used here.
"""

import ctypes
from dataclasses import dataclass

from counterseal.errors import AcquisitionError, NoScreenError
from counterseal.evidence.screen.displays import PILLOW, geometry, mss_version, not_installed
from counterseal.evidence.screen.picture import frame_of
from counterseal.evidence.screen.port import Desktop, Frame, Permit, ScreenLostError

_CORE_GRAPHICS = "/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics"


@dataclass(frozen=True, slots=True)
class MacScreen:
    """The desktop of the signed-in session, at one pixel a point.

    Args:
        version: Of what takes the picture.
    """

    version: str

    @property
    def name(self) -> str:
        """The backend's name for the record."""
        return "mss"

    def desktop(self) -> Desktop:
        """Ask CoreGraphics for every display."""
        return geometry()

    def grab(self, permit: Permit) -> Frame:
        """Take every display through CoreGraphics, in memory."""
        permit.use()
        import mss  # noqa: PLC0415  (heavy; only where a picture is taken)
        from PIL import Image  # noqa: PLC0415

        _refuse_without_leave()
        try:
            with mss.MSS() as screen:
                shot = screen.grab(screen.monitors[0])
        except (mss.ScreenShotError, OSError) as error:
            raise ScreenLostError from error
        return frame_of(Image.frombytes("RGB", shot.size, bytes(shot.bgra), "raw", "BGRX"))


def open_macos() -> MacScreen:
    """Make sure that there is a desktop to see.

    Raises:
        NoScreenError: There is none, or a library is missing.
    """
    try:
        from PIL import __version__ as pillow  # noqa: PLC0415
    except ImportError as error:
        raise not_installed(PILLOW) from error
    try:
        desktop = geometry()
    except ScreenLostError as error:
        raise NoScreenError from error
    if not desktop.width:
        raise NoScreenError
    return MacScreen(f"{mss_version()}; Pillow {pillow}")


def _refuse_without_leave() -> None:
    # Without leave macOS hands over the wallpaper alone: a picture that looks right and shows
    # nothing. Older systems (before 10.15) do not ask, and have no such function.
    try:
        asked = ctypes.CDLL(_CORE_GRAPHICS).CGPreflightScreenCaptureAccess
    except (OSError, AttributeError):
        return
    asked.restype = ctypes.c_bool
    if not asked():
        what = "This program may not record the screen yet, so no picture was taken."
        advice = (
            "Open System Settings, Privacy & Security, Screen Recording, "
            "allow this program (the Terminal), then try again."
        )
        raise AcquisitionError(what, advice=advice)
