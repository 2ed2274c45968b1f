"""What the school's rules ask: asked at its moment, kept sealed, and never left out."""

import json
import re
from pathlib import Path

import pytest

import schools
from counterseal.keys import recipients
from driving import School, refused
from schools import AUTHORISE, CONCERN, OPEN, PRESENT, REPORT, SAFE, second_case
from terminal import sitting_at

BOTH = ("ab", "cd")
AGREEMENT = ("--answer", "agreement=Yes, version 3, in September")
CONCERNED = (
    *("concern", "add", "--address", "https://mail.example/1", "--read-back"),
    *(*CONCERN, *PRESENT),
)  # fmt: skip


@pytest.fixture
def practised(tmp_path: Path) -> School:
    return schools.practised().copy_to(tmp_path / "school")


def sealed(school: School) -> list[str]:
    """Open the answers that the last step keeps, with the handover key of the practice."""
    (key,) = re.findall(r"AGE-SECRET-KEY-\w+", (school.folder / "case/handover.key").read_text())
    (file,) = school.last_entry()["details"]
    opened = recipients.decrypt((school.vault / file["name"]).read_bytes(), key)
    found: list[str] = json.loads(opened)["text"]["answers"]
    return found


def test_an_answer_is_kept_sealed_and_nowhere_else(practised: School) -> None:
    """B29, C10."""
    practised.run(*REPORT, "--as", "gh", answers=practised.words_of("gh"))
    assert sealed(practised) == ["own-words=They laugh at me", "in-school=In school"]
    assert "laugh" not in json.dumps(practised.last_entry())
    assert practised.is_good()


def test_a_question_without_an_answer_is_named_and_no_passphrase_is_taken_for_it(
    practised: School,
) -> None:
    """What comes next on standard input is somebody's passphrase."""
    before, words = practised.entries(), practised.words_of("gh")
    typed = (*REPORT[:-2], "--as", "gh", "--json")
    error = refused(practised, 2, "usage", *typed[:-1], answers=words * 3)
    assert error["what"] == "The school's rules ask more: in-school."
    assert "--answer ID=TEXT" in error["advice"]
    assert "Did it happen in school or out of it" in error["advice"]
    assert practised.entries() == before


@pytest.mark.parametrize(
    "answer", ["own-words=Twice", "no-such-thing=x", "own-words", "reported-when=Today"]
)
def test_an_answer_to_what_is_not_asked_is_refused(practised: School, answer: str) -> None:
    error = refused(practised, 2, "usage", *REPORT, "--as", "gh", "--answer", answer)
    assert "own-words, in-school" in error["advice"]


def test_an_empty_answer_is_none(practised: School) -> None:
    typed = (*REPORT[:-2], "--answer", "in-school= ", "--as", "gh")
    assert "in-school" in refused(practised, 2, "usage", *typed)["what"]


def test_triage_asks_what_the_report_could_not_know(practised: School) -> None:
    """X8: whoever reports need not know the category; when an accident was reported is asked."""
    practised.run(*REPORT, "--as", "gh", answers=practised.words_of("gh"))
    case = second_case(practised)
    typed = schools.triage(23, case)
    bare = [word for word in typed if not word.startswith("reported-when")]
    bare.remove("--answer")
    assert "reported-when" in refused(practised, 2, "usage", *bare)["what"]
    practised.run(*typed, answers=practised.words_of(*BOTH))
    assert sealed(practised) == ["reported-when=At once, to the tutor"]


def test_a_graver_category_brings_its_questions(practised: School) -> None:
    practised.run(*REPORT, "--as", "gh", answers=practised.words_of("gh"))
    case = second_case(practised)
    practised.run(*schools.triage(20, case), answers=practised.words_of(*BOTH))
    typed = ("case", "recategorise", case, "--category", "10", "--reasons", "Worse")
    hurt = ("--answer", "wishes=An end to it", "--answer", "support=A talk")
    words = ["no", *practised.words_of(*BOTH)]
    refused(practised, 2, "usage", *typed, *PRESENT, answers=words)
    practised.run(*typed, *hurt, *PRESENT, answers=words)
    assert sealed(practised) == ["wishes=An end to it", "support=A talk"]


def test_at_a_terminal_they_are_asked_one_by_one(practised: School) -> None:
    typed = [*REPORT[:-4], "--as", "gh"]
    with sitting_at(practised, *typed) as terminal:
        terminal.until("Not known")
        terminal.answer(("own words", "They laugh"), ("in school or out", "Not known"))
        terminal.answer(("received or saw", "A classmate"))
        terminal.until("This is what you sign")
        assert "They laugh" in terminal.until("Passphrase of")
        terminal.type(practised.words_of("gh")[0])
        assert terminal.end() == 0
    assert "in-school=Not known" in sealed(practised)


def test_help_names_the_ids() -> None:
    school = schools.practised()
    for typed, wanted in (
        (("case", "report"), ("agreement", "own-words", "reported-when")),
        (("concern", "add"), ("kept-and-not-answered", "marked-private")),
        (("device", "isolate"), ("nominated-person",)),
        (("case", "close"), ("departure", "other-forms", "removal")),
    ):
        said = " ".join(school.run(*typed, "--help").out.split())
        assert all(word in said for word in wanted), typed


def test_a_judge_answers_what_the_rules_ask_and_nothing_else(practised: School) -> None:
    (case,) = practised.cases()
    own = ("--answer", "ab=yes", "--answer", "cd=yes", "--outcome", "internal", "--reasons", "x")
    error = refused(
        practised, 2, "usage", "case", "judge", case, *own, "--answer", "own-words=x", *PRESENT
    )
    assert "own-words=x" in error["what"]


@pytest.fixture
def secondary(tmp_path: Path) -> School:
    """Give a school that took up the rules of the secondary school, a session open."""
    school = schools.staffed().copy_to(tmp_path / "school")
    words = school.words_of
    signers = ("--signer", "ab", "--signer", "cd", *PRESENT)
    school.run("policy", "adopt", "secondary", *signers, answers=words(*BOTH))
    school.run(*REPORT, *AGREEMENT, "--as", "gh", answers=words("gh"))
    case = second_case(school)
    school.run(*schools.triage(17, case), answers=words(*BOTH))
    school.run(*AUTHORISE, case, answers=words(*BOTH, "ef"))
    school.run(*OPEN, "--case", case, answers=words(*BOTH))
    return school


def test_what_is_marked_private_waits_for_the_chair(secondary: School) -> None:
    """B24: by the facts, so that replay shows it; one approval covers the case."""
    words, case = secondary.words_of, second_case(secondary)
    plain = (*CONCERNED, "--answer", "marked-private=no")
    assert secondary.json(*plain, answers=words(*BOTH))["gates"] == []
    done = secondary.json(*CONCERNED, "--answer", "marked-private=yes", answers=words(*BOTH))
    assert (done["concern"], done["private"], done["gates"]) == (2, True, ["approval"])
    assert secondary.last_entry()["facts"]["private"] is True
    assert secondary.json("case", "show", case)["gates"] == ["approval"]
    picture = ("exhibit", "capture", "--what", "x", "--keep", *SAFE)
    error = refused(secondary, 20, "out-of-order", *picture, answers=words(*BOTH))
    assert "the Chair of Governors has approved it" in error["what"]
    approval = (
        *("approval", "record", "--case", case, "--no-letter", "--approver", "kl", "--assessed"),
        *("--consulted", "audit", "--consulted", "human-resources", "--consulted", "it"),
        *("--grounds", "crime", "--approved", "--assessment", "Needed", "--reference", "7"),
        *(*PRESENT, "--present", "kl"),
    )  # fmt: skip
    secondary.run(*approval, answers=words(*BOTH, "kl"))
    again = secondary.json(*CONCERNED, "--answer", "marked-private=yes", answers=words(*BOTH))
    assert again["gates"] == []
    assert secondary.is_good()


def test_the_questions_of_a_device_are_kept_with_it(secondary: School) -> None:
    """B27: the questions of another school's rules, taken up in the middle of a case."""
    signers = ("--signer", "ab", "--signer", "cd", *PRESENT)
    words = secondary.words_of(*BOTH)
    secondary.run("policy", "adopt", "welsh-secondary", *signers, answers=words)
    typed = (
        *("device", "isolate", "--case", second_case(secondary), "--kind", "phone", "--power"),
        *("off", "--device", "IMEI 1", "--state", "Locked", "--done", "Put aside", "--kept"),
        *("Safe", "--seal", "7", "--key-holder", "EF", *PRESENT),
    )  # fmt: skip
    assert "nominated-person" in refused(secondary, 2, "usage", *typed, answers=words)["what"]
    secondary.run(*typed, "--answer", "nominated-person=The bursar", answers=words)
    assert sealed(secondary) == ["nominated-person=The bursar"]


def test_closing_asks_what_the_rules_want_to_know(secondary: School) -> None:
    """C12: which other form was filled in; C5: whether it was taken down after it was kept."""
    words, case = secondary.words_of(*BOTH), second_case(secondary)
    secondary.run("session", "close", "--summary", "Nothing", *PRESENT, answers=words)
    own = ("--answer", "ab=no", "--answer", "cd=no", "--reasons", "A joke")
    secondary.run("case", "judge", case, *own, *PRESENT, answers=words)
    typed = ("case", "close", "--case", case, "--retention", "2099-07-31", "--summary", "Done")
    error = refused(secondary, 2, "usage", *typed, *PRESENT, answers=words)
    assert error["what"] == "The school's rules ask more: other-forms, removal."
    more = ("--answer", "removal=Not needed", "--answer", "other-forms=None")
    secondary.run(*typed, *more, *PRESENT, answers=words)
    assert sealed(secondary) == ["other-forms=None", "removal=Not needed"]
    assert secondary.is_good()


@pytest.mark.parametrize("answer", ["perhaps", ""])
def test_whether_it_is_marked_private_is_yes_or_no(secondary: School, answer: str) -> None:
    typed = (*CONCERNED, "--answer", f"marked-private={answer}")
    assert "yes, no" in refused(secondary, 2, "usage", *typed)["what"]
