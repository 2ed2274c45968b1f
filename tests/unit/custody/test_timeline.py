"""The continuity of a case: told from facts, times and signers, and from nothing else."""

import dataclasses
from typing import Any

import pytest

from book import BOTH, Book
from cast import CASE, proposal
from counterseal.clock import Instant
from counterseal.custody.facts import Step
from counterseal.custody.spans import elapsed
from counterseal.custody.timeline import Exposure, Mark, Timeline, exposure

DAY = 86_400


def authorised(book: Book | None = None) -> Book:
    book = book or Book()
    book.take(Step.CASE_REPORTED, "gh")
    book.take(Step.CASE_TRIAGED, *BOTH)
    book.take(Step.CASE_AUTHORISED, *BOTH, "ef")
    return book


def collected() -> Book:
    book = authorised()
    book.take(Step.SESSION_OPENED, *BOTH)
    book.take(Step.CONCERN_RECORDED, *BOTH)
    book.take(Step.EXHIBIT_CAPTURED, *BOTH)
    book.take(Step.SESSION_CLOSED, *BOTH, exhibits=1)
    return book


def marks(told: Timeline) -> list[set[Mark]]:
    return [set(line.marks) - {Mark.OFF_RECEIPT} for line in told.lines]


def test_a_plain_case_leaves_nothing_to_ask() -> None:
    told = collected().told()
    assert [line.number for line in told.lines] == [1, 2, 3, 4, 5, 6, 7]
    assert told.lines[5].title == "Take a picture of the screen"
    assert told.lines[5].about == "exhibit AB/1"
    assert [line.both for line in told.lines] == [None, *[True] * 6]
    assert [line.seconds for line in told.lines] == [None, *[30.0] * 6]
    assert told.lines[5].answers_age == 4.0
    assert told.lines[4].answers_age is None
    assert [s.id for s in told.lines[2].signers] == ["ab", "cd", "ef"]
    assert marks(told) == [set()] * 7
    assert (told.gaps, told.of_two, told.days_open) == ((), 6, 0)
    assert told.steps(Step.CASE_TRIAGED, Step.SESSION_CLOSED) == (told.lines[1], told.lines[6])


# ---------------------------------------------------------------------------------- co-signing


def _letter(book: Book) -> None:
    book.take(Step.CASE_AUTHORISED, *BOTH, authoriser="", letter=True)


def _assented(book: Book) -> None:
    waiting = proposal(Step.CASE_AUTHORISED)
    book.take(Step.ASSENT_GIVEN, "ef", proposal=waiting.digest)
    book.take(Step.CASE_AUTHORISED, *BOTH, made=waiting)


def _assent_to_something_else(book: Book) -> None:
    book.take(Step.ASSENT_GIVEN, "ef", proposal="00" * 32)
    book.take(Step.CASE_AUTHORISED, *BOTH)


def _assent_of_somebody_else(book: Book) -> None:
    waiting = proposal(Step.CASE_AUTHORISED)
    book.take(Step.ASSENT_GIVEN, "gh", proposal=waiting.digest)
    book.take(Step.CASE_AUTHORISED, *BOTH, made=waiting)


def _third_has_only_read(book: Book) -> None:
    book.take(Step.CASE_AUTHORISED, *BOTH, "ef", absent="ef")


def _one_of_two_absent(book: Book) -> None:
    book.take(Step.DEVICE_ISOLATED, *BOTH, absent="cd")


def _one_signature(book: Book) -> None:
    book.take(Step.DEVICE_ISOLATED, "ab")


def _same_person_twice(book: Book) -> None:
    book.take(Step.DEVICE_ISOLATED, "ab", "ab")


def _police_told_by_one(book: Book) -> None:
    book.take(Step.POLICE_INFORMED, "ab", absent="ab", wait=False)


def _chairs_letter(book: Book) -> None:
    book.take(Step.APPROVAL_RECORDED, *BOTH, approver="", letter=True)


def _no_chair(book: Book) -> None:
    book.take(Step.APPROVAL_RECORDED, *BOTH)


def _replaced_by_two(book: Book) -> None:
    book.take(Step.INVESTIGATOR_REPLACED, "ab", "kl")


def _replaced_by_three(book: Book) -> None:
    book.take(Step.INVESTIGATOR_REPLACED, "ab", "kl", "ef")


@pytest.mark.parametrize(
    ("act", "found", "both"),
    [
        (_letter, {Mark.LETTER}, True),
        (_assented, {Mark.ASSENT}, True),
        (_assent_to_something_else, {Mark.UNSIGNED}, False),
        (_assent_of_somebody_else, {Mark.UNSIGNED}, False),
        (_third_has_only_read, set(), True),
        (_one_of_two_absent, {Mark.ABSENT}, True),
        (_one_signature, {Mark.UNSIGNED}, False),
        (_same_person_twice, {Mark.UNSIGNED}, False),
        (_police_told_by_one, set(), None),
        (_chairs_letter, {Mark.LETTER}, True),
        (_no_chair, {Mark.UNSIGNED}, False),
        (_replaced_by_two, {Mark.UNSIGNED}, False),
        (_replaced_by_three, set(), True),
    ],
)
def test_gaps_in_co_signing(act: Any, found: set[Mark], both: bool | None) -> None:  # noqa: ANN401, FBT001
    book = Book()
    book.take(Step.CASE_REPORTED, "gh")
    book.take(Step.CASE_TRIAGED, *BOTH)
    act(book)
    told = book.told()
    assert (marks(told)[-1], told.lines[-1].both) == (found, both)
    is_gap = bool(found - {Mark.ASSENT})
    assert [line.number for line in told.gaps] == ([len(told.lines)] if is_gap else [])


# ------------------------------------------------------------------------------------ how quick


@pytest.mark.parametrize(
    ("after", "people", "quick"),
    [
        (4.9, ("ab", "cd"), True),
        (4.9, ("cd", "ab"), True),
        (5.0, ("ab", "cd"), False),
        (0.1, ("ab", "kl"), False),
    ],
)
def test_two_steps_by_the_same_two_take_time(
    after: float, people: tuple[str, ...], *, quick: bool
) -> None:
    book = authorised()
    book.take(Step.NOTE_ADDED, *people, after=after)
    assert (Mark.QUICK in book.told().lines[-1].marks) is quick


def test_a_step_of_the_computer_in_between_hides_nothing() -> None:
    book = authorised()
    book.take(Step.SESSION_OPENED, *BOTH)
    book.take(Step.SESSION_PAUSED, after=1)
    book.take(Step.SESSION_RESUMED, *BOTH, after=1)
    assert marks(book.told())[-2:] == [set(), {Mark.QUICK}]


def test_a_step_of_other_people_in_between_hides_nothing() -> None:
    book = authorised()
    book.take(Step.NOTE_ADDED, "ab", "kl", after=1)
    book.take(Step.NOTE_ADDED, *BOTH, after=1)
    assert marks(book.told())[-2:] == [set(), {Mark.QUICK}]


def test_turning_the_clock_forward_does_not_make_a_step_look_slow() -> None:
    book = authorised()
    book.clock.turn(3_600)
    book.take(Step.NOTE_ADDED, *BOTH, after=1)
    line = book.told().lines[-1]
    assert (line.seconds, Mark.QUICK in line.marks) == (1.0, True)


@pytest.mark.parametrize(
    ("before", "after", "seconds"),
    [
        (Instant(1_000, 500, "a"), Instant(9_000, 700, "a"), 0.2),
        (Instant(1_000, 500, "a"), Instant(9_000, 700, "b"), 8.0),
        (Instant(1_000, 500, "unknown"), Instant(9_000, 700, "unknown"), 8.0),
        (Instant(9_000, 500, "a"), Instant(1_000, 700, "b"), None),
    ],
)
def test_seconds_between_two_moments(before: Instant, after: Instant, seconds: float) -> None:
    assert elapsed(before, after) == seconds


# ----------------------------------------------------------------------------------- on a receipt


def test_what_came_after_the_last_receipt_is_not_on_one() -> None:
    book = authorised()
    book.take(Step.RECEIPT_ISSUED)
    book.take(Step.NOTE_ADDED, *BOTH)
    assert [line.number for line in book.told().marked(Mark.OFF_RECEIPT)] == [4]


def test_without_a_receipt_nothing_is_on_one() -> None:
    assert len(authorised().told().marked(Mark.OFF_RECEIPT)) == 3


# -------------------------------------------------------------------------------------- how long


def _waits(book: Book) -> dict[str, tuple[int, bool, bool]]:
    return {wait.name: (wait.days, wait.over, wait.long) for wait in book.told().waits}


def test_waits_that_are_over_and_waits_that_are_not() -> None:
    book = Book()
    book.take(Step.CASE_REPORTED, "gh")
    book.clock.sleep(8 * DAY)
    assert _waits(book) == {"report to triage": (8, False, True)}
    book.take(Step.CASE_TRIAGED, *BOTH)
    book.take(Step.CASE_AUTHORISED, *BOTH, "ef", after=7 * DAY)
    assert _waits(book) == {
        "report to triage": (8, True, True),
        "triage to authorisation": (7, True, False),
    }
    book.take(Step.SESSION_OPENED, *BOTH)
    book.take(Step.SESSION_CLOSED, *BOTH)
    book.clock.sleep(2 * DAY)
    assert _waits(book)["last session to judgement"] == (2, False, False)
    book.take(Step.SESSION_OPENED, *BOTH)
    assert "last session to judgement" not in _waits(book)
    book.take(Step.SESSION_CLOSED, *BOTH)
    book.take(Step.JUDGEMENT_MADE, *BOTH, after=3 * DAY)
    assert _waits(book)["last session to judgement"] == (3, True, False)
    book.take(Step.SESSION_OPENED, *BOTH)
    book.take(Step.SESSION_CLOSED, *BOTH)
    book.clock.sleep(9 * DAY)
    assert _waits(book)["last session to judgement"] == (9, False, True)


def test_a_case_that_is_only_logged_waits_for_no_authorisation() -> None:
    book = Book()
    book.take(Step.CASE_REPORTED, "gh")
    book.take(Step.CASE_TRIAGED, *BOTH, category=22)
    book.take(Step.JUDGEMENT_MADE, *BOTH)
    assert set(_waits(book)) == {"report to triage"}


@pytest.mark.parametrize("ends", [Step.CASE_CLOSED, Step.CASE_STOPPED])
def test_a_case_that_ended_gets_no_older(ends: Step) -> None:
    book = Book()
    book.take(Step.CASE_REPORTED, "gh")
    book.take(Step.CASE_TRIAGED, *BOTH)
    book.take(Step.JUDGEMENT_MADE, *BOTH)
    book.take(ends, *(() if ends is Step.CASE_STOPPED else BOTH), after=3 * DAY, case=CASE)
    book.clock.sleep(30 * DAY)
    assert book.told().days_open == 3
    assert all(wait.over for wait in book.told().waits)


def test_an_open_case_gets_older() -> None:
    book = authorised()
    book.clock.sleep(30 * DAY)
    assert book.told().days_open == 30


# -------------------------------------------------------------------------------------- sessions


def test_sessions_with_their_pauses() -> None:
    book = authorised()
    book.take(Step.SESSION_OPENED, *BOTH)
    book.take(Step.SESSION_PAUSED, after=60, reason="idle")
    book.take(Step.SESSION_RESUMED, *BOTH, after=600)
    book.take(Step.SESSION_PAUSED, after=40)
    book.take(Step.SESSION_CLOSED, *BOTH, after=100)
    book.take(Step.SESSION_OPENED, *BOTH)
    book.take(Step.SESSION_PAUSED, after=10)
    book.clock.sleep(5)
    first, second = book.told().sessions
    assert (first.opened, first.closed, first.ended) == (4, 8, "closed")
    assert (first.seconds, first.pauses, first.paused) == (800, 2, 700)
    assert (second.opened, second.closed, second.ended) == (9, 0, "left open")
    assert (second.seconds, second.pauses, second.paused) == (15, 1, 5)
    assert book.told().lines[4].about == "nobody did anything"


def test_a_stop_ends_a_session() -> None:
    book = authorised()
    book.take(Step.SESSION_OPENED, *BOTH)
    book.take(Step.CASE_STOPPED, case=CASE)
    (only,) = book.told().sessions
    assert (only.closed, only.ended) == (5, "stopped")


def test_odd_clocks_between_the_first_step_and_the_last() -> None:
    book = Book()
    book.take(Step.CLOCK_ANOMALY)
    authorised(book)
    book.take(Step.CLOCK_ANOMALY, kind="disagree", off_ms=4_000)
    book.take(Step.NOTE_ADDED, *BOTH)
    book.take(Step.CLOCK_ANOMALY)
    (only,) = book.told().clocks
    assert (only.after, only.kind, only.seconds) == (3, "disagree", 4.0)


# -------------------------------------------------------------------------------------- the rest


def test_what_people_had_to_look_at() -> None:
    book = collected()
    book.take(Step.SESSION_OPENED, *BOTH)
    book.take(Step.EXHIBIT_SUPPLIED, "cd", "ab", ref="CD/1")
    book.take(Step.EXHIBIT_DECLINED, *BOTH, seen=True, absent="cd")
    book.take(Step.EXHIBIT_DECLINED, *BOTH, seen=False)
    book.take(Step.EXHIBIT_VIEWED, viewers=["cd", "kl"])
    book.take(Step.PAGE_SAVED, *BOTH, ref="AB/2")
    told = book.told()
    assert told.exposure == (
        Exposure("ab", taken=2, supplied=1, viewed=0, saved=1),
        Exposure("cd", taken=1, supplied=1, viewed=1, saved=1),
        Exposure("kl", taken=0, supplied=0, viewed=1),
    )
    assert [each.total for each in told.exposure] == [4, 4, 1]
    assert exposure([*book.entries, *book.entries])[0].taken == 4


@pytest.mark.parametrize(
    ("step", "changes", "about"),
    [
        (Step.DEPARTURE_RECORDED, {}, "rule: parents told"),
        (Step.INVESTIGATOR_REPLACED, {}, "cd left, kl joined"),
        (Step.ASSENT_GIVEN, {}, "to: authorise the investigation"),
        (Step.REVIEW_SIGNED, {}, "all as it was kept; gaps: 0"),
        (Step.REVIEW_SIGNED, {"good": False, "gaps": 2}, "not all as it was kept; gaps: 2"),
        (Step.SESSION_OPENED, {"check": "warn"}, "the check of the computer warned"),
        (Step.SESSION_OPENED, {}, ""),
        (Step.NOTE_ADDED, {}, ""),
        (Step.ENTRY_CORRECTED, {"entry": 99}, "corrects step ?"),
    ],
)
def test_what_the_facts_say_in_words(step: Step, changes: dict[str, Any], about: str) -> None:
    book = authorised()
    book.take(step, *BOTH, **changes)
    assert book.told().lines[-1].about == about


def test_a_correction_names_the_step_by_its_place_in_the_case() -> None:
    book = Book()
    book.take(Step.RECEIPT_ISSUED)
    authorised(book)
    book.take(Step.ENTRY_CORRECTED, *BOTH, entry=2)
    assert book.told().lines[-1].about == "corrects step 2"


def test_looking_again_names_the_exhibit_and_who_looked() -> None:
    book = collected()
    book.take(Step.SESSION_OPENED, *BOTH)
    book.take(Step.EXHIBIT_DECLINED, *BOTH, seen=True)
    book.take(Step.EXHIBIT_VIEWED)
    *_, declined, viewed = book.told().lines
    assert declined.about == "a picture was seen, not kept"
    assert (viewed.about, viewed.both) == ("exhibit AB/1, by ab and cd", None)


def test_how_much_there_is_besides_does_not_show() -> None:
    """The same case in a log with other cases in between: not a word differs."""
    alone, among = Book(), Book()
    for book, others in ((alone, 0), (among, 3)):
        for step, people in (
            (Step.CASE_REPORTED, ("gh",)),
            (Step.CASE_TRIAGED, BOTH),
            (Step.CASE_AUTHORISED, (*BOTH, "ef")),
            (Step.ENTRY_CORRECTED, BOTH),
        ):
            for _ in range(others):
                book.take(Step.NOTE_ADDED, "kl", "ab", after=0, case="2026-002")
            own = [entry.index for entry in book.entries if entry.case == CASE]
            more: dict[str, Any] = {"entry": own[1]} if step is Step.ENTRY_CORRECTED else {}
            book.take(step, *people, **more)
    first, second = alone.told(), among.told()
    for name in ("lines", "waits", "sessions", "clocks", "exposure", "days_open"):
        assert getattr(first, name) == getattr(second, name)


def test_what_people_wrote_is_never_needed() -> None:
    """Without the files that hold their words, not a word differs."""
    book = collected()
    bare = Book(book.clock)
    bare.entries = [
        dataclasses.replace(e, proposal=dataclasses.replace(e.proposal, details=()))
        for e in book.entries
    ]
    assert book.told() == bare.told()
