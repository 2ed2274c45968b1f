"""Start this computer's own browser so that it can be watched, changed as little as possible.

A school's filter is often an extension or a setting of the browser, so nothing is switched off. The
one departure is a cache of one byte: the cache would keep the pictures of visited pages in plain.
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from counterseal import durable
from counterseal.evidence.browser.finding import Browser, refuse_blocked
from counterseal.evidence.browser.trouble import BrowserGoneError

FOLDER = "browser"
"""Below the data folder: a folder for each case. It is kept; a stop leaves it to the police."""
_CASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")
_FLAGS = ("--no-first-run", "--no-default-browser-check", "--disk-cache-size=1")
_END_S = 5.0


@dataclass(frozen=True, slots=True)
class Running:
    """A browser that we started.

    Args:
        browser: Which one.
        command: The exact command line, for the record.
        port: Where it listens on this computer, and nowhere else.
        folder: Its profile folder.
        process: Its process.
    """

    browser: Browser
    command: tuple[str, ...]
    port: int
    folder: Path
    process: "subprocess.Popen[bytes]"

    def is_alive(self) -> bool:
        """Whether its process still runs."""
        return self.process.poll() is None

    def is_alive_after(self, seconds: float) -> bool:
        """Whether it still runs after a while; it returns at once when it ends."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return True
        return False

    def end(self, patience_s: float = _END_S) -> None:
        """End it and its helpers, by force where it does not go. Never after a stop."""
        self.process.terminate()
        if self.is_alive_after(patience_s):
            self._kill()

    def _kill(self) -> None:
        if sys.platform == "win32":
            self.process.kill()
        else:  # it leads a group of its own, which nothing else is in
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def start(
    browser: Browser,
    root: Path,
    case: str,
    *,
    more: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> Running:
    """Start a browser with the profile folder of a case. It is empty at the case's first session.

    Args:
        browser: From `find_browser`.
        root: The data folder.
        case: The case's reference.
        more: Further arguments. For tests alone: whatever is here is a departure.
        environment: Where it is not this process's own.

    Raises:
        BrowserGoneError: It cannot be started.
        BrowserBlockedError: This computer's settings forbid that it is watched.
        VaultError: The folder cannot be made.
    """
    refuse_blocked(browser)
    folder = _profile(root, case)
    port = _free_port()
    command = (
        str(browser.path),
        f"--remote-debugging-port={port}",
        f"--user-data-dir={folder}",
        *_FLAGS,
        *more,
        "about:blank",
    )
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the program that asks, not for the browser
            env=environment,
        )
    except OSError as error:
        what = f"The browser {browser.path.name} could not be started."
        raise BrowserGoneError(what) from error
    return Running(browser, command, port, folder, process)


def _profile(root: Path, case: str) -> Path:
    if not _CASE.fullmatch(case):
        message = "a case's reference names a folder"
        raise ValueError(message)
    folder = (root / FOLDER / case).absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise durable.trouble(error, folder) from error
    return folder


def _free_port() -> int:
    # Named rather than left to the browser: with port 0 it tells pages that it is driven.
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
