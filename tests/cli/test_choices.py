"""What a school chose about the browser: said before it is signed, and kept to in a session."""

from pathlib import Path

import pytest

import schools
from driving import School, refused
from schools import ADD, OPEN, PRESENT, second_case

SIGNERS = ("--signer", "ab", "--signer", "cd", *PRESENT)
RESUME = ("session", "resume", "--place", "Room 4", "--no-conflict", "ab", "--no-conflict", "cd")
BY_RULES = "The school's rules choose to go on by hand."


@pytest.fixture
def school(tmp_path: Path) -> School:
    return schools.staffed_and_authorised().copy_to(tmp_path / "school")


def choose(school: School, browser: str, name: str = "ours") -> str:
    """Write rules that say this of the browser; return their file's name."""
    head = f'name = "{name}"\ntitle = "Ours"\nversion = 1\nextends = "base"'
    (school.folder / f"{name}.toml").write_text(f"[profile]\n{head}\n\n[browser]\n{browser}\n")
    return f"{name}.toml"


def adopt(school: School, browser: str, name: str = "ours") -> str:
    """Put such rules in force; return what was said."""
    typed = ("policy", "adopt", choose(school, browser, name), *SIGNERS)
    return school.run(*typed, answers=school.words_of("ab", "cd")).err


def test_it_is_shown_checked_and_compared_before_it_is_adopted(school: School) -> None:
    file = choose(school, 'watched = false\nsave = ["mhtml"]')
    shown = school.run("policy", "show", "--profile", file).out
    assert "No browser is started: sessions always go on by hand" in shown
    assert "a page may be saved: whole, with its pictures (MHTML)." in shown
    checked = school.json("policy", "check", file)
    assert checked["browser"] == {"watched": False, "save": ["mhtml"]}
    assert "No browser is started" in school.run("policy", "check", file).out
    compared = school.run("policy", "diff", file).out
    assert "other        browser, watched: yes → no" in compared
    assert "other        browser, save: nothing → mhtml" in compared
    signed = adopt(school, 'watched = false\nsave = ["mhtml"]')
    assert "No browser is started" in signed
    assert "whole, with its pictures" in signed
    assert school.json("policy", "show")["browser"] == {"watched": False, "save": ["mhtml"]}
    assert school.is_good()


def test_without_a_choice_a_browser_is_watched_and_no_page_saved(school: School) -> None:
    assert school.json("policy", "show")["browser"] == {"watched": True, "save": []}
    opened = school.json(*OPEN, "--case", second_case(school), answers=school.words_of("ab", "cd"))
    assert opened["by_hand"] == "There is no screen here, so no browser was started."


def test_a_school_can_choose_to_go_on_by_hand_always(school: School) -> None:
    adopt(school, "watched = false")
    done = school.run(*OPEN, "--case", second_case(school), answers=school.words_of("ab", "cd"))
    assert f"No browser is watched: {BY_RULES} Go on by hand" in done.err, "both sign the reason"
    assert BY_RULES in done.out
    school.run(*ADD, answers=school.words_of("ab", "cd"))
    assert refused(school, 20, "out-of-order", "browser", "start")["what"] == BY_RULES
    school.run("session", "pause")
    again = school.json(*RESUME, *PRESENT, answers=school.words_of("ab", "cd"))
    assert again["by_hand"] == BY_RULES
    assert school.is_good()


def test_the_rules_are_named_even_where_both_wanted_it_so(school: School) -> None:
    adopt(school, "watched = false")
    typed = (*OPEN, "--manual", "--case", second_case(school))
    assert school.json(*typed, answers=school.words_of("ab", "cd"))["by_hand"] == BY_RULES


def collecting(school: School) -> School:
    """Open a session in the second case and record a concern."""
    school.run(*OPEN, "--case", second_case(school), answers=school.words_of("ab", "cd"))
    school.run(*ADD, answers=school.words_of("ab", "cd"))
    return school


def _next(school: School) -> list[str]:
    shown = school.json("case", "show", second_case(school))
    return [each["command"] for each in shown["next"]]


@pytest.mark.parametrize("form", [("--form", "mhtml"), ("--form", "text"), ()])
def test_by_default_no_page_is_saved(school: School, form: tuple[str, ...]) -> None:
    """Nobody is asked anything; and it is not offered."""
    collecting(school)
    error = refused(school, 20, "not-allowed", "exhibit", "save-page", *form)
    assert error["what"].startswith("The school's rules do not allow saving a page as ")
    assert "counterseal policy show" in error["advice"]
    assert "exhibit capture" in _next(school)
    assert "exhibit save-page" not in _next(school)


def test_only_the_forms_that_were_chosen_are_saved(school: School) -> None:
    adopt(school, 'save = ["text"]')
    collecting(school)
    assert "exhibit save-page" in _next(school)
    error = refused(school, 20, "not-allowed", "exhibit", "save-page", "--form", "mhtml")
    assert error["what"] == "The school's rules do not allow saving a page as mhtml."
    error = refused(school, 20, "out-of-order", "exhibit", "save-page", "--form", "text")
    assert error["what"] == "No browser is watched, so there is no page to save."


def test_a_page_is_saved_in_a_session_and_of_a_concern(school: School) -> None:
    adopt(school, 'save = ["text"]')
    typed = ("exhibit", "save-page", "--form", "text", "--case", second_case(school))
    refused(school, 20, "out-of-order", *typed)
    school.run(*OPEN, "--case", second_case(school), answers=school.words_of("ab", "cd"))
    error = refused(school, 20, "out-of-order", *typed)
    assert error["what"] == "Record the address and what is of concern first."
