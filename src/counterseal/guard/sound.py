"""Mute the loudspeakers, best effort, with what the desktop has; never waits for long.

It runs after the latches stand, on a thread of its own: a sound system that hangs keeps nothing
waiting. Where no way is known (Windows among them) the answer is "not muted".
"""

import shutil
import subprocess
import sys

_WAIT_S = 2.0
_MACOS = (("osascript", "-e", "set volume output muted true"),)
_LINUX = (
    ("wpctl", "set-mute", "@DEFAULT_AUDIO_SINK@", "1"),
    ("pactl", "set-sink-mute", "@DEFAULT_SINK@", "1"),
    ("amixer", "--quiet", "set", "Master", "mute"),
)


def mute() -> bool:
    """Mute; return whether the system said that it did."""
    ways = {"darwin": _MACOS, "linux": _LINUX}.get(sys.platform, ())
    return any(_done(way) for way in ways)


def leave_on() -> bool:
    """Mute nothing."""
    return False


def _done(way: tuple[str, ...]) -> bool:
    program = shutil.which(way[0])
    if program is None:
        return False
    try:
        done = subprocess.run(
            [program, *way[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=_WAIT_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
