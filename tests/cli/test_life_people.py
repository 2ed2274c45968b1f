"""`people retire` and `people rotate` as they are typed, and what each says in JSON."""

from pathlib import Path

import pytest

import schools
from driving import School, refused
from schools import PRESENT, REPORT

FRESH = "velvet engine pocket thunder"
BY = ("--signer", "ab", "--signer", "ef", "--present", "ab", "--read", "ef")


@pytest.fixture
def staffed(tmp_path: Path) -> School:
    """Five people: ab, cd, ij investigate; ef is Head; gh reviews; kl is Chair."""
    return schools.staffed().copy_to(tmp_path / "school")


@pytest.fixture
def practised(tmp_path: Path) -> School:
    """Four people, of whom nobody can be spared but the reviewer."""
    return schools.practised().copy_to(tmp_path / "school")


def _key_files(school: School, person: str) -> list[str]:
    return sorted(p.name for p in (school.vault / "people").glob(f"{person}*.key"))


def test_somebody_retires(staffed: School) -> None:
    """They stay on the list, sign nothing any more, and their cases are named."""
    made = staffed.json("people", "retire", "cd", *BY, answers=staffed.words_of("ab", "ef"))
    told = {"has_a_part_in": ["2026-001"], "shut": ["2026-001"]}
    gaps = made.pop("not_possible")
    assert made == {"id": "cd", "name": "Carl Dunn", "version": 4, **told}
    assert "A case about Ada Brook" in gaps[0]
    listed = {p["id"]: p["active"] for p in staffed.json("people", "list")["people"]}
    assert listed == {"ab": True, "cd": False, "ef": True, "gh": True, "ij": True, "kl": True}
    assert "(retired)" in staffed.run("people", "list").out
    error = refused(
        staffed, 70, "retired-key", *REPORT, "--as", "cd", answers=staffed.words_of("cd")
    )
    assert "retired" in error["what"]
    assert staffed.is_good()


def test_what_is_lost_with_somebody_is_said_before_anybody_signs(staffed: School) -> None:
    """Which cases could not be taken any more, and which nobody could open; `doctor` goes on."""

    def doctor() -> tuple[str, str]:
        (item,) = [c for c in staffed.json("doctor")["checks"] if c["name"] == "people"]
        return item["grade"], item["what"]

    assert doctor()[0] == "pass"
    said = staffed.run("people", "retire", "cd", *BY, answers=staffed.words_of("ab", "ef")).err
    assert "No two people of the school could open any more" in said
    assert "A case about Ada Brook" in said
    assert doctor()[0] == "warn"
    assert "enrol another investigator" in doctor()[1]


def test_a_retired_person_signs_no_list_either(staffed: School) -> None:
    """Neither by name as a signer, nor for themselves."""
    staffed.run("people", "retire", "ij", *BY, answers=staffed.words_of("ab", "ef"))
    typed = ("people", "retire", "gh", "--signer", "ij", "--signer", "ef")
    refused(staffed, 70, "retired-key", *typed, answers=staffed.words_of("ij", "ef"))
    for again in (("retire",), ("rotate", "--no-rewrap")):
        refused(staffed, 20, "out-of-order", "people", *again, "ij", *BY)


@pytest.mark.parametrize("command", [("retire",), ("rotate", "--no-rewrap")])
def test_nobody_signs_what_is_about_them(command: tuple[str, ...], staffed: School) -> None:
    """It is refused before anybody has typed a passphrase."""
    error = refused(staffed, 20, "not-allowed", "people", *command, "ab", *BY)
    assert "about them" in error["what"]


@pytest.mark.parametrize(("who", "missing"), [("cd", "investigator"), ("ef", "Headteacher")])
def test_who_cannot_be_spared(who: str, missing: str, practised: School) -> None:
    """The list that would be left could not staff a case; it says who is missing."""
    error = refused(
        practised, 70, "keyring", "people", "retire", who, "--signer", "ab", "--signer", "gh"
    )
    assert missing in error["what"]
    assert "Enrol" in error["advice"]


def test_a_new_key_with_the_old_passphrase(practised: School) -> None:
    """Everything still opens, the old passphrase is of no use, and the old file is gone."""
    words = practised.words_of
    made = practised.json(
        *("people", "rotate", "cd", "--rewrap", *BY),
        answers=[*words("cd"), FRESH, FRESH, *words("ab", "ef")],
    )
    told = {"brought_along": True, "no_longer_opens": []}
    assert made == {"id": "cd", "name": "Carl Dunn", "version": 2, **told}
    assert [len(name) for name in _key_files(practised, "cd")] == [len("cd.0123456789abcdef.key")]
    refused(
        practised, 70, "wrong-passphrase", *REPORT, "--as", "cd", answers=practised.words_of("cd")
    )
    _open_again(practised)
    safe = ("--safety", "ab=no", "--safety", "cd=no")
    practised.run("exhibit", "view", "CD/1", *safe, answers=[*words("ab"), FRESH])
    assert practised.is_good()


def _open_again(school: School) -> None:
    school.run(*schools.OPEN, "--case", "2026-001", answers=[*school.words_of("ab"), FRESH])


def test_a_new_key_for_a_lost_passphrase(practised: School) -> None:
    """They sign again; what was kept before is named as shut, and its opening says why."""
    words = practised.words_of
    made = practised.json(
        *("people", "rotate", "cd", "--no-rewrap", *BY),
        answers=[FRESH, FRESH, *words("ab", "ef")],
    )
    assert (made["brought_along"], made["no_longer_opens"]) == (False, ["2026-001"])
    assert len(_key_files(practised, "cd")) == 2
    _open_again(practised)
    safe = ("--safety", "ab=no", "--safety", "cd=no")
    error = refused(
        *(practised, 70, "keyring", "exhibit", "view", "CD/1", *safe),
        answers=[*words("ab"), FRESH],
    )
    assert "another key since" in error["what"]
    assert "renew" in error["advice"]
    assert practised.is_good()


def test_a_new_key_with_answers_alone(practised: School) -> None:
    """In the order asked: who signs, whether the old one is there, the new one twice."""
    one, two, three = practised.words_of("ab", "ef", "cd")
    signing = ["present", one, "read", two]
    practised.run(
        "people", "rotate", "cd", answers=["ab", "ef", "yes", three, FRESH, FRESH, *signing]
    )
    assert practised.json("people", "list")["version"] == 2


@pytest.mark.parametrize(
    ("answers", "code", "status"),
    [
        (["wrong", FRESH, FRESH], "wrong-passphrase", 70),
        (["{cd}", FRESH, "another one altogether"], "usage", 2),
        (["{cd}", "short", "short"], "usage", 2),
        (["{cd}", FRESH, FRESH, "{ab}", "wrong"], "wrong-passphrase", 70),
    ],
)
def test_a_new_key_that_fails_leaves_everything(
    answers: list[str], code: str, status: int, practised: School
) -> None:
    """No file is left, and the old key still signs."""
    typed = [answer.format(**practised.passphrases) for answer in answers]
    refused(practised, status, code, "people", "rotate", "cd", "--rewrap", *BY, answers=typed)
    practised.run(*REPORT, "--as", "cd", answers=practised.words_of("cd"))


def test_a_case_that_concerns_a_signer_is_not_named_to_them(staffed: School) -> None:
    """Who retires has a part in it, but the two who sign hear nothing of it."""
    words = staffed.words_of
    staffed.run(*REPORT, "--as", "gh", "--barred", "ef", answers=words("gh"))
    case = schools.second_case(staffed)
    staffed.run(*schools.triage(17, case, second="ij"), answers=words("ab", "ij"))
    made = staffed.run("people", "retire", "ij", *BY, "--json", answers=words("ab", "ef"))
    assert made.data["has_a_part_in"] == []
    assert case not in made.said


def test_more_than_two_signers_are_refused(practised: School) -> None:
    """Two sign, not three."""
    typed = ("people", "retire", "gh", "--signer", "ef", "--signer", "ab", "--signer", "cd")
    refused(practised, 2, "usage", *typed, *PRESENT)
