"""STOP wins: over a picture that is being taken, a program that hangs, a full or broken record."""

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

import schools
from driving import School
from elsewhere import read_only, small_disk
from patience import BUSY_S
from schools import PRESENT, second_case

CAPTURE = ("exhibit", "capture", "--what", "The chat")
NOTE = ("note", "add", "--text", "x", *PRESENT)


@pytest.fixture
def school(tmp_path: Path) -> School:
    return schools.collecting().copy_to(tmp_path / "school")


def _until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 15
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)


def _holders(school: School) -> list[int]:
    folder = school.vault / "holding"
    return [int(path.name) for path in folder.iterdir()] if folder.is_dir() else []


@contextmanager
def _at_the_safety_question(school: School) -> Iterator["subprocess.Popen[str]"]:
    """Let both unlock their keys for a picture, and wait for the first answer."""
    with school.start(*CAPTURE) as taking:
        assert taking.stdin is not None
        for words in school.words_of("ab", "cd"):
            taking.stdin.write(f"{words}\n")
            taking.stdin.flush()
        _until(lambda: _holders(school) == [taking.pid])
        time.sleep(0.5)
        yield taking


def test_whoever_holds_both_keys_lets_go_of_them(school: School) -> None:
    """The other program ends itself with 30, and keeps nothing."""
    entries = school.entries()
    with _at_the_safety_question(school) as taking:
        school.run("stop", status=30)
        assert taking.wait(10) == 30
        assert taking.stderr is not None
        said = taking.stderr.read()
        assert "do not look again" in said
        assert "Traceback" not in said
    assert _holders(school) == []
    assert school.entries() == entries
    assert not [name for name in school.files() if name.startswith("exhibits/" + "2026-002")]


def test_one_that_hangs_is_killed_after_two_seconds(school: School) -> None:
    """It cannot end itself; it is ended by the number that it noted, and the stop goes on."""
    with _at_the_safety_question(school) as taking:
        os.kill(taking.pid, signal.SIGSTOP)
        begun = time.monotonic()
        done = school.run("stop", "--what", "may-be", status=30)
        assert 2 <= time.monotonic() - begun < 20 + BUSY_S
        assert "sealed" in done.err
        assert taking.wait(10) == -signal.SIGKILL
    assert _holders(school) == []
    assert school.last_entry()["step"] == "case.stopped"
    assert school.is_good()


def test_a_terminal_that_hid_a_passphrase_shows_what_is_typed_again(school: School) -> None:
    """It ends in the midst of a hidden answer; the terminal is as it was before."""
    terminal = pytest.importorskip("terminal")
    termios = pytest.importorskip("termios")

    def echoes(descriptor: int) -> bool:
        return bool(termios.tcgetattr(descriptor)[3] & termios.ECHO)

    with terminal.sitting_at(school, *CAPTURE) as sitting:
        assert echoes(sitting.descriptor)
        sitting.answer(("Passphrase of", school.passphrases["ab"]))
        sitting.until("Passphrase of")
        _until(lambda: not echoes(sitting.descriptor))
        _until(lambda: _holders(school))
        school.run("stop", status=30)
        assert sitting.end() == 30
        assert echoes(sitting.descriptor)
        assert "do not look again" in sitting.shown


def test_a_step_that_is_about_to_be_kept_is_not(school: School) -> None:
    """Another program waits for the log with a signed step; STOP comes first, so it is refused."""
    case, entries = second_case(school), school.entries()
    with closing(sqlite3.connect(school.vault / "log.db")) as log:
        log.execute("BEGIN IMMEDIATE")
        with school.start(*NOTE, "--case", case) as noting:
            assert noting.stdin is not None
            noting.stdin.write("".join(f"{w}\n" for w in school.words_of("ab", "cd")))
            noting.stdin.close()
            _until(lambda: _holders(school))
            (school.vault / "STOP-READY").rename(school.vault / "STOPPED")
            assert noting.wait(30) == 30
        log.rollback()
    assert school.entries() == entries
    school.run("stop", "--what", "not-sure", status=30)
    assert school.last_entry()["step"] == "case.stopped"
    assert school.is_good()


def _fill(folder: Path) -> Path:
    filler = folder / "receipts" / "filler.txt"
    with pytest.raises(OSError, match="No space left"):
        filler.write_bytes(bytes(os.statvfs(folder).f_bavail * 4096 + 4096))
    return filler


def test_on_a_full_disk_the_reason_is_written_all_the_same(school: School) -> None:
    """Room was set aside: the answer stands in the latch, and the log follows when it can."""
    size = sum(path.stat().st_size for path in school.vault.rglob("*") if path.is_file())
    with small_disk(school, size + 500_000) as there:
        filler = _fill(there.inside)
        done = there.run("stop", "--what", "may-be", "--by", "ab", status=30)
        assert "Stopped" in done.err
        held = (there.inside / "STOPPED").read_bytes()
        assert b'"kind":"hs"' in held
        assert b'"person":"ab"' in held
        filler.unlink(missing_ok=True)
        there.run("case", "list", status=30)
        assert "sealed" in there.run("stop", "--what", "may-be", status=30).err
        assert not [n for n in there.files() if n.startswith(f"wraps/{second_case(there)}/")]
        assert there.is_good()


def test_two_who_press_stop_at_once_stop_one_case(school: School) -> None:
    """Both are told, one entry is kept, and the record is good."""
    typed = ("stop", "--what", "may-be")
    with school.start(*typed) as one, school.start(*typed) as two:
        assert (one.wait(60), two.wait(60)) == (30, 30)
    assert school.steps().count("case.stopped") == 1
    assert school.is_good()


BROKEN = {
    "computer.key is missing": lambda vault: (vault / "computer.key").unlink(),
    "the log is missing": lambda vault: (vault / "log.db").unlink(),
    "the log is garbage": lambda vault: (vault / "log.db").write_bytes(b"\x00 garbage \xff" * 999),
    "the list of people is missing": lambda vault: (vault / "keysets/1.json").unlink(),
}


@pytest.mark.parametrize("how", BROKEN)
def test_in_a_real_record_that_is_broken_both_latches_stand(how: str, tmp_path: Path) -> None:
    """And the school's own means of opening the open case are gone, as the latch knows it."""
    school = schools.real_collecting().copy_to(tmp_path / "school")
    case = school.cases()[0]
    BROKEN[how](school.vault)
    done = school.run("stop", "--what", "may-be", status=30)
    assert "Stopped" in done.err
    assert (school.vault / "STOPPED").exists()
    assert (school.latch / "STOPPED").exists()
    assert not [name for name in school.files() if name.startswith(f"wraps/{case}/")]
    for typed in (("case", "list"), ("log", "show"), CAPTURE):
        school.run(*typed, status=30)


def test_a_real_record_on_a_disc_that_nobody_writes_to(tmp_path: Path) -> None:
    """The user's own latch stands, so everything is stopped all the same."""
    school = schools.real_collecting().copy_to(tmp_path / "school")
    there = read_only(school)
    done = there.run("stop", "--what", "may-be", status=30)
    assert "Stopped" in done.err
    assert not (school.vault / "STOPPED").exists()
    assert (school.latch / "STOPPED").exists()
    assert school.entries() == schools.real_collecting().entries()
    school.run("case", "list", status=30)
    school.run("stop", "--what", "may-be", status=30)
    assert school.last_entry()["step"] == "case.stopped"


@pytest.mark.parametrize("where", ["vault", "latch"])
def test_taking_one_of_two_latches_away_does_not_help(where: str, tmp_path: Path) -> None:
    """The other stands, and the next start puts it back."""
    school = schools.real_collecting().copy_to(tmp_path / "school")
    school.run("stop", "--what", "not-sure", status=30)
    gone = getattr(school, where) / "STOPPED"
    gone.unlink()
    school.run("case", "list", status=30)
    assert gone.exists()
    assert school.steps().count("case.stopped") == 1
    for folder in (school.vault, school.latch):
        (folder / "STOPPED").unlink()
    school.run("case", "list", status=30)
    assert (school.vault / "STOPPED").exists()
    assert (school.latch / "STOPPED").exists()


def test_another_data_folder_of_the_same_user_is_stopped_too(tmp_path: Path) -> None:
    """Copying the record, or going to another folder, does not go round a stop."""
    school = schools.real_collecting().copy_to(tmp_path / "school")
    copy = school.folder / "copy"
    subprocess.run(["cp", "-a", school.vault, copy], check=True)
    school.run("stop", "--what", "may-be", status=30)
    elsewhere = school.seeing({"COUNTERSEAL_HOME": str(copy)})
    for typed in (("case", "list"), CAPTURE, ("stop",)):
        elsewhere.run(*typed, status=30)
