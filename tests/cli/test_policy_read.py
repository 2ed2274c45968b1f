"""`policy show`, `check` and `diff`: what the school's rules are, before anybody signs them."""

from pathlib import Path

import pytest

import schools
from counterseal.policy.profile import NAMES
from driving import School, refused

OURS = """
[profile]
name = "our-school"
title = "Our school"
version = 1
extends = "primary"

[category]
20 = { class = "PR" }

[told.parents]
who = ["parents"]
subjects = ["pupil"]
"""


@pytest.fixture
def nowhere(tmp_path: Path) -> School:
    """A computer without a record."""
    return School(tmp_path)


@pytest.fixture
def practised(tmp_path: Path) -> School:
    return schools.practised().copy_to(tmp_path / "school")


def write(school: School, text: str) -> str:
    (school.folder / "ours.toml").write_text(text, encoding="utf-8")
    return "ours.toml"


def test_rules_can_be_read_before_anything_is_set_up(nowhere: School) -> None:
    said = nowhere.run("policy", "show").out
    assert said.startswith("Base profile (base)\nFingerprint ")
    assert "Hard stop: nothing is looked at or kept" in said


@pytest.mark.parametrize("name", NAMES)
def test_every_profile_is_explained_in_plain_words(nowhere: School, name: str) -> None:
    said = nowhere.run("policy", "show", "--profile", name).out
    for line in ("Who is told", "What the record asks", "How long a case is kept"):
        assert f"\n{line}\n" in said
    assert "the school has to confirm it" in said
    assert "not ticked yet" in said
    for technical in ("hash", "artefact", "frozenset", "ledger", "None", "True"):
        assert technical not in said, technical


def test_json_holds_every_rule_with_its_source(nowhere: School) -> None:
    shown = nowhere.json("policy", "show", "--profile", "primary")
    assert shown["name"] == "primary"
    assert shown["police"] == {
        "bullying_decided_by": "victim",
        "wishes": True,
        "reason": True,
        "threats": True,
        "source": {"policy": "S2", "section": "Cyber bullying"},
    }
    assert shown["category"]["1"]["class"] == "HS"
    assert len(shown["law"]) == 17


def test_the_rules_in_force_are_shown_where_there_is_a_record(practised: School) -> None:
    assert practised.json("policy", "show")["name"] == "base"


def test_a_file_of_the_schools_own_is_shown(nowhere: School) -> None:
    shown = nowhere.json("policy", "show", "--profile", write(nowhere, OURS))
    assert (shown["name"], shown["category"]["20"]["class"]) == ("our-school", "PR")


def test_a_good_file_is_said_to_be_good(nowhere: School) -> None:
    checked = nowhere.json("policy", "check", write(nowhere, OURS))
    assert (checked["good"], checked["staffed"], checked["missing"]) == (True, None, [])


def test_checking_says_who_is_missing(practised: School) -> None:
    """Nothing is refused yet: a school may write its rules before it has its people."""
    checked = practised.json("policy", "check", write(practised, OURS))
    assert (checked["good"], checked["staffed"]) == (True, False)
    assert any("enrol the Chair of Governors" in gap for gap in checked["missing"])
    assert "Not yet: A case about" in practised.run("policy", "check", "ours.toml").out


def test_checking_says_when_nobody_is_missing(tmp_path: Path) -> None:
    school = schools.staffed().copy_to(tmp_path / "school")
    assert school.json("policy", "check", write(school, OURS))["staffed"] is True
    assert "could be taken by the people enrolled" in school.run("policy", "check", "trust").out


@pytest.mark.parametrize("command", ["check", "diff", "adopt", "show"])
def test_rules_that_loosen_are_refused_with_the_rule_named(practised: School, command: str) -> None:
    file = write(practised, OURS.replace('20 = { class = "PR" }', '3 = { class = "PR" }'))
    option = ("--profile",) if command == "show" else ()
    error = refused(practised, 80, "policy", "policy", command, *option, file)
    assert "category 3, class" in error["what"]


@pytest.mark.parametrize("command", ["check", "diff", "adopt", "show"])
@pytest.mark.parametrize("text", ["", "\x00", "[profile]\nname = 1\n", "rules = 3\n"])
def test_what_is_no_profile_is_refused(practised: School, command: str, text: str) -> None:
    option = ("--profile",) if command == "show" else ()
    error = refused(practised, 80, "policy", "policy", command, *option, write(practised, text))
    assert "not a profile" in error["what"]


def test_neither_a_name_nor_a_file(practised: School) -> None:
    for wanted in ("grammar", "/", "."):
        error = refused(practised, 2, "usage", "policy", "check", wanted)
        assert all(name in error["advice"] for name in NAMES)


def test_a_file_without_an_end_is_refused(practised: School) -> None:
    (practised.folder / "long.toml").write_bytes(b"#" * 1_000_001)
    error = refused(practised, 2, "usage", "policy", "check", "long.toml")
    assert "too long" in error["what"]


def test_what_differs_is_said_with_its_direction(practised: School) -> None:
    data = practised.json("policy", "diff", write(practised, OURS))
    over_base = {change["rule"]: change for change in data["over_base"]}
    assert over_base["category 20, class"] == {
        "rule": "category 20, class",
        "before": "C",
        "after": "PR",
        "direction": "stricter",
    }
    assert over_base["police, bullying_decided_by"]["direction"] == "changed"
    assert over_base["told parents"]["after"] == "parents"
    assert data["over_adopted"] == data["over_base"]
    said = practised.run("policy", "diff", "ours.toml").out
    assert "stricter     category 20, class: C → PR" in said


def test_the_base_profile_does_not_differ_from_itself(nowhere: School) -> None:
    assert "nothing differs" in nowhere.run("policy", "diff", "base").out


def test_after_a_stop_no_rules_are_read_either(practised: School) -> None:
    practised.run("stop", status=30)
    shown = ("show", "--profile", "trust")
    for typed in (("show",), shown, ("check", "base"), ("diff", "base"), ("adopt", "trust")):
        assert practised.run("policy", *typed, status=None).status == 30


def test_nothing_that_a_file_says_moves_the_cursor(nowhere: School) -> None:
    """A text that could redraw the screen is no text."""
    file = write(nowhere, OURS.replace("Our school", r"Our \u001b[2J school"))
    done = nowhere.run("policy", "show", "--profile", file, status=80)
    assert "\x1b" not in done.said
