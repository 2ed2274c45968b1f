"""Row 1: how long `counterseal --version` takes, beside a click program that does nothing else."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from measure import Row, take_turns

EMPTY = """import click

@click.command()
@click.version_option("1", message="Empty %(version)s")
def main():
    pass

main()
"""
OURS = "from counterseal.cli import main\n\nmain()\n"


def measure(folder: Path, rounds: int) -> list[Row]:
    """Start each program so often, turn and turn about.

    Args:
        folder: For the two scripts.
        rounds: How often, after two rounds to warm up.
    """
    empty, ours = folder / "empty.py", folder / "ours.py"
    empty.write_text(EMPTY)
    ours.write_text(OURS)
    sides: list[Sequence[str | Path]] = [[sys.executable, ours], [sys.executable, empty]]
    installed = _installed()
    if installed:
        sides.append([installed])
    runs = [_start(side) for side in sides]
    take_turns(runs, 2)
    times = take_turns(runs, rounds)
    against = "an empty click program, same Python, whole process"
    rows = [Row("counterseal --version", times[0], times[1], against, 1.5)]
    if installed:
        name = "the installed counterseal --version"
        rows.append(Row(name, times[2], times[1], against, 1.5))
    return rows


def _start(command: Sequence[str | Path]) -> Callable[[], object]:
    """Return what starts a program and waits for its end."""
    whole = [*command, "--version"]
    return lambda: subprocess.run(whole, check=True, stdout=subprocess.DEVNULL)


def _installed() -> str | None:
    """Find the command that stands beside this Python; another one would bring another Python."""
    folder = os.path.dirname(sys.executable)  # noqa: PTH120  (a link to Python stays a link)
    return shutil.which("counterseal", path=folder)
