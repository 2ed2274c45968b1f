"""Stops that meet each other, name the wrong case, or come where nobody expects them."""

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import schools
from driving import School
from elsewhere import on_another_computer
from schools import MAY_USE, OPEN, PRESENT, REPORT, SAFE, second_case

BY = ("--signer", "ab", "--signer", "ef", "--present", "ab", "--present", "ef")
RESUME = ("session", "resume", "--place", "Room 4", "--no-conflict", "ab", "--no-conflict", "cd")
RELEASE = (
    *("computer", "release", "--advice", "police", "--reason", "not-wanted"),
    *("--words", "PC Example, at 15:00: not wanted", "--authoriser", "ef"),
    *("--read", "ef", "--present", "ab", "--present", "cd"),
)  # fmt: skip


@pytest.fixture
def school(tmp_path: Path) -> School:
    return schools.collecting().copy_to(tmp_path / "school")


def wraps(school: School, case: str) -> list[str]:
    return [name for name in school.files() if name.startswith(f"wraps/{case}/")]


def stops(school: School) -> list[str]:
    """Return the cases that were stopped, in the order of the log."""
    with closing(sqlite3.connect(school.vault / "log.db")) as log:
        query = "SELECT case_id FROM leaves WHERE step = 'case.stopped' ORDER BY position"
        return [row[0] for row in log.execute(query)]


def test_what_was_told_of_never_stops_the_open_session(school: School) -> None:
    """A new report of that kind is kept, stopped by itself, and the open case goes on."""
    case = second_case(school)
    typed = (*REPORT, "--as", "gh", "--category", "1", "--barred", "ef")
    done = school.run(*typed, answers=school.words_of("gh"), status=30)
    assert "Nobody looks for it" in done.err
    assert stops(school) == ["2026-003"]
    assert school.steps()[-2:] == ["case.reported", "case.stopped"]
    assert school.last_entry()["facts"]["exposed"] == "no"
    assert wraps(school, case)
    assert wraps(school, "2026-003"), "the school cannot read its own report"
    assert not (school.vault / "STOPPED").exists()
    call = [word if word != "--may-use" else "--json" for word in MAY_USE]
    refused = school.run(*call, "--case", "2026-003", answers=school.words_of("ef"), status=20)
    assert "ef" in refused.said, "somebody whom the case concerns took part"
    school.run(
        "exhibit", "capture", "--what", "x", "--keep", *SAFE, answers=school.words_of("ab", "cd")
    )
    assert school.is_good()


def test_a_report_that_is_not_signed_stops_all_the_same(school: School) -> None:
    """Whoever breaks off after saying what it is has said it."""
    typed = (*REPORT, "--as", "gh", "--category", "1")
    school.run(*typed, answers=["the wrong words altogether"], status=30)
    assert stops(school) == ["2026-003"]
    assert "case.reported" not in school.steps()[-2:]


def test_an_answer_counts_although_others_unlocked_meanwhile(school: School) -> None:
    """Two sign a break while one still sits at the question: what that one says is sealed."""
    with school.start("stop") as waiting:
        waiting.wait(30)
    school.run("stop", "--what", "break", *PRESENT, answers=school.words_of("ab", "cd"))
    assert not (school.vault / "STOPPED").exists()
    school.run("stop", "--what", "may-be", status=30)
    assert stops(school) == [second_case(school)]
    assert (school.vault / "STOPPED").exists()


def test_a_busy_log_costs_nobody_a_report(tmp_path: Path) -> None:
    """Told of it, with the log held by another program: the school's own means stay."""
    school = schools.reported().copy_to(tmp_path / "school")
    case = second_case(school)
    had = wraps(school, case)
    with closing(sqlite3.connect(school.vault / "log.db")) as log:
        log.execute("BEGIN IMMEDIATE")
        school.run("case", "triage", case, "--category", "1", status=30)
        assert wraps(school, case) == had
        assert (school.vault / "STOPPED").exists()
        log.rollback()
    school.run("case", "list", "--as", "gh", status=None)
    assert stops(school) == [case]
    assert wraps(school, case) == had
    assert school.is_good()


@pytest.mark.parametrize("typed", [("--case", "2026-001"), ("--case=2026-001",)])
def test_a_case_that_is_named_later_is_the_one(typed: tuple[str, ...], school: School) -> None:
    """First STOP in a hurry, then what it was and in which case."""
    school.run("stop", status=30)
    school.run("stop", *typed, "--what=may-be", status=30)
    assert stops(school) == ["2026-001"]
    assert wraps(school, second_case(school))
    assert not wraps(school, "2026-001")


def test_a_second_case_can_be_stopped_beside_the_first(school: School) -> None:
    """One stop stands; another case is named and sealed too, and it is said which."""
    case = second_case(school)
    school.run("stop", "--what", "may-be", status=30)
    done = school.run("stop", "--case", "2026-001", "--what", "may-be", status=30)
    assert "2026-001" in done.err
    assert stops(school) == [case, "2026-001"]
    school.run("stop", "--case", "2026-001", "--what", "may-be", status=30)
    school.run("stop", status=30)
    school.run("stop", "--what", "not-sure", status=30)
    assert stops(school) == [case, "2026-001"]


def test_only_one_session_is_open(school: School) -> None:
    """So that a stop knows its case."""
    done = school.run(*OPEN, "--case", "2026-001", answers=school.words_of("ab", "cd"), status=20)
    assert second_case(school) in done.err


def test_going_elsewhere_and_back_releases_nothing(school: School, tmp_path: Path) -> None:
    """The stop binds its computer: brought back there, the record is stopped again."""
    school.run("stop", "--what", "may-be", status=30)
    school.run(*MAY_USE, answers=school.words_of("ef"))
    new = School(tmp_path / "new", school.passphrases)
    new.folder.mkdir()
    school.run("computer", "transfer", "--out", str(new.vault))
    there = on_another_computer(new)
    there.run("computer", "change", *BY, answers=there.words_of("ab", "ef"))
    for name in ("log.db", "log.db-wal", "log.db-shm"):
        if (new.vault / name).exists():
            shutil.copy(new.vault / name, school.vault / name)
    shutil.copytree(new.vault / "people", school.vault / "people", dirs_exist_ok=True)
    school.run("case", "list", "--as", "gh", status=30)
    (school.vault / "STOPPED").unlink()
    school.run("case", "list", "--as", "gh", status=30)
    assert (school.vault / "STOPPED").exists()


def test_a_latch_that_is_made_again_says_what_it_stands_for(school: School) -> None:
    """Taken away and mended, it is the same stop: nothing unlocks it, or seals another case."""
    case = second_case(school)
    school.run("stop", "--what", "may-be", status=30)
    (school.vault / "STOPPED").unlink()
    school.run("case", "list", "--as", "gh", status=30)
    (line,) = [x for x in (school.vault / "STOPPED").read_text().splitlines() if x.strip()]
    assert (json.loads(line)["case"], json.loads(line)["decided"]) == (case, True)
    both = school.words_of("ab", "cd")
    school.run("stop", "--what", "break", *PRESENT, answers=both, status=30)
    assert stops(school) == [case]
    assert "lock.lifted" not in school.steps()


def test_a_break_is_signed_by_those_whose_session_is_open(school: School) -> None:
    """Whichever case was named: others have not seen what these two may have seen."""
    school.run("stop", "--case", "2026-001", status=30)
    others = ("--signed-by", "gh", "--signed-by", "ef", "--present", "gh", "--present", "ef")
    answers = school.words_of("gh", "ef")
    school.run("stop", "--what", "break", *others, answers=answers, status=2)
    assert (school.vault / "STOPPED").exists()
    both = school.words_of("ab", "cd")
    school.run("stop", "--what", "break", *PRESENT, answers=both)
    assert (school.last_entry()["step"], school.last_entry()["case"]) == (
        "lock.lifted",
        second_case(school),
    )
    school.run("exhibit", "capture", "--what", "x", *SAFE, answers=both, status=20)


def test_a_released_case_is_not_carried_elsewhere(school: School, tmp_path: Path) -> None:
    """Stopped once is stopped for ever: its exhibits never travel."""
    capture = ("exhibit", "capture", "--what", "The chat", "--keep", *SAFE)
    school.run(*capture, answers=school.words_of("ab", "cd"))
    case = second_case(school)
    school.run("stop", "--what", "may-be", status=30)
    school.run(*MAY_USE, answers=school.words_of("ef"))
    school.run(*RELEASE, answers=school.words_of("ef", "ab", "cd"))
    school.run("stop", "--case", "2026-001", "--what", "may-be", status=30)
    school.run(*MAY_USE, "--case", "2026-001", answers=school.words_of("ef"))
    school.run("computer", "transfer", "--out", str(tmp_path / "copy"))
    assert not list((tmp_path / "copy").glob(f"*/{case}/*"))
    assert not list((tmp_path / "copy").glob("*/2026-001/*"))


@pytest.mark.parametrize("junk", [b"x" * 20_000, b"\x00" * 9_000, b"{}\n" * 4_000, b"[[[[" * 2_000])
def test_a_latch_full_of_something_else_is_asked_about_too(junk: bytes, school: School) -> None:
    """Whatever lies in the ready-made file, an answer seals."""
    (school.vault / "STOP-READY").write_bytes(junk)
    school.run("stop", "--what", "may-be", status=30)
    assert stops(school) == [second_case(school)]


def test_something_else_in_place_of_the_file_keeps_nobody_waiting(school: School) -> None:
    """A pipe without a reader would wait for ever."""
    (school.vault / "STOP-READY").unlink()
    os.mkfifo(school.vault / "STOP-READY")
    school.run("stop", "--what", "may-be", status=30)
    school.run("case", "list", status=30)


def test_a_folder_that_cannot_be_named_stops_all_the_same(tmp_path: Path) -> None:
    school = School(tmp_path)
    far = school.seeing({"COUNTERSEAL_HOME": str(tmp_path / ("x" * 300))})
    far.run("stop", status=30)
    assert (school.latch / "STOPPED").exists()


def test_options_before_the_word_do_not_hide_it(school: School) -> None:
    """`--json stop --bogus` stops; `stop --json show` shows."""
    school.run("stop", "--json", "show")
    assert not (school.vault / "STOPPED").exists()
    school.run("--json", "stop", "--bogus", status=30)
    assert (school.vault / "STOPPED").exists()
