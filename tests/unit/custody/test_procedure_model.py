"""Thousands of cases at random: what the procedure accepts is what the told case accepts.

Each attempt is right, or wrong in one way. A right one is accepted exactly where the case as it is
told in `model.py` allows the step; a wrong one never is. After each step the replay of all entries,
the state kept from step to step, and the told case agree.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from asking import VAULT
from cast import CASE, COMPUTER, KEYSET, ORIGIN, SAVING, key_of, proposal, signatories
from counterseal.clock import Instant
from counterseal.custody import offers, procedure
from counterseal.custody.entry import FIRST, Entry, Proposal, Signatory
from counterseal.custody.facts import Step
from counterseal.custody.state import CaseState
from counterseal.custody.terms import Terms
from counterseal.errors import CountersealError
from model import BOTH, EVERYBODY, SIGNERS, STAGES, Told

WRONG = (
    "a stranger", "somebody else", "the same person", "one key", "one too few", "one too many",
    "absent", "another key", "a Yes", "a doubt", "too old", "another's answer", "another concern",
    "another reference", "another form", "another computer", "a conflict",
    "no file", "kept too briefly",
)  # fmt: skip
"""The ways in which an attempt can be wrong."""

BEGINNING = (
    Step.CASE_REPORTED, Step.CASE_TRIAGED, Step.CASE_AUTHORISED, Step.SESSION_OPENED,
    Step.CONCERN_RECORDED, Step.EXHIBIT_CAPTURED, Step.SESSION_CLOSED, Step.JUDGEMENT_MADE,
    Step.ACTION_RECORDED, Step.CASE_CLOSED,
)  # fmt: skip
ONWARDS = (
    *BEGINNING, Step.EXHIBIT_SUPPLIED, Step.PAGE_SAVED, Step.EXHIBIT_VIEWED, Step.SESSION_RESUMED,
    Step.ADVICE_RECORDED, Step.APPROVAL_RECORDED, Step.POLICE_PERMITTED, Step.DISPOSAL_RECORDED,
    Step.EXPORT_OPENED, Step.BUNDLE_MADE, Step.HANDOVER_RECORDED,
)  # fmt: skip
ABOUT_EXHIBITS = {
    "a Yes", "a doubt", "too old", "another's answer", "another concern", "another reference",
}  # fmt: skip
OPEN_TO_OTHERS = {Step.CASE_TRIAGED, Step.DISPOSAL_RECORDED, Step.LOCK_LIFTED}
ANSWERED = {
    Step.EXHIBIT_CAPTURED, Step.EXHIBIT_SUPPLIED, Step.EXHIBIT_VIEWED, Step.PAGE_SAVED,
}  # fmt: skip
PRESENT = ANSWERED - {Step.EXHIBIT_VIEWED} | {
    Step.SESSION_OPENED, Step.SESSION_RESUMED, Step.SESSION_CLOSED, Step.JUDGEMENT_MADE,
    Step.DISPOSAL_RECORDED, Step.EXPORT_OPENED,
}  # fmt: skip


def spoil_people(people: Sequence[Signatory], wrong: str, other: str) -> list[Signatory] | None:
    """Return people who may not sign so; None where there is nobody to exchange."""
    taken = {person.id for person in people}
    more = signatories(*[i for i in EVERYBODY if i not in taken])
    if wrong == "one too many":
        return [*people, *more]
    if not people:
        return None
    first, *rest = people
    spoilt: dict[str, list[Signatory]] = {
        "a stranger": [*rest, Signatory("zz", key_of("zz").public.hex(), present=True)],
        "another key": [replace(first, key=key_of("zz").public.hex()), *rest],
    }
    if rest:
        spoilt["the same person"] = [first, first, *rest[1:]]
        spoilt["one key"] = [first, replace(rest[0], key=first.key), *rest[1:]]
    if len(people) == 2 and other not in taken:
        spoilt["somebody else"] = [first, *signatories(other)]
    if len(people) < 3:
        spoilt["one too few"] = list(rest)
    return spoilt.get(wrong)


def spoil_facts(step: Step, facts: dict[str, Any], wrong: str) -> dict[str, Any] | None:
    """Return facts that do not fit; None where the step has no such fact."""
    spoilt: dict[str, Any] = {}
    if step in ANSWERED:
        first, second = facts["answers"]
        spoilt = {
            "a Yes": {"answers": [first, {**second, "image": "yes"}]},
            "a doubt": {"answers": [{**first, "other": "not-sure"}, second]},
            "too old": {"age_ms": 20_001},
            "another's answer": {"answers": [first, {**second, "person": "kl"}]},
        }
    if "concern" in facts:
        spoilt["another concern"] = {"concern": 99}
    if "form" in facts:
        spoilt["another form"] = {"form": "text"}
    if "machine" in facts:
        spoilt["another computer"] = {"machine": "00" * 32}
        spoilt["a conflict"] = {"conflict": True}
    if "retention" in facts:
        year = int(facts["retention"][:4]) - 1
        spoilt["kept too briefly"] = {"retention": f"{year}{facts['retention'][4:]}"}
    return {**facts, **spoilt[wrong]} if wrong in spoilt else None


class Cases(RuleBasedStateMachine):
    """One case, step by step."""

    def __init__(self) -> None:
        """Begin with nothing reported."""
        super().__init__()
        self.told = Told()
        self.state = CaseState(CASE)
        self.entries: list[Entry] = []
        self.today = "2026-11-30"

    def proposed(self, step: Step, facts: dict[str, Any], producer: str) -> Proposal:
        """Return a step with its files."""
        return replace(proposal(step, CASE, ref=self.told.ref(producer)), facts=facts)

    def attempt(self, wanted: Proposal, people: Sequence[Signatory]) -> bool:
        """Try a step; where it is accepted the case goes on. Return whether it was."""
        now = Instant(1_796_000_000_000 + len(self.entries) * 1000, len(self.entries), "boot-1")
        tried = datetime.fromisoformat(f"{self.told.tried}T09:00Z").timestamp()
        handover_checked = Instant(int(tried * 1000), 0, "boot-1")
        vault = replace(VAULT, handover_checked=handover_checked, policy=SAVING.sha256)
        asking = Terms(KEYSET, SAVING).asking(wanted, tuple(people), (self.state, vault), now)
        try:
            procedure.allow(replace(asking, today=self.today))
        except CountersealError as error:
            event(f"refused: {type(error).__name__}")
            return False
        entry = Entry(
            wanted, ORIGIN, 1 + len(self.entries), hashlib.sha256(b"").digest(), self.state.entries,
            FIRST, SAVING.sha256, now, tuple(people), COMPUTER.public.hex(), 1, KEYSET.digest,
        )  # fmt: skip
        self.entries.append(Entry.from_bytes(entry.to_bytes()))
        self.state = procedure.advance(self.state, self.entries[-1])
        return True

    @initialize(far=st.integers(0, len(BEGINNING)))
    def begin(self, far: int) -> None:
        """Begin somewhere on the plain path, so that much happens in sessions and after."""
        for step in BEGINNING[:far]:
            self.go(step, 0, turn=False)

    @rule(pick=st.integers(0, 99), choice=st.integers(0, 11), turn=st.booleans())
    def onwards(self, pick: int, choice: int, turn: bool) -> None:  # noqa: FBT001
        """Take a step that brings the case on."""
        possible = [s for s in ONWARDS if self.told.may(s, self.today)]
        if possible:
            self.go(possible[pick % len(possible)], choice, turn=turn)

    @rule(step=st.sampled_from(sorted(STAGES)), choice=st.integers(0, 11), turn=st.booleans())
    def rightly(self, step: Step, choice: int, turn: bool) -> None:  # noqa: FBT001
        """Take a step as it should be taken, at the right time or not."""
        if step is not Step.CASE_STOPPED or self.told.stage == "stopped":
            self.go(step, choice, turn=turn)

    @rule(pick=st.integers(0, 49))
    def stop(self, pick: int) -> None:
        """Now and then somebody presses STOP."""
        if pick == 11 or self.told.entries > 25:
            self.go(Step.CASE_STOPPED, 0, turn=False)

    def go(self, step: Step, choice: int, *, turn: bool) -> None:
        """Try it, compare, and tell on."""
        people = SIGNERS.get(step, BOTH[::-1] if turn else BOTH)
        facts = self.told.facts(step, choice, self.today)
        expected = self.told.may(step, self.today)
        downwards = step is Step.CATEGORY_CHANGED and expected and facts["class"] != "PR"
        wanted = self.proposed(step, facts, people[0] if people else "ab")
        assert self.attempt(wanted, signatories(*people)) is (expected and not downwards)
        if expected:
            event(f"taken: {step}")
            self.told.go(step, facts, people)

    @rule(
        pick=st.integers(0, 99),
        choice=st.integers(0, 11),
        wrong=st.sampled_from(WRONG),
        other=st.sampled_from(EVERYBODY),
    )
    def wrongly(self, pick: int, choice: int, wrong: str, other: str) -> None:
        """Take a step that may come next in one wrong way: it is never accepted."""
        possible = [s for s in sorted(STAGES) if self.told.may(s, self.today)]
        if wrong in ABOUT_EXHIBITS:
            possible = [s for s in possible if s in ANSWERED]
        if not possible:
            return
        step = possible[pick % len(possible)]
        right = signatories(*SIGNERS.get(step, BOTH))
        facts = self.told.facts(step, choice, self.today)
        spoilt = spoil_facts(step, facts, wrong)
        people = spoil_people(right, wrong, other)
        if wrong == "somebody else" and step in OPEN_TO_OTHERS:
            return  # there others may be right as well
        if wrong == "absent" and len(right) > 1:
            late = 1 if step in PRESENT else 2
            people = [replace(p, present=n >= late) for n, p in enumerate(right)]
        usual = self.proposed(step, facts, right[0].id if right else "ab")
        wanted = replace(usual, facts=spoilt or facts)
        if wrong == "another reference":
            wanted = replace(usual, exhibits=tuple(replace(f, ref="AB/77") for f in usual.exhibits))
        if wrong == "no file":
            wanted = replace(usual, details=())
        if wanted == usual and people is None:
            return
        event(f"wrong: {wrong}")
        assert not self.attempt(wanted, right if people is None else people)

    @rule()
    def years_pass(self) -> None:
        """Nothing is kept for ever."""
        self.today = f"{int(self.today[:4]) + 2}{self.today[4:]}"

    @rule()
    def handover_key_is_tried(self) -> None:
        """Where years have passed, no session opens before it."""
        self.told.tried = self.today

    @invariant()
    def all_three_agree(self) -> None:
        """Replay, state and the told case."""
        assert procedure.replay(CASE, self.entries) == self.state
        state, told = self.state, self.told
        assert (str(state.stage), state.paused) == (told.stage, told.paused)
        assert set(state.gates) == told.gates
        assert (state.concerns, [e.ref for e in state.exhibits]) == (told.concerns, told.exhibits)
        assert (set(state.told), state.to_explain) == (told.told, not told.explained)
        assert (state.hold, state.disposed) == (told.hold, told.disposed)
        assert (state.authorised, state.retention) == (told.authorised, told.retention)
        assert (state.entries, state.category) == (told.entries, told.category)

    @invariant()
    def what_is_offered_is_in_time(self) -> None:
        """Nobody is sent to what stage, pause or a gate forbids; a stop is always offered."""
        offered = [step for step, _rule in offers.options(self.state)]
        if self.told.stage == "stopped":
            assert set(offered) <= set(procedure.AFTER_STOP)
            return
        assert all(self.told.in_time(step) for step in offered if step in STAGES)
        assert Step.CASE_STOPPED in offered


@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
def test_the_procedure_is_the_one_that_is_told() -> None:
    """Three hundred cases of up to sixty attempts each."""
    run_state_machine_as_test(
        Cases,
        settings=settings(
            max_examples=300,
            stateful_step_count=60,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
