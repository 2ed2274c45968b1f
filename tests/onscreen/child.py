"""A program that uses the screen package as the product does; tests start it on a screen.

grab            one picture for two fresh answers: a line of facts, then the PNG, on standard output
preview         the same, shown in a window until a line comes in
leak            what must never happen: the same picture through a temporary file
scrot           what PyScreeze does on Linux where the program scrot is installed
"""

import json
import sys
import tempfile
from pathlib import Path

from counterseal.clock import SystemClock
from counterseal.errors import CountersealError
from counterseal.evidence.exhibit import Acquisition
from counterseal.evidence.screen import grab, open_screen, show
from counterseal.latch import Latch
from onscreen.fakes import clearance


def _take(latch: Latch) -> Acquisition:
    clock = SystemClock()
    source = open_screen(practice=False)
    return grab(clearance(clock.now()), source, clock=clock, latch=latch)


def _tell(taken: Acquisition) -> None:
    facts = {
        "sha256": taken.digest.sha256,
        "size": [taken.width, taken.height],
        "monitors": [[one.left, one.top, one.width, one.height] for one in taken.monitors],
        "backend": taken.backend,
        "version": taken.version,
        "tries": taken.tries,
        "answers_age_ms": taken.answers_age_ms,
    }
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + taken.png)
    sys.stdout.buffer.flush()


def _act(what: str, latch: Latch) -> None:
    if what == "scrot":
        import pyscreeze  # type: ignore[import-untyped]  # noqa: PLC0415

        pyscreeze.screenshot()
        return
    taken = _take(latch)
    if what == "preview":
        with show(taken.png, caption="Look at this together.", latch=latch):
            sys.stdout.write("shown\n")
            sys.stdout.flush()
            sys.stdin.readline()
    elif what == "leak":
        with tempfile.NamedTemporaryFile(suffix=".png") as file:
            file.write(taken.png)
    else:
        _tell(taken)


def main() -> int:
    """Do what the first argument says; a refusal ends with its own exit status."""
    what, folder = sys.argv[1:]
    try:
        _act(what, Latch((Path(folder),)))
    except CountersealError as error:
        sys.stderr.write(f"{error.code}: {error}\n")
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())
