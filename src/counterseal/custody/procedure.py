"""THE procedure: which step may follow, who signs it, and where it leads. Pure.

The rules, which the table and the checks below make exact:

- Everything that makes evidence takes two different people with two different keys; reporting
  takes one; the computer signs every entry besides and is never one of the two.
- A case goes reported -> triaged -> authorised -> collecting <-> collected. `stopped` is reached
  from any stage, and nothing leads out of it.
- The two who sign the triage are the case's investigators from then on.
- Whoever authorises is Headteacher or Chair, and is not one of the two. A case about the Head is
  the Chair's.
- Nobody whom a case concerns (`barred`) signs anything in it.
- While a gate is open (advice, approval, police) no session opens, so nothing is collected.
- A session needs both people present, no conflict of interest, and the designated computer.
- An exhibit needs a concern recorded before it, both people present, and two "No" answers to the
  safety question that are at most 20 seconds old. Its reference is its producer's, without a gap.
- No profile, flag or setting changes any of this. A profile can only raise a category's class.

`replay` follows the facts of a case's entries and says where it stands. `allow` says whether a
proposed step may be taken by these people, and if not, why and who could. Nothing else decides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from counterseal.custody import rules
from counterseal.custody.entry import Entry
from counterseal.custody.facts import Step
from counterseal.custody.rules import Asking
from counterseal.custody.signers import Presence, Who, check_people
from counterseal.custody.state import EFFECTS, CaseState, Stage
from counterseal.errors import OutOfOrderError


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the procedure.

    Args:
        title: The step in plain words, as a person reads it in a list of what may come next.
        stages: Where the step may be taken.
        who: Who signs.
        presence: Who must have been present.
        leads_to: The stage afterwards; None where it stays.
        paused: Whether it may be taken while the session is paused.
        checks: Further checks, in order.
    """

    title: str
    stages: frozenset[Stage]
    who: Who
    presence: Presence = Presence.ONE
    leads_to: Stage | None = None
    paused: bool = False
    checks: tuple[rules.Check, ...] = ()


_VAULT: frozenset[Stage] = frozenset({Stage.NEW})
_ANY = frozenset(Stage) - {Stage.NEW, Stage.STOPPED}
_FROM_TRIAGE = _ANY - {Stage.REPORTED}
_SESSION = frozenset({Stage.COLLECTING})


def _at(*stages: Stage) -> frozenset[Stage]:
    return frozenset(stages)


RULES: Mapping[Step, Rule] = {
    # --- the vault itself -------------------------------------------------------------------
    Step.VAULT_CREATED: Rule("Set up this computer", _VAULT, Who.TWO, checks=(rules.first,)),
    Step.KEYSET_CHANGED: Rule(
        "Change who may sign", _VAULT, Who.TWO, checks=(rules.keyset_follows,)
    ),
    Step.RECEIPT_ISSUED: Rule("Issue a receipt", _VAULT, Who.COMPUTER, Presence.NEITHER),
    Step.CLOCK_ANOMALY: Rule("Record an odd clock", _VAULT, Who.COMPUTER, Presence.NEITHER),
    # --- a case -----------------------------------------------------------------------------
    Step.CASE_REPORTED: Rule(
        "Report a concern", _at(Stage.NEW), Who.ONE, Presence.NEITHER, Stage.REPORTED
    ),
    Step.CASE_TRIAGED: Rule(
        "Decide together what kind of concern it is",
        _at(Stage.REPORTED),
        Who.INVESTIGATORS,
        leads_to=Stage.TRIAGED,
        checks=(rules.triage_follows_policy,),
    ),
    Step.CASE_AUTHORISED: Rule(
        "Authorise the investigation",
        _at(Stage.TRIAGED),
        Who.BOTH_AND_AUTHORISER,
        leads_to=Stage.AUTHORISED,
        checks=(rules.not_log_only, rules.proportionate, rules.reserve_can_stand_in),
    ),
    # --- a session --------------------------------------------------------------------------
    Step.SESSION_OPENED: Rule(
        "Open a session at the designated computer",
        _at(Stage.AUTHORISED, Stage.COLLECTED),
        Who.BOTH,
        Presence.BOTH,
        Stage.COLLECTING,
        checks=(rules.no_open_gate, rules.same_machine, rules.no_conflict),
    ),
    Step.SESSION_PAUSED: Rule("Pause the session", _SESSION, Who.COMPUTER, Presence.NEITHER),
    Step.SESSION_RESUMED: Rule(
        "Resume the session",
        _SESSION,
        Who.BOTH,
        Presence.BOTH,
        paused=True,
        checks=(rules.is_paused, rules.same_machine, rules.no_conflict),
    ),
    Step.SESSION_CLOSED: Rule(
        "Close the session",
        _SESSION,
        Who.BOTH,
        Presence.BOTH,
        Stage.COLLECTED,
        paused=True,
        checks=(rules.every_exhibit_read_back,),
    ),
    Step.CONCERN_RECORDED: Rule(
        "Record an address and what is of concern",
        _SESSION,
        Who.BOTH,
        checks=(rules.concern_is_next,),
    ),
    Step.EXHIBIT_CAPTURED: Rule(
        "Take a picture of the screen",
        _SESSION,
        Who.BOTH,
        Presence.BOTH,
        checks=(
            rules.concern_known,
            rules.answers_clear,
            rules.pictures_allowed,
            rules.real_screen,
            rules.reference_is_next,
        ),
    ),
    Step.EXHIBIT_SUPPLIED: Rule(
        "Take in something that was handed over",
        _SESSION,
        Who.BOTH,
        Presence.BOTH,
        checks=(rules.concern_known, rules.answers_clear, rules.reference_is_next),
    ),
    Step.EXHIBIT_DECLINED: Rule(
        "Record that no picture is kept", _SESSION, Who.BOTH, checks=(rules.concern_known,)
    ),
    Step.EXHIBIT_VIEWED: Rule(
        "Look at an exhibit again",
        _SESSION,
        Who.COMPUTER,
        Presence.NEITHER,
        checks=(rules.exhibit_known, rules.answers_clear),
    ),
    Step.NOTE_ADDED: Rule("Add a note", _FROM_TRIAGE, Who.BOTH, checks=(rules.about_known,)),
    Step.CASE_STOPPED: Rule(
        "Stop", _ANY | {Stage.NEW}, Who.COMPUTER, Presence.NEITHER, Stage.STOPPED, paused=True
    ),
}
"""The step table. `docs/procedure.md` is generated from it."""


def replay(case: str, entries: Iterable[Entry]) -> CaseState:
    """Say where a case stands, from the facts of its entries alone.

    Args:
        case: "2026-001".
        entries: All of its entries, in order.

    Raises:
        OutOfOrderError: An entry that the procedure does not allow at that place.
    """
    state = CaseState(case)
    for entry in entries:
        state = advance(state, entry)
    return state


def advance(state: CaseState, entry: Entry) -> CaseState:
    """Take one entry into account.

    Raises:
        OutOfOrderError: The procedure does not allow it at this place.
    """
    check_order(state, entry.step)
    return advance_anyway(state, entry)


def advance_anyway(state: CaseState, entry: Entry) -> CaseState:
    """Take an entry into account even where it comes out of order.

    Only the check does this, so that one bad entry does not hide what comes after it.
    """
    rule = RULES[entry.step]
    moved = replace(
        state,
        stage=rule.leads_to or state.stage,
        entries=state.entries + 1,
        last=entry.time,
        reported=state.reported or entry.time,
    )
    effect = EFFECTS.get(entry.step)
    return replace(moved, **effect(state, entry)) if effect else moved


def allow(asking: Asking) -> None:
    """Say whether a proposed step may be taken, by these people, now.

    Args:
        asking: The proposal, its signers, and where the case and the vault stand.

    Raises:
        OutOfOrderError: Too early or too late.
        NotAllowedError: These people may not, or a rule of the step is not met.
        SamePersonError: One person or one key stands in two places.
        ConflictOfInterestError: The case concerns a signer.
        WrongComputerError: Not the designated computer.
    """
    rule = RULES[asking.proposal.step]
    check_order(asking.state, asking.proposal.step)
    check_people(asking, rule.who, rule.presence)
    for check in (rules.right_files, *rule.checks):
        check(asking)


def options(state: CaseState) -> list[tuple[Step, Rule]]:
    """Return the steps that may come next, in the table's order; `case.stopped` is always one."""
    found = []
    for step, rule in RULES.items():
        late = step is Step.SESSION_RESUMED and not state.paused
        shut = step is Step.SESSION_OPENED and state.gates
        if state.stage in rule.stages and (rule.paused or not state.paused) and not (late or shut):
            found.append((step, rule))
    return found


def check_order(state: CaseState, step: Step) -> None:
    """Refuse a step that comes too early or too late, before anybody is asked anything.

    Raises:
        OutOfOrderError: The stage does not allow it.
    """
    rule = RULES[step]
    if state.stage is Stage.STOPPED:
        what = "This case was stopped, and nothing leads out of that."
        raise OutOfOrderError(what, advice="Leave it to the police.")
    if state.stage not in rule.stages:
        what = f'"{rule.title}" is not possible now: the case is {state.stage}.'
        raise OutOfOrderError(what)
    if state.paused and not rule.paused:
        what = "The session is paused."
        advice = "Both of you run `counterseal session resume`."
        raise OutOfOrderError(what, advice=advice)
