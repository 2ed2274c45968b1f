"""That somebody was told: recorded by one person, listed until it is done, and asked at the end."""

from pathlib import Path

import pytest

import schools
from driving import School, refused
from schools import PRESENT, second_case

BOTH = ("ab", "cd")
JUDGE = ("--answer", "ab=no", "--answer", "cd=no", "--reasons", "A misunderstanding")


def told(case: str, who: str, about: str = "case") -> list[str]:
    said = ["--who", who, "--about", about, "--way", "phone", "--name", "N. N.", "--when", "Now"]
    return ["told", "record", "--case", case, *said, "--words", "That it is", "--as", "gh"]


@pytest.fixture
def school(tmp_path: Path) -> School:
    """Give a school with a case that is only logged, of which the governors' rules want more."""
    made = schools.staffed().copy_to(tmp_path / "school")
    words = made.words_of
    signers = ("--signer", "ab", "--signer", "cd", *PRESENT)
    made.run("policy", "adopt", "welsh-secondary", *signers, answers=words(*BOTH))
    agreed = ("--answer", "agreement=Yes")
    made.run(*schools.REPORT, *agreed, "--as", "gh", answers=words("gh"))
    made.run(*schools.triage(22, second_case(made)), answers=words(*BOTH))
    return made


def test_what_is_still_to_be_told_is_listed_until_it_is_done(school: School) -> None:
    """B10, X2. The lead is one of the two; the pastoral team has to be told."""
    case = second_case(school)
    before = school.json("case", "show", case)["still_to_tell"]
    team = "Head of house, pastoral officer or engagement team"
    assert before == [f"{team} (or else Senior leader), soon"]
    shown = school.run("case", "show", case).out
    assert "Still to tell:  Head of house" in shown
    assert "Told:           Safeguarding Designated Person" in shown
    reviewed = ("review", "show", case, "--as", "ef", "--json")
    assert school.run(*reviewed).data["still_to_tell"] == before
    assert "Still to be told: Head of house" in school.run("review", "show", case, "--as", "ef").out
    typed = (*told(case, "senior-leader"), "--read", "gh")
    school.run(*typed, answers=school.words_of("gh"))
    assert school.json("case", "show", case)["still_to_tell"] == []
    assert school.run(*reviewed).data["still_to_tell"] == []
    assert school.last_entry()["facts"] == {"who": "senior-leader", "about": "case", "way": "phone"}
    assert school.is_good()


def test_a_case_is_not_closed_while_somebody_has_to_be_told(school: School) -> None:
    case, words = second_case(school), school.words_of(*BOTH)
    school.run("case", "judge", case, *JUDGE, *PRESENT, answers=words)
    close = ("case", "close", "--case", case, "--retention", "2099-01-01", "--summary", "Done")
    error = refused(school, 20, "out-of-order", *close, *PRESENT, answers=words)
    assert "Head of house" in error["what"]
    assert "told record" in error["advice"]
    left = ("departure", "record", "--case", case, "--rule", "people-told", "--why", "On leave")
    school.run(*left, *PRESENT, answers=words)
    error = refused(school, 20, "out-of-order", *close, *PRESENT, answers=words)
    assert "The Headteacher has still to be told of a departure" in error["what"]
    typed = (*told(case, "headteacher", "departure"), "--read", "gh")
    school.run(*typed, answers=school.words_of("gh"))
    school.run(*close, *PRESENT, answers=words)
    assert school.json("case", "show", case)["stage"] == "closed"
    assert school.is_good()


def test_a_departure_is_not_told_to_just_anybody(school: School) -> None:
    typed = told(second_case(school), "pastoral", "departure")
    assert "departed" in refused(school, 20, "out-of-order", *typed)["what"]


def test_a_change_of_the_filter_is_kept_and_shown_to_a_reviewer(school: School) -> None:
    """C8: why, for whom, from when to when, by whom."""
    case = second_case(school)
    typed = (
        *("filter", "record", "--case", case, "--change", "opened", "--from", "2026-11-20"),
        *("--until", "2026-11-27", "--what", "chat.example", "--why", "To see the messages"),
        *("--asked-by", "Ada Brook, deputy head", "--done-by", "Sam Ode, network", *PRESENT),
    )  # fmt: skip
    wrong = [word.replace("2026-11-27", "2026-11-19") for word in typed]
    words = school.words_of(*BOTH)
    assert "ends before" in refused(school, 20, "not-allowed", *wrong, answers=words)["what"]
    school.run(*typed, answers=words)
    assert "chat.example" not in str(school.last_entry())
    shown = school.run("review", "show", case, "--as", "ef").out
    assert "the filter was changed for this case" in shown
    assert "from 2026-11-20 until 2026-11-27" in shown
    assert school.is_good()
