"""`computer check` and `computer change`; every signing command refuses elsewhere."""

from pathlib import Path

import pytest

import schools
from driving import School, refused
from elsewhere import on_another_computer
from schools import ADD, OPEN, PRESENT, REPORT

BY = ("--signer", "ab", "--signer", "ef", "--present", "ab", "--present", "ef")


@pytest.fixture
def authorised(tmp_path: Path) -> School:
    return schools.authorised().copy_to(tmp_path / "school")


def test_two_look_the_computer_over(authorised: School) -> None:
    """What was found is printed and kept as one word."""
    words = authorised.words_of("ab", "ef")
    made = authorised.json("computer", "check", *BY, answers=words)
    assert (made["grade"], made["signed_by"]) == ("warn", ["ab", "ef"])
    assert {item["name"] for item in made["checks"]} >= {"free-space", "computer", "log"}
    assert all(item.keys() == {"name", "grade", "what", "advice"} for item in made["checks"])
    told = authorised.run("computer", "check", *BY, answers=words)
    assert "not checked" in told.out
    assert authorised.steps()[-1] == "computer.checked"
    assert authorised.is_good()


def test_with_answers_alone(authorised: School) -> None:
    """Who signs, then each person's word and passphrase."""
    one, two = authorised.words_of("ab", "ef")
    authorised.run("computer", "check", answers=["ab", "ef", "present", one, "read", two])
    assert authorised.steps()[-1] == "computer.checked"


def test_nothing_is_signed_at_another_computer(authorised: School) -> None:
    """Each command that signs is refused there before anybody is asked anything; looking is not."""
    other = on_another_computer(authorised)
    case = schools.second_case(authorised)
    for typed in (
        (*REPORT, "--as", "gh"),
        (*OPEN, "--case", case),
        ADD,
        ("note", "add", "--case", case, "--text", "Seen", *PRESENT),
        ("people", "rotate", "cd", "--no-rewrap", *BY),
        ("computer", "check", *BY),
        ("handover-key", "check", *BY),
        ("investigator", "replace", case),
        ("log", "receipt"),
    ):
        error = refused(other, 20, "wrong-computer", *typed)
        assert "not the computer" in error["what"]
    assert other.json("case", "show", case)["stage"] == "authorised"
    assert other.is_good()
    assert (
        "must be mended" in other.run("doctor", status=None).out
        or "look" in other.run("doctor").out
    )


def test_the_record_goes_on_at_another_computer(authorised: School) -> None:
    """Two sign there; from then on it is the old computer that is refused."""
    other = on_another_computer(authorised)
    case = schools.second_case(authorised)
    words = authorised.words_of
    made = other.json("computer", "change", *BY, answers=words("ab", "ef"))
    assert made["signed_by"] == ["ab", "ef"]
    other.run(*OPEN, "--case", case, answers=words("ab", "cd"))
    assert authorised.steps()[-2:] == ["computer.changed", "session.opened"]
    refused(authorised, 20, "wrong-computer", "session", "pause")
    refused(other, 20, "out-of-order", "computer", "change", *BY, answers=words("ab", "ef"))
    authorised.run("computer", "change", *BY, answers=words("ab", "ef"))
    authorised.run("session", "pause")
    assert authorised.is_good()


def test_a_change_takes_both_there(authorised: School) -> None:
    """Reading it elsewhere is not enough."""
    other = on_another_computer(authorised)
    typed = ("computer", "change", *BY[:4], "--present", "ab", "--read", "ef")
    error = refused(other, 20, "not-allowed", *typed, answers=authorised.words_of("ab", "ef"))
    assert "both must have been present" in error["what"]
