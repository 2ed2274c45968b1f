"""Measure how fast Counterseal is here: `python3 start.py bench`, or this file with --help.

Every figure is a ratio, taken in one run, turn and turn about with what it is measured against. A
busy computer slows both. No test hangs on it: the exit status is 0 whatever the figures are.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import checking
import freezing
import growth
import leaving
import picture
import startup
import stopping
import visiting
from measure import Row, shown, timed
from school import school

import watching

ROWS = ("startup", "picture", "stop", "append", "check", "bundle", "watch")


def main() -> int:
    """Measure what was asked for and print it."""
    asked = _asked()
    begun = time.monotonic()
    if not asked.as_json:
        print("\n".join(f"{key}: {value}" for key, value in _about().items()))
    rows = []
    for row in _measured(asked.rows or ROWS, full=asked.full):
        rows.append(row)
        if not asked.as_json:
            print(_told(row), flush=True)
    took = round(time.monotonic() - begun)
    if asked.as_json:
        about = {**_about(), "seconds": took, "rows": [row.as_dict() for row in rows]}
        print(json.dumps(about, indent=2))
    else:
        print(f"\nTook {took} seconds. Timings vary; they are never tests.")
    return 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__.split("\n")[0])
    parser.add_argument(
        "rows",
        nargs="*",
        metavar="ROW",
        choices=[[], *ROWS],
        help=f"only these of {', '.join(ROWS)}",
    )
    parser.add_argument("--json", dest="as_json", action="store_true", help="print JSON")
    parser.add_argument("--full", action="store_true", help="100,000 entries and more rounds")
    return parser.parse_args()


def _measured(names: Sequence[str], *, full: bool) -> Iterator[Row]:
    """Measure one part after another, and hand on each row as it is known."""
    with ExitStack() as stack:

        def folder() -> Path:
            made = tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True)
            return Path(stack.enter_context(made))

        if "startup" in names:
            _tell("Starting programs")
            yield from startup.measure(folder(), 60 if full else 25)
        if "picture" in names:
            _tell("Taking pictures")
            yield from picture.measure(folder(), 40 if full else 15)
        if "stop" in names:
            _tell("Stopping")
            yield from stopping.measure(folder(), 40 if full else 15)
        if "append" in names or "check" in names:
            old = growth.Writer.of(stack.enter_context(school(folder())))
            yield from growth.measure(old, folder(), 100_000 if full else 20_000, _tell)
        if "check" in names:
            _tell("Checking everything that was kept")
            old.casework.put_files()
            yield from checking.measure(old.school, 3 if full else 1)
        if "bundle" in names:
            _tell("Making a bundle, and checking it")
            one = stack.enter_context(school(folder()))
            yield from leaving.measure(one, folder(), 1_024 if full else 256, 3)
        if "watch" in names:
            _tell("Opening pages under watch")
            yield from watching.measure(folder(), 5_000 if full else 1_000)
            yield from visiting.measure(folder(), 100 if full else 40)
            yield from freezing.measure(folder(), 40 if full else 12)


def _about() -> dict[str, str]:
    with tempfile.TemporaryFile() as file:
        file.write(b"x")
        fsync = min(timed(_fsync(file.fileno())) for _ in range(20))
    return {
        "Python": f"{platform.python_version()} on {platform.system()} {platform.machine()}",
        "cores": str(os.cpu_count()),
        "fsync of one written byte": f"{shown(fsync)} ms at best",
    }


def _fsync(descriptor: int) -> Callable[[], None]:
    def write() -> None:
        os.write(descriptor, b"x")
        os.fsync(descriptor)

    return write


def _told(row: Row) -> str:
    low, high = row.spread
    target = "" if row.target is None else f", target at most {row.target} x"
    lines = [
        f"\n{row.name}",
        f"   {row.ratio:.2f} x ({low:.2f} - {high:.2f}){target}: {row.verdict}",
        f"   ours   {row.ours}",
        f"   floor  {row.floor}: {row.against}",
    ]
    if row.stages:
        lines.append(f"   {'stage, in ms':44}{'ours':>9}{'floor':>9}")
    for stage in row.stages:
        floor = "-" if stage.floor is None else f"{stage.floor:.2f}"
        lines.append(f"   {stage.name:44}{stage.ours:9.2f}{floor:>9}")
    lines += [f"   {note}" for note in row.notes]
    return "\n".join(lines)


def _tell(what: str) -> None:
    print(f"... {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
