"""Take docs/images/practice.png: the practice case on a made-up screen, with its preview window.

    python docs/images/make.py

Needs Xvfb, xterm, chromium and xdotool. Nothing is drawn by hand: a browser shows the practice
page, a terminal runs `counterseal practice`, and the screen is photographed while the preview
window is up.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from PIL import Image, ImageGrab
from Xlib.display import Display

from counterseal.evidence import screen

HERE = Path(__file__).resolve().parent
PAGE = Path(screen.__file__).with_name("practice.html")
WIDTH, HEIGHT, PAGE_HEIGHT = 1280, 1088, 820
COLOURS, EDGE = 128, 3
STORY = f"""
PS1=; clear
printf '\\033[1m$ python3 start.py\\033[0m\\n'
cd "$FOLDER" && '{sys.executable}' -m counterseal practice --out practice-case
sleep 30
"""


def main() -> None:
    """Start the screen and what is on it, answer the one question, take the photograph."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        os.environ |= {"FOLDER": folder, "DISPLAY": _screen(stack)}
        for name in ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "XAUTHORITY"):
            os.environ.pop(name, None)
        browser = [
            *("chromium", "--no-sandbox", "--no-first-run", f"--user-data-dir={folder}/browser"),
            *("--window-position=0,0", f"--window-size={WIDTH},{PAGE_HEIGHT}"),
            *("--test-type", "--hide-scrollbars", f"--app=file://{PAGE}"),
        ]
        _start(stack, browser)
        _find("Practice page")
        time.sleep(3)  # until it is drawn
        terminal = [
            *(
                "xterm",
                "-geometry",
                f"138x14+0+{PAGE_HEIGHT}",
                "-fa",
                "DejaVu Sans Mono",
                "-fs",
                "11",
            ),
            *("-bg", "#10202f", "-fg", "#e8eef4", "-b", "12", "-bw", "0", "+sb"),
            *("-title", "story", "-e", "bash", "-c", STORY),
        ]
        _start(stack, terminal)
        story = _find("story")
        _tool("windowsize", story, str(WIDTH), str(HEIGHT - PAGE_HEIGHT))
        _tool("windowfocus", story)
        time.sleep(6)  # until it asks about the screen
        _tool("type", "--delay", "60", "no\n")
        preview = _find("check before it is kept")
        _frame(int(preview))
        time.sleep(0.6)
        photograph = ImageGrab.grab(xdisplay=os.environ["DISPLAY"])
        small = photograph.quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(HERE / "practice.png", optimize=True)


def _screen(stack: ExitStack) -> str:
    ours, theirs = os.pipe()
    size = f"{WIDTH}x{HEIGHT}x24"
    command = ["Xvfb", "-displayfd", str(theirs), "-screen", "0", size, "-nolisten", "tcp"]
    _start(stack, [*command, "-noreset"], keep=theirs)
    os.close(theirs)
    with os.fdopen(ours) as answer:
        return f":{answer.readline().strip()}"


def _start(stack: ExitStack, command: list[str], keep: int | None = None) -> None:
    silent = subprocess.DEVNULL
    fds = () if keep is None else (keep,)
    child = subprocess.Popen(command, stdout=silent, stderr=silent, pass_fds=fds)
    stack.callback(child.wait)
    stack.callback(child.terminate)


def _frame(window: int) -> None:
    # There is no window manager, so the window gets its edge and its place from here.
    os.environ["XAUTHORITY"] = os.devnull  # this screen lets everybody on this computer in
    with contextlib.closing(Display(os.environ["DISPLAY"])) as display:
        shown = display.create_resource_object("window", window)
        left = (WIDTH - shown.get_geometry().width) // 2 - EDGE
        shown.change_attributes(border_pixel=0x16283D)
        shown.configure(border_width=EDGE, x=left, y=2)
        display.sync()


def _find(title: str) -> str:
    return _tool("search", "--sync", "--onlyvisible", "--name", title).split()[0]


def _tool(*words: str) -> str:
    command = ["xdotool", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


if __name__ == "__main__":
    main()
