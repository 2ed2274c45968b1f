"""For every step: a case where it may be taken, the people who sign it, and a way to ask."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cast import (
    CASE,
    COMPUTER,
    FACTS,
    HANDOVER,
    KEYSET,
    MACHINE,
    ORIGIN,
    SAVING,
    TERMS,
    proposal,
    signatories,
)
from counterseal.custody.entry import Proposal, Signatory
from counterseal.custody.facts import Step
from counterseal.custody.rules import Asking
from counterseal.custody.state import CaseState, Exhibit, Stage, VaultState
from counterseal.keys.people import Keyset
from fakes import FakeClock

TODAY = "2026-11-30"
VAULT = VaultState(
    origin=ORIGIN,
    computer=COMPUTER.public.hex(),
    machine=MACHINE,
    machine_source="machine-id",
    handover=HANDOVER,
    handover_checked=FakeClock().now(),
    policy=TERMS.policy.sha256,
    keyset_version=1,
    keyset_sha256=KEYSET.digest,
)
NEW = CaseState(CASE)
REPORTED = CaseState(CASE, Stage.REPORTED, entries=1, own=(1,))
TRIAGED = replace(
    REPORTED,
    stage=Stage.TRIAGED,
    category=17,
    category_class="C",
    investigators=("ab", "cd"),
    entries=2,
    own=(1, 2),
)
AUTHORISED = replace(
    TRIAGED, stage=Stage.AUTHORISED, authorised=True, authoriser="ef", reserve="kl", entries=3
)
COLLECTING = replace(
    AUTHORISED,
    stage=Stage.COLLECTING,
    concerns=1,
    exhibits=(Exhibit("CD/1", 6, 1, supplied=True),),
)
PAUSED = replace(COLLECTING, paused=True)
COLLECTED = replace(COLLECTING, stage=Stage.COLLECTED)
JUDGED = replace(COLLECTED, stage=Stage.JUDGED, decision="yes")
CLOSED = replace(JUDGED, stage=Stage.CLOSED, retention="2026-11-29")
BY_STAGE = {
    state.stage: state
    for state in (NEW, REPORTED, TRIAGED, AUTHORISED, COLLECTING, COLLECTED, JUDGED, CLOSED)
} | {
    Stage.ACTING: replace(JUDGED, stage=Stage.ACTING),
    Stage.STOPPED: replace(COLLECTING, stage=Stage.STOPPED, exposed="unknown"),
}
STOPPED = BY_STAGE[Stage.STOPPED]
IN_USE = replace(STOPPED, record=FACTS[Step.RECORD_OPENED]["recipient"], may_use=True)
"""Stopped, and the police let the computer be used."""

BOTH = ("ab", "cd")
_SPECIAL: Mapping[Step, tuple[CaseState, tuple[str, ...]]] = {
    Step.CASE_REPORTED: (NEW, ("gh",)),
    Step.CASE_TRIAGED: (REPORTED, BOTH),
    Step.CASE_AUTHORISED: (TRIAGED, ("ab", "cd", "ef")),
    Step.SESSION_OPENED: (AUTHORISED, BOTH),
    Step.SESSION_PAUSED: (COLLECTING, ()),
    Step.VISIT_RECORDED: (COLLECTING, ()),
    Step.BROWSER_CLEARED: (CLOSED, ()),
    Step.SESSION_RESUMED: (PAUSED, BOTH),
    Step.EXHIBIT_VIEWED: (COLLECTING, ()),
    Step.CASE_STOPPED: (COLLECTING, ()),
    Step.RECEIPT_ISSUED: (NEW, ()),
    Step.CLOCK_ANOMALY: (NEW, ()),
    Step.ASSENT_GIVEN: (TRIAGED, ("ef",)),
    Step.APPROVAL_RECORDED: (TRIAGED, ("ab", "cd", "gh")),
    Step.POLICE_INFORMED: (TRIAGED, ("gh",)),
    Step.PERSON_TOLD: (TRIAGED, ("gh",)),
    Step.POLICE_PERMITTED: (replace(TRIAGED, gates=frozenset({"police"})), BOTH),
    Step.JUDGEMENT_MADE: (COLLECTED, BOTH),
    Step.ACTION_RECORDED: (JUDGED, BOTH),
    Step.CASE_CLOSED: (JUDGED, BOTH),
    Step.DISPOSAL_RECORDED: (CLOSED, ("ab", "ef")),
    Step.ADDITION_RECORDED: (CLOSED, BOTH),
    Step.HOLD_LIFTED: (replace(TRIAGED, hold=True), BOTH),
    Step.INVESTIGATOR_REPLACED: (AUTHORISED, ("ab", "kl", "ef")),
    Step.REVIEW_SIGNED: (AUTHORISED, ("ef",)),
    Step.EXPORT_OPENED: (COLLECTED, BOTH),
    Step.BUNDLE_MADE: (replace(COLLECTED, exporting=True), BOTH),
    Step.HANDOVER_RECORDED: (replace(COLLECTED, bundles=("bd" * 32,)), BOTH),
    Step.LOCK_LIFTED: (COLLECTING, BOTH),
    Step.RECORD_OPENED: (STOPPED, ()),
    Step.CALL_RECORDED: (IN_USE, ("kl",)),
    Step.STOP_COUNTERSIGNED: (IN_USE, ("ab",)),
    Step.COMPUTER_RELEASED: (IN_USE, ("ef", "ab", "cd")),
}
_OF_THE_VAULT = {
    Step.VAULT_CREATED,
    Step.KEYSET_CHANGED,
    Step.PROFILE_ADOPTED,
    Step.COMPUTER_CHECKED,
    Step.COMPUTER_CHANGED,
    Step.HANDOVER_KEY_CHECKED,
    Step.HANDOVER_KEY_CHANGED,
}
_IN_A_SESSION = {
    Step.SESSION_CLOSED,
    Step.CONCERN_RECORDED,
    Step.EXHIBIT_CAPTURED,
    Step.EXHIBIT_SUPPLIED,
    Step.EXHIBIT_DECLINED,
    Step.PAGE_SAVED,
}
_CHANGES: Mapping[Step, Mapping[str, Any]] = {
    Step.SESSION_CLOSED: {"exhibits": 1},
    Step.CONCERN_RECORDED: {"concern": 2},
    Step.EXHIBIT_VIEWED: {"exhibit": "CD/1"},
}
_NEXT = Keyset(ORIGIN, 2, KEYSET.people)


def place(step: Step) -> CaseState:
    """Return where a case may stand for this step."""
    if step in _SPECIAL:
        return _SPECIAL[step][0]
    return NEW if step in _OF_THE_VAULT else COLLECTING if step in _IN_A_SESSION else TRIAGED


def signers(step: Step) -> tuple[str, ...]:
    """Return who signs it."""
    return _SPECIAL[step][1] if step in _SPECIAL else BOTH


def facts(step: Step) -> dict[str, Any]:
    """Return facts that fit that place."""
    changed = {**FACTS[step], **_CHANGES.get(step, {})}
    if step is Step.KEYSET_CHANGED:
        changed["sha256"] = _NEXT.digest
    return changed


def proposed(step: Step, /, **changes: Any) -> Proposal:  # noqa: ANN401  (any facts)
    """Return the step as it may be taken there, with some facts changed."""
    return proposal(step, **{**facts(step), **changes})


def ask(step: Step, /, *, changes: Mapping[str, Any] | None = None, **parts: Any) -> Asking:  # noqa: ANN401
    """Ask for a step that is allowed as it stands, unless something is changed.

    Args:
        step: The step.
        changes: Other facts.
        parts: Other parts of the question: people, state, vault, keyset, proposal, today.
    """
    people: tuple[Signatory, ...] = signatories(*signers(step))
    usual = Asking(
        proposal=proposed(step, **(changes or {})),
        people=people,
        state=place(step),
        vault=VaultState() if step is Step.VAULT_CREATED else VAULT,
        keyset=KEYSET,
        policy=SAVING if step is Step.PAGE_SAVED else TERMS.policy,
        next_keyset=_NEXT if step is Step.KEYSET_CHANGED else None,
        today=TODAY,
    )
    return replace(usual, **parts)
