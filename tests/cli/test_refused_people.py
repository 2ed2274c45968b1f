"""Who may not sign: each refusal has its code, its sentence and its advice, and keeps nothing."""

from pathlib import Path

import pytest

import schools
from driving import School, refused
from schools import ADD, AUTHORISE, OPEN, PRESENT, REPORT, second_case


def _swap(typed: tuple[str, ...], old: str, new: str) -> list[str]:
    assert old in typed
    return [new if word == old else word for word in typed]


@pytest.fixture
def reported(tmp_path: Path) -> School:
    return schools.reported().copy_to(tmp_path / "school")


@pytest.fixture
def triaged(tmp_path: Path) -> School:
    return schools.triaged().copy_to(tmp_path / "school")


@pytest.fixture
def authorised(tmp_path: Path) -> School:
    return schools.authorised().copy_to(tmp_path / "school")


def test_one_person_cannot_be_both(reported: School) -> None:
    """The same person twice is refused before anybody types a passphrase."""
    typed = schools.triage(first="ab", second="ab")
    error = refused(reported, 20, "same-person", *typed)
    assert "two different people" in error["what"].lower()


def test_one_person_cannot_be_both_by_another_spelling(reported: School) -> None:
    """An id in capitals is the same person."""
    refused(reported, 20, "same-person", *schools.triage(first="ab", second="AB"))


def test_one_persons_passphrase_does_not_stand_for_the_others(reported: School) -> None:
    """Two names but one passphrase: the second key stays shut."""
    typed = schools.triage()
    refused(reported, 70, "wrong-passphrase", *typed, answers=reported.words_of("ab", "ab"))


def test_somebody_who_is_no_investigator_cannot_triage(reported: School) -> None:
    """The wrong role is refused, and who could is said."""
    typed = schools.triage(second="gh")
    error = refused(reported, 20, "not-allowed", *typed, answers=reported.words_of("ab", "gh"))
    assert "investigator" in error["what"] + error["advice"]


def test_a_third_investigator_is_not_signed_in_beside_the_two(reported: School) -> None:
    """Three names where two belong are refused before anybody signs."""
    typed = schools.triage(17, "--investigator", "gh")
    refused(reported, 2, "usage", *typed, answers=reported.words_of("ab", "cd", "gh"))


def test_nobody_signs_who_is_not_enrolled(reported: School) -> None:
    """An id that nobody has is named in the sentence."""
    assert "zz" in refused(reported, 2, "usage", *schools.triage(second="zz"))["what"]


def test_a_third_person_does_not_sign_a_step_of_the_two(tmp_path: Path) -> None:
    """Saying that somebody else was present does not make them a signer: it is refused."""
    school = schools.collecting().copy_to(tmp_path / "school")
    typed = _swap(ADD, "cd", "gh")
    error = refused(school, 2, "usage", *typed, answers=school.words_of("ab", "gh"))
    assert "gh" in error["what"]


def test_one_person_says_where_they_were_only_once(reported: School) -> None:
    """Present and not present at once is refused."""
    typed = schools.triage(17, "--read", "ab")
    refused(reported, 2, "usage", *typed, answers=reported.words_of("ab", "cd"))


def test_who_was_present_can_be_named_in_capitals(reported: School) -> None:
    """Ids are the same in capitals, in the options about presence too."""
    typed = _swap(tuple(schools.triage()), "cd", "CD")
    reported.run(*typed, answers=reported.words_of("ab", "cd"))
    assert reported.steps()[-1] == "case.triaged"


def test_one_of_the_two_must_have_been_present(reported: School) -> None:
    """A step that nobody saw is refused."""
    typed = [*schools.triage()]
    typed = ["--read" if word == "--present" else word for word in typed]
    error = refused(reported, 20, "not-allowed", *typed, answers=reported.words_of("ab", "cd"))
    assert "present" in error["what"]


def test_both_must_be_at_the_computer_for_a_session(authorised: School) -> None:
    """A session does not open on one person's word."""
    typed = [*OPEN[:-2], "--read", "cd", "--case", second_case(authorised)]
    answers = authorised.words_of("ab", "cd")
    error = refused(authorised, 20, "not-allowed", *typed, answers=answers)
    assert "both must have been present" in error["what"]


def test_a_conflict_of_interest_ends_it(authorised: School) -> None:
    """Whoever says yes to the question takes no further part."""
    typed = (*OPEN[:6], "--case", second_case(authorised))
    refused(authorised, 20, "conflict-of-interest", *typed, answers=["yes"])


@pytest.mark.parametrize(
    ("who", "code"),
    [
        pytest.param("gh", "not-allowed", id="neither Headteacher nor Chair"),
        pytest.param("ab", "same-person", id="one of the two"),
    ],
)
def test_not_everybody_can_authorise(who: str, code: str, triaged: School) -> None:
    """It takes the Headteacher or the Chair, who is not one of the two."""
    typed = _swap(AUTHORISE, "ef", who)
    refused(triaged, 20, code, *typed, answers=triaged.words_of("ab", "cd", who))


def test_what_is_not_proportionate_is_not_authorised(triaged: School) -> None:
    """The Headteacher's no is a no."""
    typed = _swap(AUTHORISE, "--proportionate", "--not-proportionate")
    refused(triaged, 20, "not-allowed", *typed, answers=triaged.words_of("ab", "cd", "ef"))


def test_a_case_about_the_head_is_the_chairs(tmp_path: Path) -> None:
    """The Head cannot authorise a case about the Head; the Chair can."""
    school = schools.staffed().copy_to(tmp_path / "school")
    words = school.words_of
    school.run(*REPORT, "--as", "gh", answers=words("gh"))
    case = second_case(school)
    school.run(*schools.triage(17, case, "--modifier", "head"), answers=words("ab", "cd"))
    error = refused(school, 20, "not-allowed", *AUTHORISE, case, answers=words("ab", "cd", "ef"))
    assert "Chair" in error["what"] + error["advice"]
    by_the_chair = _swap(AUTHORISE, "ef", "kl")
    school.run(*by_the_chair, case, answers=words("ab", "cd", "kl"))
    assert school.json("case", "show", case)["authoriser"] == "kl"


def test_whom_a_case_concerns_takes_no_part_in_it(tmp_path: Path) -> None:
    """A barred investigator cannot triage the case; the other two can."""
    school = schools.staffed().copy_to(tmp_path / "school")
    school.run(*REPORT, "--as", "gh", "--barred", "cd", answers=school.words_of("gh"))
    case = second_case(school)
    typed = schools.triage(17, case)
    answers = school.words_of("ab", "cd")
    refused(school, 20, "conflict-of-interest", *typed, answers=answers)
    typed = schools.triage(17, case, second="ij")
    school.run(*typed, answers=school.words_of("ab", "ij"))
    wraps = sorted(p.name for p in (school.vault / "wraps" / case).iterdir())
    assert wraps == ["ab+ij"]


@pytest.mark.parametrize(
    ("reserve", "pairs"),
    [("none", ["ab+cd"]), ("ij", ["ab+cd", "ab+ij", "cd+ij"])],
)
def test_the_key_of_a_case_is_for_its_people_alone(
    reserve: str, pairs: list[str], tmp_path: Path
) -> None:
    """Before it is authorised any pair could take it on; afterwards the two, and the reserve."""
    school = schools.staffed().copy_to(tmp_path / "school")
    school.run(*REPORT, "--as", "gh", answers=school.words_of("gh"))
    case = second_case(school)
    wraps = school.vault / "wraps" / case
    assert sorted(p.name for p in wraps.iterdir()) == ["ab+cd", "ab+ij", "cd+ij"]
    school.run(*schools.triage(17, case), answers=school.words_of("ab", "cd"))
    typed = _swap(AUTHORISE, "none", reserve)
    school.run(*typed, case, answers=school.words_of("ab", "cd", "ef"))
    assert sorted(p.name for p in wraps.iterdir()) == pairs
    assert school.is_good()


def test_a_report_that_leaves_no_pair_is_refused(reported: School) -> None:
    """Two investigators have to be left who are not concerned."""
    typed = (*REPORT, "--as", "gh", "--barred", "cd")
    error = refused(reported, 20, "not-allowed", *typed, answers=reported.words_of("gh"))
    assert "investigator" in error["what"]


@pytest.mark.parametrize("reserve", ["ab", "ef", "gh"])
def test_the_reserve_is_a_third_investigator(reserve: str, triaged: School) -> None:
    """Neither one of the two, nor the authoriser, nor somebody without the role."""
    typed = _swap(AUTHORISE, "none", reserve)
    refused(triaged, 20, "not-allowed", *typed, answers=triaged.words_of("ab", "cd", "ef"))


def test_an_exhibit_is_produced_by_one_of_the_two(tmp_path: Path) -> None:
    """A third person's initials never stand on an exhibit."""
    school = schools.collecting().copy_to(tmp_path / "school")
    typed = ("exhibit", "capture", "--what", "The chat", "--producer", "gh")
    refused(school, 20, "not-allowed", *typed)


def test_not_signing_is_no_error_of_anybody(reported: School) -> None:
    """Whoever does not sign ends the command as cancelled, and nothing is kept."""
    typed = schools.triage()[:-4]
    error = refused(reported, 3, "cancelled", *typed, answers=["no"])
    assert "did not sign" in error["what"]


def test_enrolling_takes_two_signers(reported: School) -> None:
    """One person cannot bring in another alone, nor can three crowd in."""
    mine = "violet anchor pillow eleven comet"
    typed = ("people", "enrol", "--name", "Al Bo", "--position", "Bursar", "--role", "slt")
    twice = (*typed, "--signer", "ab", "--signer", "ab", *PRESENT)
    refused(reported, 20, "same-person", *twice, answers=[mine, mine])
    thrice = (*typed, "--signer", "ab", "--signer", "cd", "--signer", "ef", *PRESENT)
    answers = [mine, mine, *reported.words_of("ab", "cd", "ef")]
    refused(reported, 2, "usage", *thrice, answers=answers)


def test_an_enrolment_that_fails_leaves_no_key_file(reported: School) -> None:
    """The newcomer's key file goes again when the second signer's passphrase is wrong."""
    mine = "violet anchor pillow eleven comet"
    typed = (
        *("people", "enrol", "--name", "Al Bo", "--position", "Bursar", "--role", "slt"),
        *("--signer", "ab", "--signer", "cd", *PRESENT),
    )  # fmt: skip
    answers = [mine, mine, *reported.words_of("ab"), "not the passphrase"]
    refused(reported, 70, "wrong-passphrase", *typed, answers=answers)


def test_in_a_real_record_nobody_answers_for_both_beforehand(tmp_path: Path) -> None:
    """One who types could answer for two: so "no" and "keep" are asked of each, at the screen."""
    school = schools.real_collecting().copy_to(tmp_path / "school")
    both = school.words_of("ab", "cd")
    capture = ("exhibit", "capture", "--what", "The chat")
    said = refused(school, 2, "usage", *capture, *schools.SAFE, answers=both)
    assert "beforehand" in said["what"]
    said = refused(school, 2, "usage", *capture, "--keep", answers=both)
    assert "before looking" in said["what"]
    school.run(*capture, "--safety", "cd=not-sure", answers=[*both, "no", "no"], status=30)
    assert school.last_entry()["step"] == "case.stopped"
