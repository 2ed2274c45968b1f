"""Programs that tests start on a screen of their own, each ended by its process id."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import counterseal

FOLDER = Path(__file__).parent
PATHS = (Path(counterseal.__file__).parents[1], FOLDER.parent)


@dataclass(frozen=True, slots=True)
class Done:
    """How a `child.py` ended.

    Args:
        status: Its exit status.
        facts: What it said of its picture; empty where it took none.
        png: The picture; empty where it took none.
        said: What it wrote on standard error.
    """

    status: int
    facts: dict[str, object]
    png: bytes
    said: str


def child(what: str, folder: Path) -> list[str]:
    """Return the command that runs `child.py`."""
    return [sys.executable, "-B", str(FOLDER / "child.py"), what, str(folder)]


def with_paths(environment: dict[str, str]) -> dict[str, str]:
    """Add what a child needs to import the package and the tests' own modules."""
    return {**environment, "PYTHONPATH": ":".join(str(path) for path in PATHS)}


def run_child(what: str, environment: dict[str, str], folder: Path) -> Done:
    """Run `child.py` to its end."""
    done = subprocess.run(
        child(what, folder),
        env=with_paths(environment),
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=60,
    )
    line, _, png = done.stdout.partition(b"\n")
    facts = json.loads(line) if line else {}
    return Done(done.returncode, facts, png, done.stderr.decode())


@contextlib.contextmanager
def colour_window(environment: dict[str, str]) -> Iterator[None]:
    """Keep a window with shapes of known colours up."""
    if subprocess.run([sys.executable, "-c", "import tkinter"], check=False).returncode:
        pytest.skip("this Python has no Tk")
    window = subprocess.Popen(
        [sys.executable, str(FOLDER / "colours.py")],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with window:
        try:
            assert window.stdout is not None
            assert window.stdout.readline() == "up\n"
            yield
        finally:
            window.kill()
