"""What tests of the guard share: two monitors side by side, and a parent that can be killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from PIL import Image, ImageChops

from counterseal.guard import Display, start
from counterseal.latch import STOPPED
from patience import until

DISPLAYS = (Display(0, 0, 1280, 800), Display(1280, 0, 1024, 800))
WIDTH, HEIGHT = 2304, 800


def running(pid: int) -> bool:
    """Whether a process is there and is more than what is left of one."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return text.rpartition(")")[2].split()[0] != "Z"


def end(pid: int) -> None:
    """End a guard that outlived its parent, by its id."""
    if running(pid):
        os.kill(pid, signal.SIGKILL)
    until(lambda: not running(pid))


def box_of(picture: Image.Image, colour: tuple[int, ...]) -> tuple[int, int, int, int] | None:
    """Return what holds every pixel of a colour; None where there is none."""
    plain = Image.new("RGB", picture.size, colour)
    red, green, blue = ImageChops.difference(picture, plain).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return most.point([255] + [0] * 255).getbbox()


def parent(folders: tuple[Path, ...], environment: dict[str, str]) -> subprocess.Popen[str]:
    """Start a process that starts a guard, says its id and then does nothing."""
    return subprocess.Popen(
        [sys.executable, "-B", "-m", "onscreen.guarding", *map(str, folders)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def stopped(folders: tuple[Path, ...]) -> list[bool]:
    """Whether each latch stands."""
    return [(folder / STOPPED).is_file() for folder in folders]


def main() -> None:
    """Be the parent: start a guard, say its id, wait."""
    guard = start([Path(folder) for folder in sys.argv[1:]], DISPLAYS)
    sys.stdout.write(f"{guard.pid}\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(f"{guard.cover()}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
