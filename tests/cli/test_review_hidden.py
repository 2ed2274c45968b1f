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
)


@functools.cache
def concerned() -> tuple[School, list[Any]]:
    """Return a school with a case about its reviewer, and what the reviewer saw before."""
    school = schools.practised().copy_to(schools._place("concerned"))
    before = seen(school, "gh")
    school.run(*REPORT, "--as", "ab", "--barred", "gh", answers=school.words_of("ab"))
    case = schools.second_case(school)
    school.run(*schools.triage(17, case), answers=school.words_of("ab", "cd"))
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
    after = seen(school, "ef")
    assert len(after[0]["cases"]) == len(before[0]["cases"]) + 1


@pytest.mark.parametrize("command", ["show", "sign"])
def test_naming_it_is_like_naming_one_that_does_not_exist(command: str) -> None:
    school, _before = concerned()
    hidden = schools.second_case(school)
    absent = hidden.replace("002", "009")

    def ask(case: str) -> Mapping[str, Any]:
        error = refused(school, 2, "usage", "review", command, case, "--as", "gh")
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
    refused(school, 2, "usage", "review", "show", "--as", "zz")


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
