"""Show a picture from memory in a window, so that nothing is kept unseen.

The window is a process of its own (`window.py`), because a Tk that hangs or dies must not take the
signing down with it. The picture goes to it through a pipe, never through a file. The window's
STOP sets the latch from here at once, while the main thread still waits for an answer.
"""

import contextlib
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from counterseal.errors import NoScreenError, StoppedError
from counterseal.evidence.screen.picture import fit
from counterseal.latch import Latch

TITLE = "Counterseal - check before it is kept"
_WINDOW = Path(__file__).with_name("window.py")
_START_S = 10.0
"""How long the window may take to be there, in seconds; a slow school computer needs three."""
_END_S = 2.0
_LOOK_S = 0.1


@dataclass(slots=True)
class Preview:
    """A picture in a window.

    Args:
        stop_pressed: Whether somebody pressed STOP in it. The latch was set then and there.
        closed: Whether the window is gone, by its own X or otherwise.
        troubles: What setting the latch could not do, a sentence each.
    """

    stop_pressed: bool = field(default=False)
    closed: bool = field(default=False)
    troubles: tuple[str, ...] = field(default=())


@contextlib.contextmanager
def show(
    png: bytes,
    *,
    caption: str,
    latch: Latch,
    title: str = TITLE,
    on_stop: Callable[[], None] | None = None,
) -> Iterator[Preview]:
    """Show a picture until the block ends.

    Args:
        png: The exact bytes that would be kept, or that were kept and are looked at again.
        caption: One or two calm sentences above the picture.
        latch: Asked first; set when STOP is pressed. While the window is up it is watched too:
            a stop from elsewhere takes the picture away.
        title: Of the window.
        on_stop: Called after the latch is set, from another thread; it must not raise.

    Yields:
        What happened in the window so far.

    Raises:
        StoppedError: The latch stands.
        NoScreenError: No window could be had within ten seconds.
        AcquisitionError: The bytes are no picture.
    """
    latch.check()
    preview = Preview()
    child = _start()
    link = _Link(child, preview, latch, on_stop)
    try:
        link.present(png, {"title": title, "caption": caption, "stopped": str(StoppedError())})
        with link.watching():
            yield preview
    finally:
        _end(child)
        link.hear_out()


def _start() -> subprocess.Popen[bytes]:
    # -I: nothing from the working folder or the environment; -B: no byte-code file either.
    return subprocess.Popen(
        [sys.executable, "-I", "-B", str(_WINDOW)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C in the terminal is answered there, not by the window
    )


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.stdin is not None:
        with contextlib.suppress(OSError):  # the window went first
            child.stdin.close()
    try:
        child.wait(_END_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


class _Link:
    """Both ends of the conversation with the window."""

    def __init__(
        self,
        child: subprocess.Popen[bytes],
        preview: Preview,
        latch: Latch,
        on_stop: Callable[[], None] | None,
    ) -> None:
        self._child = child
        self._to, self._from = _pipes(child)
        self._preview = preview
        self._latch = latch
        self._on_stop = on_stop
        self._words: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._over = threading.Event()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def present(self, png: bytes, texts: dict[str, str]) -> None:
        """Hand the picture over and wait until the window is on the screen."""
        # A window that hangs anywhere, even while it is written to, is ended; then its pipes end.
        watchdog = threading.Timer(_START_S, self._child.kill)
        watchdog.start()
        try:
            self._present(png, texts)
        finally:
            watchdog.cancel()

    def _present(self, png: bytes, texts: dict[str, str]) -> None:
        word, *room = self._words.get().split()
        if word != "room":
            raise _no_window(" ".join(room))
        small, width, height = fit(png, (int(room[0]), int(room[1])))
        parts = [small] if small is png else [small, png]
        head = {**texts, "width": width, "height": height, "sizes": [len(part) for part in parts]}
        try:
            self._to.write(json.dumps(head).encode() + b"\n")
            for part in parts:
                self._to.write(part)
            self._to.flush()
        except OSError as error:
            raise _no_window() from error
        word, *reason = self._words.get().split()
        if word != "shown":
            raise _no_window(" ".join(reason))

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Take the picture away as soon as the latch stands, whoever set it."""
        watcher = threading.Thread(target=self._watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            self._over.set()
            watcher.join()

    def hear_out(self) -> None:
        """Read to the end: a STOP pressed at the last moment counts before the block is left."""
        self._listener.join(_END_S)

    def _listen(self) -> None:
        try:
            for line in self._from:
                word = line.decode("utf-8", "replace").strip()
                if word == "stop":
                    self._stop()
                elif word:
                    self._words.put(word)
        finally:
            self._preview.closed = True
            self._from.close()
            self._words.put("unavailable")

    def _stop(self) -> None:
        self._preview.stop_pressed = True
        self._preview.troubles = tuple(self._latch.lock())
        if self._on_stop is not None:
            self._on_stop()

    def _watch(self) -> None:
        while not self._over.wait(_LOOK_S):
            if self._latch.stopped:
                with contextlib.suppress(OSError):
                    self._to.write(b"hide\n")
                    self._to.flush()
                return


def _pipes(child: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if child.stdin is None or child.stdout is None:
        message = "the window's pipes were asked for"
        raise TypeError(message)
    return child.stdin, child.stdout


def _no_window(reason: str = "") -> NoScreenError:
    if reason == "tk":
        return NoScreenError(
            "No window could be opened to show the picture: Python has no Tk.",
            advice="Ask IT to install Tk for Python (on Debian and Ubuntu: "
            "sudo apt install python3-tk), then try again.",
        )
    return NoScreenError(
        "No window could be opened to show the picture, and nothing is kept unseen.",
        advice="Sit at the computer itself and run the command there.",
    )
