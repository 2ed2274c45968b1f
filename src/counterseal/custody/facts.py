"""The facts of each step: a closed set of keys, each with a closed kind of value. Pure.

Facts are what `replay()`, the SLT view and the governors' report use. They are never free text, so
that the log can outlive what people wrote (`docs/format.md`, section 4).
"""

from collections.abc import Mapping
from enum import StrEnum

from counterseal.custody import words
from counterseal.custody.kinds import (
    BOTH_ANSWERS,
    BUNDLE,
    HANDOVER,
    MADE,
    PERSON_ID,
    PERSON_OR_NONE,
    RECIPIENT,
    REF,
    SHA256,
    UP_TO_ALL_WRAPS,
    UP_TO_TWO_ANSWERS,
    WRAPS,
    Kind,
    either,
    flag,
    is_date,
    list_of,
    number,
    one_of,
    record,
    set_of,
)


class Step(StrEnum):
    """Every step that the log can hold."""

    VAULT_CREATED = "vault.created"
    KEYSET_CHANGED = "keyset.changed"
    CASE_REPORTED = "case.reported"
    CASE_TRIAGED = "case.triaged"
    CASE_AUTHORISED = "case.authorised"
    SESSION_OPENED = "session.opened"
    SESSION_PAUSED = "session.paused"
    SESSION_RESUMED = "session.resumed"
    SESSION_CLOSED = "session.closed"
    CONCERN_RECORDED = "concern.recorded"
    EXHIBIT_CAPTURED = "exhibit.captured"
    EXHIBIT_SUPPLIED = "exhibit.supplied"
    PAGE_SAVED = "page.saved"
    EXHIBIT_DECLINED = "exhibit.declined"
    EXHIBIT_VIEWED = "exhibit.viewed"
    NOTE_ADDED = "note.added"
    RECEIPT_ISSUED = "receipt.issued"
    CLOCK_ANOMALY = "clock.anomaly"
    VISIT_RECORDED = "visit.recorded"
    BROWSER_CLEARED = "browser.cleared"
    CASE_STOPPED = "case.stopped"
    ASSENT_GIVEN = "assent.given"
    CATEGORY_CHANGED = "category.changed"
    ADVICE_RECORDED = "advice.recorded"
    APPROVAL_RECORDED = "approval.recorded"
    POLICE_INFORMED = "police.informed"
    POLICE_PERMITTED = "police.permitted"
    JUDGEMENT_MADE = "judgement.made"
    ACTION_RECORDED = "action.recorded"
    REFERRAL_RECORDED = "referral.recorded"
    PERSON_TOLD = "person.told"
    FILTER_CHANGED = "filter.changed"
    DEVICE_ISOLATED = "device.isolated"
    DEPARTURE_RECORDED = "departure.recorded"
    ENTRY_CORRECTED = "entry.corrected"
    CASE_CLOSED = "case.closed"
    ADDITION_RECORDED = "addition.recorded"
    HOLD_PLACED = "hold.placed"
    HOLD_LIFTED = "hold.lifted"
    DISPOSAL_RECORDED = "disposal.recorded"
    INVESTIGATOR_REPLACED = "investigator.replaced"
    REVIEW_SIGNED = "review.signed"
    PROFILE_ADOPTED = "profile.adopted"
    COMPUTER_CHECKED = "computer.checked"
    COMPUTER_CHANGED = "computer.changed"
    HANDOVER_KEY_CHECKED = "handover_key.checked"
    HANDOVER_KEY_CHANGED = "handover_key.changed"
    EXPORT_OPENED = "export.opened"
    BUNDLE_MADE = "bundle.made"
    HANDOVER_RECORDED = "handover.recorded"
    LOCK_LIFTED = "lock.lifted"
    RECORD_OPENED = "record.opened"
    CALL_RECORDED = "call.recorded"
    STOP_COUNTERSIGNED = "stop.countersigned"
    COMPUTER_RELEASED = "computer.released"


FACTS: Mapping[Step, Mapping[str, Kind]] = {
    Step.VAULT_CREATED: {
        "practice": flag,
        "handover": RECIPIENT,
        "machine": SHA256,
        "machine_source": one_of(*words.MACHINE_SOURCES),
    },
    Step.KEYSET_CHANGED: {"version": number(2), "sha256": SHA256, "size": number(1)},
    Step.CASE_REPORTED: {
        "source": one_of(*words.SOURCES),
        "subject": one_of(*words.SUBJECTS),
        "category": number(0, 24),
        "barred": set_of(PERSON_ID),
        "recipient": RECIPIENT,
        "wraps": WRAPS,
    },
    Step.CASE_TRIAGED: {
        "category": number(1, 24),
        "class": one_of(*words.CLASSES),
        "modifiers": set_of(one_of(*words.MODIFIERS)),
        "gates": set_of(one_of(*words.GATES)),
        "investigators": set_of(PERSON_ID, 2, 2),
    },
    Step.CASE_AUTHORISED: {
        "authoriser": PERSON_OR_NONE,
        "letter": flag,
        "reserve": PERSON_OR_NONE,
        "purpose": one_of(*words.PURPOSES),
        "users_told": flag,
        "proportionate": flag,
    },
    Step.SESSION_OPENED: {
        "check": one_of("pass", "warn"),
        "machine": SHA256,
        "program": SHA256,
        "conflict": flag,
    },
    Step.SESSION_PAUSED: {"reason": one_of("idle", "asked")},
    Step.SESSION_RESUMED: {
        "check": one_of("pass", "warn"),
        "machine": SHA256,
        "conflict": flag,
    },
    Step.SESSION_CLOSED: {"exhibits": number(0)},
    Step.CONCERN_RECORDED: {
        "concern": number(1),
        "kind": one_of("address", "device"),
        "private": flag,
    },
    Step.EXHIBIT_CAPTURED: {
        **MADE,
        "backend": one_of(*words.BACKENDS),
        "width": number(1),
        "height": number(1),
        "monitors": number(0),
        "tries": number(1),
        "previewed": flag,
    },
    Step.EXHIBIT_SUPPLIED: {**MADE, "media": one_of(*words.MEDIA)},
    Step.PAGE_SAVED: {**MADE, "form": one_of(*words.SAVED_AS)},
    Step.EXHIBIT_DECLINED: {
        "concern": number(1),
        "reason": one_of(*words.DECLINED),
        "seen": flag,
        "answers": UP_TO_TWO_ANSWERS,
    },
    Step.EXHIBIT_VIEWED: {
        "exhibit": REF,
        "viewers": set_of(PERSON_ID, 2, 2),
        "answers": BOTH_ANSWERS,
        "age_ms": number(0),
    },
    Step.NOTE_ADDED: {"about": either(REF, one_of(""))},
    Step.VISIT_RECORDED: {"visits": number(0), "gaps": number(0)},
    Step.BROWSER_CLEARED: {"files": number(0)},
    Step.RECEIPT_ISSUED: {
        "cosigners": set_of(PERSON_ID),
        "reason": one_of("session", "asked"),
    },
    Step.CLOCK_ANOMALY: {"kind": one_of("backward", "disagree"), "off_ms": number(0)},
    Step.CASE_STOPPED: {
        "trigger": one_of(*words.TRIGGERS),
        "kind": one_of(*words.STOP_KINDS),
        "exposed": one_of("yes", "no", "unknown"),
        "person": PERSON_OR_NONE,
        "unsaved": flag,
        "concern": number(0),
        "erased": number(0),
        "covered": number(0),
        "uncovered": number(0),
    },
    Step.LOCK_LIFTED: {"trigger": one_of(*words.TRIGGERS)},
    # --- after a stop -----------------------------------------------------------------------
    Step.RECORD_OPENED: {"recipient": RECIPIENT, "wraps": UP_TO_ALL_WRAPS},
    Step.CALL_RECORDED: {"to": one_of(*words.CALLED), "may_use": flag},
    Step.STOP_COUNTERSIGNED: {"person": PERSON_ID, "stance": one_of(*words.STOP_STANCES)},
    Step.COMPUTER_RELEASED: {
        "authoriser": PERSON_ID,
        "advice": one_of("dsl", "police"),
        "reason": one_of("not-wanted", "returned"),
    },
    # --- people's advice, approval, police ------------------------------------------------
    Step.ASSENT_GIVEN: {"proposal": SHA256, "step": one_of(*Step)},
    Step.CATEGORY_CHANGED: {
        "category": number(1, 24),
        "class": one_of(*words.CLASSES),
        "modifiers": set_of(one_of(*words.MODIFIERS)),
        "gates": set_of(one_of(*words.GATES)),
    },
    Step.ADVICE_RECORDED: {
        "adviser": one_of(*words.ADVISERS),
        "decision": one_of(*words.ADVICE),
    },
    Step.APPROVAL_RECORDED: {
        "approver": PERSON_OR_NONE,
        "letter": flag,
        "consulted": set_of(one_of(*words.CONSULTED)),
        "assessed": flag,
        "grounds": one_of(*words.GROUNDS),
        "approved": flag,
    },
    Step.POLICE_INFORMED: {"way": one_of(*words.POLICE_WAYS), "wait": flag},
    Step.POLICE_PERMITTED: {"scope": one_of(*words.POLICE_SCOPES)},
    # --- judgement and what follows -------------------------------------------------------
    Step.JUDGEMENT_MADE: {
        "answers": list_of(record(person=PERSON_ID, decision=one_of(*words.DECISIONS)), 2, 2),
        "decision": one_of(*words.DECISIONS),
        "outcomes": set_of(one_of(*words.OUTCOMES)),
    },
    Step.ACTION_RECORDED: {
        "outcome": one_of(*words.OUTCOMES),
        "action": one_of(*words.ACTIONS),
        "owner": PERSON_OR_NONE,
        "due": is_date,
    },
    Step.REFERRAL_RECORDED: {"to": one_of(*words.REFERRED_TO), "made": is_date},
    Step.PERSON_TOLD: {
        "who": one_of(*words.WHO),
        "about": one_of(*words.TOLD_ABOUT),
        "way": one_of(*words.TOLD_WAYS),
    },
    Step.FILTER_CHANGED: {
        "change": one_of(*words.FILTER_CHANGES),
        "from": is_date,
        "until": is_date,
    },
    Step.DEVICE_ISOLATED: {"kind": one_of(*words.DEVICES), "power": one_of(*words.POWER)},
    Step.DEPARTURE_RECORDED: {"rule": one_of(*words.WAIVABLE)},
    Step.ENTRY_CORRECTED: {"entry": number(0)},
    Step.CASE_CLOSED: {"retention": is_date},
    Step.ADDITION_RECORDED: {"about": either(REF, one_of(""))},
    Step.HOLD_PLACED: {"reason": one_of(*words.HOLD_REASONS)},
    Step.HOLD_LIFTED: {"reason": one_of(*words.HOLD_REASONS)},
    Step.DISPOSAL_RECORDED: {
        "files": number(0),
        "reason": one_of(*words.DISPOSAL_REASONS),
    },
    Step.INVESTIGATOR_REPLACED: {
        "leaving": PERSON_ID,
        "joining": PERSON_ID,
        "authoriser": PERSON_ID,
        "reserve": PERSON_OR_NONE,
        "wraps": UP_TO_ALL_WRAPS,
    },
    Step.REVIEW_SIGNED: {"upto": number(1), "good": flag, "gaps": number(0)},
    # --- what leaves for the police -------------------------------------------------------
    Step.EXPORT_OPENED: {"to": one_of(*words.RECEIVERS), "exhibits": number(0)},
    Step.BUNDLE_MADE: BUNDLE,
    Step.HANDOVER_RECORDED: HANDOVER,
    # --- the vault, for life --------------------------------------------------------------
    Step.PROFILE_ADOPTED: {"sha256": SHA256, "size": number(1)},
    Step.COMPUTER_CHECKED: {"grade": one_of("pass", "warn"), "machine": SHA256},
    Step.COMPUTER_CHANGED: {"machine": SHA256, "machine_source": one_of(*words.MACHINE_SOURCES)},
    Step.HANDOVER_KEY_CHECKED: {"handover": RECIPIENT},
    Step.HANDOVER_KEY_CHANGED: {"handover": RECIPIENT},
}


def fault(step: Step, facts: object) -> str | None:
    """Say what is wrong with the facts of a step.

    Args:
        step: The step.
        facts: What stands in the entry.

    Returns:
        One plain sentence, or None where nothing is wrong.
    """
    kinds = FACTS[step]
    if not isinstance(facts, dict) or facts.keys() != kinds.keys():
        return f"the facts of {step} are not the ones of that step"
    wrong = [key for key, kind in kinds.items() if not kind(facts[key])]
    return (
        f"the facts of {step} hold a value outside its set: {', '.join(wrong)}" if wrong else None
    )
