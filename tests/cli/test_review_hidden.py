"""Whoever a case concerns sees nothing of it: no line, no count, no sentence of its own."""

import functools
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import schools
from book import Book
from counterseal.custody.facts import Step
from counterseal.custody.figures import Period
from counterseal.workflow import reviewing
from driving import School, refused
from schools import REPORT

ASKED = (
    ("review", "show"),
    ("report", "governors", "--year", "2026"),
    ("case", "list"),
    ("case", "list", "--for-review"),
    ("case", "show"),
    ("log", "show"),
    ("exhibit", "list"),
)


@functools.cache
def concerned() -> tuple[School, list[Any]]:
    """Return a school with a case about its reviewer, and what the reviewer saw before.

    That case has a session by now, with the receipt at its end.
    """
    school = schools.practised().copy_to(schools._place("concerned"))
    before = seen(school, "gh")
    school.run(*REPORT, "--as", "ab", "--barred", "gh", answers=school.words_of("ab"))
    case = schools.second_case(school)
    school.run(*schools.triage(17, case), answers=school.words_of("ab", "cd"))
    school.run(*schools.AUTHORISE, case, answers=school.words_of("ab", "cd", "ef"))
    both = school.words_of("ab", "cd")
    school.run(*schools.OPEN, "--case", case, answers=both)
    school.run("session", "close", "--summary", "Nothing", *schools.PRESENT, answers=both)
    assert school.steps()[-2:] == ["session.closed", "receipt.issued"]
    return school, before


def seen(school: School, viewer: str) -> list[Any]:
    first = str(school.json("case", "list")["cases"][0]["case"])
    asked = (*ASKED, ("review", "show", first))
    return [school.json(*typed, "--as", viewer) for typed in asked]


def test_whom_it_concerns_sees_exactly_what_they_saw_before() -> None:
    school, before = concerned()
    assert seen(school, "gh") == before


def test_everybody_else_sees_it() -> None:
    school, before = concerned()
    after = school.json("case", "list", "--as", "ef")
    assert len(after["cases"]) == len(before[2]["cases"]) + 1


def test_without_a_name_practice_shows_everything() -> None:
    school, before = concerned()
    assert len(school.json("case", "list")["cases"]) == len(before[2]["cases"]) + 1
    assert len(school.json("log", "show")["entries"]) == school.entries()
    school.run("exhibit", "list", "--as", "gh")


@pytest.mark.parametrize(
    "command",
    [
        ("review", "show"),
        ("review", "sign"),
        ("case", "show"),
        ("log", "show", "--case"),
        ("exhibit", "list", "--case"),
    ],
    ids=" ".join,
)
def test_naming_it_is_like_naming_one_that_does_not_exist(command: tuple[str, ...]) -> None:
    school, _before = concerned()
    hidden = schools.second_case(school)
    absent = hidden.replace("002", "009")

    def ask(case: str) -> Mapping[str, Any]:
        error = refused(school, 2, "usage", *command, case, "--as", "gh")
        return {name: str(value).replace(case, "") for name, value in error.items()}

    assert ask(hidden) == ask(absent)


def test_a_review_of_another_case_does_not_mention_it(tmp_path: Path) -> None:
    """Even where something of the hidden case is not as it was kept."""
    made, _before = concerned()
    school = made.copy_to(tmp_path / "school")
    hidden = schools.second_case(school)
    for path in (school.vault / "details" / hidden).iterdir():
        path.unlink()
    typed = ("review", "sign", "--as", "gh", "--remarks", "", "--json")
    done = school.run(*typed, answers=school.words_of("gh"))
    assert hidden not in done.said
    assert done.data["good"] is False
    assert done.data["findings"] == ["the record: something else is not as it was kept"]


def test_nobody_looks_without_being_enrolled() -> None:
    school, _before = concerned()
    for typed in (*ASKED, ("case", "show")):
        refused(school, 2, "usage", *typed, "--as", "zz")


def test_a_real_record_asks_who_looks(tmp_path: Path) -> None:
    """Without an answer nothing is shown: neither a case nor how many there are."""
    school = schools.real_authorised().copy_to(tmp_path / "school")
    case = school.cases()[0]
    for typed in (("case", "list"), ("case", "show"), ("log", "show"), ("exhibit", "list")):
        error = refused(school, 2, "input-ended", *typed)
        assert "taken on trust" in error["what"]
        assert case in school.run(*typed, answers=["ef"]).out
        assert case in school.run(*typed, "--as", "ef").out


def test_nothing_waits_for_a_review(tmp_path: Path) -> None:
    school = schools.practised().copy_to(tmp_path / "school")
    typed = ("review", "sign", "--as", "gh", "--remarks", "")
    school.run(*typed, answers=school.words_of("gh"))
    assert school.run("case", "list", "--for-review").out.strip() == "No case waits for a review."


def test_an_odd_clock_goes_with_the_step_after_it() -> None:
    """It was recorded because somebody took a step in a case that is hidden."""
    book = Book()
    book.take(Step.CASE_REPORTED, "gh", case="2026-001")
    book.take(Step.CLOCK_ANOMALY)
    book.take(Step.SESSION_CLOSED, "ab", "cd", case="2026-002")
    book.take(Step.CLOCK_ANOMALY)
    book.take(Step.RECEIPT_ISSUED, "ab", "cd")
    book.take(Step.RECEIPT_ISSUED, "ab", reason="asked")
    record: Any = SimpleNamespace(
        log=SimpleNamespace(entries=lambda: [SimpleNamespace(entry=e) for e in book.entries])
    )
    first: Any = SimpleNamespace(case="2026-001")
    seen = reviewing.entries_beside(record, [first])
    assert [(number, x.entry.index) for number, x in seen] == [(0, 0), (1, 5)]


def test_the_annual_report_leaves_it_out() -> None:
    """Six cases, one of them about somebody: that one person's report counts five."""
    book = Book()
    cases = [f"2026-{number:03d}" for number in range(1, 7)]
    for case in cases:
        book.take(Step.CASE_REPORTED, "gh", case=case)
    period = Period.year(int(book.clock.now().utc[:4]))
    record: Any = SimpleNamespace(
        visible=lambda viewer: [
            SimpleNamespace(case=case) for case in cases if (viewer, case) != ("gh", cases[2])
        ],
        log=SimpleNamespace(
            entries=lambda case: [SimpleNamespace(entry=e) for e in book.entries if e.case == case]
        ),
    )
    counted = {
        who: reviewing.governors(record, period, who).cases.count for who in ("", "ef", "gh")
    }
    assert counted == {"": 6, "ef": 6, "gh": 5}
