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
