"""What comes of the answer to "What was it": sealed, unlocked after a break, or nothing yet."""

import json
from pathlib import Path

import pytest

import schools
from driving import School
from elsewhere import read_only
from schools import PRESENT, SAFE, second_case
from terminal import sitting_at

DAY_MS = 24 * 60 * 60 * 1000
CAPTURE = ("exhibit", "capture", "--what", "The chat", "--keep", *SAFE)


@pytest.fixture
def school(tmp_path: Path) -> School:
    return schools.collecting().copy_to(tmp_path / "school")


def wraps(school: School, case: str) -> list[str]:
    """Return the wraps of a case that are left."""
    return [name for name in school.files() if name.startswith(f"wraps/{case}/")]


@pytest.mark.parametrize(
    ("what", "kind"), [("may-be", "hs"), ("other", "nc"), ("not-sure", "not-sure")]
)
def test_an_answer_seals(what: str, kind: str, school: School) -> None:
    """The school's means of opening the case are gone, and the log says how many there were."""
    case = second_case(school)
    had = len(wraps(school, case))
    others = wraps(school, "2026-001")
    done = school.run("stop", "--what", what, "--by", "ab", status=30)
    assert "sealed" in done.err
    entry = school.last_entry()
    assert (entry["step"], entry["case"], entry["people"]) == ("case.stopped", case, [])
    told = {"kind": kind, "trigger": "stop-command", "person": "ab", "exposed": "unknown"}
    assert entry["facts"] == {**entry["facts"], **told, "erased": had, "concern": 1}
    assert had == 2
    assert wraps(school, case) == []
    assert wraps(school, "2026-001") == others
    assert school.is_good()


def test_an_answer_can_be_given_later(school: School) -> None:
    """First it is only locked; saying what it was seals it then."""
    school.run("stop", status=30)
    assert wraps(school, second_case(school))
    done = school.run("stop", "--what", "may-be", status=30)
    assert f"Case {second_case(school)} is stopped and sealed" in done.err
    assert wraps(school, second_case(school)) == []


def test_it_is_sealed_after_a_day_without_an_answer(school: School) -> None:
    """Recorded as unanswered, never as a category; an hour earlier it was only locked."""
    school.run("stop", status=30)
    latch = school.vault / "STOPPED"
    cause = json.loads(latch.read_text().splitlines()[-1])
    for ago, sealed in ((DAY_MS - 3_600_000, False), (DAY_MS + 1_000, True)):
        moved = {**cause, "mono_ms": cause["mono_ms"] - ago, "utc_ms": cause["utc_ms"] - ago}
        latch.write_text(json.dumps(moved).ljust(8000))
        school.run("case", "list", status=30)
        assert (school.steps()[-1] == "case.stopped") is sealed
    assert school.last_entry()["facts"]["kind"] == "unanswered"
    assert wraps(school, second_case(school)) == []


def test_a_break_is_signed_by_both_and_unlocks(school: School) -> None:
    """Neither saw such an image; the session is paused, and goes on."""
    school.run("stop", status=30)
    both = school.words_of("ab", "cd")
    done = school.run("stop", "--what", "break", *PRESENT, answers=both)
    assert "unlocked" in done.out
    assert "Neither of us saw" in done.err
    entry = school.last_entry()
    assert (entry["step"], [p["id"] for p in entry["people"]]) == ("lock.lifted", ["ab", "cd"])
    assert not (school.vault / "STOPPED").exists()
    assert (school.vault / "STOP-READY").exists()
    school.run("exhibit", "capture", "--what", "x", *SAFE, answers=both, status=20)
    resume = ("--place", "Room 4", "--no-conflict", "ab", "--no-conflict", "cd", *PRESENT)
    school.run("session", "resume", *resume, answers=both)
    school.run(*CAPTURE, answers=both)
    assert school.is_good()


@pytest.mark.parametrize("signed", [("ab",), ("ab", "wrong")])
def test_a_break_that_one_does_not_sign_leaves_it_locked(
    signed: tuple[str, ...], school: School
) -> None:
    """One alone cannot unlock, nor with the wrong words."""
    school.run("stop", status=30)
    entries = school.entries()
    words = {**school.passphrases, "wrong": "not these words at all"}
    answers = [words[one] for one in signed]
    refused = school.run("stop", "--what", "break", *PRESENT, answers=answers, status=None)
    assert refused.status in {2, 70}
    assert (school.vault / "STOPPED").exists()
    assert school.entries() == entries
    school.run("case", "list", status=30)


def test_no_break_after_a_safety_answer(school: School) -> None:
    """What somebody could not say "No" to is sealed, and nothing unlocks it."""
    both = school.words_of("ab", "cd")
    school.run("exhibit", "capture", "--what", "x", answers=[*both, "not-sure"], status=30)
    entries = school.entries()
    school.run("stop", "--what", "break", *PRESENT, answers=both, status=30)
    assert (school.vault / "STOPPED").exists()
    assert school.entries() == entries


def test_a_break_where_no_case_is_open_is_signed_by_any_two(tmp_path: Path) -> None:
    """Nothing was going on: it stands with the record's own entries."""
    school = schools.practised().copy_to(tmp_path / "school")
    school.run("stop", status=30)
    typed = ("stop", "--what", "break", "--signed-by", "ab", "--signed-by", "ef")
    stances = ("--present", "ab", "--present", "ef")
    school.run(*typed, *stances, answers=school.words_of("ab", "ef"))
    assert (school.last_entry()["step"], school.last_entry()["case"]) == ("lock.lifted", "")
    school.run("case", "list")
    assert school.is_good()


def test_a_stop_where_no_case_is_open_makes_one(tmp_path: Path) -> None:
    """It has a reference of its own, so that calls and a hand-over have a place."""
    school = schools.practised().copy_to(tmp_path / "school")
    school.run("stop", "--what", "may-be", status=30)
    entry = school.last_entry()
    assert (entry["step"], entry["case"], entry["case_seq"]) == ("case.stopped", "2026-002", 0)
    assert entry["facts"]["exposed"] == "unknown"
    assert wraps(school, "2026-001"), "the case that has nothing to do with it was sealed"
    assert school.is_good()


def test_it_is_asked_at_a_terminal_only_once_it_is_locked(school: School) -> None:
    """The latch stands while the question is on the screen; a choice that seals says so."""
    with sitting_at(school, "stop") as terminal:
        seen = terminal.until("What was it")
        assert (school.vault / "STOPPED").exists()
        assert "Nothing opens any more" in seen
        assert "first three answers seal the case" in seen
        terminal.type("may-be")
        assert terminal.end() == 30
    assert school.last_entry()["facts"]["kind"] == "hs"


def test_sealing_waits_where_the_wraps_cannot_be_erased(school: School) -> None:
    """It stays locked, nothing says that it was sealed, and the next start finishes it."""
    case = second_case(school)
    (school.vault / "STOP-READY").rename(school.vault / "STOPPED")
    before = school.entries()
    read_only(school).run("stop", "--what", "may-be", status=30)
    assert school.entries() == before
    assert wraps(school, case)
    school.run("stop", "--what", "may-be", status=30)
    assert school.last_entry()["step"] == "case.stopped"
    assert wraps(school, case) == []


def test_without_its_log_the_open_case_is_sealed_all_the_same(tmp_path: Path) -> None:
    """The latch was told which case is open when the session began."""
    school = schools.real_collecting().copy_to(tmp_path / "school")
    case = school.cases()[0]
    (school.vault / "log.db").unlink()
    done = school.run("stop", "--what", "may-be", status=30)
    assert "not in the log yet" in done.err
    assert wraps(school, case) == []
    assert (school.vault / "STOPPED").exists()
    assert (school.latch / "STOPPED").exists()


def test_the_outcome_can_be_read_by_a_program(school: School) -> None:
    """Which case, whether it is sealed, whether the computer is stopped, the groups to copy."""
    case = second_case(school)
    told = school.run("stop", "--what", "not-sure", "--json", status=30).data
    known = {"case": case, "sealed": True, "computer_stopped": True, "uncovered": 0}
    assert {key: told[key] for key in known} == known
    assert len(told["groups"]) == 4
    assert (told["error"], told["exit_status"], told["troubles"]) == ("stopped", 30, [])
