"""A headless browser on two pipes, for the practice page: standard library only, no port, no file.

POSIX only: the browser reads commands from descriptor 3 and answers on descriptor 4, each message
one JSON text that ends with a zero byte. On Windows there is always a desktop, so it is not needed.
"""

import base64
import contextlib
import json
import os
import select
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from typing import Any

from counterseal.errors import AcquisitionError

LIMIT_S = 15.0
"""How long the browser may take from start to picture, in seconds; then it is ended."""
_QUIET_S = 8.0
"""How long it may say nothing, in seconds."""
_GOING_S = 1.0
_LEAST_DESCRIPTOR = 10
_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_FLAGS = (
    "--headless",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-breakpad",
    "--hide-scrollbars",
)


class BrowserFailedError(AcquisitionError):
    """The headless browser is missing, failed or took too long; the practice card stands in."""

    default_what = "The browser could not draw the practice page."


def find_browser() -> str | None:
    """Return the path of this machine's own Chromium, Chrome or Edge; None where it has none."""
    if sys.platform == "win32":
        return None
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def render(browser: str, html: str, width: int, height: int) -> tuple[bytes, str]:
    """Draw a page in a fresh browser that is ended afterwards.

    Args:
        browser: From `find_browser`.
        html: The page. It may name nothing outside itself.
        width: Of the picture in pixels.
        height: Of the picture in pixels.

    Returns:
        The PNG and the browser's version.

    Raises:
        BrowserFailedError: It failed, or took longer than `LIMIT_S`.
    """
    try:
        with _browser(browser) as pipe:
            version = str(pipe.ask("Browser.getVersion")["product"])
            target = pipe.ask("Target.createTarget", url="about:blank")["targetId"]
            attached = pipe.ask("Target.attachToTarget", targetId=target, flatten=True)
            return _draw(pipe, str(attached["sessionId"]), html, (width, height)), version
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BrowserFailedError from error


def _draw(pipe: "_Pipe", session: str, html: str, size: tuple[int, int]) -> bytes:
    width, height = size
    pipe.ask(
        "Emulation.setDeviceMetricsOverride",
        session,
        width=width,
        height=height,
        deviceScaleFactor=1,
        mobile=False,
    )
    tree = pipe.ask("Page.getFrameTree", session)
    pipe.ask(
        "Page.setDocumentContent", session, frameId=tree["frameTree"]["frame"]["id"], html=html
    )
    shot = pipe.ask("Page.captureScreenshot", session, format="png")
    return base64.b64decode(shot["data"], validate=True)


class _Pipe:
    """One conversation over the two pipes, one question at a time."""

    def __init__(self, to: int, back: int) -> None:
        self._to, self._back = to, back
        self._count = 0
        self._rest = b""

    def ask(self, method: str, session: str | None = None, /, **params: object) -> dict[str, Any]:
        """Send one command and return its result; whatever else arrives is dropped."""
        self._count += 1
        message: dict[str, object] = {"id": self._count, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = session
        left = json.dumps(message).encode() + b"\0"
        while left:
            left = left[os.write(self._to, left) :]
        while True:
            answer = json.loads(self._message())
            if answer.get("id") == self._count:
                return dict(answer["result"])

    def _message(self) -> bytes:
        parts = [self._rest]
        while b"\0" not in parts[-1]:
            ready, _, _ = select.select([self._back], [], [], _QUIET_S)
            chunk = os.read(self._back, 1 << 20) if ready else b""
            if not chunk:
                message = "the browser fell silent"
                raise OSError(message)
            parts.append(chunk)
        first, _, self._rest = b"".join(parts).partition(b"\0")
        return first


@contextlib.contextmanager
def _browser(path: str) -> Iterator[_Pipe]:
    with contextlib.ExitStack() as last:  # undone from the end: browser, pipes, profile folder
        folder = tempfile.TemporaryDirectory(
            prefix="counterseal-practice-", ignore_cleanup_errors=True
        )
        profile = last.enter_context(folder)
        back, back_write = _pipe()
        last.callback(os.close, back)
        with contextlib.ExitStack() as theirs:
            theirs.callback(os.close, back_write)
            to_read, to = _pipe()
            theirs.callback(os.close, to_read)
            last.callback(os.close, to)
            pid = _spawn(path, profile, to_read, back_write)
        last.callback(_end, pid, back)
        watchdog = threading.Timer(LIMIT_S, _kill, [pid])
        watchdog.start()
        last.callback(watchdog.join)
        last.callback(watchdog.cancel)
        yield _Pipe(to, back)


def _pipe() -> tuple[int, int]:
    # Out of the way of 3 and 4, which the browser's ends are copied to one after the other.
    import fcntl  # noqa: PLC0415  (POSIX only)

    ends = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _LEAST_DESCRIPTOR) for end in ends]
    for end in ends:
        os.close(end)
    return high[0], high[1]


def _spawn(path: str, profile: str, reads: int, writes: int) -> int:
    flags = [*_FLAGS, f"--user-data-dir={profile}"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")  # it refuses to start as root with its sandbox
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_DUP2, reads, 3),
        (os.POSIX_SPAWN_DUP2, writes, 4),
    ]
    # A process group of its own, so that its helpers are ended with it and nothing else is.
    return os.posix_spawn(
        path, [path, *flags, "about:blank"], os.environ, file_actions=actions, setpgroup=0
    )


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def _end(pid: int, back: int) -> None:
    _kill(pid)
    os.waitpid(pid, 0)
    # The pipe ends when the last helper is gone; only then is the profile folder at rest.
    while select.select([back], [], [], _GOING_S)[0] and os.read(back, 1 << 20):
        pass
