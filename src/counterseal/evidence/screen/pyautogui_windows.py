"""Windows: PyAutoGUI takes all displays, in memory; mss says how large the picture must be.

Where a school leaves PyAutoGUI out, Pillow is called in the way that PyAutoGUI calls it.
"""

from dataclasses import dataclass
from importlib.util import find_spec

from counterseal.errors import NoScreenError
from counterseal.evidence.screen.displays import PILLOW, geometry, mss_version, not_installed
from counterseal.evidence.screen.picture import frame_of
from counterseal.evidence.screen.port import Desktop, Frame, Permit, ScreenLostError


@dataclass(frozen=True, slots=True)
class WindowsScreen:
    """The desktop of the signed-in session.

    Args:
        name: "pyautogui", or "pillow-windows" where PyAutoGUI is not installed.
        version: Of what takes the picture and of what checks its size.
    """

    name: str
    version: str

    def desktop(self) -> Desktop:
        """Ask Windows for the virtual screen and each display."""
        return geometry()

    def grab(self, permit: Permit) -> Frame:
        """Take every display through GDI, in memory."""
        permit.use()
        try:
            if self.name == "pyautogui":
                import pyautogui  # noqa: PLC0415  (heavy; only where a picture is taken)

                return frame_of(pyautogui.screenshot(allScreens=True))
            from PIL import ImageGrab  # noqa: PLC0415

            return frame_of(ImageGrab.grab(all_screens=True))
        except OSError as error:  # "screen grab failed": the lock screen or a prompt is up
            raise ScreenLostError from error


def open_windows() -> WindowsScreen:
    """Make sure that there is a desktop to see.

    Raises:
        NoScreenError: There is none, or a library is missing.
    """
    # mss first: it asks for real pixels on every display; PyScreeze would ask for less, and
    # whichever asks first decides for the whole program.
    try:
        geometry()
    except ScreenLostError as error:
        raise NoScreenError from error
    try:
        from PIL import __version__ as pillow  # noqa: PLC0415
    except ImportError as error:
        raise not_installed(PILLOW) from error
    if find_spec("pyautogui") is None:
        return WindowsScreen("pillow-windows", f"Pillow {pillow}; {mss_version()}")
    import pyautogui  # noqa: PLC0415

    versions = f"PyAutoGUI {pyautogui.__version__}; Pillow {pillow}; {mss_version()}"
    return WindowsScreen("pyautogui", versions)
