"""A session that nobody attends is paused by a process of its own, tried again where it fails."""

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from counterseal.workflow import keepers
from counterseal.workflow.minding import _AGAIN_MS, Minder
from counterseal.workflow.sessions import IDLE_MS
from fakes import FakeClock

PAUSE = ("session", "pause", "--idle")


class Process:
    """One that ends when it is told to."""

    def __init__(self) -> None:
        self.status: int | None = None

    def poll(self) -> int | None:
        return self.status


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Process]:
    processes: list[Process] = []

    def spawn(root: Path, *words: str) -> Process:
        assert (root, words) == (Path("vault"), PAUSE)
        processes.append(Process())
        return processes[-1]

    monkeypatch.setattr(keepers, "spawn", spawn)
    return processes


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def minder(clock: FakeClock) -> Minder:
    return Minder(Path("vault"), clock)


def test_nobody_is_there(minder: Minder, clock: FakeClock, started: list[Process]) -> None:
    minder.look(unattended=False)
    assert started == []
    minder.look(unattended=True)
    assert len(started) == 1
    clock.sleep((2 * _AGAIN_MS) / 1000)
    minder.look(unattended=True)
    assert len(started) == 1, "one is at work still"


@pytest.mark.parametrize("status", [0, 10])
def test_one_that_did_not_pause_is_followed_by_another(
    status: int, minder: Minder, clock: FakeClock, started: list[Process]
) -> None:
    minder.look(unattended=True)
    started[0].status = status
    clock.sleep((_AGAIN_MS - 1) / 1000)
    minder.look(unattended=True)
    assert len(started) == 1
    clock.sleep(0.001)
    minder.look(unattended=True)
    assert len(started) == 2


def test_somebody_is_there_again(minder: Minder, clock: FakeClock, started: list[Process]) -> None:
    minder.look(unattended=True)
    started[0].status = 10
    clock.sleep(_AGAIN_MS / 1000)
    minder.look(unattended=False)
    assert len(started) == 1


@pytest.mark.parametrize(("slept", "paused"), [(IDLE_MS, 0), (IDLE_MS + 1, 1)])
def test_a_computer_that_slept(
    slept: int, paused: int, minder: Minder, clock: FakeClock, started: list[Process]
) -> None:
    """Nobody touched it meanwhile, and the system counts only while it is awake."""
    clock.sleep(slept / 1000)
    minder.look(unattended=False)
    assert len(started) == paused


def test_a_computer_that_slept_and_could_not_pause_tries_until_it_can(
    minder: Minder, clock: FakeClock, started: list[Process]
) -> None:
    clock.sleep((IDLE_MS + 1) / 1000)
    minder.look(unattended=False)
    started[0].status = 10
    clock.sleep(_AGAIN_MS / 1000)
    minder.look(unattended=False)
    assert len(started) == 2
    started[1].status = 0
    clock.sleep(_AGAIN_MS / 1000)
    minder.look(unattended=False)
    assert len(started) == 2


def test_a_process_that_cannot_be_started_ends_nothing(
    minder: Minder, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keeper that asks holds the guard, whose STOP must stay."""
    tried: list[int] = []

    def fail(*_: object) -> None:
        tried.append(1)
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr(keepers, "spawn", fail)
    minder.look(unattended=True)
    minder.look(unattended=True)
    clock.sleep(_AGAIN_MS / 1000)
    minder.look(unattended=True)
    assert len(tried) == 2


def test_it_works_in_the_data_folder_of_its_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever folder the environment names."""
    monkeypatch.setenv("COUNTERSEAL_HOME", str(tmp_path / "another"))
    asked: list[Any] = []

    def note(command: list[str], **more: Any) -> None:  # noqa: ANN401
        asked.append((command, more))

    monkeypatch.setattr(subprocess, "Popen", note)
    keepers.spawn(tmp_path, *PAUSE)
    ((command, more),) = asked
    assert command == [sys.executable, "-m", "counterseal", *PAUSE]
    assert more["env"] == os.environ | {"COUNTERSEAL_HOME": str(tmp_path)}
    assert more["start_new_session"]
