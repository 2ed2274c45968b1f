"""What the procedure says of a stop: who was exposed, what still stands, what alone may follow."""

from dataclasses import replace
from typing import Any

import pytest

from asking import BY_STAGE, CLOSED, COLLECTING, IN_USE, NEW, REPORTED, STOPPED, TRIAGED, ask
from bending import EARLY, Bend, at, by
from book import Book
from cast import CASE, WITH_EXHIBIT, signatories
from counterseal.custody import stops
from counterseal.custody.facts import Step
from counterseal.custody.offers import may_follow_stop
from counterseal.custody.procedure import (
    AFTER_STOP,
    RULES,
    allow,
    check_order,
    rule_of,
)
from counterseal.custody.state import CaseState, Stage
from counterseal.custody.words import TRIGGERS
from counterseal.custody.wraps import halves_in_force
from counterseal.errors import ConflictOfInterestError, NotAllowedError, OutOfOrderError

RELEASED = replace(IN_USE, released=True)
TOLD = replace(STOPPED, exposed="no", may_use=True)
"""Stopped because of what was told: the computer stayed in use."""
ADVISED = {"reason": "police-advice"}
TWO = ("ab", "ef")

BENT = [
    Bend(Step.RECORD_OPENED, "has a key already", parts=at(IN_USE), kind=EARLY),
    Bend(Step.CALL_RECORDED, "no key yet", parts=at(IN_USE, record=""), kind=EARLY),
    Bend(
        *(Step.CALL_RECORDED, "Write it on paper", {"may_use": False}, at(IN_USE, may_use=False)),
        EARLY,
    ),
    Bend(Step.STOP_COUNTERSIGNED, "Write it on paper", parts=at(STOPPED), kind=EARLY),
    Bend(Step.STOP_COUNTERSIGNED, "not on the list of people", {"person": "zz"}),
    Bend(Step.STOP_COUNTERSIGNED, "for themselves", {"person": "cd"}),
    Bend(Step.STOP_COUNTERSIGNED, "for themselves", {"person": "cd", "stance": "not-present"}),
    Bend(Step.COMPUTER_RELEASED, "Write it on paper", parts=at(IN_USE, may_use=False), kind=EARLY),
    Bend(Step.COMPUTER_RELEASED, "no key yet", parts=at(IN_USE, record=""), kind=EARLY),
    Bend(Step.COMPUTER_RELEASED, "does not keep", parts=at(RELEASED), kind=EARLY),
    Bend(Step.COMPUTER_RELEASED, "does not keep", parts=at(IN_USE, exposed="no"), kind=EARLY),
    Bend(
        *(Step.COMPUTER_RELEASED, "signed by the Head"),
        parts=at(IN_USE, reserve="") | by("ef", "ab", "kl"),
    ),
    Bend(Step.COMPUTER_RELEASED, "cannot authorise", {"authoriser": "kl"}, by("kl", "ab", "cd")),
    Bend(Step.DISPOSAL_RECORDED, "as the police advise", parts=at(RELEASED) | by(*TWO)),
    Bend(Step.DISPOSAL_RECORDED, "too early", ADVISED, at(IN_USE) | by(*TWO), EARLY),
    Bend(
        *(Step.DISPOSAL_RECORDED, "too early", ADVISED),
        at(RELEASED, disposed=True) | by(*TWO),
        EARLY,
    ),
    Bend(
        *(Step.DISPOSAL_RECORDED, "A hold stands", ADVISED),
        at(RELEASED, hold=True) | by(*TWO),
        EARLY,
    ),
    Bend(Step.LOCK_LIFTED, "nothing leads out", parts=at(STOPPED), kind=EARLY),
    Bend(Step.CALL_RECORDED, "is for a case that was stopped", parts=at(TRIAGED), kind=EARLY),
]
FINE = [
    Bend(Step.CALL_RECORDED, "it says itself that it may be used", parts=at(IN_USE, may_use=False)),
    Bend(Step.CALL_RECORDED, "later calls", {"to": "dsl", "may_use": False}),
    Bend(Step.STOP_COUNTERSIGNED, "another writes it", {"person": "cd", "stance": "refused"}),
    Bend(Step.STOP_COUNTERSIGNED, "one was not there", {"person": "kl", "stance": "not-present"},
        by("kl")),
    Bend(Step.STOP_COUNTERSIGNED, "told of", parts=at(TOLD)),
    Bend(Step.COMPUTER_RELEASED, "the reserve stands in", parts=by("ef", "ab", "kl")
        | at(IN_USE, reserve="kl", investigators=("ab", "cd"))),
    Bend(Step.COMPUTER_RELEASED, "nobody investigated yet",
        parts=at(IN_USE, investigators=(), reserve="") | by("ef", "ab", "kl")),
    Bend(Step.DISPOSAL_RECORDED, "released, and advised", ADVISED, at(RELEASED) | by(*TWO)),
    Bend(Step.DISPOSAL_RECORDED, "told of, and advised", ADVISED, at(TOLD) | by(*TWO)),
    Bend(Step.REVIEW_SIGNED, "at any time", parts=at(STOPPED)),
    Bend(Step.LOCK_LIFTED, "before anything is sealed", parts=at(COLLECTING)),
]  # fmt: skip


@pytest.mark.parametrize("bend", BENT, ids=lambda b: f"{b.step}: {b.says}")
def test_what_may_not_follow_a_stop(bend: Bend) -> None:
    """Each rule of a stop, not met, is refused for that very reason."""
    with pytest.raises(bend.kind, match=bend.says):
        allow(ask(bend.step, changes=bend.changes, **(bend.parts or {})))


@pytest.mark.parametrize("bend", FINE, ids=lambda b: f"{b.step}: {b.says}")
def test_what_may_follow_a_stop(bend: Bend) -> None:
    """And each rule, met, lets it through."""
    allow(ask(bend.step, changes=bend.changes, **(bend.parts or {})))


def test_a_refusal_of_a_stranger_is_not_written_down() -> None:
    """Nobody can be said to refuse who is not on the list."""
    asking = ask(Step.STOP_COUNTERSIGNED, changes={"person": "zz", "stance": "refused"})
    with pytest.raises(NotAllowedError, match="not on the list"):
        allow(asking)


@pytest.mark.parametrize("looked", [False, True])
@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("answer", ["yes", "unknown"])
def test_who_was_exposed(trigger: str, answer: str, *, looked: bool) -> None:
    """Nobody, only where it was told of and the log shows that nothing was looked at."""
    state = replace(TRIAGED, looked=looked)
    told = trigger in {"category", "judgement"}
    seen = trigger in {"safety-answer", "declined"} and answer == "yes"
    expected = "no" if told and not looked else "yes" if seen else "unknown"
    assert stops.exposed(trigger, state, answer) == expected


@pytest.mark.parametrize(
    ("exposed", "state", "keeps"),
    [
        ("no", REPORTED, True),
        ("no", COLLECTING, False),  # it holds an exhibit
        ("unknown", REPORTED, False),
        ("yes", REPORTED, False),
    ],
)
def test_when_the_wraps_are_kept(exposed: str, state: CaseState, *, keeps: bool) -> None:
    """Only where nobody was exposed, and the case holds no exhibit."""
    assert stops.keeps_wraps(state, exposed) is keeps


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("step", Step)
def test_each_step_has_one_rule_or_a_reason(step: Step, stage: Stage) -> None:
    """After a stop the second table counts alone; before one, the first alone."""
    table = AFTER_STOP if stage is Stage.STOPPED else RULES
    if step in table:
        assert rule_of(step, stage) is table[step]
        return
    says = "nothing leads out of that" if stage is Stage.STOPPED else f"This one is {stage}"
    with pytest.raises(OutOfOrderError, match=says):
        rule_of(step, stage)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("step", Step)
def test_what_is_written_although_a_latch_stands(step: Step, stage: Stage) -> None:
    """A stop, unlocking, and what follows a stop in a stopped case; nothing else."""
    always = step in {Step.CASE_STOPPED, Step.LOCK_LIFTED}
    after = stage is Stage.STOPPED and step in AFTER_STOP
    assert may_follow_stop(step, BY_STAGE[stage]) is (always or after)


@pytest.mark.parametrize("stage", [s for s in Stage if s is not Stage.STOPPED])
@pytest.mark.parametrize("paused", [False, True])
def test_a_stop_is_possible_at_every_stage(stage: Stage, *, paused: bool) -> None:
    """Paused, closed, or before there is a case at all: nobody signs, nothing is asked."""
    state = replace(BY_STAGE[stage], paused=paused, gates=frozenset({"police"}))
    check_order(state, Step.CASE_STOPPED)
    allow(ask(Step.CASE_STOPPED, state=state))


def test_nobody_whom_it_concerns_signs_after_a_stop() -> None:
    """As before one."""
    barred = replace(IN_USE, barred=frozenset({"kl"}))
    for step, facts in ((Step.CALL_RECORDED, {}), (Step.STOP_COUNTERSIGNED, {"person": "kl"})):
        with pytest.raises(ConflictOfInterestError):
            allow(ask(step, changes=facts, state=barred, people=signatories("kl")))


def _entry(step: Step, case: str = "", **facts: Any) -> Any:  # noqa: ANN401  (what is read of an entry)
    return type("Seen", (), {"step": step, "case": case, "facts": facts})()


def test_what_still_stands_on_a_computer() -> None:
    """A stop binds where it came, until the release of that case or another computer."""
    first, second = CASE, "2026-002"
    stop = [_entry(Step.CASE_STOPPED, first, exposed="yes")]
    told = _entry(Step.CASE_STOPPED, "2026-003", exposed="no")
    later = _entry(Step.CASE_STOPPED, second, exposed="unknown")
    free = _entry(Step.COMPUTER_RELEASED, first)
    assert stops.standing([]).here == []
    assert stops.standing([told]).here == []
    assert stops.standing([*stop, told, later]).here == [first, second]
    assert stops.standing([*stop, later, free]).here == [second]
    assert stops.standing([*stop, _entry(Step.CALL_RECORDED, first)]).here == [first]
    assert stops.standing(
        [*stop, _entry(Step.COMPUTER_CHANGED, machine="another"), later]
    ).here == [second]


def test_places_of_a_stop_are_as_they_are_named() -> None:
    """The places that these tests start from are what they say they are."""
    assert STOPPED.stage is IN_USE.stage is TOLD.stage is Stage.STOPPED
    assert (NEW.stage, CLOSED.stage, STOPPED.may_use) == (Stage.NEW, Stage.CLOSED, False)


@pytest.mark.parametrize("step", sorted(WITH_EXHIBIT))
def test_where_there_is_an_exhibit_a_stop_takes_every_half_of_the_key(step: Step) -> None:
    """However it came to be, and also where nobody looked at anything on the day of the stop."""
    book = Book()
    book.take(Step.CASE_REPORTED, "gh")
    before = halves_in_force(CASE, book.entries)
    told = book.take(Step.CASE_STOPPED, exposed="no")
    assert halves_in_force(CASE, book.entries) == before != {}
    made = book.take(step, "ab", "cd")
    assert halves_in_force(CASE, [book.entries[0], made, told]) == {}
