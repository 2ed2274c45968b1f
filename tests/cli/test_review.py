"""The leadership team's view and the governors' figures, as they are typed."""

import functools
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

import schools
from driving import School, refused
from schools import PRESENT, REPORT

WRITTEN = ("elmbridge", "lunch", "form tutor", "assembly", "group chat", "badger", "parent")
"""Words of the practice case that people wrote, or that an address holds."""
NEVER = re.compile(r"\b(hash|artefact|artifact|chain|ledger)", re.IGNORECASE)


def _case(school: School) -> str:
    return str(school.json("case", "list")["cases"][0]["case"])


@pytest.fixture
def school(tmp_path: Path) -> School:
    return schools.practised().copy_to(tmp_path / "school")


@functools.cache
def waiting() -> School:
    """Return a school whose second case, about staff, waits for advice."""
    made = schools.reported().copy_to(schools._place("waiting"))
    case = schools.second_case(made)
    made.run(*schools.triage(13, case), answers=made.words_of("ab", "cd"))
    return made


def reviewed(school: School, *typed: str) -> Any:  # noqa: ANN401
    answers = school.words_of("gh")
    return school.json("review", "sign", *typed, "--as", "gh", "--remarks", "", answers=answers)


# ------------------------------------------------------------------------------------- what shows


def test_the_timeline_says_who_and_when_and_nothing_of_the_content(school: School) -> None:
    case = _case(school)
    told = school.json("review", "show", case, "--as", "gh")
    assert [step["step"] for step in told["steps"]] == [
        *("case.reported", "case.triaged", "case.authorised", "session.opened"),
        *("concern.recorded", "exhibit.captured", "exhibit.supplied", "note.added"),
        *("exhibit.declined", "session.closed", "export.opened", "bundle.made"),
    ]  # fmt: skip
    assert told["steps"][2]["signed_by"] == [
        {"id": "ab", "present": True},
        {"id": "cd", "present": True},
        {"id": "ef", "present": True},
    ]
    assert (told["of_two"], told["both_signed"], told["gaps"]) == (11, 11, [])
    assert told["not_on_a_receipt"] == 0
    assert {e["person"]: e["taken"] + e["supplied"] for e in told["exposure"]} == {
        "ab": 2,
        "cd": 2,
    }
    for typed in (("show",), ("show", case), ("show", "--json"), ("show", case, "--json")):
        said = school.run("review", *typed, "--as", "gh").said
        assert not [word for word in WRITTEN if word in said.lower()]
        assert not NEVER.search(said)


def test_rehearsed_steps_are_flagged_as_quick(school: School) -> None:
    """The practice case signs faster than any two people could, and the timeline says so."""
    told = school.json("review", "show", _case(school), "--as", "gh")
    assert len(told["quick"]) >= 3
    assert "less than five seconds" in school.run("review", "show", "--as", "gh").out


def test_what_cannot_be_shown_is_said(school: School) -> None:
    said = school.run("review", "show", _case(school), "--as", "gh").out
    for words in ("one time for all its signatures", "refused", "never recorded", "PRACTICE"):
        assert words in said


def test_without_a_case_all_are_summed_up() -> None:
    told = waiting().json("review", "show", "--as", "gh")
    assert [(case["case"][-3:], case["stage"]) for case in told["cases"]] == [
        ("001", "collected"),
        ("002", "triaged"),
    ]
    assert told["cases"][1]["not_on_a_receipt"] == 2


# -------------------------------------------------------------------------------------- a review


def test_a_review_is_checked_and_signed(school: School) -> None:
    case = _case(school)
    kept = reviewed(school)
    assert kept == {"case": case, "upto": 12, "good": True, "gaps": 0, "findings": []}
    assert school.steps()[-1] == "review.signed"
    assert school.is_good()
    assert school.json("case", "list", "--for-review")["cases"] == []
    error = refused(school, 20, "out-of-order", "review", "sign", "--as", "gh")
    assert "waits for a review" in error["what"]
    assert reviewed(school, case)["upto"] == 13


def test_a_review_asks_for_what_no_option_gave(school: School) -> None:
    answers = ["gh", "Two long waits, explained to me.", *school.words_of("gh")]
    done = school.run("review", "sign", answers=answers)
    assert "Grace Hale has reviewed case" in done.out
    assert "All that was kept is as it was kept." in done.err
    assert not NEVER.search(done.said)


def test_a_review_of_what_was_changed_says_so(school: School) -> None:
    exhibit = next(school.vault.rglob("exhibits/*/*.age"))
    exhibit.chmod(0o600)
    exhibit.write_bytes(exhibit.read_bytes()[:-1] + b"!")
    kept = reviewed(school)
    assert kept["good"] is False
    assert len(kept["findings"]) == 1
    assert exhibit.name in kept["findings"][0]
    told = school.json("review", "show", _case(school), "--as", "gh")
    assert told["steps"][-1]["about"] == "not all as it was kept; gaps: 0"


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        pytest.param("ab", "Nobody reviews a case that they investigated.", id="investigated it"),
        pytest.param("ef", "ef is not enrolled as an SLT reviewer.", id="not a reviewer"),
    ],
)
def test_not_everybody_reviews(who: str, reason: str, school: School) -> None:
    """It is refused before a passphrase is asked for, and whoever could is named."""
    error = refused(school, 20, "not-allowed", "review", "sign", "--as", who)
    assert error["what"] == reason
    assert error["advice"] == "It takes Grace Hale (gh)."


def test_a_reviewer_who_investigated_is_refused_by_their_part_not_their_role(
    school: School,
) -> None:
    """Somebody who is both SLT and an investigator reviews the cases of others only."""
    mine = "violet anchor pillow eleven comet"
    school.run(
        *("people", "enrol", "--name", "Ina Jay", "--position", "Deputy", "--role", "slt"),
        *("--role", "investigator", "--signer", "ab", "--signer", "cd", *PRESENT),
        answers=[mine, mine, *school.words_of("ab", "cd")],
    )
    school.run(*REPORT, "--as", "gh", answers=school.words_of("gh"))
    case = schools.second_case(school)
    typed = schools.triage(17, case, first="ab", second="ij")
    school.run(*typed, answers=[*school.words_of("ab"), mine])
    error = refused(school, 20, "not-allowed", "review", "sign", case, "--as", "ij")
    assert error["advice"] == "It takes Grace Hale (gh)."
    first = ("review", "sign", _case(school), "--as", "ij", "--remarks", "")
    assert school.json(*first, answers=[mine])["good"] is True


# -------------------------------------------------------------------------------------- governors


def test_figures_of_a_year_and_of_a_school_year(school: School) -> None:
    year = int(_case(school)[:4])
    told = school.json("report", "governors", "--year", str(year))
    assert told["cases"]["shown"] == "fewer than 5"
    assert told["cases"]["count"] is None
    assert all(table["left_out"] and not table["rows"] for table in told["tables"])
    none = school.json("report", "governors", "--school-year", str(year - 5))
    assert (none["cases"]["count"], none["practice"]) == (0, True)
    assert none["period"] == f"September {year - 5} to August {year - 4}"
    said = school.run("report", "governors", "--year", str(year)).out
    assert _case(school) not in said
    names = "|".join(("Ada", "Brook", "Carl", "Dunn", "Edith", "Fell", "Grace", "Hale", *WRITTEN))
    assert not re.search(names, said)


@pytest.mark.parametrize("typed", [(), ("--year", "2026", "--school-year", "2026")])
def test_one_year_is_named(typed: tuple[str, ...], school: School) -> None:
    refused(school, 2, "usage", "report", "governors", *typed)


def test_a_governor_sees_the_annual_report_alone(school: School) -> None:
    mine = "violet anchor pillow eleven comet"
    school.run(
        *("people", "enrol", "--name", "Gil Orr", "--position", "Governor", "--role", "governor"),
        *("--signer", "ab", "--signer", "cd", *PRESENT),
        answers=[mine, mine, *school.words_of("ab", "cd")],
    )
    error = refused(school, 20, "not-allowed", "review", "show", "--as", "go")
    assert "report governors" in error["advice"]
    assert school.json("report", "governors", "--year", "2026", "--as", "go")


# ------------------------------------------------------------------------------- details are gone


def test_without_a_single_text_or_exhibit_every_figure_and_gate_is_the_same(
    tmp_path: Path,
) -> None:
    school = waiting().copy_to(tmp_path / "school")
    case = schools.second_case(school)
    year = case[:4]
    asked = (
        ("review", "show", "--as", "gh"),
        ("review", "show", _case(school), "--as", "gh"),
        ("review", "show", case, "--as", "gh"),
        ("report", "governors", "--year", year),
        ("report", "governors", "--school-year", year),
        ("case", "show", _case(school)),
        ("case", "show", case),
        ("case", "list", "--for-review", "--as", "gh"),
    )
    before = [_timeless(school.json(*typed)) for typed in asked]
    for folder in ("details", "exhibits", "wraps"):
        assert any((school.vault / folder).rglob("*.age"))
        shutil.rmtree(school.vault / folder)
    assert [_timeless(school.json(*typed)) for typed in asked] == before
    assert school.json("case", "show", case)["gates"] == ["advice"]
    error = refused(school, 20, "out-of-order", *schools.AUTHORISE[:2], _case(school))
    assert "the case is collected" in error["what"]
    kept = reviewed(school, case)
    assert (kept["good"], kept["upto"]) == (False, 2)


def _timeless(told: Any) -> Any:  # noqa: ANN401
    """Take out how long an open session has lasted by now; all else stands still."""
    for session in told.get("sessions", []):
        if not session["closed"]:
            session["seconds"] = 0
    return told
