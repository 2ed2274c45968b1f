"""What may follow a stop: paper first, then what the police let be recorded, then the release."""

from pathlib import Path

import pytest

import schools
from driving import School, refused
from elsewhere import on_another_computer
from schools import MAY_USE, SAFE, second_case

CALL = ("call", "record", "--to", "police", "--name", "PC Example, 1234", "--when", "10:15")
WORDS = ("--words", "Leave it on, we come", "--reference", "EX-1")
ISOLATE = (
    *("device", "isolate", "--kind", "computer", "--power", "on", "--device", "The PC"),
    *("--state", "On, monitor off", "--done", "Room locked", "--kept", "Room 4"),
    *("--seal", "A 12", "--key-holder", "E. Fell"),
)  # fmt: skip
RELEASE = (
    *("computer", "release", "--advice", "police", "--reason", "not-wanted"),
    *("--words", "PC Example, at 15:00: not wanted", "--authoriser", "ef"),
    *("--read", "ef", "--present", "ab", "--present", "cd"),
)  # fmt: skip


@pytest.fixture
def school(tmp_path: Path) -> School:
    """A computer that was stopped, and sealed."""
    school = schools.collecting().copy_to(tmp_path / "school")
    school.run("stop", "--what", "may-be", status=30)
    return school


def test_first_comes_paper(school: School) -> None:
    """Until an officer says that the computer may be used, nothing is written at it."""
    for typed in ((*CALL, *WORDS, "--as", "ef", "--read", "ef"), ("stop", "countersign"), RELEASE):
        entries = school.entries()
        done = school.run(*typed, status=30)
        assert "Write it on paper" in done.err
        assert "--may-use" in done.err
        assert school.entries() == entries


def test_only_the_police_can_let_it_be_used(school: School) -> None:
    """Nobody else's word will do."""
    typed = [word if word != "police" else "headteacher" for word in MAY_USE]
    done = school.run(*typed, answers=school.words_of("ef"), status=20)
    assert "Only the police" in done.err
    assert "call.recorded" not in school.steps()


def test_what_follows_is_signed_by_one_and_kept(school: School) -> None:
    """Calls, devices, who was there: each entry is good, and the stop stands."""
    case = second_case(school)
    school.run(*MAY_USE, answers=school.words_of("ef"))
    assert school.steps()[-2:] == ["record.opened", "call.recorded"]
    school.run(
        *("call", "record", "--to", "dsl", "--name", "The lead", "--when", "10:20"),
        *("--words", "Told", "--as", "ab", "--present", "ab"),
        answers=["", *school.words_of("ab")],
    )
    for person, stance in (("ab", "present"), ("gh", "not-present")):
        typed = ("stop", "countersign", "--as", person, "--stance", stance, "--read", person)
        school.run(*typed, answers=school.words_of(person))
    school.run(
        *("stop", "countersign", "--as", "ef", "--stance", "refused", "--person", "cd"),
        *("--read", "ef"),
        answers=school.words_of("ef"),
    )
    school.run(*ISOLATE, "--as", "ef", "--read", "ef", answers=school.words_of("ef"))
    assert {entry for entry in school.steps() if entry == "device.isolated"}
    assert (school.vault / "STOPPED").exists()
    school.run("exhibit", "capture", "--case", case, "--what", "x", *SAFE, status=30)
    school.run("case", "list", status=30)
    assert school.is_good()


def test_nobody_signs_for_another_who_was_there(school: School) -> None:
    """Where somebody was is theirs to say; only a refusal is written down by another."""
    school.run(*MAY_USE, answers=school.words_of("ef"))
    done = school.run(
        *("stop", "countersign", "--as", "ef", "--stance", "present", "--person", "cd"),
        *("--read", "ef"),
        answers=school.words_of("ef"),
    )
    assert "ef" in done.out or school.last_entry()["facts"]["person"] == "ef"
    assert school.last_entry()["facts"] == {"person": "ef", "stance": "present"}


def test_two_can_read_what_was_written_and_one_cannot(school: School) -> None:
    """The key for it is split between every two of investigators, lead and Headteacher."""
    case = second_case(school)
    school.run(*MAY_USE, answers=school.words_of("ef"))
    names = [n.split("/")[2] for n in school.files() if n.startswith(f"records/{case}/")]
    assert sorted(set(names)) == ["ab+cd", "ab+ef", "cd+ef"]
    assert not [n for n in school.files() if n.startswith(f"wraps/{case}/")]


def test_the_head_and_both_release_the_computer(school: School) -> None:
    """The case stays stopped for ever; other cases go on."""
    case = second_case(school)
    school.run(*MAY_USE, answers=school.words_of("ef"))
    done = school.run(*RELEASE, answers=school.words_of("ef", "ab", "cd"))
    assert "released" in done.out
    assert not (school.vault / "STOPPED").exists()
    assert (school.vault / "STOP-READY").exists()
    assert "stopped" in school.run("case", "show", case).out
    school.run("exhibit", "capture", "--case", case, "--what", "x", *SAFE, status=20)
    school.run(*schools.REPORT, "--as", "gh", "--category", "17", answers=school.words_of("gh"))
    assert school.is_good()
    school.run("stop", status=30)


@pytest.mark.parametrize("authoriser", ["gh", "ab"])
def test_nobody_else_releases_it(authoriser: str, school: School) -> None:
    """Neither an SLT reviewer nor an investigator alone."""
    school.run(*MAY_USE, answers=school.words_of("ef"))
    typed = [authoriser if word == "ef" else word for word in RELEASE]
    answers = school.words_of(authoriser, "ab", "cd")
    school.run(*typed, answers=answers, status=20)
    assert (school.vault / "STOPPED").exists()


def test_the_record_can_be_checked_while_it_is_stopped(school: School) -> None:
    """Checking changes nothing, and shows that it stands as it was kept."""
    assert school.is_good()
    assert (school.vault / "STOPPED").exists()
    (school.vault / "STOPPED").unlink()
    assert school.is_good()
    assert (school.vault / "STOPPED").exists(), "the latch was not set again"


def test_the_pages_can_be_read_at_any_time(school: School) -> None:
    """In order, one at a time where somebody sits at a terminal, with the groups to copy."""
    done = school.run("stop", "show")
    places = [done.out.index(word) for word in ("999", "Call the police", "monitor", "paper")]
    assert places == sorted(places)
    assert "Copy these groups" in done.out
    told = school.json("stop", "show", "--page", "2")
    assert (told["stopped"], len(told["pages"]), len(told["groups"])) == (True, 1, 4)
    sheet = school.run("stop", "sheet").out
    assert "STOP SHEET" in sheet
    assert sheet.count("____") > 10
    assert school.steps()[-1] == "case.stopped"


def test_reading_the_pages_stops_nothing(tmp_path: Path) -> None:
    """Whoever gets ready can read and print beforehand."""
    school = schools.practised().copy_to(tmp_path / "school")
    for typed in (("stop", "show"), ("stop", "sheet"), ("stop", "--help")):
        school.run(*typed)
    assert not (school.vault / "STOPPED").exists()
    school.run("stop", "shwo", status=30)
    assert (school.vault / "STOPPED").exists()


def test_a_copy_at_another_computer_is_not_stopped_by_it(school: School) -> None:
    """The stop binds the computer where it came; the copy refuses to be signed at all."""
    elsewhere = on_another_computer(school)
    refused(elsewhere, 20, "wrong-computer", *MAY_USE, answers=school.words_of("ef"))


def test_two_read_what_was_written_and_nobody_else_does(school: School) -> None:
    """The words come back as they were written; one who was not given the key cannot help."""
    school.run(*MAY_USE, answers=school.words_of("ef"))
    typed = ("stop", "read", "--reader", "ab", "--reader", "ef")
    told = school.json(*typed, answers=school.words_of("ab", "ef"))
    (written,) = told["written"]
    assert written["step"] == "call.recorded"
    assert written["text"]["words"] == "Leave it on, we come"
    assert "PC Example, 1234" in school.run(*typed, answers=school.words_of("ab", "ef")).out
    other = ("stop", "read", "--reader", "ab", "--reader", "gh")
    refused(school, 2, "usage", *other, answers=school.words_of("ab", "gh"))
    one = ("stop", "read", "--reader", "ab", "--reader", "ab")
    refused(school, 20, "same-person", *one, answers=school.words_of("ab", "ab"))
    assert (school.vault / "STOPPED").exists()


def test_nothing_is_read_before_the_police_let_it_be_used(school: School) -> None:
    school.run("stop", "read", "--reader", "ab", "--reader", "ef", status=30)
