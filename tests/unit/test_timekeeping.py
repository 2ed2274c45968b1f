"""What the system says of its clock."""

import ctypes
import sys
from collections.abc import Callable
from typing import Any

import pytest

from counterseal.timekeeping import Timekeeping, _Timex, timekeeping


def saying(status: int, most_error: int, answer: int = 0) -> Callable[[Any], int]:
    def system(reference: Any) -> int:  # noqa: ANN401
        said = reference._obj
        assert said.modes == 0, "it would set the clock"
        said.status, said.most_error = status, most_error
        return answer

    return system


@pytest.mark.parametrize(
    ("system", "found", "words"),
    [
        (saying(0x2001, 14_200), Timekeeping(True, 15), "keeps it, says this system: 15 ms off"),  # noqa: FBT003
        (saying(0x40, 16_000_000, 5), Timekeeping(False), "no time server keeps it"),  # noqa: FBT003
        (saying(0, 0, -1), Timekeeping(), "cannot be asked"),
    ],
)
def test_what_the_system_says(system: Callable[[Any], int], found: Timekeeping, words: str) -> None:
    said = timekeeping(system)
    assert said == found
    assert words in str(said)


@pytest.mark.parametrize("platform", ["win32", "aix"])
def test_a_system_that_cannot_be_asked(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert timekeeping() == Timekeeping()


@pytest.mark.skipif(ctypes.sizeof(ctypes.c_long) != 8, reason="the places are those of 64 bits")
def test_the_fields_lie_where_a_c_compiler_puts_them() -> None:
    """`offsetof` of `struct timex` in glibc 2.36, whose size is 208."""
    found = [getattr(_Timex, name).offset for name in ("most_error", "estimated_error", "status")]
    assert found == [24, 32, 40]
    assert ctypes.sizeof(_Timex) > 208


def test_this_system_is_asked_and_answers_something() -> None:
    said = timekeeping()
    assert (said.off_ms is not None) == bool(said.kept)
    assert str(said)
