"""What the guard does beside drawing: the order of a stop, and that nothing holds the latch up."""

import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterseal.clock import SystemClock
from counterseal.guard import listening, sound
from counterseal.guard.listening import Ears, Stopping
from counterseal.guard.terms import COVER_S, Trigger
from counterseal.latch import READY, STOPPED, Latch
from patience import BUSY_S, until


class Said:
    """What the parent would have been told."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, object]]] = []

    def __call__(self, what: str, **fields: object) -> None:
        self.lines.append((what, fields))

    def words(self) -> list[str]:
        return [what for what, _ in self.lines]


@pytest.fixture(autouse=True)
def _mute_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def latch(tmp_path: Path) -> Latch:
    made = Latch((tmp_path / "vault", tmp_path / "user"))
    made.arm()
    return made


@pytest.fixture
def said() -> Said:
    return Said()


@pytest.fixture
def stopping(latch: Latch, said: Said) -> Stopping:
    return Stopping(latch, SystemClock(), said, sound.mute)


def test_the_latch_follows_the_covers(
    latch: Latch, stopping: Stopping, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "COVER_S", 20)  # this computer may be slow
    begun = time.monotonic()
    stopping.begin(Trigger.BUTTON)
    time.sleep(0.1)
    assert not latch.stopped  # not before the covers
    stopping.covers_are_up()
    until(lambda: latch.stopped)
    assert time.monotonic() - begun < 10 + BUSY_S
    until(lambda: said.words() == ["stopped", "sound"])
    assert said.lines[0][1]["trigger"] is Trigger.BUTTON
    assert said.lines[0][1]["troubles"] == []
    assert said.lines[1][1] == {"muted": False}


def test_covers_that_never_come_hold_the_latch_up_for_fifty_milliseconds_only(
    latch: Latch, stopping: Stopping
) -> None:
    assert COVER_S == 0.05
    stopping.begin(Trigger.PARENT)
    until(lambda: latch.stopped, 1)


def test_only_the_first_trigger_counts(stopping: Stopping, said: Said) -> None:
    for trigger in (Trigger.HOT_KEY, Trigger.BUTTON, Trigger.PARENT):
        stopping.begin(trigger)
    until(lambda: "sound" in said.words())
    assert [fields["trigger"] for what, fields in said.lines if what == "stopped"] == [
        Trigger.HOT_KEY
    ]


def _hearing(latch: Latch, stopping: Stopping, lines: Iterator[bytes]) -> Ears:
    ears = Ears(latch, stopping, SystemClock())
    ears.listen(lines)
    return ears


def _open_pipe(over: threading.Event, *lines: bytes) -> Iterator[bytes]:
    yield from lines
    over.wait(10)


def test_the_parents_order_sets_the_latch_even_where_nothing_draws(
    latch: Latch, stopping: Stopping
) -> None:
    over = threading.Event()
    ears = _hearing(latch, stopping, _open_pipe(over, b"cover\n"))
    until(lambda: latch.stopped)
    assert ears.heard.get()[0] == "cover"
    over.set()


@pytest.mark.parametrize("which", [0, 1])
def test_one_latch_from_elsewhere_brings_the_other(
    which: int, latch: Latch, stopping: Stopping, said: Said
) -> None:
    over = threading.Event()
    ears = _hearing(latch, stopping, _open_pipe(over))
    folder = latch.folders[which]
    (folder / READY).rename(folder / STOPPED)
    assert ears.heard.get(timeout=5)[0] == Trigger.LATCH
    until(lambda: "stopped" in said.words())
    assert all((one / STOPPED).is_file() for one in latch.folders)
    over.set()


def test_a_parent_that_goes_without_a_stop_is_only_gone(latch: Latch, stopping: Stopping) -> None:
    ears = _hearing(latch, stopping, iter(()))
    assert ears.heard.get(timeout=5)[0] == "gone"
    assert not stopping.begun
    assert not latch.stopped


def test_a_stop_is_released_when_no_latch_stands_and_only_then(
    latch: Latch, stopping: Stopping
) -> None:
    over = threading.Event()
    ears = _hearing(latch, stopping, _open_pipe(over))
    stopping.begin(Trigger.PARENT)
    until(lambda: latch.stopped)
    (latch.folders[0] / STOPPED).unlink()
    time.sleep(1.5)
    assert ears.heard.empty()
    (latch.folders[1] / STOPPED).unlink()
    assert ears.heard.get(timeout=5)[0] == "released"
    over.set()


def test_a_latch_that_never_stood_is_never_released(tmp_path: Path, said: Said) -> None:
    """Where no folder could be written, only the covers say that it is stopped: they stay."""
    blocked = tmp_path / "vault"
    blocked.symlink_to(tmp_path / "nowhere" / "deeper")
    latch = Latch((blocked,))
    stopping = Stopping(latch, SystemClock(), said, sound.mute)
    over = threading.Event()
    ears = _hearing(latch, stopping, _open_pipe(over))
    stopping.begin(Trigger.PARENT)
    until(lambda: "stopped" in said.words())
    assert said.lines[0][1]["troubles"]
    time.sleep(1.5)
    assert ears.heard.empty()
    over.set()


# ---------------------------------------------------------------------------------------- sound


def _program(folder: Path, name: str, status: int) -> None:
    program = folder / name
    program.write_text(f'#!/bin/sh\necho "$@" > {folder}/{name}.said\nexit {status}\n')
    program.chmod(0o755)


def test_muting_takes_the_first_way_that_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    _program(tmp_path, "wpctl", 1)
    _program(tmp_path, "pactl", 0)
    _program(tmp_path, "amixer", 0)
    assert sound.mute()
    assert (tmp_path / "wpctl.said").read_text() == "set-mute @DEFAULT_AUDIO_SINK@ 1\n"
    assert (tmp_path / "pactl.said").read_text() == "set-sink-mute @DEFAULT_SINK@ 1\n"
    assert not (tmp_path / "amixer.said").exists()


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_where_nothing_can_mute_it_is_said(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert not sound.mute()


def test_a_sound_system_that_hangs_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(sound, "_WAIT_S", 0.2)
    program = tmp_path / "pactl"
    program.write_text("#!/bin/sh\nexec /bin/sleep 20\n")
    program.chmod(0o755)
    begun = time.monotonic()
    assert not sound.mute()
    assert time.monotonic() - begun < 5 + BUSY_S
