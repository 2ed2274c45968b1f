"""Take docs/images/stop.png: what the screen shows at a stop, the question and two of the pages.

    python docs/images/make_stop.py

Needs Xvfb. Nothing is drawn by hand: the guard covers a screen, and the screen is photographed.
"""

import os
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from make import COLOURS, _screen
from PIL import Image, ImageGrab

from counterseal.guard import Guard, Page, start
from counterseal.latch import Latch
from counterseal.workflow.stop.words import BEFORE_ANSWERING, PAGES, WHAT

HERE = Path(__file__).resolve().parent
WIDTH, HEIGHT, EDGE = 1280, 800, 16
ASKED = Page("What was it?", BEFORE_ANSWERING, tuple(WHAT.values()))
SHOWN = (None, ASKED, *(Page(PAGES[n].title, PAGES[n].lines, ("Next page",)) for n in (1, 4)))
"""What is photographed; None stands for the page that comes first."""


def main() -> None:
    """Cover a screen, photograph each page, put them side by side."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        os.environ["DISPLAY"] = _screen(stack)
        for name in ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "XAUTHORITY"):
            os.environ.pop(name, None)
        Latch((folder,)).arm()
        guard = start((folder,), [(0, 0, WIDTH, HEIGHT)])
        stack.callback(guard.kill)
        guard.cover()
        photographs = [_photograph(guard, page) for page in SHOWN]
    small = (WIDTH // 2, HEIGHT // 2)
    sheet = Image.new("RGB", (2 * small[0] + EDGE, 2 * small[1] + EDGE), "white")
    for place, photograph in enumerate(photographs):
        left, top = place % 2 * (small[0] + EDGE), place // 2 * (small[1] + EDGE)
        sheet.paste(photograph.resize(small, Image.Resampling.LANCZOS), (left, top))
    few = sheet.quantize(COLOURS // 4, dither=Image.Dither.NONE)
    few.save(HERE / "stop.png", optimize=True)


def _photograph(guard: Guard, page: Page | None) -> Image.Image:
    if page:
        guard.tell(page)
    time.sleep(1.5)  # until it is drawn
    return ImageGrab.grab(bbox=(0, 0, WIDTH, HEIGHT), xdisplay=os.environ["DISPLAY"])


if __name__ == "__main__":
    main()
