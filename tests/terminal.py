"""A person at a terminal: what they see, what they type, and whether what they type shows."""

import contextlib
import os
import re
import select
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from driving import School
from xvfb import need

pty = pytest.importorskip("pty", reason="this computer has no terminals")

LIMIT_S = 60
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


@dataclass(slots=True)
class Terminal:
    """A program that runs on a terminal of its own.

    Args:
        running: The program.
        descriptor: The person's side of the terminal.
        shown: Everything that it has shown, without colours and movements.
    """

    running: subprocess.Popen[bytes]
    descriptor: int
    shown: str = ""
    _seen: int = field(default=0)

    def until(self, text: str) -> str:
        """Read until a text is shown that was not asked for before; return what came up to it."""
        end = time.monotonic() + LIMIT_S
        while text not in self.shown[self._seen :]:
            left = end - time.monotonic()
            assert left > 0, f"{text!r} did not come: {self.shown[self._seen :]}"
            assert self._read(left), f"it ended before {text!r}: {self.shown[self._seen :]}"
        start, self._seen = self._seen, self.shown.index(text, self._seen) + len(text)
        return self.shown[start : self._seen]

    def type(self, text: str) -> None:
        """Type a line."""
        os.write(self.descriptor, text.encode() + b"\n")

    def answer(self, *pairs: tuple[str, str]) -> None:
        """Wait for each question and type its answer."""
        for question, answer in pairs:
            self.until(question)
            self.type(answer)

    def press(self, key: str) -> None:
        """Press Ctrl and a letter."""
        os.write(self.descriptor, bytes([ord(key.upper()) - 64]))

    def end(self) -> int:
        """Read what is left, and return the exit status."""
        while self._read(LIMIT_S):
            pass
        return self.running.wait(LIMIT_S)

    def _read(self, seconds: float) -> bool:
        if not select.select([self.descriptor], [], [], seconds)[0]:
            return False
        try:
            piece = os.read(self.descriptor, 65_536)
        except OSError:  # how a terminal says that nobody is at the other end any more
            return False
        self.shown += _CONTROL.sub("", piece.decode(errors="replace"))
        return bool(piece)


@contextlib.contextmanager
def at_terminal(
    command: Sequence[str], environment: dict[str, str], folder: Path
) -> Iterator[Terminal]:
    """Run a program on a terminal that is its own, for the length of a block."""
    need("setsid")
    # Tests that run in the background may be made to ignore Ctrl-C, and the program with them.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    person, terminal = pty.openpty()
    setsid = "/usr/bin/setsid" if Path("/usr/bin/setsid").exists() else "setsid"
    with subprocess.Popen(
        [setsid, "--ctty", "--wait", *command],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env={**environment, "TERM": "dumb", "COLUMNS": "200"},
        cwd=folder,
    ) as running:
        os.close(terminal)
        try:
            yield Terminal(running, person)
        finally:
            running.kill()
            os.close(person)


@contextlib.contextmanager
def sitting_at(school: School, *typed: str) -> Iterator[Terminal]:
    """Run `counterseal` on a terminal."""
    with at_terminal(school.command(*typed), school.environment, school.folder) as terminal:
        yield terminal
