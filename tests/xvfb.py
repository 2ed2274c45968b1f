"""A screen of our own: Xvfb with its own number and authority file, ended by its process id."""

import contextlib
import os
import secrets
import shutil
import socket
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

_WILD = 0xFFFF
_LOCAL = 256
_NOT_OURS = ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "DISPLAY", "XAUTHORITY")


@dataclass(frozen=True, slots=True)
class Screen:
    """A running X server.

    Args:
        name: Such as ":99".
        authority: The file that lets its bearer in.
        pid: Of the server.
        width: In pixels.
        height: In pixels.
    """

    name: str
    authority: Path
    pid: int
    width: int
    height: int

    @property
    def environment(self) -> dict[str, str]:
        """The environment for a process that shall see this screen and no other."""
        return {**without_screen(), "DISPLAY": self.name, "XAUTHORITY": str(self.authority)}

    def use(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let this very process see this screen and no other."""
        for name in _NOT_OURS:
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("DISPLAY", self.name)
        monkeypatch.setenv("XAUTHORITY", str(self.authority))

    def run(self, *command: str) -> str:
        """Run a tool on this screen and return what it printed."""
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=True, timeout=20
        )
        return done.stdout

    def go(self, address: str) -> None:
        """Type an address into the browser that has the keyboard, as a person does."""
        need("xdotool")
        self.run("xdotool", "key", "ctrl+l")
        self.run("xdotool", "type", address)
        self.run("xdotool", "key", "Return")


def need(*commands: str) -> None:
    """Skip the test, with a reason, where this computer lacks a command."""
    for command in commands:
        if shutil.which(command) is None:
            pytest.skip(f"{command} is not installed")


def without_screen() -> dict[str, str]:
    """Return this process's environment without any screen in it."""
    return {name: value for name, value in os.environ.items() if name not in _NOT_OURS}


@contextlib.contextmanager
def xvfb(folder: Path, width: int = 1280, height: int = 800) -> Iterator[Screen]:
    """Run an X server for the length of a block.

    Args:
        folder: For the authority file.
        width: In pixels.
        height: In pixels.
    """
    need("Xvfb")
    authority = folder / f"authority-{secrets.token_hex(4)}"
    cookie = secrets.token_bytes(16)
    authority.write_bytes(_entry(_WILD, "", "", cookie))
    ours, theirs = os.pipe()
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
        assert number, "Xvfb did not start"
        # PyAutoGUI's X library knows no wild-card entries: name this computer and the display.
        authority.write_bytes(_entry(_LOCAL, socket.gethostname(), number, cookie))
        yield Screen(f":{number}", authority, server.pid, width, height)
    finally:
        server.terminate()
        server.wait(20)


def _entry(family: int, address: str, number: str, cookie: bytes) -> bytes:
    parts = (address.encode(), number.encode(), b"MIT-MAGIC-COOKIE-1", cookie)
    fields = b"".join(struct.pack(">H", len(part)) + part for part in parts)
    return struct.pack(">H", family) + fields
