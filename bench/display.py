"""A screen of our own with a busy picture on it: Xvfb, its own authority file, one Tk window."""

import base64
import contextlib
import io
import os
import random
import secrets
import shutil
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

SIZE = (1920, 1080)
_WILD, _LOCAL = 0xFFFF, 256
_HIDDEN = ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "DISPLAY", "XAUTHORITY")
_PATCHES = 40
_LETTERS = 2_600


class NoDisplayError(Exception):
    """There is no Xvfb or no Tk here; the message says which."""


def busy_picture() -> "Image":
    """Draw what a full page looks like to a PNG encoder: photographs, colour, lines of text.

    It is the same at every run, and more than a megabyte as a PNG.
    """
    from PIL import Image, ImageDraw  # noqa: PLC0415  (heavy; only where a picture is measured)

    dice = random.Random(20)  # noqa: S311  (a picture, not a secret)
    page = Image.linear_gradient("L").resize(SIZE).convert("RGB")
    for _ in range(_PATCHES):  # a photograph: neighbours are alike but never the same
        width, height = dice.randrange(120, 360), dice.randrange(90, 270)
        coarse = Image.frombytes("RGB", (24, 18), dice.randbytes(24 * 18 * 3))
        photo = coarse.resize((width, height), Image.Resampling.BICUBIC)
        grain = Image.frombytes("RGB", (width, height), dice.randbytes(width * height * 3))
        place = (dice.randrange(SIZE[0] - width), dice.randrange(SIZE[1] - height))
        page.paste(Image.blend(photo, grain, 0.06), place)
    draw = ImageDraw.Draw(page)
    for _ in range(_LETTERS):
        place = (dice.randrange(SIZE[0]), dice.randrange(SIZE[1]))
        draw.text(place, chr(dice.randrange(97, 123)), fill=(20, 20, 40))
    return page


@contextlib.contextmanager
def busy_display(folder: Path) -> Iterator[str]:
    """Run an X server that shows the busy picture; this process sees that screen and no other.

    Args:
        folder: For the authority file and the picture.

    Yields:
        The display's name.

    Raises:
        NoDisplayError: Xvfb or Tk is missing.
    """
    if shutil.which("Xvfb") is None:
        message = "there is no Xvfb here"
        raise NoDisplayError(message)
    with contextlib.ExitStack() as stack:
        display, authority = stack.enter_context(_xvfb(folder))
        kept = {name: os.environ.pop(name) for name in _HIDDEN if name in os.environ}
        os.environ.update(DISPLAY=display, XAUTHORITY=str(authority))
        stack.callback(lambda: os.environ.update(kept))
        stack.callback(lambda: [os.environ.pop(name) for name in ("DISPLAY", "XAUTHORITY")])
        stack.enter_context(_window())
        yield display


@contextlib.contextmanager
def _xvfb(folder: Path) -> Iterator[tuple[str, Path]]:
    authority, cookie = folder / "authority", secrets.token_bytes(16)
    authority.write_bytes(_entry(_WILD, "", "", cookie))
    ours, theirs = os.pipe()
    width, height = SIZE
    server = subprocess.Popen(
        [
            *("Xvfb", "-displayfd", str(theirs), "-screen", "0", f"{width}x{height}x24"),
            *("-nolisten", "tcp", "-noreset", "-auth", str(authority)),
        ],
        pass_fds=[theirs],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs)
    try:
        with os.fdopen(ours) as answers:
            number = answers.readline().strip()
        if not number:
            message = "Xvfb did not start"
            raise NoDisplayError(message)
        # PyAutoGUI's X library knows no wild-card entries: name this computer and the display.
        authority.write_bytes(_entry(_LOCAL, socket.gethostname(), number, cookie))
        yield f":{number}", authority
    finally:
        server.terminate()
        server.wait(20)


def _entry(family: int, address: str, number: str, cookie: bytes) -> bytes:
    parts = (address.encode(), number.encode(), b"MIT-MAGIC-COOKIE-1", cookie)
    fields = b"".join(struct.pack(">H", len(part)) + part for part in parts)
    return struct.pack(">H", family) + fields


@contextlib.contextmanager
def _window() -> Iterator[None]:
    memory = io.BytesIO()
    busy_picture().save(memory, format="PNG")
    window = subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with window:
        assert window.stdin is not None  # noqa: S101  (both were asked for)
        assert window.stdout is not None  # noqa: S101
        try:
            window.stdin.write(base64.b64encode(memory.getvalue()) + b"\n")
            window.stdin.flush()
            if window.stdout.readline() != b"up\n":
                message = "this Python has no Tk"
                raise NoDisplayError(message)
            yield
        finally:
            window.kill()


def show() -> None:
    """Fill the screen with the picture that comes on standard input; say "up"; wait for its end."""
    import tkinter as tk  # noqa: PLC0415  (only in the window's own process)

    root = tk.Tk()
    root.overrideredirect(boolean=True)
    root.geometry(f"{SIZE[0]}x{SIZE[1]}+0+0")
    photo = tk.PhotoImage(data=sys.stdin.readline().strip(), format="png")
    label = tk.Label(root, image=photo, borderwidth=0)
    label.pack()
    root.wait_visibility(label)
    root.update()
    sys.stdout.write("up\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    show()
