"""The safety question: who answers what, and what it leads to."""

from itertools import product

import pytest

from counterseal.clock import Instant
from counterseal.errors import SamePersonError
from counterseal.evidence.triage import (
    LIFETIME_MS,
    Act,
    Answer,
    Clearance,
    ClearanceError,
    HardStop,
    SafetyAnswer,
    assess,
)
from fakes import FakeClock

NOW = FakeClock().now()
ANSWERS = list(product(Answer, repeat=2))


def said(person: str, image: Answer, other: Answer, at: Instant = NOW) -> SafetyAnswer:
    """Return one person's answers."""
    return SafetyAnswer(person, image, other, at)


def no(person: str, at: Instant = NOW) -> SafetyAnswer:
    """Return two times "No"."""
    return said(person, Answer.NO, Answer.NO, at)


def cleared(act: Act, first: Instant = NOW, second: Instant = NOW) -> Clearance:
    """Let two people clear an act at these moments."""
    found = assess(act, no("ab", first), no("cd", second))
    assert isinstance(found, Clearance)
    return found


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("second", ANSWERS)
@pytest.mark.parametrize("first", ANSWERS)
def test_four_times_no_clears_and_anything_else_stops(
    act: Act, first: tuple[Answer, Answer], second: tuple[Answer, Answer]
) -> None:
    """Of all 81 ways to answer one alone clears; the strictest answer is named."""
    found = assess(act, said("ab", *first), said("cd", *second))
    if {*first, *second} == {Answer.NO}:
        assert isinstance(found, Clearance)
        assert found.act is act
        return
    worst = Answer.YES if Answer.YES in {*first, *second} else Answer.NOT_SURE
    person = "ab" if worst in first else "cd"
    assert found == HardStop("safety-answer", person, worst, act)


@pytest.mark.parametrize("answer", ANSWERS)
def test_one_person_alone_can_stop_but_not_clear(answer: tuple[Answer, Answer]) -> None:
    """After a "Yes" nobody waits for the second answer; after two "No" the second is needed."""
    alone = said("ab", *answer)
    if {*answer} == {Answer.NO}:
        with pytest.raises(ClearanceError, match="each alone"):
            assess(Act.VIEW, alone)
    else:
        worst = Answer.YES if Answer.YES in answer else Answer.NOT_SURE
        assert assess(Act.VIEW, alone) == HardStop("safety-answer", "ab", worst, Act.VIEW)


@pytest.mark.parametrize("answer", ANSWERS)
def test_one_person_cannot_answer_twice(answer: tuple[Answer, Answer]) -> None:
    """Both chairs must be taken by different people."""
    with pytest.raises(SamePersonError):
        assess(Act.CAPTURE, no("ab"), said("ab", *answer))


def test_only_assess_makes_a_clearance() -> None:
    """There is no other way to the camera."""
    for made_by in (None, object(), True):
        with pytest.raises(TypeError, match=r"only triage\.assess"):
            Clearance(Act.CAPTURE, (no("ab"), no("cd")), made_by)


@pytest.mark.parametrize("age", [0, 1, LIFETIME_MS - 1, LIFETIME_MS])
def test_a_clearance_holds_for_twenty_seconds_from_the_older_answer(age: int) -> None:
    """Up to the last millisecond, and it says how old it was."""
    older = Instant(NOW.utc_ms - age, NOW.mono_ms - age, NOW.boot)
    assert cleared(Act.CAPTURE, older, NOW).spend(Act.CAPTURE, NOW) == age
    assert cleared(Act.CAPTURE, NOW, older).spend(Act.CAPTURE, NOW) == age


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Instant(NOW.utc_ms, NOW.mono_ms - LIFETIME_MS - 1, NOW.boot), NOW),
        (NOW, Instant(NOW.utc_ms, NOW.mono_ms - LIFETIME_MS - 1, NOW.boot)),
        (NOW, Instant(NOW.utc_ms, NOW.mono_ms - 86_400_000, NOW.boot)),
        (Instant(NOW.utc_ms, NOW.mono_ms, "boot-2"), NOW),
        (NOW, Instant(NOW.utc_ms, NOW.mono_ms, "boot-2")),
        (Instant(NOW.utc_ms, NOW.mono_ms + 1, NOW.boot),) * 2,
    ],
)
def test_an_old_clearance_is_worth_nothing(first: Instant, second: Instant) -> None:
    """Either answer older than twenty seconds or from before a restart, or both from the future."""
    with pytest.raises(ClearanceError, match="20 seconds"):
        cleared(Act.VIEW, first, second).spend(Act.VIEW, NOW)


def test_turning_the_wall_clock_does_not_lengthen_it() -> None:
    """The age is counted by the clock that nobody can set."""
    clock = FakeClock()
    clearance = cleared(Act.CAPTURE, clock.now(), clock.now())
    clock.sleep(21)
    clock.turn(-21)
    with pytest.raises(ClearanceError, match="20 seconds"):
        clearance.spend(Act.CAPTURE, clock.now())


def test_a_clearance_is_for_one_act_once() -> None:
    """A second picture needs the question again."""
    clearance = cleared(Act.CAPTURE)
    clearance.spend(Act.CAPTURE, NOW)
    with pytest.raises(ClearanceError, match="answered again"):
        clearance.spend(Act.CAPTURE, NOW)


@pytest.mark.parametrize(("given", "wanted"), [(a, b) for a in Act for b in Act if a is not b])
def test_a_clearance_is_for_no_other_act(given: Act, wanted: Act) -> None:
    """Leave to look is no leave to copy; and asking wrongly does not use it up."""
    clearance = cleared(given)
    with pytest.raises(ClearanceError):
        clearance.spend(wanted, NOW)
    assert clearance.spend(given, NOW) == 0


def test_too_late_is_used_up() -> None:
    """Nobody can wait for the clock to come round again."""
    clearance = cleared(Act.CAPTURE)
    late = Instant(NOW.utc_ms, NOW.mono_ms + LIFETIME_MS + 1, NOW.boot)
    for moment in (late, NOW):
        with pytest.raises(ClearanceError):
            clearance.spend(Act.CAPTURE, moment)
