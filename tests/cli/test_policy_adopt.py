"""`policy adopt`: two people put rules in force, and the record holds them whole."""

import hashlib
from pathlib import Path

import pytest

import schools
from counterseal.policy import profile
from driving import School, refused
from schools import PRESENT, REPORT

SIGNERS = ("--signer", "ab", "--signer", "cd", *PRESENT)


@pytest.fixture
def staffed(tmp_path: Path) -> School:
    return schools.staffed().copy_to(tmp_path / "school")


def adopt(school: School, wanted: str) -> str:
    """Adopt rules and return their digest."""
    typed = ("policy", "adopt", wanted, *SIGNERS)
    adopted = school.json(*typed, answers=school.words_of("ab", "cd"))
    return str(adopted["sha256"])


def kept(school: School, sha256: str) -> Path:
    return school.vault / "profiles" / f"{sha256}.toml"


@pytest.mark.parametrize("name", profile.NAMES)
def test_each_profile_can_be_adopted_and_the_record_is_good(staffed: School, name: str) -> None:
    sha256 = adopt(staffed, name)
    content = kept(staffed, sha256).read_bytes()
    assert hashlib.sha256(content).hexdigest() == sha256
    assert content == profile.builtin(name).content
    assert staffed.steps()[-1] == "profile.adopted"
    assert staffed.json("policy", "show")["name"] == name
    assert staffed.is_good()


def test_they_count_from_the_next_entry_on(staffed: School) -> None:
    """The entry that adopts them still names the old ones."""
    before = staffed.json("policy", "show")["sha256"]
    sha256 = adopt(staffed, "welsh-secondary")
    staffed.run(
        *REPORT,
        "--answer",
        "agreement=Yes, in September",
        "--as",
        "gh",
        answers=staffed.words_of("gh"),
    )
    assert staffed.is_good()
    assert kept(staffed, before).exists()
    assert kept(staffed, sha256).exists()


def test_what_is_signed_says_what_becomes_less_strict(staffed: School) -> None:
    """Below the base profile nothing goes; below the rules in force two people may go."""
    adopt(staffed, "primary")
    typed = ("policy", "adopt", "secondary", *SIGNERS)
    said = staffed.run(*typed, answers=staffed.words_of("ab", "cd")).err
    assert "They take the place of: Primary school" in said
    assert "LESS STRICT  advice, advisers: headteacher, local-authority →" in said
    assert "none is less strict than the base profile" in said


def test_rules_that_were_left_can_be_taken_up_again(staffed: School) -> None:
    first = adopt(staffed, "trust")
    adopt(staffed, "base")
    assert adopt(staffed, "trust") == first
    assert staffed.is_good()


def test_a_schools_own_file_is_kept_whole(staffed: School) -> None:
    text = '[profile]\nname = "ours"\ntitle = "Ours"\nversion = 1\nextends = "trust"\n'
    (staffed.folder / "ours.toml").write_text(text)
    content = kept(staffed, adopt(staffed, "ours.toml")).read_bytes()
    assert b"extends" not in content
    assert profile.load(content).told == profile.builtin("trust").told


def test_the_rules_in_force_are_not_adopted_again(staffed: School) -> None:
    adopt(staffed, "trust")
    error = refused(staffed, 2, "usage", "policy", "adopt", "trust", *SIGNERS)
    assert "in force already" in error["what"]


def test_rules_that_nobody_could_staff_are_refused(tmp_path: Path) -> None:
    """Before anybody types a passphrase, with a sentence for each kind of case."""
    school = schools.practised().copy_to(tmp_path / "school")
    error = refused(school, 80, "policy", "policy", "adopt", "secondary", *SIGNERS)
    assert "A case about Edith Fell (Headteacher) has to be authorised" in error["what"]
    assert "enrol the Chair of Governors" in error["what"]
    assert "A case about Ada Brook" in error["what"]
    assert "enrol another investigator" in error["what"]
    assert "people enrol" in error["advice"]


def test_one_person_does_not_adopt_rules(staffed: School) -> None:
    typed = ("policy", "adopt", "trust", "--signer", "ab", "--signer")
    refused(staffed, 20, "same-person", *typed, "ab", answers=staffed.words_of("ab", "ab"))
    wrong = staffed.words_of("ab", "ab")
    refused(staffed, 70, "wrong-passphrase", *typed, "cd", *PRESENT, answers=wrong)


def test_somebody_who_does_not_sign_keeps_the_old_rules(staffed: School) -> None:
    typed = ("policy", "adopt", "trust", "--signer", "ab", "--signer", "cd")
    answers = ["present", *staffed.words_of("ab"), "no"]
    refused(staffed, 3, "cancelled", *typed, answers=answers)


def test_an_adopted_file_that_was_changed_is_found(staffed: School) -> None:
    file = kept(staffed, adopt(staffed, "trust"))
    staffed.run(*REPORT, "--as", "gh", answers=staffed.words_of("gh"))
    file.write_bytes(file.read_bytes().replace(b"Trust", b"trust", 1) + b"#\n")
    done = staffed.run("log", "check", "--json", status=40)
    assert any(f"profiles/{file.name}" in found["where"] for found in done.data["findings"])


def test_gates_of_the_rules_in_force_hold(staffed: School) -> None:
    """A case about staff waits for advice, whatever its category."""
    adopt(staffed, "primary")
    staffed.run(
        *("case", "report", "--source", "staff", "--subject", "staff", "--what", "Unkind posts"),
        *("--found", "Told", "--reported-by", "A colleague", "--whom", "P. Q.", "--as", "gh"),
        *schools.REPORT[-4:],
        answers=staffed.words_of("gh"),
    )
    case = schools.second_case(staffed)
    typed = (*schools.triage(17), case)
    staffed.run(*typed, answers=staffed.words_of("ab", "cd"))
    assert staffed.json("case", "show", case)["gates"] == ["advice"]
