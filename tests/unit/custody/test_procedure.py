"""Which step may follow, and who signs it: every step against every stage and every wrong signer.

The table of stages stands here a second time, written from the procedure's text, so that a slip in
the program's own table shows.
"""

from dataclasses import replace
from typing import Any

import pytest

from asking import (
    BOTH,
    BY_STAGE,
    IN_USE,
    PAUSED,
    STOPPED,
    TRIAGED,
    ask,
    place,
    proposed,
    signers,
)
from cast import CASE, KEYSET, key_of, signatories, stored
from counterseal.custody.entry import Proposal, Signatory
from counterseal.custody.facts import Step
from counterseal.custody.offers import options
from counterseal.custody.procedure import AFTER_STOP, RULES, allow, check_order
from counterseal.custody.rules import OF_THE_VAULT, WRITTEN
from counterseal.custody.state import Stage
from counterseal.errors import (
    ConflictOfInterestError,
    NotAllowedError,
    OutOfOrderError,
    ProcedureError,
    SamePersonError,
)
from counterseal.keys.people import Keyset
from table import BOTH_PRESENT, LETTERS, STAGES, WHILE_PAUSED

PAGES, MAY = {Step.EXHIBIT_CAPTURED}, {Step.CASE_STOPPED}
"""A picture of the screen may come with one of the page; a stop may say what the browser showed."""
SIGNED = [step for step in Step if signers(step)]
PAIRED = [step for step in Step if len(signers(step)) > 1]


@pytest.mark.parametrize("step", Step)
def test_every_step_can_be_taken_somewhere(step: Step) -> None:
    """At a fitting place, by fitting people, nothing is refused: below, one thing is changed."""
    allow(ask(step))


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("step", Step)
def test_a_step_is_possible_at_its_stages_only(step: Step, stage: Stage) -> None:
    """The table of the program and the one above are the same, stage by stage."""
    possible = stage in {LETTERS[letter] for letter in STAGES[step]}
    state = replace(BY_STAGE[stage], paused=step is Step.SESSION_RESUMED and possible)
    if possible:
        check_order(state, step)
        return
    with pytest.raises(OutOfOrderError) as refused:
        check_order(state, step)
    assert refused.value.what.endswith(f"{stage}.") or "nothing leads out" in refused.value.what
    with pytest.raises(OutOfOrderError):
        allow(ask(step, state=state))


@pytest.mark.parametrize("step", [s for s in Step if "o" in STAGES[s]])
def test_while_a_session_is_paused_nothing_is_collected(step: Step) -> None:
    """What may be done all the same is on the list above."""
    if step in WHILE_PAUSED:
        check_order(PAUSED, step)
        return
    with pytest.raises(OutOfOrderError, match="paused"):
        check_order(PAUSED, step)


@pytest.mark.parametrize("step", [s for s in Step if s not in AFTER_STOP])
def test_nothing_leads_out_of_a_stop(step: Step) -> None:
    """Not even another stop, whoever asks; what may follow one is in `test_stops.py`."""
    stopped = replace(place(step), stage=Stage.STOPPED)
    for state in (stopped, replace(stopped, paused=True)):
        with pytest.raises(OutOfOrderError, match="nothing leads out"):
            allow(ask(step, state=state))


@pytest.mark.parametrize("step", PAIRED)
def test_one_person_or_one_key_never_stands_twice(step: Step) -> None:
    """The same person again, and two names with one key."""
    first, *rest = signatories(*signers(step))
    same_key = Signatory(rest[0].id, first.key, present=True)
    for people in ((first, first, *rest[1:]), (first, same_key, *rest[1:])):
        with pytest.raises(SamePersonError):
            allow(ask(step, people=people))


@pytest.mark.parametrize("step", Step)
def test_too_few_or_too_many_people_are_refused(step: Step) -> None:
    """Neither nobody, nor one, nor everybody."""
    right = signers(step)
    everybody = ("ab", "cd", "ef", "gh", "kl")
    for people in ((), right[:1], everybody):
        if len(people) != len(right):
            with pytest.raises(NotAllowedError):
                allow(ask(step, people=signatories(*people)))


@pytest.mark.parametrize("which", range(3))
@pytest.mark.parametrize("step", SIGNED)
def test_whoever_cannot_sign_now_is_refused(step: Step, which: int) -> None:
    """Unknown, retired, or with another key than the enrolled one: in each place."""
    right = list(signatories(*signers(step)))
    if which >= len(right):
        return
    one = right[which]
    for other in (
        Signatory("zz", key_of("zz").public.hex(), present=True),
        *signatories("mn"),
        Signatory(one.id, key_of("zz").public.hex(), present=True),
    ):
        people = (*right[:which], other, *right[which + 1 :])
        with pytest.raises(NotAllowedError, match="cannot sign now"):
            allow(ask(step, people=people))


@pytest.mark.parametrize("step", [s for s in SIGNED if s not in OF_THE_VAULT])
def test_whoever_the_case_concerns_signs_nothing_in_it(step: Step) -> None:
    """Barred people are refused in each place."""
    for person in signers(step):
        barred = replace(place(step), barred=frozenset({person}))
        with pytest.raises(ConflictOfInterestError) as refused:
            allow(ask(step, state=barred))
        assert person in refused.value.what


@pytest.mark.parametrize("step", PAIRED)
def test_presence_is_what_the_step_demands(step: Step) -> None:
    """Both of the two, or at least one of them; never neither."""
    people = signatories(*signers(step))
    for absent in ((0,), (1,), (0, 1)):
        changed = tuple(replace(p, present=n not in absent) for n, p in enumerate(people))
        if len(absent) == 1 and step not in BOTH_PRESENT:
            allow(ask(step, people=changed))
            continue
        with pytest.raises(NotAllowedError, match="present") as refused:
            allow(ask(step, people=changed))
        assert refused.value.advice == "Take the step when you are both at the computer."


@pytest.mark.parametrize("step", Step)
def test_the_files_of_a_step_are_the_ones_that_belong_to_it(step: Step) -> None:
    """What people wrote is always kept, and exhibits come with their own steps only."""
    usual = ask(step)
    right = usual.proposal
    extra = stored("exhibits", CASE, "x", "AB/1")
    written = stored("details", CASE, "x")
    wrong: list[Proposal] = [
        replace(right, exhibits=() if right.exhibits else (extra,)),
        replace(right, exhibits=(extra, extra, extra)),
        replace(right, details=() if right.details else (written, written)),
    ]
    wrong += [replace(right, exhibits=(extra, extra))] if step not in PAGES else []
    wrong += [replace(right, details=(written,))] if not right.details and step not in MAY else []
    assert bool(right.details) is (step in WRITTEN)
    for other in wrong:
        with pytest.raises(NotAllowedError, match="files that belong"):
            allow(replace(usual, proposal=other))


@pytest.mark.parametrize("step", [s for s in Step if s is not Step.LOCK_LIFTED])
def test_a_step_of_the_vault_belongs_to_no_case_and_the_others_to_one(step: Step) -> None:
    """Only a break may stand in either place."""
    usual = ask(step)
    elsewhere = replace(usual.proposal, case=CASE if step in OF_THE_VAULT else "")
    with pytest.raises(NotAllowedError, match="does not belong there"):
        allow(replace(usual, proposal=elsewhere))
    allow(ask(Step.LOCK_LIFTED, proposal=replace(proposed(Step.LOCK_LIFTED), case="")))


def test_a_key_that_was_replaced_does_not_sign() -> None:
    """The keyset in force decides, not the one before."""
    people = tuple(
        replace(p, key=key_of("new").public) if p.id == "ab" else p for p in KEYSET.people
    )
    coming = Keyset(KEYSET.vault, 2, people)
    with pytest.raises(NotAllowedError, match="ab cannot sign now"):
        allow(ask(Step.NOTE_ADDED, keyset=coming))


@pytest.mark.parametrize("people", [("ab", "kl"), ("kl", "cd"), ("ef", "gh"), ("ab", "ef")])
@pytest.mark.parametrize("step", [s for s in Step if signers(s) == BOTH and s not in OF_THE_VAULT])
def test_only_the_two_of_the_case_sign_for_it(step: Step, people: tuple[str, str]) -> None:
    """Another investigator is no substitute, and rank is none either."""
    if step is Step.CASE_TRIAGED:
        return
    with pytest.raises(NotAllowedError) as refused:
        allow(ask(step, people=signatories(*people)))
    assert "ab and cd" in refused.value.what


@pytest.mark.parametrize("stage", [s for s in Stage if s is not Stage.STOPPED])
@pytest.mark.parametrize("gates", [frozenset(), frozenset({"police"})])
@pytest.mark.parametrize("paused", [True, False])
def test_what_is_offered_is_possible_and_a_stop_always_is(
    stage: Stage,
    gates: frozenset[str],
    paused: bool,  # noqa: FBT001
) -> None:
    """Nobody is sent to a step that would be refused for its stage, an open gate or a pause."""
    state = replace(BY_STAGE[stage], gates=gates, paused=paused and stage is Stage.COLLECTING)
    offered = options(state)
    assert (Step.CASE_STOPPED, RULES[Step.CASE_STOPPED]) in offered
    for step, rule in offered:
        check_order(state, step)
        assert rule is RULES[step]
        assert not (gates and step in {Step.SESSION_OPENED, Step.EXHIBIT_CAPTURED})
    offered_steps = [step for step, _rule in offered]
    assert offered_steps == [step for step in RULES if step in offered_steps]
    assert (Step.SESSION_RESUMED in offered_steps) is (state.paused and not gates)


def test_little_is_offered_after_a_stop() -> None:
    """What may follow one, and no more; at first the call that lets the tool be used."""
    offered = [step for step, _rule in options(STOPPED)]
    assert Step.CALL_RECORDED in offered
    assert Step.COMPUTER_RELEASED not in offered
    offered = [step for step, _rule in options(IN_USE)]
    assert set(offered) <= set(AFTER_STOP)
    assert {Step.COMPUTER_RELEASED, Step.STOP_COUNTERSIGNED, Step.DEVICE_ISOLATED} <= set(offered)


@pytest.mark.parametrize("step", Step)
def test_every_refusal_says_what_and_what_to_do(step: Step) -> None:
    """In sentences, with the exit status of the procedure, and that nothing was kept."""
    stranger: dict[str, Any] = {"people": signatories("zz", "yy")}
    elsewhere = TRIAGED if step in AFTER_STOP else replace(TRIAGED, stage=Stage.STOPPED)
    possible = step in AFTER_STOP and step in RULES  # at both, with other rules
    for parts in (stranger, *([] if possible else [{"state": elsewhere}])):
        with pytest.raises(ProcedureError) as refused:
            allow(ask(step, **parts))
        error = refused.value
        assert (error.exit_status, error.kept) == (20, "Nothing was kept.")
        assert error.what.endswith(".")
        assert error.advice.endswith(".")
