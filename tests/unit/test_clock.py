"""Time: how it is written, and what counts as odd."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterseal.clock import (
    Anomaly,
    Instant,
    SystemClock,
    anomaly,
    is_utc,
    parse_utc,
    plain_time,
)
from fakes import FakeClock

NOW = FakeClock().now()


def after(wall_ms: int, mono_ms: int, boot: str = NOW.boot) -> Instant:
    """Return a moment later by these amounts."""
    return Instant(NOW.utc_ms + wall_ms, NOW.mono_ms + mono_ms, boot)


@pytest.mark.parametrize(
    ("wall", "mono", "boot", "expected"),
    [
        (0, 0, NOW.boot, None),
        (60_000, 60_000, NOW.boot, None),
        (-2_000, 0, NOW.boot, None),
        (-2_001, 0, NOW.boot, Anomaly("backward", 2_001)),
        (-86_400_000, 5_000, "boot-2", Anomaly("backward", 86_400_000)),
        (-86_400_000, 5_000, "unknown", Anomaly("backward", 86_400_000)),
        (3_000, 0, NOW.boot, None),
        (3_001, 0, NOW.boot, Anomaly("disagree", 3_001)),
        (0, 3_000, NOW.boot, None),
        (0, 3_003, NOW.boot, None),
        (0, 3_004, NOW.boot, Anomaly("disagree", 3_004)),
        (315_360_000_000, 1_000, NOW.boot, Anomaly("disagree", 315_359_999_000)),
        (315_360_000_000, 1_000, "boot-2", None),
        (3_600_000, 3_606_606, NOW.boot, None),
        (3_600_000, 3_606_610, NOW.boot, Anomaly("disagree", 6_610)),
        (1_000, -900_000, NOW.boot, Anomaly("disagree", 901_000)),
    ],
)
def test_what_no_honest_clock_does_is_named(
    wall: int, mono: int, boot: str, expected: Anomaly | None
) -> None:
    """Two seconds back, or three seconds and a thousandth apart within one boot."""
    assert anomaly(NOW, after(wall, mono, boot)) == expected


def test_where_the_boot_is_unknown_the_two_clocks_are_not_compared() -> None:
    """Without a boot id nobody knows whether the monotonic clock began anew."""
    before = Instant(NOW.utc_ms, NOW.mono_ms, "unknown")
    assert anomaly(before, Instant(NOW.utc_ms + 900_000, NOW.mono_ms, "unknown")) is None


@given(st.integers(0, 4_102_444_800_000), st.integers(0, 10**12))
def test_honest_time_is_never_odd(utc_ms: int, elapsed: int) -> None:
    """Whole seconds in the entry before, and clocks that move together: nothing is recorded."""
    kept = Instant(utc_ms // 1000 * 1000, 7_000, "boot-1")
    assert anomaly(kept, Instant(utc_ms + elapsed, 7_000 + elapsed, "boot-1")) is None


@given(st.integers(0, 253_402_300_799))
def test_a_time_reads_back_as_it_was_written(seconds: int) -> None:
    """From 1970 to the year 9999, whole seconds."""
    instant = Instant(seconds * 1000 + 999, 1, "boot-1")
    assert parse_utc(instant.utc) == seconds * 1000
    assert Instant.from_dict(instant.as_dict()) == Instant(seconds * 1000, 1, "boot-1")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-20",
        "2026-11-20T20:17:00",
        "2026-11-20T20:17:00+00:00",
        "2026-11-20t20:17:00z",
        "2026-11-20T20:17:00.5Z",
        "2026-11-20T20:17:00Z ",
        "2026-11-20T20:17:00Z\n",
        "2026-11-20 20:17:00Z",
        "2026-1-20T20:17:00Z",
        "2026-11-20T2:17:00Z",
        "2026-02-30T20:17:00Z",
        "2026-11-20T24:00:00Z",
        "2026-11-20T20:60:00Z",
        "\u0662026-11-20T20:17:00Z",
    ],
)
def test_any_other_form_of_a_time_is_refused(text: str) -> None:
    """One way to write a time, and no other."""
    assert not is_utc(text)
    with pytest.raises(ValueError, match=r".*"):
        parse_utc(text)


@pytest.mark.parametrize("value", [None, 5, True, [], {"utc": 1}])
def test_what_is_no_text_is_no_time(value: object) -> None:
    """Whatever stands where a time belongs, asking is safe."""
    assert not is_utc(value)


@pytest.mark.parametrize("change", [{"utc": 5}, {"mono_ms": "5"}, {"boot": None}, {"utc": "soon"}])
def test_a_time_of_another_kind_is_refused(change: dict[str, object]) -> None:
    """Each of the three readings has its kind."""
    with pytest.raises(ValueError, match=r".*"):
        Instant.from_dict({**NOW.as_dict(), **change})


def test_people_read_a_time_in_words() -> None:
    """Day, month in words, and a clock of twelve hours."""
    hours = [plain_time(f"2026-06-04T{hour:02d}:05:00Z") for hour in range(24)]
    assert all(" June 2026 at " in text and text.endswith(("am", "pm")) for text in hours)
    assert {text.split(" at ")[1].split(":")[0] for text in hours} == {
        str(hour) for hour in range(1, 13)
    }
    assert all(":05" in text or ":35" in text or ":50" in text for text in hours)


def test_this_computers_clock_moves_forward_and_knows_its_boot() -> None:
    """The real clock: both readings move, and the boot stays the same."""
    clock = SystemClock()
    first = clock.now()
    clock.sleep(0.02)
    second = clock.now()
    assert second.mono_ms - first.mono_ms >= 19
    assert second.utc_ms >= first.utc_ms > 1_700_000_000_000
    assert first.boot == second.boot
    assert first.boot


@pytest.mark.skipif(sys.platform != "linux", reason="this is where Linux keeps it")
def test_on_linux_the_boot_is_the_kernels() -> None:
    """The kernel gives each boot an identity."""
    kernel = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    assert SystemClock().now().boot == kernel
