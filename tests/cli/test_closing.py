"""Closing a case by the school's rules: how long it is kept, and who has to agree before."""

from datetime import date
from pathlib import Path

import pytest

import schools
from driving import School, refused
from schools import PRESENT

BOTH = ("ab", "cd")


@pytest.fixture
def school(tmp_path: Path) -> School:
    """Give a school whose only case was judged: nothing in it, or the school's own response."""
    return schools.practised().copy_to(tmp_path / "school")


def judge(school: School, answer: str) -> None:
    own = ["--answer", f"ab={answer}", "--answer", f"cd={answer}", "--reasons", "Plain"]
    own += ["--outcome", "internal"] if answer == "yes" else []
    school.run("case", "judge", *own, *PRESENT, answers=school.words_of(*BOTH))


def years_from_now(years: int) -> str:
    today = date.today()  # noqa: DTZ011  (the program's own clock is the one to compare with)
    day = 28 if (today.month, today.day) == (2, 29) else today.day
    return today.replace(year=today.year + years, day=day).isoformat()


@pytest.mark.parametrize(("answer", "years"), [("no", 1), ("yes", 2)])
def test_an_empty_answer_takes_the_day_of_the_schools_rules(
    school: School, answer: str, years: int
) -> None:
    """X7: 12 months where there was nothing in it, 24 after the school's own response."""
    judge(school, answer)
    words = school.words_of(*BOTH)
    school.run("case", "close", "--summary", "Done", *PRESENT, answers=["", *words])
    assert school.last_entry()["facts"]["retention"] == years_from_now(years)
    assert school.is_good()


def test_shorter_than_the_rules_say_takes_a_departure(school: School) -> None:
    judge(school, "yes")
    words = school.words_of(*BOTH)
    shorter = ("case", "close", "--retention", years_from_now(1), "--summary", "Done", *PRESENT)
    error = refused(school, 20, "not-allowed", *shorter, answers=words)
    assert f"is kept until {years_from_now(2)} at least" in error["what"]
    assert "departure" in error["advice"]
    other = ("departure", "record", "--rule", "closing-in-time", "--why", "Late", *PRESENT)
    school.run(*other, answers=words)
    refused(school, 20, "not-allowed", *shorter, answers=words)
    ours = ("departure", "record", "--rule", "kept-long-enough", "--why", "They ask", *PRESENT)
    school.run(*ours, answers=words)
    assert "Headteacher" in refused(school, 20, "out-of-order", *shorter, answers=words)["what"]
    told = ("told", "record", "--who", "headteacher", "--about", "departure", "--way", "phone")
    said = ("--name", "E. Fell", "--words", "Why", "--when", "Now", "--as", "gh", "--read", "gh")
    school.run(*told, *said, answers=school.words_of("gh"))
    school.run(*shorter, answers=words)
    assert school.is_good()


def test_longer_is_always_possible(school: School) -> None:
    judge(school, "yes")
    longer = ("case", "close", "--retention", years_from_now(30), "--summary", "Done", *PRESENT)
    school.run(*longer, answers=school.words_of(*BOTH))
    assert school.last_entry()["facts"]["retention"] == years_from_now(30)


def test_going_on_takes_the_advice_of_those_whom_the_rules_name(tmp_path: Path) -> None:
    """B13: with the primary school's rules, of the Headteacher or the local authority."""
    school = schools.staffed().copy_to(tmp_path / "school")
    words = school.words_of
    signers = ("--signer", "ab", "--signer", "cd", *PRESENT)
    school.run("policy", "adopt", "primary", *signers, answers=words(*BOTH))
    report = [word.replace("pupil", "staff") for word in schools.REPORT]
    school.run(*report, "--as", "gh", answers=words("gh"))
    case = schools.second_case(school)
    school.run(*schools.triage(17, case), answers=words(*BOTH))

    def advice(adviser: str, decision: str) -> list[str]:
        said = ["--adviser", adviser, "--decision", decision, "--name", "N", "--words", "W"]
        return ["advice", "record", "--case", case, *said, "--when", "Now", *PRESENT]

    error = refused(school, 20, "not-allowed", *advice("other", "go-on"), answers=words(*BOTH))
    assert "takes the advice of: Headteacher or Local authority" in error["what"]
    school.run(*advice("other", "wait"), answers=words(*BOTH))
    assert school.json("case", "show", case)["gates"] == ["advice"]
    school.run(*advice("local-authority", "go-on"), answers=words(*BOTH))
    assert school.json("case", "show", case)["gates"] == []
    assert school.is_good()


def _browser_folder(school: School) -> Path:
    """Leave a browser's profile folder, as a session with a watched browser does."""
    folder = school.vault / "browser" / school.cases()[0]
    (folder / "Default").mkdir(parents=True)
    (folder / "Default" / "Cookies").write_text("crumbs")
    (folder / "Local State").write_text("{}")
    return folder


def test_closing_clears_the_folder_of_the_browser(school: School) -> None:
    judge(school, "no")
    folder = _browser_folder(school)
    school.run(
        *("case", "close", "--summary", "Done", *PRESENT), answers=["", *school.words_of(*BOTH)]
    )
    assert not folder.exists()
    entry = school.last_entry()
    assert (entry["step"], entry["facts"], entry["people"]) == ("browser.cleared", {"files": 2}, [])
    school.run("case", "list")
    assert school.steps().count("browser.cleared") == 1
    assert school.is_good()


def test_a_hold_keeps_the_folder_of_the_browser_until_it_is_lifted(school: School) -> None:
    judge(school, "no")
    folder = _browser_folder(school)
    words, why = school.words_of(*BOTH), ("--reason", "police", "--why", "They asked")
    school.run("hold", "place", *why, *PRESENT, answers=words)
    school.run("case", "close", "--summary", "Done", *PRESENT, answers=["", *words])
    assert (folder / "Default" / "Cookies").exists()
    assert "browser.cleared" not in school.steps()
    school.run("hold", "lift", *why, *PRESENT, answers=words)
    assert not folder.exists()
    assert school.steps()[-1] == "browser.cleared"
    assert school.is_good()


def test_a_folder_that_an_interrupted_closing_left_goes_before_the_next_step(
    school: School,
) -> None:
    judge(school, "no")
    words = school.words_of(*BOTH)
    school.run("case", "close", "--summary", "Done", *PRESENT, answers=["", *words])
    folder = _browser_folder(school)
    school.run("log", "receipt", answers=[])
    assert not folder.exists()
    assert school.is_good()
