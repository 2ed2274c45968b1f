"""The stop sheet: what to do, whom to call by the school's own rules, and room to write."""

from counterseal.policy import profile
from counterseal.policy.profile import Profile
from counterseal.workflow.stop.sheet import SHEET_FIELDS, known_contacts, school_of, sheet
from counterseal.workflow.stop.words import PAGES

OURS = b"""[profile]
name = "ours"
title = "Ours"
version = 1
extends = "base"
[labels]
local-authority = { text = "County Council" }
[support]
police = { name = "Desk", reach = "ext. 12", checked_on = "2026-11-20" }
"""


def _ours() -> Profile:
    return profile.resolve(OURS)


def test_every_page_and_every_field_is_on_it() -> None:
    text = sheet("Hill View School", profile.base())
    assert text.splitlines()[:2] == ["STOP SHEET", "Hill View School"]
    for page in PAGES:
        assert page.title in text
        assert all(line in text for line in page.lines)
    assert all(words in text for words, _room in SHEET_FIELDS)
    assert all(len(line) <= 100 for line in text.splitlines())


def test_it_says_whom_the_rules_want_told_at_once() -> None:
    """B11: police and local authority at once, by the names that the school uses."""
    assert (
        "told at once:\nDesignated Safeguarding Lead, Headteacher, Local authority, Police\n"
        in sheet("", profile.base())
    )
    assert "told at once:\nCounty Council, Designated Safeguarding Lead" in sheet("", _ours())
    told = next(page for page in PAGES if "Headteacher" in page.title)
    assert any("local authority at once" in line for line in told.lines)


def test_whom_to_call_is_named_where_the_rules_say_so_and_blank_where_not() -> None:
    """B1, B3: support too; whoever owns a risk is no help at a stop."""
    assert known_contacts(profile.base()) == []
    (line,) = known_contacts(_ours())
    assert line == "Police: Desk ext. 12 (checked on 2026-11-20)"
    text = sheet("", _ours())
    assert f"   {line}\n" in text
    for kind in ("Local authority", "Employee support or counselling", "Trade union"):
        assert f"   {kind}: ____" in text
    assert "owns the" not in text


def test_it_is_of_use_without_any_rules() -> None:
    assert "WHOM TO CALL" not in sheet("")
    assert "WRITE HERE" in sheet("")


def test_the_law_is_said_where_it_counts() -> None:
    """D2, E10: on the page that says what not to do; no phone either."""
    page = next(page for page in PAGES if page.title == "Do not")
    words = " ".join(page.lines)
    assert "in law, opening such an image on a screen makes a new copy of it" in words
    assert "with a phone" in words


def test_support_is_offered_on_the_last_page() -> None:
    """B3: for those who saw it."""
    assert "Ask for support" in " ".join(PAGES[-1].lines)


def test_the_name_of_the_record_tells_the_school() -> None:
    assert school_of("hill-view-school/00ff") == "Hill View School"
