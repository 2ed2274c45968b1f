"""`investigator replace` and `renew` as they are typed."""

from pathlib import Path

import pytest

import schools
from driving import School, refused
from schools import AUTHORISE, REPORT, second_case

FRESH = "velvet engine pocket thunder"


def _signed(*people: str) -> list[str]:
    return [word for person in people for word in ("--present", person)]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> School:
    """A second case of ab and cd, with ij in reserve."""
    school = schools.staffed().copy_to(tmp_path_factory.mktemp("reserve") / "school")
    words = school.words_of
    school.run(*REPORT, "--as", "gh", answers=words("gh"))
    case = second_case(school)
    school.run(*schools.triage(17, case), answers=words("ab", "cd"))
    typed = ["ij" if word == "none" else word for word in AUTHORISE]
    school.run(*typed, case, answers=words("ab", "cd", "ef"))
    return school


@pytest.fixture
def school(template: School, tmp_path: Path) -> School:
    return template.copy_to(tmp_path / "school")


def _replace(case: str, leaving: str, joining: str) -> tuple[str, ...]:
    return (
        *("investigator", "replace", case, "--leaving", leaving, "--joining", joining),
        *("--authoriser", "ef", "--why", "Ill for long"),
    )  # fmt: skip


def test_the_reserve_takes_over(school: School) -> None:
    """The one who stays, the reserve and the Head sign; the other pairs lose the key."""
    case = second_case(school)
    typed = (*_replace(case, "ab", "ij"), "--opened-by", "cd", "--opened-by", "ij")
    made = school.json(
        *typed, *_signed("cd", "ij", "ef"), answers=school.words_of("cd", "ij", "cd", "ij", "ef")
    )
    assert (made["investigators"], made["reserve"]) == (["cd", "ij"], "")
    assert [p.name for p in (school.vault / "wraps" / case).iterdir()] == ["cd+ij"]
    assert school.is_good()


def test_the_reserve_takes_over_with_answers_alone(school: School) -> None:
    """Who leaves, who joins, who agrees, why, who opens; then each in turn."""
    case = second_case(school)
    one, two, three = school.words_of("cd", "ij", "ef")
    school.run(
        *("investigator", "replace", case),
        answers=[
            *("ab", "ij", "ef", "Ill for long", "cd", "ij", one, two),
            *("present", one, "present", two, "read", three),
        ],
    )
    assert school.json("case", "show", case)["investigators"] == ["cd", "ij"]
    assert school.is_good()


def test_nobody_opens_with_answers_alone(school: School) -> None:
    """ "None" goes on without the key, and what is signed says so."""
    case = second_case(school)
    one, two, three = school.words_of("cd", "ij", "ef")
    done = school.run(
        *("investigator", "replace", case),
        answers=[
            *("ab", "ij", "ef", "Ill for long", "none"),
            *("present", one, "present", two, "read", three),
        ],
    )
    assert "the handover key opens it" in done.err
    assert school.is_good()


@pytest.mark.parametrize(
    ("leaving", "joining", "status", "code", "words"),
    [
        ("ij", "ij", 2, "usage", "renew"),
        ("ij", "gh", 20, "not-allowed", "not an investigator of this case"),
        ("gh", "ij", 20, "not-allowed", "not an investigator of this case"),
        ("ab", "gh", 20, "not-allowed", "not enrolled as an investigator"),
        ("ab", "cd", 20, "same-person", "different people"),
        ("ab", "ef", 20, "same-person", "different people"),
        ("ab", "zz", 2, "usage", "zz"),
    ],
)
def test_who_cannot_is_refused_before_any_passphrase(  # noqa: PLR0913, PLR0917  (one case a line)
    leaving: str, joining: str, status: int, code: str, words: str, school: School
) -> None:
    """No answer but the four that come first is asked for."""
    error = refused(school, status, code, *_replace(second_case(school), leaving, joining))
    assert words in error["what"] + error["advice"]


@pytest.mark.parametrize(("one", "two"), [("cd", "gh"), ("ij", "kl"), ("cd", "cd")])
def test_who_was_never_given_the_key_passes_nothing_on(one: str, two: str, school: School) -> None:
    """The sentence says who could."""
    typed = (*_replace(second_case(school), "ab", "ij"), "--opened-by", one, "--opened-by", two)
    error = refused(school, 2, "usage", *typed, answers=school.words_of(one, two))
    assert "ab and cd" in error["advice"]


def test_the_case_key_again_after_a_lost_passphrase(school: School) -> None:
    """A new key signs; `renew` gives it the case key; nobody has left the case."""
    case = second_case(school)
    words = school.words_of
    rotate = ("people", "rotate", "ab", "--no-rewrap", "--signer", "cd", "--signer", "ef")
    school.run(*rotate, *_signed("cd", "ef"), answers=[FRESH, FRESH, *words("cd", "ef")])
    renew = ("investigator", "renew", case, "--who", "ab", "--authoriser", "ef", "--why", "Lost it")
    mine = (*renew, "--opened-by", "ab", "--opened-by", "cd")
    error = refused(school, 2, "usage", *mine)
    assert error["advice"] == "Who has it: cd and ij."
    typed = (*renew, "--opened-by", "cd", "--opened-by", "ij", *_signed("cd", "ab", "ef"))
    made = school.json(*typed, answers=[*words("cd", "ij", "cd"), FRESH, *words("ef")])
    assert (made["investigators"], made["reserve"]) == (["ab", "cd"], "ij")
    assert school.is_good()
    review = school.json("people", "list")
    assert review["version"] == 4


def test_the_pair_that_lost_the_key_cannot_use_it(school: School) -> None:
    """After a replacement the one who left helps to open nothing."""
    case = second_case(school)
    typed = (*_replace(case, "ab", "ij"), "--opened-by", "ab", "--opened-by", "cd")
    school.run(
        *typed, *_signed("cd", "ij", "ef"), answers=school.words_of("ab", "cd", "cd", "ij", "ef")
    )
    again = (*_replace(case, "cd", "ab"), "--opened-by", "ab", "--opened-by", "cd")
    error = refused(school, 20, "not-allowed", *again)
    assert "another part" in error["what"]
