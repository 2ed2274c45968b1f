"""Take docs/images/browser.png: a session with its watched browser, and the page shown to both.

    python docs/images/make_browser.py

Needs Xvfb and chromium. Nothing is drawn by hand: the real command runs, in a practice record, with
a made-up forum that this script serves; the screen is photographed.
"""

import os
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from make import COLOURS, _screen
from PIL import Image, ImageGrab

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tests"))

import schools  # noqa: E402  (its place is known only now)
from browsing import Hand  # noqa: E402
from driving import School  # noqa: E402
from watched_school import add, opened, ready, watched_school  # noqa: E402
from xvfb import Screen  # noqa: E402

WIDTH, HEIGHT, SEEN = 1280, 1088, 880
SAID = (
    ("teapot_77", "16:02", "Nobody wants you on our bus. Walk home."),
    ("badger", "16:05", "Everyone laughed when you dropped your lunch. Do it again tomorrow."),
    ("teapot_77", "16:11", "We are all going to sit at the back so that you cannot."),
    ("quietmouse", "16:20", "Please stop this. It is not funny."),
)
STYLE = """
body { font: 17px/1.5 Arial, sans-serif; margin: 0; background: #f4f6f8; color: #1d2733 }
header { background: #2f5d50; color: #fff; padding: 18px 40px; font-size: 26px }
main { max-width: 820px; margin: 26px auto; padding: 0 20px }
article { background: #fff; border: 1px solid #d3dae0; padding: 10px 18px; margin: 0 0 12px }
b { color: #2f5d50 } small { color: #6b7785; float: right }
"""


def main() -> None:
    """Open a session, take the forum's page, photograph what both are shown."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        os.environ["DISPLAY"] = name = _screen(stack)
        (folder / "authority").touch()
        os.environ["XAUTHORITY"] = str(folder / "authority")
        screen = Screen(name, folder / "authority", 0, WIDTH, HEIGHT)
        school = stack.enter_context(watched_school(schools.authorised(), folder, screen))
        school = school.as_installed()
        address = f"{_forum(stack)}/year-9/thread-42"
        opened(school)
        _show(school, address)
        add(school, "1")
        with school.start("exhibit", "capture", "--what", "The thread about the bus") as running:
            if running.stdin is None:
                sys.exit("The command cannot be answered.")
            both = school.words_of("ab", "cd")
            running.stdin.write("".join(f"{line}\n" for line in (*both, *["no"] * 4)))
            running.stdin.flush()
            time.sleep(6)
            photograph = ImageGrab.grab(xdisplay=name)
            running.communicate("\nkeep\nkeep\n", timeout=60)
    seen = photograph.convert("RGB").crop((0, 0, WIDTH, SEEN))
    few = seen.quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(HERE / "browser.png", optimize=True)


def _show(school: School, address: str) -> None:
    hand = Hand(ready(school)["port"])
    hand.go(address)
    window = hand.do("Browser.getWindowForTarget")["windowId"]
    bounds = {"left": 0, "top": 60, "width": WIDTH, "height": HEIGHT - 60}
    hand.do("Browser.setWindowBounds", windowId=window, bounds=bounds)
    hand.close()
    time.sleep(1.5)  # until it is drawn


def _forum(stack: ExitStack) -> str:
    server = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), _Page))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stack.callback(server.shutdown)
    return f"http://127.0.0.1:{server.server_port}"


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer with the thread."""
        posts = "".join(
            f"<article><b>{who}</b><small>yesterday, {when}</small><p>{what}</article>"
            for who, when, what in SAID
        )
        title = "Elmbridge Forum · Year 9 corner"
        page = f"<!doctype html><html lang=en-GB><title>{title}</title><style>{STYLE}</style>"
        page += f"<header>{title}</header><main><h2>The bus thread</h2>{posts}</main>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    main()
