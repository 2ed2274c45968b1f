"""Any program in place of a browser, or `unit/browser/fake_browser.py` with a fault."""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from counterseal.evidence.browser import Browser, Running, Visit, Watch, start
from fakes import FakeClock

FAKE = Path(__file__).parent / "unit" / "browser" / "fake_browser.py"


def program(folder: Path, text: str) -> Browser:
    path = folder / "program"
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o700)
    return Browser("chromium", path)


@contextlib.contextmanager
def running(folder: Path, text: str, **environment: str) -> Iterator[Running]:
    found = start(program(folder, text), folder, "2026-001", environment=os.environ | environment)
    try:
        yield found
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(found.process.pid, signal.SIGKILL)
        found.process.wait(10)


@contextlib.contextmanager
def faking(
    folder: Path, fault: str, **environment: str
) -> Iterator[tuple[Running, Watch, list[Visit]]]:
    text = f'exec "{sys.executable}" "{FAKE}" "$@"'
    visits: list[Visit] = []
    environment |= {"FAULT": fault, "SENT": str(folder / "sent")}
    with running(folder, text, **environment) as found:
        yield found, Watch(found, visits.extend, FakeClock()), visits


def nowhere(_: tuple[Visit, ...]) -> None:
    """Keep nothing of visits that this test does not look at."""


def sent(folder: Path, session: str) -> list[str]:
    lines = (folder / "sent").read_text("utf-8").splitlines()
    return [line.partition(" ")[2] for line in lines if line.startswith(f"{session} ")]
