"""The facts of each step: a closed set of keys, each with a closed kind of value. Pure.

Facts are what `replay()`, the SLT view and the governors' report use. They are never free text, so
that the log can outlive what people wrote (`docs/format.md`, section 4).
"""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from counterseal.canonical import MAX_INT

Kind = Callable[[Any], bool]


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
    EXHIBIT_DECLINED = "exhibit.declined"
    EXHIBIT_VIEWED = "exhibit.viewed"
    NOTE_ADDED = "note.added"
    RECEIPT_ISSUED = "receipt.issued"
    CLOCK_ANOMALY = "clock.anomaly"
    CASE_STOPPED = "case.stopped"


PERSON = re.compile(r"[a-z]{2,3}[0-9]{0,3}\Z")
CASE = re.compile(r"[0-9]{4}-[0-9]{3,6}\Z")
REFERENCE = re.compile(r"[A-Z]{2,3}[0-9]{0,3}/[1-9][0-9]{0,4}\Z")
DIGEST = re.compile(r"[0-9a-f]{64}\Z")
AGE_RECIPIENT = re.compile(r"age1[02-9ac-hj-np-z]{58}\Z")
FILE_NAME = re.compile(r"(?:details|exhibits|wraps)/[A-Za-z0-9/+_-]+\.age\Z")

SOURCES = ("staff", "pupil", "parent", "monitoring", "spot-check", "other")
SUBJECTS = ("pupil", "staff", "other", "unknown")
PURPOSES = ("safeguarding", "unauthorised-use", "crime", "standards", "system-security")
CLASSES = ("C", "SA", "PR", "NC", "HS")
MODIFIERS = ("head", "dsl", "investigator", "child-at-risk", "private", "personal-device", "repeat")
GATES = ("advice", "approval", "police")
DECLINED = ("not-needed", "described-instead", "unclear")
MEDIA = ("image/png", "image/jpeg", "image/gif", "application/pdf", "text/plain", "other")
BACKENDS = ("pillow-x11", "pyautogui", "pillow-windows", "mss", "headless-browser", "practice-card")
TRIGGERS = ("stop-command", "stop-button", "safety-answer", "category", "declined", "latch-found")
MACHINE_SOURCES = ("machine-id", "platform-uuid", "machine-guid", "network")


def _one_of(*words: str) -> Kind:
    return lambda value: isinstance(value, str) and value in words


def _matches(pattern: re.Pattern[str]) -> Kind:
    return lambda value: isinstance(value, str) and bool(pattern.match(value))


def _number(least: int, most: int = MAX_INT) -> Kind:
    return lambda value: type(value) is int and least <= value <= most


def _flag(value: object) -> bool:
    return type(value) is bool


def _either(first: Kind, second: Kind) -> Kind:
    return lambda value: first(value) or second(value)


def _set_of(kind: Kind, least: int = 0, most: int = 64) -> Kind:
    """A sorted array without repeats, so that there is one way to write a set."""
    return lambda value: (
        isinstance(value, list)
        and least <= len(value) <= most
        and all(kind(item) for item in value)
        and value == sorted(set(value))
    )


def _record(**kinds: Kind) -> Kind:
    return lambda value: (
        isinstance(value, dict)
        and value.keys() == kinds.keys()
        and all(kind(value[key]) for key, kind in kinds.items())
    )


def _list_of(kind: Kind, least: int = 0, most: int = 64) -> Kind:
    return lambda value: (
        isinstance(value, list) and least <= len(value) <= most and all(kind(i) for i in value)
    )


_person = _matches(PERSON)
_person_or_none = _either(_person, _one_of(""))
_digest = _matches(DIGEST)
_recipient = _matches(AGE_RECIPIENT)
_answer = _one_of("no", "not-sure", "yes")
_answers = _list_of(_record(person=_person, image=_answer, other=_answer), 2, 2)
_any_answers = _list_of(_record(person=_person, image=_answer, other=_answer), 0, 2)
_file = _record(name=_matches(FILE_NAME), sha256=_digest, size=_number(1))
_wraps = _list_of(_file, 2, 128)
_reference = _matches(REFERENCE)

FACTS: Mapping[Step, Mapping[str, Kind]] = {
    Step.VAULT_CREATED: {
        "practice": _flag,
        "handover": _recipient,
        "machine": _digest,
        "machine_source": _one_of(*MACHINE_SOURCES),
    },
    Step.KEYSET_CHANGED: {"version": _number(2), "sha256": _digest, "size": _number(1)},
    Step.CASE_REPORTED: {
        "source": _one_of(*SOURCES),
        "subject": _one_of(*SUBJECTS),
        "category": _number(0, 24),
        "barred": _set_of(_person),
        "recipient": _recipient,
        "wraps": _wraps,
    },
    Step.CASE_TRIAGED: {
        "category": _number(1, 24),
        "class": _one_of(*CLASSES),
        "modifiers": _set_of(_one_of(*MODIFIERS)),
        "gates": _set_of(_one_of(*GATES)),
        "investigators": _set_of(_person, 2, 2),
    },
    Step.CASE_AUTHORISED: {
        "authoriser": _person,
        "reserve": _person_or_none,
        "purpose": _one_of(*PURPOSES),
        "users_told": _flag,
        "proportionate": _flag,
    },
    Step.SESSION_OPENED: {
        "check": _one_of("pass", "warn"),
        "machine": _digest,
        "program": _digest,
        "conflict": _flag,
    },
    Step.SESSION_PAUSED: {"reason": _one_of("idle", "asked")},
    Step.SESSION_RESUMED: {
        "check": _one_of("pass", "warn"),
        "machine": _digest,
        "conflict": _flag,
    },
    Step.SESSION_CLOSED: {"exhibits": _number(0)},
    Step.CONCERN_RECORDED: {"concern": _number(1), "kind": _one_of("address", "device")},
    Step.EXHIBIT_CAPTURED: {
        "concern": _number(1),
        "answers": _answers,
        "age_ms": _number(0),
        "backend": _one_of(*BACKENDS),
        "width": _number(1),
        "height": _number(1),
        "monitors": _number(0),
        "tries": _number(1),
        "previewed": _flag,
    },
    Step.EXHIBIT_SUPPLIED: {
        "concern": _number(1),
        "answers": _answers,
        "age_ms": _number(0),
        "media": _one_of(*MEDIA),
    },
    Step.EXHIBIT_DECLINED: {
        "concern": _number(1),
        "reason": _one_of(*DECLINED),
        "seen": _flag,
        "answers": _any_answers,
    },
    Step.EXHIBIT_VIEWED: {
        "exhibit": _reference,
        "viewers": _set_of(_person, 2, 2),
        "answers": _answers,
        "age_ms": _number(0),
    },
    Step.NOTE_ADDED: {"about": _either(_reference, _one_of(""))},
    Step.RECEIPT_ISSUED: {
        "cosigners": _set_of(_person),
        "reason": _one_of("session", "asked"),
    },
    Step.CLOCK_ANOMALY: {"kind": _one_of("backward", "disagree"), "off_ms": _number(0)},
    Step.CASE_STOPPED: {
        "trigger": _one_of(*TRIGGERS),
        "exposed": _one_of("yes", "no", "unknown"),
        "person": _person_or_none,
        "unsaved": _flag,
    },
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
