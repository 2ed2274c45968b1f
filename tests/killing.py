"""Kills a forked command at a chosen file call, and proves that it was killed there."""

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest

CALLS = ("fsync", "replace", "rename", "unlink", "link", "rmdir")
"""What makes a step durable, or takes something away: each is a place to be killed at."""


def kill_at(monkeypatch: pytest.MonkeyPatch, number: int, *, after: bool) -> None:
    """Let every command that is forked from now on be killed at one of its file calls.

    Args:
        monkeypatch: Of the test.
        number: Which call, from 0; where there are fewer, the command runs to its end.
        after: Whether the call itself is still made.
    """
    parent, seen = os.getpid(), [0]

    def watched(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:  # noqa: ANN401  (any call of the system)
            if os.getpid() == parent:
                return real(*given, **named)
            mine = seen[0]
            seen[0] += 1
            if mine == number and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            try:
                return real(*given, **named)
            finally:
                if mine == number:
                    os.kill(os.getpid(), signal.SIGKILL)

        return call

    for name in CALLS:
        monkeypatch.setattr(os, name, watched(getattr(os, name)))
