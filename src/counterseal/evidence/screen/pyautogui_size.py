"""What PyAutoGUI says of the screen's size on Linux: a second opinion, never the camera.

PyAutoGUI asks once, when it is first imported, and remembers the answer. So its word is written
down beside the picture; the fresh answer of mss is what the picture is held against.
"""

import contextlib
import os
import sys
import warnings
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """What PyAutoGUI answered.

    Args:
        version: "PyAutoGUI 0.9.54", or "PyAutoGUI not used (reason)".
        size: Width and height in pixels; None where it is not available.
    """

    version: str
    size: tuple[int, int] | None


def second_opinion() -> SecondOpinion:
    """Ask PyAutoGUI, where it can be imported at all; never raises for what it lacks."""
    if not os.environ.get("DISPLAY"):  # else the import raises KeyError: 'DISPLAY'
        return _unused("no X display")
    try:
        from Xlib import error as x  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError:
        return _unused("not installed")
    try:
        # Its X library prints warnings where outcomes stand, and would spoil them as JSON.
        with warnings.catch_warnings(), contextlib.redirect_stdout(sys.stderr):
            # Its X library leaves the authority file for Python to close, which Python may report.
            warnings.simplefilter("ignore", ResourceWarning)
            import pyautogui  # noqa: PLC0415  (connects to the screen as it is imported)

            width, height = pyautogui.size()
    except ImportError:
        reason = "not installed"
    except SystemExit:  # MouseInfo, which it brings, ends the whole program without tkinter
        reason = "Python has no Tk"
    except (x.XauthError, x.XNoAuthError, x.DisplayError, x.ConnectionClosedError):
        reason = "no leave to use the display"
    except (OSError, KeyError, AssertionError) as error:
        reason = type(error).__name__
    else:
        return SecondOpinion(f"PyAutoGUI {pyautogui.__version__}", (int(width), int(height)))
    return _unused(reason)


def _unused(reason: str) -> SecondOpinion:
    return SecondOpinion(f"PyAutoGUI not used ({reason})", None)
