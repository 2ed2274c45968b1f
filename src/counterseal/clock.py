"""The only reader of time.

Three readings are taken together because each can be wrong alone: the wall clock can be set, the
monotonic count starts anew at each boot, and the boot id says which boot that was.
"""

import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Protocol

TOLERANCE_MS = 2_000
"""How far wall and monotonic time may drift apart before it is worth an entry."""

DRIFT_PER_MILLE = 1
"""Honest clocks are slewed by up to half a thousandth; twice that is allowed."""


@dataclass(frozen=True, slots=True)
class Instant:
    """One moment, as this computer saw it.

    Args:
        utc_ms: Milliseconds since 1970 by the wall clock.
        mono_ms: Milliseconds since boot, sleep included where the platform counts it.
        boot: The identity of that boot; "unknown" where the platform has none.
    """

    utc_ms: int
    mono_ms: int
    boot: str

    @property
    def utc(self) -> str:
        """The wall clock as `2026-11-20T20:17:00Z`, whole seconds."""
        return utc_text(self.utc_ms // 1000)

    def as_dict(self) -> dict[str, object]:
        """Return the `time` field of an entry."""
        return {"utc": self.utc, "mono_ms": self.mono_ms, "boot": self.boot}

    @classmethod
    def from_dict(cls, value: dict[str, object]) -> "Instant":
        """Read the `time` field of an entry.

        Raises:
            ValueError: The field does not have the form that `as_dict` writes.
        """
        utc, mono_ms, boot = value["utc"], value["mono_ms"], value["boot"]
        if not (isinstance(utc, str) and isinstance(mono_ms, int) and isinstance(boot, str)):
            message = "a time holds utc, mono_ms and boot"
            raise ValueError(message)  # noqa: TRY004  (bad data, not a bug of the caller)
        return cls(utc_ms=parse_utc(utc), mono_ms=mono_ms, boot=boot)


class Clock(Protocol):
    """Where time comes from. Tests hand in their own; nobody patches the system's."""

    def now(self) -> Instant:
        """Return this moment."""

    def sleep(self, seconds: float) -> None:
        """Wait; used only for the growing wait after a wrong passphrase."""


class SystemClock:
    """The clock of this computer."""

    def now(self) -> Instant:
        """Return this moment."""
        return Instant(utc_ms=time.time_ns() // 1_000_000, mono_ms=_monotonic_ms(), boot=_boot_id())

    def sleep(self, seconds: float) -> None:
        """Wait for that many seconds."""
        time.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Time did something that no honest clock does.

    Args:
        kind: "backward" when the wall clock is earlier than the entry before, "disagree" when
            wall and monotonic time moved by different amounts within one boot.
        off_ms: By how much, in milliseconds, without sign.
    """

    kind: str
    off_ms: int


def anomaly(before: Instant, now: Instant) -> Anomaly | None:
    """Compare two moments of one log.

    Args:
        before: The time of the last entry (whole seconds of wall time).
        now: The time of the entry about to be written.

    Returns:
        What is odd, or None.
    """
    wall = now.utc_ms - before.utc_ms
    if wall < -TOLERANCE_MS:
        return Anomaly("backward", -wall)
    if now.boot != before.boot or now.boot == "unknown":
        return None
    elapsed = now.mono_ms - before.mono_ms
    # The entry before holds whole seconds, so wall time may read up to a second too long.
    allowed = TOLERANCE_MS + 1_000 + abs(elapsed) * DRIFT_PER_MILLE // 1000
    off = abs(wall - elapsed)
    return Anomaly("disagree", off) if off > allowed else None


def utc_text(seconds: int) -> str:
    """Return `2026-11-20T20:17:00Z` for seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_utc(text: str) -> int:
    """Return milliseconds since 1970 for `2026-11-20T20:17:00Z`.

    Raises:
        ValueError: The text is not of that exact form.
    """
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    if moment.strftime("%Y-%m-%dT%H:%M:%SZ") != text:
        raise ValueError(text)
    return int(moment.timestamp()) * 1000


def is_utc(value: object) -> bool:
    """Whether a value is a time of the form `2026-11-20T20:17:00Z`."""
    try:
        parse_utc(str(value))
    except (ValueError, TypeError):
        return False
    return True


def plain_time(utc: str) -> str:
    """Return "4 June 2026 at 9:32am" for a time of an entry, in this computer's time zone."""
    local = datetime.fromtimestamp(parse_utc(utc) // 1000, UTC).astimezone()
    hour = local.hour % 12 or 12
    half = "am" if local.hour < 12 else "pm"  # noqa: PLR2004  (noon)
    return f"{local.day} {local:%B} {local.year} at {hour}:{local:%M}{half}"


def _monotonic_ms() -> int:
    for name in ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC"):  # the first counts sleep on Linux
        source = getattr(time, name, None)
        if source is not None:
            return time.clock_gettime_ns(source) // 1_000_000
    return time.monotonic_ns() // 1_000_000


@cache  # no process outlives a boot, and some ask for the time all day
def _boot_id() -> str:
    linux = Path("/proc/sys/kernel/random/boot_id")
    if linux.exists():
        return linux.read_text(encoding="ascii").strip()
    if sys.platform == "darwin":
        return _boot_id_macos()
    if sys.platform == "win32":
        return _boot_id_windows()
    return "unknown"


def _boot_id_macos() -> str:
    import ctypes  # noqa: PLC0415  (only where it is needed: start-up time)

    libc = ctypes.CDLL(None)
    size = ctypes.c_size_t(64)
    buffer = ctypes.create_string_buffer(size.value)
    failed = libc.sysctlbyname(b"kern.bootsessionuuid", buffer, ctypes.byref(size), None, 0)
    return "unknown" if failed else buffer.value.decode("ascii")


def _boot_id_windows() -> str:
    if sys.platform == "win32":  # the type checker follows the platform
        import winreg  # noqa: PLC0415  (exists on Windows only)

        path = (
            r"SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management"
            r"\PrefetchParameters"
        )
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:
                return f"windows-{winreg.QueryValueEx(key, 'BootId')[0]}"
        except OSError:
            return "unknown"
    return "unknown"
