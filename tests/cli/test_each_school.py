"""Each school's rules, staffed and followed to the closing of a case."""

from pathlib import Path

import pytest

import schools
from counterseal.commands.desk import this_computer
from counterseal.custody import contacts
from counterseal.policy import profile
from counterseal.policy.profile import Profile
from counterseal.policy.questions import due
from counterseal.workflow.record import open_record
from driving import School
from schools import PRESENT

SMALL_PRIMARY = (
    ("ab", "Anna Bell", "Class teacher", "investigator", "amber teapot sixty gravel"),
    ("cd", "Carl Dent", "Deputy headteacher", "investigator", "willow button harvest nine"),
    ("ef", "Edith Fox", "Headteacher", "headteacher, dsl, investigator", "marble ticket ocean pep"),
    ("gh", "Gwen Hall", "Chair of Governors", "chair, investigator", "violet anchor pillow eleven"),
)


def rules_of(school: School) -> Profile:
    """Return the rules in force."""
    return open_record(school.vault, this_computer()).terms.policy


def answered(policy: Profile, moment: str) -> list[str]:
    """Return an answer to each question that the rules have at a moment of such a case."""
    return [word for one in due(policy, moment, 17, "pupil") for word in ("--answer", f"{one}=yes")]


def tell_everybody(school: School, case: str, teller: str) -> int:
    """Record of everybody who has still to be told that they were; return how many."""
    record = open_record(school.vault, this_computer())
    terms = record.terms
    missing = contacts.untold(terms.policy, record.case(case), terms.keyset).values()
    named = sorted({min(rule.who) for rule in missing})
    for who in named:
        school.run(
            *("told", "record", "--case", case, "--who", who, "--about", "case", "--way", "phone"),
            *("--name", "N. N.", "--when", "Now", "--words", "That it is", "--as", teller),
            *("--read", teller),
            answers=school.words_of(teller),
        )
    return len(named)


def judge_act_and_close(school: School, case: str, teller: str) -> None:
    """Follow a collected case to its closing."""
    policy, words = rules_of(school), school.words_of("ab", "cd")
    school.run(
        *("case", "judge", case, "--answer", "ab=yes", "--answer", "cd=yes", "--reasons", "Plain"),
        *("--outcome", "internal", *answered(policy, "judge"), *PRESENT),
        answers=words,
    )
    school.run(
        *("case", "act", "--case", case, "--outcome", "internal", "--action", "parents-told"),
        *("--owner", "ab", "--due", "2099-01-01", "--what", "A letter", "--wishes", "That it ends"),
        *PRESENT,
        answers=words,
    )
    tell_everybody(school, case, teller)
    closing = ("case", "close", "--case", case, "--retention", "2099-01-01", "--summary", "Done")
    school.run(*closing, *answered(policy, "close"), *PRESENT, answers=words)


@pytest.mark.parametrize("name", ["base", *profile.NAMES])
def test_a_case_goes_to_its_closing_under_each_schools_rules(name: str, tmp_path: Path) -> None:
    """Practised under the rules by name, then judged, acted on, told of and closed."""
    school = School(tmp_path / "school")
    school.folder.mkdir()
    school.run("practice", "--out", str(school.folder / "case"), "--profile", name)
    (school.folder / "case" / "vault").rename(school.vault)
    school = School(school.folder, schools.practised().passphrases)
    assert rules_of(school).name == name
    judge_act_and_close(school, "2026-001", "gh")
    assert school.json("case", "show", "2026-001")["stage"] == "closed"
    assert school.is_good()


def test_a_small_primary_whose_head_is_its_safeguarding_lead(tmp_path: Path) -> None:
    """Four people, real keys: set up, rules adopted, a case from its report to its closing."""
    school = School(tmp_path / "school", {person[0]: person[-1] for person in SMALL_PRIMARY})
    school.folder.mkdir()
    answers = ["Little Hill Primary"]
    for place, (_id, name, position, roles, _words) in enumerate(SMALL_PRIMARY, 1):
        answers += [name, position, roles, *(["yes"] if place == 3 else [])]
    answers.append("no")
    for *_post, words in SMALL_PRIMARY:
        answers += [words, words]
    out = school.folder / "handover.age"
    done = school.run("setup", "--handover-key-out", str(out), answers=answers)
    both = school.words_of("ab", "cd")
    signers = ("--signer", "ab", "--signer", "cd", *PRESENT)
    school.run("policy", "adopt", "primary", *signers, answers=both)
    sheets = [str(out), schools.six_words(done.err)]
    school.run("handover-key", "check", *signers, answers=[*sheets, *both])
    policy = rules_of(school)
    report = (*schools.REPORT[:-4], *answered(policy, "report"))
    school.run(*report, "--as", "gh", "--category", "17", answers=school.words_of("gh"))
    triage = [w for w in schools.triage() if "=" not in w and w != "--answer"]
    school.run(*triage, *answered(policy, "triage"), answers=both)
    authorise = [*schools.AUTHORISE, *answered(policy, "authorise")]
    school.run(*authorise, answers=school.words_of("ab", "cd", "ef"))
    school.run(*schools.OPEN, answers=both)
    school.run(*schools.ADD, *answered(policy, "concern"), answers=both)
    school.run("session", "close", "--summary", "One concern", *PRESENT, answers=both)
    (case,) = school.cases()
    judge_act_and_close(school, case, "gh")
    assert school.json("case", "show", case, "--as", "ab")["stage"] == "closed"
    assert school.is_good()
