"""Windows: PyAutoGUI takes all displays, in memory; mss says how large the picture must be."""

from dataclasses import dataclass

from counterseal.errors import NoScreenError
from counterseal.evidence.screen.displays import PYAUTOGUI, geometry, mss_version, not_installed
from counterseal.evidence.screen.picture import frame_of
from counterseal.evidence.screen.port import Desktop, Frame, Permit, ScreenLostError


@dataclass(frozen=True, slots=True)
class WindowsScreen:
    """The desktop of the signed-in session.

    Args:
        version: Of what takes the picture and of what checks its size.
    """

    version: str

    @property
    def name(self) -> str:
        """The backend's name for the record."""
        return "pyautogui"

    def desktop(self) -> Desktop:
        """Ask Windows for the virtual screen and each display."""
        return geometry()

    def grab(self, permit: Permit) -> Frame:
        """Take every display through GDI, in memory."""
        permit.use()
        import pyautogui  # noqa: PLC0415  (heavy; only where a picture is taken)

        try:
            return frame_of(pyautogui.screenshot(allScreens=True))
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
        import pyautogui  # noqa: PLC0415
    except (ImportError, SystemExit) as error:
        raise not_installed(PYAUTOGUI) from error
    return WindowsScreen(f"PyAutoGUI {pyautogui.__version__}; {mss_version()}")
