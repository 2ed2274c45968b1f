"""Whether a time server keeps this computer's clock, as its system says; nothing is sent anywhere.

The system knows how far off its clock may be, because it asked the time server that it was told to
ask. It is asked what it knows, and nobody else is.
"""

import ctypes
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

_UNKEPT: Final = 0x40
"""STA_UNSYNC of `adjtimex(2)` and of `ntp_adjtime(2)` on macOS."""


@dataclass(frozen=True, slots=True)
class Timekeeping:
    """What the system says of its clock.

    Args:
        kept: Whether a time server keeps it; None where the system cannot be asked.
        off_ms: How far off it is at most, in milliseconds, where it is kept.
    """

    kept: bool | None = None
    off_ms: int | None = None

    def __str__(self) -> str:
        """Say it in words."""
        if self.kept is None:
            return "not recorded: this system cannot be asked"
        if not self.kept:
            return "no time server keeps it, says this system"
        return f"a time server keeps it, says this system: {self.off_ms} ms off at most"


class _Timex(ctypes.Structure):
    # The beginning is the same on Linux and macOS; no system writes more than the rest takes.
    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("frequency", ctypes.c_long),
        ("most_error", ctypes.c_long),
        ("estimated_error", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 512),
    )


def timekeeping(asked: Callable[[Any], int] | None = None) -> Timekeeping:
    """Ask the system what it says of its clock; no mode is given, so that nothing is set.

    Args:
        asked: The system's own function; found where it is left out.
    """
    ask = asked or _system_call()
    said = _Timex()
    if ask is None or ask(ctypes.byref(said)) < 0:
        return Timekeeping()
    if said.status & _UNKEPT:
        return Timekeeping(kept=False)
    return Timekeeping(kept=True, off_ms=-(-said.most_error // 1000))


def _system_call() -> Callable[[Any], int] | None:
    name = {"linux": "adjtimex", "darwin": "ntp_adjtime"}.get(sys.platform)
    return getattr(ctypes.CDLL(None), name, None) if name else None
