"""The screen: one door to the camera, its adapters, and the preview window.

- `open_screen` picks what can see this computer's screen.
- `grab` takes one picture with it, for one clearance, in memory.
- `show` puts a picture in a window, from memory, so that nothing is kept unseen.

No picture touches the disk here, not for a moment. PIL, PyAutoGUI and mss live in this package
alone, are imported where they are used, and none of their types leaves it (docs/adr/0003).
"""

from counterseal.evidence.screen.choose import open_screen
from counterseal.evidence.screen.port import Desktop, Frame, Permit, ScreenSource, grab
from counterseal.evidence.screen.preview import Preview, show

__all__ = [
    "Desktop",
    "Frame",
    "Permit",
    "Preview",
    "ScreenSource",
    "grab",
    "open_screen",
    "show",
]
