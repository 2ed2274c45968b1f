"""Which adapter sees this computer's screen."""

import sys

from counterseal.errors import NoScreenError
from counterseal.evidence.screen.port import ScreenSource


def open_screen(*, practice: bool) -> ScreenSource:
    """Find the screen of this computer.

    Args:
        practice: Whether this is a practice vault. Only there may a made-up page stand in where
            the computer has no screen; a real record never holds one.

    Returns:
        The source to hand to `grab`.

    Raises:
        NoScreenError: There is no screen, or no way to see the whole of it in memory.
    """
    try:
        return _real_screen()
    except NoScreenError:
        if not practice:
            raise
    from counterseal.evidence.screen.headless import PracticeScreen  # noqa: PLC0415

    return PracticeScreen()


def _real_screen() -> ScreenSource:
    # Each adapter is imported on its own platform only.
    if sys.platform == "win32":
        from counterseal.evidence.screen.pyautogui_windows import open_windows  # noqa: PLC0415

        return open_windows()
    if sys.platform == "darwin":
        from counterseal.evidence.screen.mss_macos import open_macos  # noqa: PLC0415

        return open_macos()
    from counterseal.evidence.screen.pillow_x11 import open_x11  # noqa: PLC0415

    return open_x11()
