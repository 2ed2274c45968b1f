"""What comes too early or too late, and what does not exist: refused, with nothing kept."""

from collections.abc import Callable
from pathlib import Path

import pytest

import schools
from driving import School, refused
from schools import ADD, AUTHORISE, OPEN, SAFE, second_case

STAGES: dict[str, Callable[[], School]] = {
    "reported": schools.reported,
    "triaged": schools.triaged,
    "authorised": schools.authorised,
    "collecting": schools.collecting,
}
CAPTURE = ("exhibit", "capture", "--what", "The chat", *SAFE)
DECLINE = ("exhibit", "decline", "--reason", "unclear", "--why", "x")
CLOSE = ("session", "close", "--summary", "x")
NOTE = ("note", "add", "--text", "x")


@pytest.mark.parametrize(
    ("stage", "typed"),
    [
        pytest.param("reported", NOTE, id="a note before triage"),
        pytest.param("reported", OPEN, id="a session before triage"),
        pytest.param("triaged", OPEN, id="a session before it is authorised"),
        pytest.param("triaged", ADD, id="a concern before it is authorised"),
        pytest.param("triaged", CAPTURE, id="a picture before it is authorised"),
        pytest.param("authorised", ADD, id="a concern without a session"),
        pytest.param("authorised", CAPTURE, id="a picture without a session"),
        pytest.param("authorised", DECLINE, id="no picture without a session"),
        pytest.param("authorised", CLOSE, id="closing without a session"),
        pytest.param("authorised", ("session", "pause"), id="a pause without a session"),
        pytest.param("authorised", ("session", "resume"), id="resuming without a session"),
        pytest.param("collecting", OPEN, id="a session while one is open"),
    ],
)
def test_out_of_order(stage: str, typed: tuple[str, ...], tmp_path: Path) -> None:
    """Refused with the stage in the sentence, before anybody is asked anything."""
    school = STAGES[stage]().copy_to(tmp_path / "school")
    error = refused(school, 20, "out-of-order", *typed, "--case", second_case(school))
    assert stage in error["what"]


def test_a_case_is_triaged_and_authorised_once(tmp_path: Path) -> None:
    """The steps behind a case are not taken again."""
    school = schools.authorised().copy_to(tmp_path / "school")
    case = second_case(school)
    for typed in (schools.triage(17, case), (*AUTHORISE, case)):
        refused(school, 20, "out-of-order", *typed)


def test_resuming_what_is_not_paused(tmp_path: Path) -> None:
    """A session that runs is not resumed."""
    school = schools.collecting().copy_to(tmp_path / "school")
    typed = ("session", "resume", *OPEN[2:])
    answers = school.words_of("ab", "cd")
    assert "not paused" in refused(school, 20, "out-of-order", *typed, answers=answers)["what"]


def test_a_paused_session_takes_nothing(tmp_path: Path) -> None:
    """While it is paused, nothing is recorded but its resuming and its end."""
    school = schools.collecting().copy_to(tmp_path / "school")
    school.run("session", "pause")
    case = second_case(school)
    for typed in (ADD, CAPTURE, DECLINE, NOTE, ("session", "pause")):
        error = refused(school, 20, "out-of-order", *typed, "--case", case)
        assert "paused" in error["what"]
    refused(school, 20, "out-of-order", "exhibit", "view", "AB/1", "--case", case)


@pytest.mark.parametrize(
    ("category", "word"),
    [
        pytest.param(13, "advice", id="advice first"),
        pytest.param(9, "police", id="police first"),
        pytest.param(15, "Chair", id="approval first"),
    ],
)
def test_an_open_gate_keeps_a_session_shut(category: int, word: str, tmp_path: Path) -> None:
    """Whatever the triage says has to come first does come first."""
    school = schools.reported().copy_to(tmp_path / "school")
    both = school.words_of("ab", "cd")
    case = second_case(school)
    shown = school.json(*schools.triage(category, case), answers=both)
    assert shown["gates"]
    school.run(*AUTHORISE, case, answers=[*both, *school.words_of("ef")])
    error = refused(school, 20, "out-of-order", *OPEN, "--case", case, answers=both)
    assert word in error["what"]


def test_private_messages_wait_for_the_chair(tmp_path: Path) -> None:
    """The modifier "private" opens the approval gate whatever the category is."""
    school = schools.reported().copy_to(tmp_path / "school")
    typed = schools.triage(17, "--modifier", "private")
    shown = school.json(*typed, answers=school.words_of("ab", "cd"))
    assert "approval" in shown["gates"]


def test_a_log_only_category_is_never_authorised(tmp_path: Path) -> None:
    """Category 22 is recorded without collecting anything."""
    school = schools.reported().copy_to(tmp_path / "school")
    case = second_case(school)
    school.run(*schools.triage(22, case), answers=school.words_of("ab", "cd"))
    answers = school.words_of("ab", "cd", "ef")
    refused(school, 20, "not-allowed", *AUTHORISE, case, answers=answers)


def test_more_than_one_case_has_to_be_named(tmp_path: Path) -> None:
    """Where two cases could be meant, both are named and neither is guessed."""
    school = schools.authorised().copy_to(tmp_path / "school")
    error = refused(school, 20, "out-of-order", *OPEN)
    assert second_case(school) in error["what"]


def test_assent_to_another_case(tmp_path: Path) -> None:
    """What was put by for one case authorises no other."""
    school = schools.triaged().copy_to(tmp_path / "school")
    one = second_case(school)
    written = ("case", "authorise", *schools.AUTHORISE[2:-6])
    number = school.json(*written, one, "--for-later")["number"]
    school.run(*schools.REPORT, "--as", "gh", answers=school.words_of("gh"))
    other = school.cases()[2]
    school.run(*schools.triage(17, other), answers=school.words_of("ab", "cd"))
    error = refused(school, 2, "usage", "case", "authorise", other, "--assented", number)
    assert f"is not about case {other}" in error["what"]


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(("case", "show", "2026-999"), id="a case"),
        pytest.param(("case", "show", "../../etc"), id="a path instead of a case"),
        pytest.param(("log", "show", "--case", "2026-999"), id="a case in the log"),
        pytest.param(("exhibit", "list", "--case", "2026-999"), id="exhibits of a case"),
        pytest.param(("exhibit", "view", "AB/9"), id="an exhibit"),
        pytest.param(("exhibit", "view", "banana"), id="no reference at all"),
        pytest.param(("exhibit", "capture", "--concern", "9"), id="a concern"),
        pytest.param(("note", "add", "--about", "banana"), id="a note about no reference"),
        pytest.param(("log", "receipt", "--signed-by", "zz"), id="a person"),
        pytest.param(("log", "check", "--receipt", "/no/such/file"), id="a receipt"),
        pytest.param(("exhibit", "supply", "/no/such/file"), id="a file"),
        pytest.param(("exhibit", "supply", "/"), id="a folder as a file"),
    ],
)
def test_an_unknown_reference(typed: tuple[str, ...], tmp_path: Path) -> None:
    """What does not exist is named back in one sentence."""
    school = schools.collecting().copy_to(tmp_path / "school")
    if typed[0] == "note":
        typed = (*typed, "--case", second_case(school))
    error = refused(school, 2, "usage", *typed)
    assert any(word in error["what"] for word in typed[2:]), error


def test_a_note_about_an_exhibit_of_another_case(tmp_path: Path) -> None:
    """AB/1 of the practice case is not an exhibit of the second one."""
    school = schools.collecting().copy_to(tmp_path / "school")
    typed = (*NOTE, "--about", "AB/1", "--case", second_case(school), *schools.PRESENT)
    answers = school.words_of("ab", "cd")
    error = refused(school, 20, "not-allowed", *typed, answers=answers)
    assert "AB/1" in error["what"]


def test_a_picture_before_any_concern(tmp_path: Path) -> None:
    """First the address and what is of concern, then a picture of it."""
    school = schools.authorised().copy_to(tmp_path / "school")
    case = second_case(school)
    school.run(*OPEN, "--case", case, answers=school.words_of("ab", "cd"))
    for typed in (CAPTURE, DECLINE):
        error = refused(school, 20, "out-of-order", *typed, "--case", case)
        assert "concern" in error["what"]
