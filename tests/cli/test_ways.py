"""What a report, a judgement and an action take of the school's own rules and words."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

import schools
from counterseal.keys import recipients
from driving import School, refused
from schools import PRESENT, second_case

BOTH = ("ab", "cd")
YES = ("--answer", "ab=yes", "--answer", "cd=yes", "--reasons", "Plain", *PRESENT)


@pytest.fixture
def school(tmp_path: Path) -> School:
    return schools.staffed().copy_to(tmp_path / "school")


def sealed(school: School) -> dict[str, Any]:
    """Open what people wrote in the last step, with the handover key of the practice."""
    (key,) = re.findall(r"AGE-SECRET-KEY-\w+", (school.folder / "case/handover.key").read_text())
    (file,) = school.last_entry()["details"]
    opened = recipients.decrypt((school.vault / file["name"]).read_bytes(), key)
    found: dict[str, Any] = json.loads(opened)["text"]
    return found


def test_a_way_of_the_schools_own_counts_as_its_group(school: School) -> None:
    """D10: the log holds the group, the sealed text the way."""
    words = school.words_of(*BOTH)
    signers = ("--signer", "ab", "--signer", "cd", *PRESENT)
    school.run("policy", "adopt", "welsh-secondary", *signers, answers=words)
    (case,) = school.cases()
    ways = ("--outcome", "behaviour", "--outcome", "outside-body")
    school.run("case", "judge", case, *ways, *YES, answers=words)
    assert school.last_entry()["facts"]["outcomes"] == ["internal", "local-authority"]
    assert sealed(school)["ways"] == [
        "behaviour: Behaviour policy",
        "outside-body: Local authority, or another local or national body",
    ]
    assert school.is_good()


@pytest.mark.parametrize("way", ["discipline", "banana"])
def test_a_way_that_is_not_for_this_case_is_refused(school: School, way: str) -> None:
    """The disciplinary procedure is for staff; this case is about a pupil."""
    words = school.words_of(*BOTH)
    signers = ("--signer", "ab", "--signer", "cd", *PRESENT)
    school.run("policy", "adopt", "welsh-secondary", *signers, answers=words)
    (case,) = school.cases()
    error = refused(school, 2, "usage", "case", "judge", case, "--outcome", way, *YES)
    assert f'"{way}" is not one of the ways to go on' in error["what"]
    assert "behaviour" in error["what"]


def test_a_group_alone_will_do(school: School) -> None:
    (case,) = school.cases()
    typed = ("case", "judge", case, "--outcome", "local-authority", *YES)
    school.run(*typed, answers=school.words_of(*BOTH))
    assert school.last_entry()["facts"]["outcomes"] == ["local-authority"]


def test_a_witness_and_the_entry_of_a_log_have_places_of_their_own(school: School) -> None:
    """B8, B22: whoever received it is not whom it is about."""
    typed = [word if word != "pupil" else "monitoring" for word in schools.REPORT[:4]]
    more = ("--witness", "A classmate, R. S.", "--log-reference", "4711", "--as", "gh")
    school.run(*typed, *schools.REPORT[4:], *more, answers=school.words_of("gh"))
    text = sealed(school)
    assert (text["witness"], text["log_reference"]) == ("A classmate, R. S.", "4711")
    assert text["subject"] == "P. Q."
    assert "4711" not in json.dumps(school.last_entry()["facts"])


def test_it_is_kept_before_it_is_taken_down(school: School) -> None:
    """C5, X9: said in the case, and refused where nothing was recorded yet."""
    words = school.words_of(*BOTH)
    school.run(*schools.REPORT, "--as", "gh", answers=school.words_of("gh"))
    case = second_case(school)
    said = school.run(*schools.triage(22, case), answers=words).out
    assert "Keep first" not in said
    school.run("case", "judge", case, "--outcome", "internal", *YES, answers=words)
    act = (
        *("case", "act", "--case", case, "--outcome", "internal", "--action", "removal-asked"),
        *("--owner", "ef", "--due", "2026-12-01", "--what", "Ask the site", "--wishes", "None"),
        *PRESENT,
    )  # fmt: skip
    error = refused(school, 20, "not-allowed", *act, answers=words)
    assert "Nothing was recorded yet" in error["what"]
    left = ("departure", "record", "--case", case, "--rule", "removal-after-capture")
    school.run(*left, "--why", "It spreads", *PRESENT, answers=words)
    school.run(*act, answers=words)
    assert school.is_good()


def test_what_is_easily_lost_is_said_in_time(school: School) -> None:
    """C4, C5: nothing is deleted or answered; a threat goes to the police."""
    school.run(*schools.REPORT, "--as", "gh", answers=school.words_of("gh"))
    case, words = second_case(school), school.words_of(*BOTH)
    said = school.run(*schools.triage(17, case), answers=words).out
    assert "nobody deletes or answers anything" in said
    assert "Threats" not in said
    graver = ("case", "recategorise", case, "--category", "10", "--reasons", "A threat", *PRESENT)
    school.run(*graver, answers=["no", *words])
    assert "whatever the person hurt wishes" in school.run("case", "show", case).out


OURS = """[profile]
name = "ours"
title = "Ours"
version = 1
extends = "base"

[labels]
headteacher = { text = "Principal" }
chair = { text = "Chair of the trustees" }
"""


def test_people_are_called_what_the_school_calls_them(school: School) -> None:
    """X11: in questions, in what is signed, in what is waited for, and in a refusal."""
    words = school.words_of
    (school.folder / "ours.toml").write_text(OURS)
    signers = ("--signer", "ab", "--signer", "cd", *PRESENT)
    school.run("policy", "adopt", "ours.toml", *signers, answers=words(*BOTH))
    school.run(*schools.REPORT, "--as", "gh", answers=words("gh"))
    case = second_case(school)
    typed = (*schools.triage(17, "--modifier", "private"), case)
    triaged = school.run(*typed, answers=words(*BOTH))
    assert "the Chair of the trustees has to approve" in triaged.err
    assert "the Chair of the trustees has to approve" in triaged.out
    wrong = [word.replace("ef", "gh") for word in schools.AUTHORISE]
    error = refused(school, 20, "not-allowed", *wrong, case)
    assert "the Principal or the Chair of the trustees" in error["advice"]
    approval = ("approval", "record", "--case", case, "--no-letter", "--approver", "ef")
    said = ("--consulted", "audit", "--assessed", "--grounds", "crime", "--approved")
    error = refused(
        school, 20, "not-allowed", *approval, *said, "--assessment", "x", "--reference", "x"
    )
    assert "It takes the Chair of the trustees." in error["what"]


def test_whom_to_turn_to_is_shown_with_the_day_it_was_checked(school: School) -> None:
    """B1, C9: at a referral, before anything is asked; and after a stop."""
    words, (case,) = school.words_of(*BOTH), school.cases()
    typed = ("referral", "record", "--case", case, "--to", "social-care", "--made", "2026-11-20")
    refer = (*typed, "--person", "P", "--reference", "7", *PRESENT)
    assert "name nobody to turn to yet" in school.run(*refer, answers=words).err
    reach = '{ name = "Duty desk", reach = "ext. 12", checked_on = "2026-11-20" }'
    (school.folder / "ours.toml").write_text(f"{OURS}\n[support]\nsocial-care = {reach}\n")
    signers = ("--signer", "ab", "--signer", "cd", *PRESENT)
    school.run("policy", "adopt", "ours.toml", *signers, answers=words)
    said = school.run(*refer, answers=words).err
    known = "Children's social care: Duty desk ext. 12 (checked on 2026-11-20)"
    assert known in said
    school.run("stop", "--what", "may-be", status=30)
    assert known in school.run("stop", "sheet").out
    assert school.json("stop", "show")["support"] == [known]
    assert known in school.run("stop", "show").out


def test_the_rules_have_a_place_for_who_owns_risk_and_information() -> None:
    """E3: a kind each, for the school to fill in."""
    said = schools.staffed().run("policy", "show").out
    assert "Whoever owns the risk: a senior post that answers for it: for the school" in said
    assert "Whoever owns the information that is kept: for the school to fill in" in said
