"""Who holds keys: noted while it does, gone when STOP is pressed, ended where it hangs."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from counterseal import locks
from counterseal.errors import VaultError
from counterseal.keys.holding import FOLDER, KeyHolder, end_others
from counterseal.latch import Latch
from patience import BUSY_S

HOLD = """
import sys, time
from pathlib import Path
from counterseal.keys.holding import KeyHolder, leave_at_once
from counterseal.latch import Latch
from patience import BUSY_S
root = Path(sys.argv[1])
with KeyHolder(leave_at_once).holding(root, Latch((root,))):
    print("holding", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def latch(tmp_path: Path) -> Latch:
    latch = Latch((tmp_path,))
    latch.arm()
    return latch


@contextmanager
def _another(root: Path) -> Iterator[subprocess.Popen[str]]:
    """Let another process hold keys; it never outlives the block."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "holding\n"
            yield process
        finally:
            process.kill()


def _noted(root: Path) -> list[str]:
    return sorted(path.name for path in (root / FOLDER).iterdir())


def test_whoever_holds_keys_is_noted_as_long_as_they_do(tmp_path: Path, latch: Latch) -> None:
    """Two keys in one process are one note, which goes with the outer one."""
    holder, own = KeyHolder(lambda: None), tmp_path / FOLDER / str(os.getpid())
    with holder.holding(tmp_path, latch):
        assert locks.is_held(own)
        with holder.holding(tmp_path, latch):
            assert _noted(tmp_path) == [own.name]
        assert locks.is_held(own), "the inner block let go for the outer one"
        assert end_others(tmp_path) == [], "it would have ended itself"
    assert _noted(tmp_path) == []


def test_nothing_is_noted_where_the_process_must_not_end(tmp_path: Path, latch: Latch) -> None:
    """A program that does more than one command."""
    with KeyHolder().holding(tmp_path, latch):
        assert not (tmp_path / FOLDER).exists()


def test_what_follows_a_stop_is_signed_while_it_stands(tmp_path: Path, latch: Latch) -> None:
    """Whoever signs a call afterwards is not ended for it."""
    latch.lock()
    ended: list[str] = []
    with KeyHolder(lambda: ended.append("end")).holding(tmp_path, latch):
        time.sleep(0.2)
    assert ended == []
    assert not (tmp_path / FOLDER).exists()


def test_it_ends_itself_when_somebody_stops_everything(tmp_path: Path, latch: Latch) -> None:
    """Within a moment, whatever it is waiting for."""
    ended: list[float] = []
    with KeyHolder(lambda: ended.append(time.monotonic())).holding(tmp_path, latch):
        begun = time.monotonic()
        latch.lock()
        while not ended and time.monotonic() < begun + 5:
            time.sleep(0.01)
    assert ended
    assert ended[0] - begun < 1


def test_whoever_stops_is_not_cut_short(tmp_path: Path, latch: Latch) -> None:
    """The process that presses STOP while it holds keys has a stop to finish."""
    ended: list[str] = []
    holder = KeyHolder(lambda: ended.append("end"))
    with holder.holding(tmp_path, latch):
        holder.stopping()
        latch.lock()
        time.sleep(0.3)
    assert ended == []


def test_another_process_goes_by_itself(tmp_path: Path, latch: Latch) -> None:
    """With the outcome "stopped", and with what to do on its screen."""
    with _another(tmp_path) as other:
        assert _noted(tmp_path) == [str(other.pid)]
        latch.lock()
        assert end_others(tmp_path) == []
        assert other.wait(5) == 30
        assert other.stderr is not None
        assert "do not look again" in other.stderr.read()
    assert _noted(tmp_path) == []


def test_one_that_hangs_is_ended_by_its_number(tmp_path: Path, latch: Latch) -> None:
    """It cannot go by itself, so it is killed once its time is over, and not before."""
    with _another(tmp_path) as other:
        os.kill(other.pid, signal.SIGSTOP)
        latch.lock()
        begun = time.monotonic()
        assert end_others(tmp_path, patience_s=0.5) == []
        assert time.monotonic() - begun >= 0.5
        assert other.wait(5) == -signal.SIGKILL
    assert _noted(tmp_path) == []


def test_a_note_of_a_dead_process_harms_nobody(tmp_path: Path) -> None:
    """Its number may be another's by now: the lock tells, and nobody is ended."""
    folder = tmp_path / FOLDER
    folder.mkdir()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as innocent:
        for name in (str(innocent.pid), "1", "notes.txt"):
            (folder / name).touch()
        begun = time.monotonic()
        assert end_others(tmp_path, patience_s=10 * BUSY_S) == []
        assert time.monotonic() - begun < BUSY_S, "it waited for nobody"
        assert innocent.poll() is None
        innocent.kill()
    assert _noted(tmp_path) == ["notes.txt"]


def test_a_process_that_died_unseen_is_noted_no_more(tmp_path: Path) -> None:
    """A power cut or a kill leaves its note; the next stop clears it away."""
    with _another(tmp_path) as other:
        other.kill()
        other.wait(5)
        assert _noted(tmp_path) == [str(other.pid)]
        assert end_others(tmp_path) == []
    assert _noted(tmp_path) == []


def test_no_key_is_unlocked_where_it_cannot_be_noted(tmp_path: Path, latch: Latch) -> None:
    """Otherwise nobody could end the process."""
    (tmp_path / FOLDER).write_text("in the way")
    held = []
    with pytest.raises(VaultError), KeyHolder(lambda: None).holding(tmp_path, latch):
        held.append("keys")
    assert held == []


def test_where_there_is_no_record_nobody_is_looked_for(tmp_path: Path) -> None:
    """A stop needs nothing."""
    assert end_others(tmp_path / "nowhere") == []
