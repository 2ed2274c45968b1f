"""The facts of each step: the good example passes, and every way to bend it is refused."""

from typing import Any

import pytest

from cast import FACTS as GOOD
from cast import MACHINE, recipient_of, wraps_of
from counterseal import canonical
from counterseal.custody.facts import FACTS, Step, fault

EVERY = [(step, key) for step in Step for key in FACTS[step]]
OUTSIDE: list[Any] = [
    None,
    1.5,
    -1,
    2**53,
    "nothing of the kind",
    "\u202e",
    ["x", "x"],
    [[]],
    {"x": 1},
    [{"x": 1}],
]
"""Values that no fact of any step may hold."""

NUMBERS_AND_WORDS: list[tuple[Step, str, list[Any]]] = [
    (Step.VAULT_CREATED, "handover", [recipient_of("ab").upper(), recipient_of("ab")[:-1], ""]),
    (Step.VAULT_CREATED, "machine", [MACHINE.upper(), MACHINE[:-1], MACHINE + "0", ""]),
    (Step.KEYSET_CHANGED, "version", [0, 1, True, "2"]),
    (Step.KEYSET_CHANGED, "size", [0, False]),
    (Step.CASE_REPORTED, "category", [25, True]),
    (Step.CASE_REPORTED, "barred", [["cd", "ab"], ["ab", "ab"], ["AB"], "ab", ["ab", 1]]),
    (Step.CASE_REPORTED, "wraps", [[], wraps_of("2026-001", ("ab", "cd"))[:1], {}]),
    (Step.CASE_TRIAGED, "category", [0, 25]),
    (Step.CASE_TRIAGED, "class", ["c", "", "C "]),
    (Step.CASE_TRIAGED, "gates", [["police", "advice"], ["advice", "advice"]]),
    (Step.CASE_TRIAGED, "investigators", [["ab"], ["ab", "cd", "kl"], ["cd", "ab"], ["ab", "ab"]]),
    (Step.CASE_AUTHORISED, "reserve", ["x", "AB", [""]]),
    (Step.CASE_AUTHORISED, "proportionate", [1, 0, "true", "yes"]),
    (Step.SESSION_OPENED, "check", ["fail", "", "PASS"]),
    (Step.CONCERN_RECORDED, "concern", [0, True]),
    (Step.EXHIBIT_CAPTURED, "width", [0]),
    (Step.EXHIBIT_CAPTURED, "answers", [[], GOOD[Step.EXHIBIT_CAPTURED]["answers"][:1]]),
    (Step.EXHIBIT_CAPTURED, "backend", ["camera", "Pillow-x11"]),
    (Step.EXHIBIT_DECLINED, "answers", [GOOD[Step.EXHIBIT_CAPTURED]["answers"] * 2]),
    (Step.PAGE_SAVED, "form", ["", "MHTML", "pdf", ["mhtml"]]),
    (Step.PAGE_SAVED, "answers", [[], GOOD[Step.PAGE_SAVED]["answers"][:1]]),
    (Step.EXHIBIT_VIEWED, "exhibit", ["", "AB/0", "AB/01", "ab/1", "A/1", "AB/1 ", "AB/1\n"]),
    (Step.NOTE_ADDED, "about", ["AB", "ab/1"]),
    (Step.RECEIPT_ISSUED, "cosigners", [["cd", "ab"], "ab"]),
    (Step.CASE_CLOSED, "retention", ["", "2033-02-30", "2033-1-1", "20330101", "2033-W01-1"]),
    (Step.JUDGEMENT_MADE, "answers", [[], [{"person": "ab", "decision": "yes"}]]),
]


def test_every_step_has_facts_and_an_example() -> None:
    """No step can be logged whose facts are not a closed set."""
    assert set(FACTS) == set(GOOD) == set(Step)


@pytest.mark.parametrize("step", Step)
def test_the_good_example_passes(step: Step) -> None:
    """And it can be written canonically, so it fits into an entry."""
    assert fault(step, dict(GOOD[step])) is None
    assert canonical.decode(canonical.encode(dict(GOOD[step]))) == GOOD[step]


@pytest.mark.parametrize(("step", "key"), EVERY)
def test_a_missing_key_is_refused(step: Step, key: str) -> None:
    """Every key has to be there."""
    left = {k: v for k, v in GOOD[step].items() if k != key}
    assert fault(step, left) == f"the facts of {step} are not the ones of that step"


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("key", ["more", "note", ""])
def test_an_unknown_key_is_refused(step: Step, key: str) -> None:
    """Free text has no place to stand."""
    facts = {**GOOD[step], key: "x"}
    assert fault(step, facts) == f"the facts of {step} are not the ones of that step"


@pytest.mark.parametrize(("step", "key"), EVERY)
def test_a_value_outside_its_set_is_refused_and_named(step: Step, key: str) -> None:
    """Whatever stands there: the key is named."""
    for value in OUTSIDE:
        said = fault(step, {**GOOD[step], key: value})
        assert said == f"the facts of {step} hold a value outside its set: {key}", value


@pytest.mark.parametrize(("step", "key", "values"), NUMBERS_AND_WORDS)
def test_a_value_close_to_its_set_is_refused_too(step: Step, key: str, values: list[Any]) -> None:
    """The neighbours of what is allowed: one more, one less, another order, another case."""
    for value in values:
        assert fault(step, {**GOOD[step], key: value}), value


@pytest.mark.parametrize(("step", "key"), EVERY)
def test_true_and_one_are_not_the_same(step: Step, key: str) -> None:
    """Python thinks so; an entry does not."""
    good = GOOD[step][key]
    other: object = int(good) if isinstance(good, bool) else bool(good)
    assert fault(step, {**GOOD[step], key: other})


@pytest.mark.parametrize("facts", [None, [], "", 1, True, [("about", "")]])
def test_what_is_no_object_is_refused(facts: object) -> None:
    """Facts are an object."""
    assert fault(Step.NOTE_ADDED, facts)


def test_two_wrong_values_are_both_named() -> None:
    """The sentence lists every key that is wrong."""
    said = fault(Step.CLOCK_ANOMALY, {"kind": "sideways", "off_ms": -1})
    assert said == "the facts of clock.anomaly hold a value outside its set: kind, off_ms"
