"""Start the guard's process, alone with this very package, on pipes of its own."""

import subprocess
import sys
from pathlib import Path
from typing import IO

_PACKAGES = Path(__file__).parents[2]
# -I: nothing from the working folder or the environment. This very package is found by its place,
# and only it: the place leaves the path again, so that nothing beside it can stand for a part of
# Python.
_LAUNCH = (
    "import sys; sys.path.insert(0, sys.argv[1]); import counterseal; del sys.path[0]; "
    "from counterseal.guard.program import main; sys.exit(main())"
)


def spawn() -> "subprocess.Popen[bytes]":
    """Start the process; it waits for its setup."""
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    alone = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    command: tuple[str | Path, ...] = (sys.executable, "-I", "-B", "-c", _LAUNCH, _PACKAGES)
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # neither Ctrl-C nor a closed terminal ends it
        creationflags=hidden | alone,
    )


def pipes(child: "subprocess.Popen[bytes]") -> tuple[IO[bytes], IO[bytes]]:
    """Return what to write to the process, and what to read from it."""
    if child.stdin is None or child.stdout is None:
        message = "the guard's pipes were asked for"
        raise TypeError(message)
    return child.stdin, child.stdout
