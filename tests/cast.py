"""Invented people with keys from seeds, and one plain case that they go through.

Nobody here exists. The keys come from their names, so they are the same in every run and protect
nothing.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from counterseal.custody.entry import Proposal, Signatory, StoredFile
from counterseal.custody.facts import Step
from counterseal.custody.log import Cosigner
from counterseal.custody.rules import OF_THE_VAULT, WRITTEN
from counterseal.custody.terms import Terms
from counterseal.keys import recipients
from counterseal.keys.people import Keyset, Person, Role
from counterseal.keys.signing import SigningKey
from counterseal.policy import profile
from fakes import age_identity

ORIGIN = "hill-view-school/00112233445566778899aabbccddeeff"
CASE = "2026-001"
MACHINE = hashlib.sha256(b"the designated computer").hexdigest()
PROGRAM = hashlib.sha256(b"this program").hexdigest()


def key_of(name: str) -> SigningKey:
    """Return the signing key of a person, or of "computer"."""
    return SigningKey.from_seed(hashlib.sha256(f"counterseal test {name}".encode()).digest())


def identity_of(name: str) -> str:
    """Return the age identity of a person, of a case, or of "handover"."""
    return age_identity(hashlib.sha256(f"counterseal test age {name}".encode()).digest())


def recipient_of(name: str) -> str:
    """Return the age recipient of a person, of a case, or of "handover"."""
    return recipients.recipient_of(identity_of(name))


COMPUTER = key_of("computer")
HANDOVER = recipient_of("handover")


def _person(name: str, position: str, *roles: Role, active: bool = True) -> Person:
    person_id = "".join(word[0] for word in name.split()).lower()
    key = key_of(person_id).public
    return Person(person_id, name, position, frozenset(roles), key, recipient_of(person_id), active)


PEOPLE = (
    _person("Anna Bell", "Deputy headteacher", Role.INVESTIGATOR, Role.DSL),
    _person("Carl Dent", "Network manager", Role.INVESTIGATOR, Role.ESAFETY),
    _person("Edith Fox", "Headteacher", Role.HEADTEACHER, Role.SLT),
    _person("Gita Hale", "Chair of Governors", Role.CHAIR, Role.GOVERNOR),
    _person("Kim Lane", "Head of Year 9", Role.INVESTIGATOR),
    _person("Max North", "Head of Year 7", Role.INVESTIGATOR, active=False),
)
KEYSET = Keyset(ORIGIN, 1, PEOPLE)
TERMS = Terms(KEYSET, profile.base())
SAVING = profile.resolve(
    b"""[profile]
name = "saving"
title = "A school that saves pages whole"
version = 1
extends = "base"

[browser]
save = ["mhtml"]
"""
)
"""As the base profile, but pages may be saved, in one of two forms."""


def signatories(*ids: str, present: bool = True) -> tuple[Signatory, ...]:
    """Return people as an entry names them."""
    return tuple(Signatory(i, key_of(i).public.hex(), present) for i in ids)


def cosigners(*ids: str, present: bool = True) -> list[Cosigner]:
    """Return people whose keys are unlocked."""
    return [Cosigner(i, present, key_of(i)) for i in ids]


def said_no(*ids: str) -> list[dict[str, str]]:
    """Return two clear answers as they stand in the facts."""
    return [{"person": i, "image": "no", "other": "no"} for i in ids or ("ab", "cd")]


def wraps_of(case: str, *pairs: tuple[str, str]) -> list[dict[str, Any]]:
    """Return the wraps of a case for these pairs, as they stand in the facts."""
    names = [f"wraps/{case}/{a}+{b}/{p}.age" for a, b in pairs for p in (a, b)]
    return [
        {"name": n, "sha256": hashlib.sha256(n.encode()).hexdigest(), "size": 200} for n in names
    ]


ALL_PAIRS = (("ab", "cd"), ("ab", "kl"), ("cd", "kl"))
_EXHIBIT = {"concern": 1, "answers": said_no(), "age_ms": 4_000}
_OPENED = {"check": "pass", "machine": MACHINE, "conflict": False}

FACTS: Mapping[Step, Mapping[str, Any]] = {
    Step.VAULT_CREATED: {
        "practice": False,
        "handover": HANDOVER,
        "machine": MACHINE,
        "machine_source": "machine-id",
    },
    Step.KEYSET_CHANGED: {"version": 2, "sha256": "ab" * 32, "size": 900},
    Step.CASE_REPORTED: {
        "source": "staff",
        "subject": "pupil",
        "category": 0,
        "barred": [],
        "recipient": recipient_of(CASE),
        "wraps": wraps_of(CASE, *ALL_PAIRS),
    },
    Step.CASE_TRIAGED: {
        "category": 17,
        "class": "C",
        "modifiers": [],
        "gates": [],
        "investigators": ["ab", "cd"],
    },
    Step.CASE_AUTHORISED: {
        "authoriser": "ef",
        "letter": False,
        "reserve": "kl",
        "purpose": "safeguarding",
        "users_told": True,
        "proportionate": True,
    },
    Step.SESSION_OPENED: {**_OPENED, "program": PROGRAM},
    Step.SESSION_PAUSED: {"reason": "asked"},
    Step.SESSION_RESUMED: _OPENED,
    Step.SESSION_CLOSED: {"exhibits": 0},
    Step.CONCERN_RECORDED: {"concern": 1, "kind": "address", "private": False},
    Step.EXHIBIT_CAPTURED: {
        **_EXHIBIT,
        "backend": "pillow-x11",
        "width": 1920,
        "height": 1080,
        "monitors": 1,
        "tries": 1,
        "previewed": True,
    },
    Step.EXHIBIT_SUPPLIED: {**_EXHIBIT, "media": "image/png"},
    Step.PAGE_SAVED: {**_EXHIBIT, "form": "mhtml"},
    Step.EXHIBIT_DECLINED: {"concern": 1, "reason": "not-needed", "seen": False, "answers": []},
    Step.EXHIBIT_VIEWED: {
        "exhibit": "AB/1",
        "viewers": ["ab", "cd"],
        "answers": said_no(),
        "age_ms": 4_000,
    },
    Step.NOTE_ADDED: {"about": ""},
    Step.VISIT_RECORDED: {"visits": 3, "gaps": 0},
    Step.BROWSER_CLEARED: {"files": 40},
    Step.RECEIPT_ISSUED: {"cosigners": ["ab", "cd"], "reason": "session"},
    Step.CLOCK_ANOMALY: {"kind": "backward", "off_ms": 60_000},
    Step.CASE_STOPPED: {
        "trigger": "stop-command",
        "kind": "hs",
        "exposed": "unknown",
        "person": "",
        "unsaved": False,
        "concern": 1,
        "erased": 2,
        "covered": 1,
        "uncovered": 0,
    },
    Step.LOCK_LIFTED: {"trigger": "stop-command"},
    Step.RECORD_OPENED: {"recipient": recipient_of("the record of a stop"), "wraps": []},
    Step.CALL_RECORDED: {"to": "police", "may_use": True},
    Step.STOP_COUNTERSIGNED: {"person": "ab", "stance": "present"},
    Step.COMPUTER_RELEASED: {"authoriser": "ef", "advice": "police", "reason": "returned"},
    Step.ASSENT_GIVEN: {"proposal": "ef" * 32, "step": "case.authorised"},
    Step.CATEGORY_CHANGED: {"category": 16, "class": "C", "modifiers": [], "gates": []},
    Step.ADVICE_RECORDED: {"adviser": "dsl", "decision": "go-on"},
    Step.APPROVAL_RECORDED: {
        "approver": "gh",
        "letter": False,
        "consulted": ["audit", "human-resources", "it"],
        "assessed": True,
        "grounds": "crime",
        "approved": True,
    },
    Step.POLICE_INFORMED: {"way": "101", "wait": True},
    Step.POLICE_PERMITTED: {"scope": "everything"},
    Step.JUDGEMENT_MADE: {
        "answers": [{"person": "ab", "decision": "yes"}, {"person": "cd", "decision": "yes"}],
        "decision": "yes",
        "outcomes": ["internal"],
    },
    Step.ACTION_RECORDED: {
        "outcome": "internal",
        "action": "parents-told",
        "owner": "kl",
        "due": "2026-12-24",
    },
    Step.REFERRAL_RECORDED: {"to": "social-care", "made": "2026-11-30"},
    Step.PERSON_TOLD: {"who": "dsl", "about": "case", "way": "phone"},
    Step.FILTER_CHANGED: {"change": "opened", "from": "2026-11-30", "until": "2026-12-04"},
    Step.DEVICE_ISOLATED: {"kind": "laptop", "power": "on"},
    Step.DEPARTURE_RECORDED: {"rule": "parents-told"},
    Step.ENTRY_CORRECTED: {"entry": 1},
    Step.CASE_CLOSED: {"retention": "2033-01-01"},
    Step.ADDITION_RECORDED: {"about": ""},
    Step.HOLD_PLACED: {"reason": "police"},
    Step.HOLD_LIFTED: {"reason": "police"},
    Step.DISPOSAL_RECORDED: {"files": 3, "reason": "retention-over"},
    Step.INVESTIGATOR_REPLACED: {
        "leaving": "cd",
        "joining": "kl",
        "authoriser": "ef",
        "reserve": "",
        "wraps": [],
    },
    Step.REVIEW_SIGNED: {"upto": 3, "good": True, "gaps": 0},
    Step.PROFILE_ADOPTED: {"sha256": "ab" * 32, "size": 900},
    Step.COMPUTER_CHECKED: {"grade": "pass", "machine": MACHINE},
    Step.COMPUTER_CHANGED: {"machine": PROGRAM, "machine_source": "machine-id"},
    Step.EXPORT_OPENED: {"to": "police", "exhibits": 1},
    Step.BUNDLE_MADE: {
        "kind": "full",
        "sha256": "bd" * 32,
        "size": 9_000,
        "recipients": 0,
        "words": True,
        "certificate": False,
    },
    Step.HANDOVER_RECORDED: {
        "bundle": "bd" * 32,
        "to": "police",
        "carrier": "usb-stick",
        "identity": "warrant-card",
    },
    Step.HANDOVER_KEY_CHECKED: {"handover": HANDOVER},
    Step.HANDOVER_KEY_CHANGED: {"handover": recipient_of("another handover")},
}
"""One good example of the facts of every step."""

WITH_EXHIBIT = {Step.EXHIBIT_CAPTURED, Step.EXHIBIT_SUPPLIED, Step.PAGE_SAVED}


def stored(folder: str, case: str, about: str, ref: str = "") -> StoredFile:
    """Return a made-up file with a name that fits its digest."""
    sha256 = hashlib.sha256(f"{folder} {case} {about} {ref}".encode()).hexdigest()
    return StoredFile(f"{folder}/{case}/{sha256[:32]}.age", sha256, 321, "cd" * 32, ref)


def proposal(
    step: Step, case: str | None = None, /, *, ref: str = "AB/1", **changes: object
) -> Proposal:
    """Return a step as the procedure wants it, with some facts changed."""
    where = ("" if step in OF_THE_VAULT else CASE) if case is None else case
    details = (stored("details", where, step),) if step in WRITTEN else ()
    exhibits = (stored("exhibits", where, step, ref),) if step in WITH_EXHIBIT else ()
    facts = {**FACTS[step], **changes}
    if where and facts.get("wraps"):
        facts["wraps"] = [{**w, "name": w["name"].replace(CASE, where)} for w in facts["wraps"]]
    return Proposal(where, step, facts, details, exhibits)


@dataclass(frozen=True, slots=True)
class Turn:
    """One step of the plain case, with those who sign it."""

    step: Step
    people: tuple[str, ...]
    changes: Mapping[str, Any]


def _turn(step: Step, *people: str, **changes: object) -> Turn:
    return Turn(step, people, changes)


PLAIN_CASE = (
    _turn(Step.CASE_REPORTED, "gh"),
    _turn(Step.CASE_TRIAGED, "ab", "cd"),
    _turn(Step.CASE_AUTHORISED, "ab", "cd", "ef"),
    _turn(Step.SESSION_OPENED, "ab", "cd"),
    _turn(Step.CONCERN_RECORDED, "ab", "cd"),
    _turn(Step.EXHIBIT_CAPTURED, "ab", "cd"),
    _turn(Step.NOTE_ADDED, "cd", "ab", about="AB/1"),
    _turn(Step.SESSION_PAUSED),
    _turn(Step.SESSION_RESUMED, "ab", "cd"),
    _turn(Step.SESSION_CLOSED, "ab", "cd", exhibits=1),
)
"""The plain path of one case, from the report to the end of the first session."""
