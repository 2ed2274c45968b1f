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
- A session needs both people present, no conflict of interest, and the designated computer. In a
  real vault none opens unless the handover key was tried within the year.
- An exhibit needs a concern recorded before it, both people present, and two "No" answers to the
  safety question that are at most 20 seconds old. Its reference is its producer's, without a gap.
- No profile, flag or setting changes any of this. A profile can only raise a category's class.

`replay` follows the facts of a case's entries and says where it stands. `allow` says whether a
proposed step may be taken by these people, and if not, why and who could. Nothing else decides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from counterseal.custody import (
    contacts,
    gating,
    given,
    leaving,
    outcomes,
    rules,
    stops,
    vault_rules,
)
from counterseal.custody.effects import EFFECTS
from counterseal.custody.entry import Entry
from counterseal.custody.facts import Step
from counterseal.custody.rule import Rule
from counterseal.custody.rules import Asking
from counterseal.custody.signers import Presence, Who, check_people
from counterseal.custody.state import CaseState, Stage
from counterseal.errors import OutOfOrderError

_A = Stage
_VAULT = frozenset({Stage.NEW})
_ANY = frozenset(Stage) - {Stage.NEW, Stage.STOPPED}
_OPEN = _ANY - {Stage.CLOSED}
_TRIAGED = _OPEN - {Stage.REPORTED}
_STOPPED = frozenset({Stage.STOPPED})
_SESSION = frozenset({Stage.COLLECTING})
_BEFORE_SESSION = frozenset({Stage.AUTHORISED, Stage.COLLECTED, Stage.JUDGED, Stage.ACTING})
_DECIDED = frozenset({Stage.JUDGED, Stage.ACTING})
_KNOWN = _DECIDED | {Stage.COLLECTED}


def _at(*stages: Stage) -> frozenset[Stage]:
    return frozenset(stages)


# A table: title, stages, who signs, who was present, where it leads, further checks.
# fmt: off
RULES: Mapping[Step, Rule] = {
    # --- the vault itself ---
    Step.VAULT_CREATED: Rule("Set up this computer", _VAULT, Who.TWO, checks=(vault_rules.first,)),
    Step.KEYSET_CHANGED: Rule("Change who may sign", _VAULT, Who.TWO,
        checks=(vault_rules.keyset_follows,)),
    Step.PROFILE_ADOPTED: Rule("Adopt the school's rules", _VAULT, Who.TWO),
    Step.COMPUTER_CHECKED: Rule("Check this computer", _VAULT, Who.TWO,
        checks=(rules.same_machine,)),
    Step.COMPUTER_CHANGED: Rule("Go on at another computer", _VAULT, Who.TWO, Presence.BOTH),
    Step.HANDOVER_KEY_CHECKED: Rule("Try the handover key", _VAULT, Who.TWO, Presence.BOTH,
        checks=(vault_rules.same_handover,)),
    Step.HANDOVER_KEY_CHANGED: Rule("Change the handover key", _VAULT, Who.TWO, Presence.BOTH,
        checks=(vault_rules.other_handover,)),
    Step.RECEIPT_ISSUED: Rule("Issue a receipt", _VAULT, Who.COMPUTER, Presence.NEITHER),
    Step.CLOCK_ANOMALY: Rule("Record an odd clock", _VAULT, Who.COMPUTER, Presence.NEITHER),
    # --- a case is reported, understood, and authorised ---
    Step.CASE_REPORTED: Rule("Report a concern", _at(_A.NEW), Who.ONE, Presence.NEITHER,
        _A.REPORTED, checks=(given.key_for_every_pair,)),
    Step.CASE_TRIAGED: Rule("Decide together what kind of concern it is", _at(_A.REPORTED),
        Who.INVESTIGATORS, Presence.ONE, _A.TRIAGED, checks=(gating.triage_follows_policy,)),
    Step.CASE_AUTHORISED: Rule("Authorise the investigation", _at(_A.TRIAGED),
        Who.BOTH_AND_AUTHORISER, Presence.ONE, _A.AUTHORISED, checks=(gating.not_log_only,
        gating.proportionate, gating.purpose_allowed, gating.reserve_can_stand_in)),
    Step.ASSENT_GIVEN: Rule("Give assent to a step that others will sign", _OPEN, Who.ONE,
        Presence.NEITHER, paused=True),
    # --- gates: while one is open, nothing is collected ---
    Step.CATEGORY_CHANGED: Rule("Change the category to a graver one", _TRIAGED, Who.BOTH,
        paused=True, checks=(gating.only_upwards,)),
    Step.ADVICE_RECORDED: Rule("Record advice that was taken", _TRIAGED, Who.BOTH, paused=True,
        checks=(gating.adviser_counts,)),
    Step.APPROVAL_RECORDED: Rule("Record the Chair's approval", _TRIAGED, Who.BOTH_AND_CHAIR,
        paused=True, checks=(gating.approval_complete,)),
    Step.POLICE_INFORMED: Rule("Record that the police were told", _ANY, Who.ONE,
        Presence.NEITHER, paused=True),
    Step.POLICE_PERMITTED: Rule("Record that the police let the school go on", _TRIAGED,
        Who.BOTH, paused=True, checks=(gating.waits_for_police,)),
    # --- a session at the designated computer ---
    Step.SESSION_OPENED: Rule("Open a session at the designated computer", _BEFORE_SESSION,
        Who.BOTH, Presence.BOTH, _A.COLLECTING, checks=(rules.is_authorised,
        vault_rules.handover_tried, rules.no_open_gate, rules.same_machine, rules.no_conflict)),
    Step.VISIT_RECORDED: Rule("Record what the browser opened", _SESSION, Who.COMPUTER,
        Presence.NEITHER, paused=True),
    Step.SESSION_PAUSED: Rule("Pause the session", _SESSION, Who.COMPUTER, Presence.NEITHER),
    Step.SESSION_RESUMED: Rule("Resume the session", _SESSION, Who.BOTH, Presence.BOTH,
        paused=True, checks=(rules.is_paused, rules.no_open_gate, rules.same_machine,
        rules.no_conflict)),
    Step.SESSION_CLOSED: Rule("Close the session", _SESSION, Who.BOTH, Presence.BOTH,
        _A.COLLECTED, paused=True, checks=(rules.every_exhibit_read_back,)),
    Step.CONCERN_RECORDED: Rule("Record an address and what is of concern", _SESSION, Who.BOTH,
        checks=(rules.no_open_gate, rules.concern_is_next)),
    Step.EXHIBIT_CAPTURED: Rule("Take a picture of the screen", _SESSION, Who.BOTH,
        Presence.BOTH, checks=(rules.no_open_gate, rules.concern_known, rules.answers_clear,
        rules.pictures_allowed, rules.real_screen, rules.reference_is_next)),
    Step.EXHIBIT_SUPPLIED: Rule("Take in something that was handed over", _SESSION, Who.BOTH,
        Presence.BOTH, checks=(rules.no_open_gate, rules.concern_known, rules.answers_clear,
        rules.reference_is_next)),
    Step.PAGE_SAVED: Rule("Save the page in the watched browser", _SESSION, Who.BOTH,
        Presence.BOTH, checks=(rules.no_open_gate, rules.concern_known, rules.answers_clear,
        rules.pictures_allowed, rules.form_allowed, rules.reference_is_next)),
    Step.EXHIBIT_DECLINED: Rule("Record that no picture is kept", _SESSION, Who.BOTH,
        checks=(rules.concern_known, rules.answers_harmless)),
    Step.EXHIBIT_VIEWED: Rule("Look at an exhibit again", _SESSION, Who.COMPUTER,
        Presence.NEITHER, checks=(rules.no_open_gate, rules.exhibit_known,
        rules.viewed_by_both, rules.answers_clear)),
    # --- judged, acted on, closed ---
    Step.JUDGEMENT_MADE: Rule("Judge whether the concern has substance", _at(_A.TRIAGED,
        _A.COLLECTED, _A.JUDGED), Who.BOTH, Presence.BOTH, checks=(rules.no_open_gate,
        outcomes.ready_to_judge, outcomes.answers_agree)),
    Step.ACTION_RECORDED: Rule("Record an action, its owner and its date", _DECIDED, Who.BOTH,
        leads_to=_A.ACTING, checks=(outcomes.kept_before_removal,)),
    Step.CASE_CLOSED: Rule("Close the case", _DECIDED, Who.BOTH, leads_to=_A.CLOSED,
        checks=(outcomes.no_gate_at_closing, outcomes.kept_until_later,
        outcomes.kept_long_enough, contacts.everybody_told)),
    Step.BROWSER_CLEARED: Rule("Clear the browser's folder", _at(_A.CLOSED), Who.COMPUTER,
        Presence.NEITHER, checks=(outcomes.not_held,)),
    Step.DISPOSAL_RECORDED: Rule("Dispose of what a closed case holds", _at(_A.CLOSED),
        Who.CUSTODIANS, Presence.BOTH, checks=(outcomes.may_be_disposed_of,)),
    Step.ADDITION_RECORDED: Rule("Add something after closing", _at(_A.CLOSED), Who.BOTH,
        checks=(rules.about_known,)),
    Step.EXPORT_OPENED: Rule("Open everything for a bundle that leaves", _KNOWN, Who.BOTH,
        Presence.BOTH, checks=(leaving.all_opened,)),
    Step.BUNDLE_MADE: Rule("Record the bundle", _KNOWN, Who.BOTH, checks=(leaving.was_opened,)),
    Step.HANDOVER_RECORDED: Rule("Record a hand-over", _KNOWN, Who.BOTH, checks=(leaving.known,)),
    # --- at many stages ---
    Step.NOTE_ADDED: Rule("Add a note", _TRIAGED, Who.BOTH, checks=(rules.about_known,)),
    Step.REFERRAL_RECORDED: Rule("Record a referral", _TRIAGED, Who.BOTH, paused=True),
    Step.PERSON_TOLD: Rule("Record that somebody was told", _ANY, Who.ONE, Presence.NEITHER,
        paused=True, checks=(contacts.told_fits,)),
    Step.FILTER_CHANGED: Rule("Record that a filter was changed for this case", _TRIAGED,
        Who.BOTH, paused=True, checks=(outcomes.ends_after_it_began,)),
    Step.DEVICE_ISOLATED: Rule("Record that a device was put aside", _TRIAGED, Who.BOTH,
        paused=True),
    Step.DEPARTURE_RECORDED: Rule("Record a departure from the procedure", _TRIAGED, Who.BOTH,
        paused=True),
    Step.ENTRY_CORRECTED: Rule("Correct an entry; the original stays", _ANY - {_A.REPORTED},
        Who.BOTH, paused=True, checks=(outcomes.entry_of_this_case,)),
    Step.HOLD_PLACED: Rule("Place a hold, so that nothing is disposed of", _ANY - {_A.REPORTED},
        Who.BOTH, paused=True, checks=(outcomes.hold_free,)),
    Step.HOLD_LIFTED: Rule("Lift the hold", _ANY - {_A.REPORTED}, Who.BOTH, paused=True,
        checks=(outcomes.hold_stands,)),
    Step.INVESTIGATOR_REPLACED: Rule("Replace an investigator", _ANY - {_A.REPORTED},
        Who.REPLACING, paused=True, checks=(outcomes.replacement_fits,)),
    Step.REVIEW_SIGNED: Rule("Review who did what and when", _ANY, Who.REVIEWER,
        Presence.NEITHER, paused=True, checks=(outcomes.seen_whole,)),
    Step.CASE_STOPPED: Rule("STOP", _ANY | {_A.NEW}, Who.COMPUTER, Presence.NEITHER, _A.STOPPED,
        paused=True),
    Step.LOCK_LIFTED: Rule("Unlock after a break", _ANY | {_A.NEW}, Who.UNLOCKING, Presence.BOTH,
        paused=True),
}
AFTER_STOP: Mapping[Step, Rule] = {
    Step.RECORD_OPENED: Rule("Make a key for what is written after a stop", _STOPPED,
        Who.COMPUTER, Presence.NEITHER, checks=(stops.record_is_closed,)),
    Step.CALL_RECORDED: Rule("Record a call after a stop", _STOPPED, Who.ONE, Presence.NEITHER,
        checks=(stops.record_is_open, stops.police_allow_use)),
    Step.STOP_COUNTERSIGNED: Rule("Sign beside a stop", _STOPPED, Who.ONE, Presence.NEITHER,
        checks=(stops.police_allow_use, stops.signs_for_oneself)),
    Step.REVIEW_SIGNED: Rule("Review who did what and when", _STOPPED, Who.REVIEWER,
        Presence.NEITHER, checks=(outcomes.seen_whole,)),
    Step.DISPOSAL_RECORDED: Rule("Dispose of a stopped case, as the police advised in writing",
        _STOPPED, Who.CUSTODIANS, Presence.BOTH, checks=(stops.police_advise_disposal,)),
    Step.DEVICE_ISOLATED: Rule("Record that a device was put aside", _STOPPED, Who.ONE,
        Presence.NEITHER, checks=(stops.record_is_open, stops.police_allow_use)),
    Step.BUNDLE_MADE: Rule("Record the bundle of a stopped case", _STOPPED, Who.ONE,
        Presence.NEITHER, checks=(stops.police_allow_use, leaving.record_alone)),
    Step.HANDOVER_RECORDED: Rule("Record a hand-over after a stop", _STOPPED, Who.ONE,
        Presence.NEITHER, checks=(stops.record_is_open, stops.police_allow_use, leaving.known)),
    Step.HOLD_PLACED: Rule("Place a hold, so that nothing is disposed of", _STOPPED, Who.ONE,
        Presence.NEITHER, checks=(stops.record_is_open, stops.police_allow_use,
        outcomes.hold_free)),
    Step.HOLD_LIFTED: Rule("Lift the hold", _STOPPED, Who.ONE, Presence.NEITHER,
        checks=(stops.record_is_open, stops.police_allow_use, outcomes.hold_stands)),
    Step.COMPUTER_RELEASED: Rule("Let the computer be used again", _STOPPED, Who.RELEASING,
        Presence.ONE, checks=(stops.record_is_open, stops.police_allow_use, stops.was_stopped)),
}
# fmt: on
"""What may be done, and what alone once a case is stopped; `docs/procedure.md` shows both."""


def rule_of(step: Step, stage: Stage) -> Rule:
    """Return the row that counts for a step at a stage: after a stop, that of the second table.

    Raises:
        OutOfOrderError: It is a step for stopped cases, and this one is not; or the reverse.
    """
    table = AFTER_STOP if stage is Stage.STOPPED else RULES
    if step in table:
        return table[step]
    if stage is Stage.STOPPED:
        what = "This case was stopped, and nothing leads out of that."
        raise OutOfOrderError(what, advice="Leave it to the police.")
    what = f'"{AFTER_STOP[step].title}" is for a case that was stopped. This one is {stage}.'
    raise OutOfOrderError(what)


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
    rule = RULES.get(entry.step) or AFTER_STOP[entry.step]
    moved = replace(
        state,
        stage=rule.leads_to or state.stage,
        entries=state.entries + 1,
        last=entry.time,
        own=(*state.own, entry.index),
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
    check_order(asking.state, asking.proposal.step)
    rule = rule_of(asking.proposal.step, asking.state.stage)
    check_people(asking, rule.who, rule.presence)
    for check in (rules.right_files, *rule.checks):
        check(asking)


def check_order(state: CaseState, step: Step) -> None:
    """Refuse a step that comes too early or too late, before anybody is asked anything.

    Raises:
        OutOfOrderError: The stage does not allow it.
    """
    rule = rule_of(step, state.stage)
    if state.stage not in rule.stages:
        what = f'"{rule.title}" is not possible now: the case is {state.stage}.'
        raise OutOfOrderError(what)
    if state.paused and not rule.paused:
        what = "The session is paused."
        advice = (
            "Both of you run `counterseal session resume`. "
            "It pauses by itself when nobody touches the computer for five minutes."
        )
        raise OutOfOrderError(what, advice=advice)
