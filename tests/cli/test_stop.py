"""LOCK, and SEAL where the stop itself says what it was: whatever stops it, nothing follows.

`test_stop_answered.py` has what comes of an answer, `test_stop_after.py` what may follow a stop.
"""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

import schools
from driving import School, finish
from elsewhere import read_only
from schools import PRESENT, REPORT, SAFE, second_case

CAPTURE = ("exhibit", "capture", "--what", "The chat")
SUPPLY = ("--what", "x", "--supplied-by", "y", "--received", "z")


@pytest.fixture
def school(tmp_path: Path) -> School:
    return schools.collecting().copy_to(tmp_path / "school")


def _stopped(school: School, case: str, **facts: object) -> None:
    """Make sure that a stop stands: latch, entry, and exit status 30 from then on."""
    assert (school.vault / "STOPPED").exists()
    assert not (school.vault / "STOP-READY").exists()
    entry = school.last_entry()
    assert (entry["step"], entry["case"], entry["people"]) == ("case.stopped", case, [])
    assert entry["facts"] == {**entry["facts"], **facts}
    entries, files = school.entries(), school.files()
    both = school.words_of("ab", "cd")
    done = school.run(*CAPTURE, "--keep", *SAFE, "--json", answers=both, status=30)
    assert done.data["error"] == "stopped"
    assert (school.entries(), school.files()) == (entries, files)
    assert not [name for name in files if name.startswith(f"exhibits/{case}")]


def _locked(school: School, entries: int) -> None:
    """Make sure that it is locked, and that nobody has said yet what it was."""
    assert (school.vault / "STOPPED").exists()
    school.run("case", "list", status=30)
    assert school.entries() == entries


def test_one_person_stops_everything_with_one_word(school: School) -> None:
    """`counterseal stop`: no question, no passphrase, one sentence that says what to do."""
    entries = school.entries()
    done = school.run("stop", status=30)
    assert "Stopped" in done.err
    assert "police" in done.err
    assert "locked" in done.err
    _locked(school, entries)


@pytest.mark.parametrize(
    ("answers", "person", "exposed"),
    [
        pytest.param(["yes"], "ab", "yes", id="the first says yes"),
        pytest.param(["not-sure"], "ab", "unknown", id="the first is not sure"),
        pytest.param(["no", "yes"], "ab", "yes", id="the first says yes to the rest of the list"),
        pytest.param(["no", "no", "yes"], "cd", "yes", id="the second says yes"),
        pytest.param(["no", "no", "not-sure"], "cd", "unknown", id="the second is not sure"),
        pytest.param(["no", "no", "no", "not-sure"], "cd", "unknown", id="the very last answer"),
    ],
)
def test_a_safety_answer_stops(
    answers: list[str], person: str, exposed: str, school: School
) -> None:
    """Yes and not sure, by either of the two, to either question: no picture, and a stop."""
    typed = [*school.words_of("ab", "cd"), *answers]
    school.run(*CAPTURE, answers=typed, status=30)
    case = second_case(school)
    _stopped(school, case, trigger="safety-answer", person=person, exposed=exposed)


@pytest.mark.parametrize("answers", [("ab=no", "cd=yes"), ("ab=not-sure", "cd=no")])
def test_a_safety_answer_given_as_an_option_stops(answers: tuple[str, ...], school: School) -> None:
    """The options are the same question."""
    given = [word for answer in answers for word in ("--safety", answer)]
    school.run(*CAPTURE, *given, answers=school.words_of("ab", "cd"), status=30)
    _stopped(school, second_case(school), trigger="safety-answer")


def test_taking_in_and_looking_again_ask_the_same_question(school: School, tmp_path: Path) -> None:
    """An item that was handed over may be it too: it is not even read."""
    item = tmp_path / "letter.txt"
    item.write_text("A letter")
    answers = [*school.words_of("ab", "cd"), "not-sure"]
    school.run("exhibit", "supply", str(item), *SUPPLY, answers=answers, status=30)
    _stopped(school, second_case(school), trigger="safety-answer")


def test_because_of_what_it_showed(school: School) -> None:
    """Declining for that reason stops, without asking for another word."""
    school.run("exhibit", "decline", "--reason", "because-of-what-it-showed", status=30)
    _stopped(school, second_case(school), trigger="declined", unsaved=False)


@pytest.mark.parametrize(
    ("answers", "trigger"),
    [
        pytest.param(["stop"], "stop-command", id="stop instead of keep"),
        pytest.param(["keep", "stop"], "stop-command", id="the second says stop"),
        pytest.param(["do-not-keep", "because-of-what-it-showed"], "declined", id="not kept"),
    ],
)
def test_a_stop_with_a_picture_in_memory(answers: list[str], trigger: str, school: School) -> None:
    """The picture is dropped, and the entry says that there was one."""
    typed = [*school.words_of("ab", "cd"), "no", "no", "no", "no", *answers]
    school.run(*CAPTURE, answers=typed, status=30)
    school.run("stop", "--what", "not-sure", status=30)
    _stopped(school, second_case(school), trigger=trigger, unsaved=True)


@pytest.mark.parametrize("category", [1, 2, 3, 5, 6, 7, 11])
def test_a_category_that_is_not_to_be_looked_at(category: int, tmp_path: Path) -> None:
    """At triage it stops the case before anybody is asked who investigates.

    Nobody looked at anything at this computer, so the computer itself stays in use.
    """
    school = schools.reported().copy_to(tmp_path / "school")
    case = second_case(school)
    done = school.run("case", "triage", case, "--category", str(category), status=30)
    assert "other work at this computer can go on" in done.err
    _told_only(school, case)
    assert school.last_entry()["facts"]["kind"] == ("hs" if category < 4 else "nc")
    school.run("case", "triage", case, "--category", "17", status=20)


def test_such_a_category_in_a_report(tmp_path: Path) -> None:
    """What was said is written down by one, and stopped at once: nobody looks for it."""
    school = schools.practised().copy_to(tmp_path / "school")
    words = school.words_of("gh")
    school.run(*REPORT, "--as", "gh", "--category", "1", answers=words, status=30)
    _told_only(school, "2026-002")


def _told_only(school: School, case: str) -> None:
    entry = school.last_entry()
    assert (entry["step"], entry["case"], entry["people"]) == ("case.stopped", case, [])
    assert (entry["facts"]["trigger"], entry["facts"]["exposed"]) == ("category", "no")
    assert not (school.vault / "STOPPED").exists()
    assert (school.vault / "STOP-READY").exists()
    assert "stopped" in school.run("case", "show", case).out
    school.run("log", "check")


def test_a_second_stop_adds_nothing(school: School) -> None:
    """However often somebody stops it, or tries another command, the record does not grow."""
    school.run("stop", status=30)
    school.run("stop", status=30)
    entries = school.entries()
    school.run("case", "list", status=30)
    school.run("stop", status=30)
    assert school.entries() == entries


def test_a_mistyped_case_does_not_spare_the_open_one(school: School) -> None:
    """In a hurry nobody types well: the open case is stopped all the same."""
    school.run("stop", "--case", "2099-001", "--what", "may-be", status=30)
    _stopped(school, second_case(school), trigger="stop-command")


@pytest.mark.parametrize("name", ["log.db", "computer.key", "vault.toml", "keysets/1.json"])
@pytest.mark.parametrize("fate", ["gone", "garbage"])
def test_a_stop_in_a_broken_record(name: str, fate: str, school: School) -> None:
    """Whatever is missing or damaged, the latch stands and every command ends with 30."""
    path = school.vault / name
    if fate == "gone":
        path.unlink()
    else:
        path.write_bytes(b"\x00 garbage \xff" * 600)
    done = school.run("stop", status=30)
    assert "Stopped" in done.err
    assert (school.vault / "STOPPED").exists()
    school.run("log", "show", status=30)


def test_a_stop_where_there_is_no_record_at_all(tmp_path: Path) -> None:
    """It needs nothing: not even a data folder."""
    school = School(tmp_path)
    school.run("stop", status=30)
    assert (school.latch / "STOPPED").exists()
    for typed in (("case", "list"), ("doctor",), ("practice", "--out", str(tmp_path / "new"))):
        school.run(*typed, status=30)
    assert not (tmp_path / "new").exists()


def test_a_stop_does_not_wait_for_the_log(school: School) -> None:
    """Another program holds the log: the latch stands at once, the entry follows."""
    typed = ("stop", "--what", "may-be")
    with closing(sqlite3.connect(school.vault / "log.db")) as log:
        log.execute("BEGIN IMMEDIATE")
        with school.start(*typed) as stopping:
            end = time.monotonic() + 10
            while not (school.vault / "STOPPED").exists():
                assert time.monotonic() < end, "it waited for the log"
                time.sleep(0.05)
            assert stopping.poll() is None, "it did not need the log at all"
            log.rollback()
            finish(stopping, typed, (), status=30)
    assert school.last_entry()["step"] == "case.stopped"


def test_a_latch_that_says_nothing_waits_for_an_answer(school: School) -> None:
    """A latch without a reason locks; what is said of it later is written down, once."""
    entries = school.entries()
    (school.vault / "STOP-READY").rename(school.vault / "STOPPED")
    (school.vault / "STOPPED").write_bytes(b"")
    for _ in range(2):
        _locked(school, entries)
    for _ in range(2):
        school.run("stop", "--what", "may-be", status=30)
    assert school.steps().count("case.stopped") == 1
    _stopped(school, second_case(school), trigger="stop-command", kind="hs")


def test_taking_the_latch_away_does_not_help(school: School) -> None:
    """The log knows of the stop: the next step is refused, and the latch is back."""
    school.run("stop", "--what", "not-sure", status=30)
    (school.vault / "STOPPED").unlink()
    typed = ("note", "add", "--case", second_case(school), "--text", "x", *PRESENT)
    school.run(*typed, answers=school.words_of("ab", "cd"), status=30)
    assert (school.vault / "STOPPED").exists()


def test_a_stop_that_can_be_written_nowhere_says_so(school: School) -> None:
    """Where not even the latch can be set, nobody is told that it stands."""
    done = read_only(school).run("stop", status=30)
    assert "Stopped" in done.err
    assert "stop stands" not in done.err
    assert "could not" in done.err


def test_a_practice_stop_stays_within_its_folder(school: School) -> None:
    """Whoever rehearses a stop does not lock the school's own record."""
    school.run("practice", "--out", str(school.folder / "rehearsal"))
    rehearsal = school.folder / "rehearsal" / "vault"
    school.seeing({"COUNTERSEAL_HOME": str(rehearsal)}).run("stop", status=30)
    assert (rehearsal / "STOPPED").exists()
    assert not (school.latch / "STOPPED").exists()
    school.run("case", "list")


def test_a_real_stop_holds_for_every_record_of_this_user(tmp_path: Path) -> None:
    """Both latches stand; neither another folder nor a rehearsal goes round them."""
    school = schools.real().copy_to(tmp_path / "school")
    assert (school.latch / "STOP-READY").exists()
    school.run("stop", "--what", "not-sure", status=30)
    for folder in (school.vault, school.latch):
        assert (folder / "STOPPED").exists()
    assert school.last_entry()["step"] == "case.stopped"
    (school.vault / "STOPPED").unlink()
    school.run("people", "list", status=30)
    elsewhere = school.seeing({"COUNTERSEAL_HOME": str(tmp_path / "elsewhere")})
    elsewhere.run("setup", status=30)
    elsewhere.run("practice", "--out", str(tmp_path / "rehearsal"), status=30)
