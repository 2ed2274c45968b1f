"""Stops at random, in several cases of one computer, against what a person would tell of them.

Each case stops once and for ever. After that only the second table counts: what was written on
paper follows once an officer lets the computer be used, and the release comes once. The computer is
stopped exactly as long as somebody's stop on it was not released.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from asking import BOTH, VAULT
from cast import COMPUTER, FACTS, KEYSET, ORIGIN, TERMS, proposal, signatories
from counterseal.clock import Instant
from counterseal.custody import procedure, stops
from counterseal.custody.entry import FIRST, Entry
from counterseal.custody.facts import Step
from counterseal.custody.rules import OF_THE_VAULT
from counterseal.custody.state import CaseState, Stage
from counterseal.errors import CountersealError

CASES = ("2026-001", "2026-002", "2026-003")
BEGINNING = (
    (Step.CASE_REPORTED, ("gh",)),
    (Step.CASE_TRIAGED, BOTH),
    (Step.CASE_AUTHORISED, (*BOTH, "ef")),
    (Step.SESSION_OPENED, BOTH),
    (Step.CONCERN_RECORDED, BOTH),
    (Step.EXHIBIT_CAPTURED, BOTH),
)
AFTER = tuple(sorted(procedure.AFTER_STOP))
SIGNERS = {
    Step.RECORD_OPENED: (),
    Step.COMPUTER_RELEASED: ("ef", "ab", "cd"),
    Step.DISPOSAL_RECORDED: ("ab", "ef"),
    Step.REVIEW_SIGNED: ("ef",),
    Step.HOLD_PLACED: ("ab",),
    Step.HOLD_LIFTED: ("ab",),
    Step.CALL_RECORDED: ("kl",),
    Step.STOP_COUNTERSIGNED: ("ab",),
    Step.DEVICE_ISOLATED: ("ab",),
    Step.BUNDLE_MADE: ("ab",),
    Step.HANDOVER_RECORDED: ("ab",),
}


@dataclass
class Told:
    """One case, as a person tells it.

    Args:
        stopped: Whether it was stopped.
        exposed: At the stop: "yes", "no" or "unknown".
        has_key: Whether what is written afterwards has a key.
        may_use: Whether an officer let the computer be used, or nobody was exposed.
        binds: Whether its stop keeps the computer stopped.
        released: Whether the computer was released for it.
        gone: Whether it was disposed of.
        bundles: How many bundles were made.
        held: Whether a hold stands.
    """

    stopped: bool = False
    exposed: str = ""
    has_key: bool = False
    may_use: bool = False
    binds: bool = False
    released: bool = False
    gone: bool = False
    bundles: int = 0
    held: bool = False

    def may(self, step: Step, facts: dict[str, Any]) -> bool:
        """Whether the right people may take this step now."""
        written = self.has_key and self.may_use
        return self.stopped and {
            Step.RECORD_OPENED: not self.has_key,
            Step.CALL_RECORDED: self.has_key and (self.may_use or facts.get("may_use", False)),
            Step.STOP_COUNTERSIGNED: self.may_use,
            Step.REVIEW_SIGNED: True,
            Step.DEVICE_ISOLATED: written,
            Step.BUNDLE_MADE: self.may_use,
            Step.HANDOVER_RECORDED: written and (self.bundles > 0 or not facts.get("bundle")),
            Step.COMPUTER_RELEASED: written and self.exposed != "no" and not self.released,
            Step.HOLD_PLACED: written and not self.held,
            Step.HOLD_LIFTED: written and self.held,
            Step.DISPOSAL_RECORDED: (self.exposed == "no" or self.released)
            and not (self.gone or self.held),
        }.get(step, False)

    def go(self, step: Step, facts: dict[str, Any]) -> None:
        """Tell on."""
        match step:
            case Step.RECORD_OPENED:
                self.has_key = True
            case Step.CALL_RECORDED:
                self.may_use = self.may_use or facts["may_use"]
            case Step.BUNDLE_MADE:
                self.bundles += 1
            case Step.COMPUTER_RELEASED:
                self.released, self.binds = True, False
            case Step.HOLD_PLACED | Step.HOLD_LIFTED:
                self.held = step is Step.HOLD_PLACED
            case Step.DISPOSAL_RECORDED:
                self.gone = True
            case _:
                pass


@dataclass
class Kept:
    """One case, as the program keeps it."""

    state: CaseState
    entries: list[Entry] = field(default_factory=list)


class Stops(RuleBasedStateMachine):
    """Three cases of one computer."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.told = {case: Told() for case in CASES}
        self.kept = {case: Kept(CaseState(case)) for case in CASES}
        self.log: list[Entry] = []

    def attempt(self, case: str, step: Step, people: tuple[str, ...], **changes: Any) -> bool:  # noqa: ANN401
        """Try a step with these people; return whether it was taken."""
        known = self.kept[case] if case else Kept(CaseState(""))
        facts = {**FACTS[step], **changes}
        wanted = proposal(step, "" if step in OF_THE_VAULT else case, **facts)
        now = Instant(1_796_000_000_000 + len(self.log) * 1000, len(self.log), "boot-1")
        signers = signatories(*people)
        try:
            procedure.allow(TERMS.asking(wanted, signers, (known.state, VAULT), now))
        except CountersealError as error:
            event(f"refused: {step} {type(error).__name__}")
            return False
        entry = Entry(
            wanted, ORIGIN, len(self.log), hashlib.sha256(b"").digest(), known.state.entries,
            FIRST, TERMS.policy.sha256, now, signers, COMPUTER.public.hex(), 1, KEYSET.digest,
        )  # fmt: skip
        self.log.append(Entry.from_bytes(entry.to_bytes()))
        if case:
            known.entries.append(self.log[-1])
            known.state = procedure.advance(known.state, self.log[-1])
        event(f"taken: {step}")
        return True

    @rule(case=st.sampled_from(CASES), far=st.integers(0, len(BEGINNING)))
    def comes_so_far(self, case: str, far: int) -> None:
        """A case goes on to somewhere; a stopped one does not."""
        for step, people in BEGINNING[len(self.kept[case].entries) : far]:
            assert self.attempt(case, step, people) is not self.told[case].stopped

    @rule(case=st.sampled_from(CASES), trigger=st.sampled_from(["category", "safety-answer"]))
    def stops(self, case: str, trigger: str) -> None:
        """Somebody stops it; a second stop of the same case adds nothing."""
        told, state = self.told[case], self.kept[case].state
        exposed = stops.exposed(trigger, state, "yes")
        looked = any(e.step is Step.SESSION_OPENED for e in self.kept[case].entries)
        assert exposed == ("yes" if trigger == "safety-answer" else "unknown" if looked else "no")
        facts = {"trigger": trigger, "exposed": exposed, "concern": state.concerns}
        assert self.attempt(case, Step.CASE_STOPPED, (), **facts) is not told.stopped
        if not told.stopped:
            told.stopped, told.exposed, told.binds = True, exposed, exposed != "no"
            told.may_use = exposed == "no"

    @rule(
        case=st.sampled_from(CASES),
        step=st.sampled_from([*AFTER, *AFTER, Step.CALL_RECORDED, Step.COMPUTER_RELEASED]),
        yes=st.booleans(),
    )
    def follows(self, case: str, step: Step, *, yes: bool) -> None:
        """What may follow a stop is taken exactly where the story allows it."""
        told = self.told[case]
        if not told.stopped:
            return
        changes: dict[Step, dict[str, Any]] = {
            Step.CALL_RECORDED: {"may_use": yes},
            Step.HANDOVER_RECORDED: {} if yes else {"bundle": "", "carrier": "computer"},
            Step.BUNDLE_MADE: {"kind": "record-only"},
            Step.DISPOSAL_RECORDED: {"reason": "police-advice"},
            Step.REVIEW_SIGNED: {"upto": max(self.kept[case].state.entries, 1)},
        }
        facts = changes.get(step, {})
        full = {**FACTS[step], **facts}
        expected = told.may(step, full)
        assert self.attempt(case, step, SIGNERS[step], **facts) is expected, step
        if expected:
            told.go(step, full)

    @rule(case=st.sampled_from(CASES), step=st.sampled_from(sorted(set(Step) - OF_THE_VAULT)))
    def nothing_else(self, case: str, step: Step) -> None:
        """Whatever else somebody tries in a stopped case, whoever signs, is refused."""
        if not self.told[case].stopped or step in AFTER:
            return
        for people in ((), ("gh",), BOTH, (*BOTH, "ef")):
            assert not self.attempt(case, step, people)

    @rule(step=st.sampled_from(AFTER), case=st.sampled_from(CASES))
    def too_few(self, step: Step, case: str) -> None:
        """After a stop, too, each step has its number of signers."""
        people = SIGNERS[step]
        fewer = people[1:] if people else ("ab",)
        if self.told[case].stopped:
            assert not self.attempt(case, step, fewer)

    @rule(pick=st.integers(0, 9))
    def another_computer(self, pick: int) -> None:
        """The record goes on elsewhere: what was stopped here no longer binds there."""
        machine = hashlib.sha256(b"%d" % len(self.log)).hexdigest()
        if pick == 0 and self.attempt("", Step.COMPUTER_CHANGED, BOTH, machine=machine):
            for told in self.told.values():
                told.binds = False

    @invariant()
    def they_agree(self) -> None:
        """Replay, the state kept from step to step, and the story."""
        for case, kept in self.kept.items():
            told, state = self.told[case], kept.state
            assert procedure.replay(case, kept.entries) == state
            assert (state.stage is Stage.STOPPED) is told.stopped
            assert (state.exposed, bool(state.record)) == (told.exposed, told.has_key)
            assert (state.may_use, state.released) == (told.may_use, told.released)
            assert (state.disposed, len(state.bundles)) == (told.gone, told.bundles)
            assert [e.step for e in kept.entries].count(Step.COMPUTER_RELEASED) <= 1

    @invariant()
    def the_computer_is_stopped_while_one_binds(self) -> None:
        """Whoever reads only the steps that count comes to the same."""
        binding = sorted(case for case, told in self.told.items() if told.binds)
        assert sorted(stops.standing(self.log).here) == binding
        counted = [entry for entry in self.log if entry.step in stops.COUNTED]
        assert sorted(stops.standing(counted).here) == binding


@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
def test_stops_are_as_they_are_told() -> None:
    """Two hundred stories of up to fifty attempts each."""
    run_state_machine_as_test(
        Stops,
        settings=settings(
            max_examples=200,
            stateful_step_count=50,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
