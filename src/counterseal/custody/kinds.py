"""Kinds of values that facts may hold: each says of a value whether it is of that kind. Pure."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from counterseal.canonical import MAX_INT
from counterseal.custody import words

Kind = Callable[[Any], bool]

PERSON = re.compile(r"[a-z]{2,3}[0-9]{0,3}\Z")
CASE = re.compile(r"[0-9]{4}-[0-9]{3,6}\Z")
REFERENCE = re.compile(r"[A-Z]{2,3}[0-9]{0,3}/[1-9][0-9]{0,4}\Z")
DIGEST = re.compile(r"[0-9a-f]{64}\Z")
AGE_RECIPIENT = re.compile(r"age1[02-9ac-hj-np-z]{58}\Z")
FILE_NAME = re.compile(r"(?:details|exhibits|records|wraps)/[A-Za-z0-9/+_-]+\.age\Z")


def one_of(*words: str) -> Kind:
    """One word of a closed set."""
    return lambda value: isinstance(value, str) and value in words


def matches(pattern: re.Pattern[str]) -> Kind:
    """A string of one form."""
    return lambda value: isinstance(value, str) and bool(pattern.match(value))


def number(least: int, most: int = MAX_INT) -> Kind:
    """An integer within bounds; true and false are none."""
    return lambda value: type(value) is int and least <= value <= most


def flag(value: object) -> bool:
    """True or false."""
    return type(value) is bool


def is_date(value: object) -> bool:
    """A day that exists, as `2026-11-20`."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def either(first: Kind, second: Kind) -> Kind:
    """One kind or the other."""
    return lambda value: first(value) or second(value)


def set_of(kind: Kind, least: int = 0, most: int = 64) -> Kind:
    """A sorted array without repeats, so that there is one way to write a set."""
    return lambda value: (
        isinstance(value, list)
        and least <= len(value) <= most
        and all(kind(item) for item in value)
        and value == sorted(set(value))
    )


def record(**kinds: Kind) -> Kind:
    """An object with exactly these keys."""
    return lambda value: (
        isinstance(value, dict)
        and value.keys() == kinds.keys()
        and all(kind(value[key]) for key, kind in kinds.items())
    )


def list_of(kind: Kind, least: int = 0, most: int = 64) -> Kind:
    """An array, in an order that means something."""
    return lambda value: (
        isinstance(value, list) and least <= len(value) <= most and all(kind(i) for i in value)
    )


PERSON_ID = matches(PERSON)
PERSON_OR_NONE = either(PERSON_ID, one_of(""))
SHA256 = matches(DIGEST)
RECIPIENT = matches(AGE_RECIPIENT)
_ANSWER = one_of("no", "not-sure", "yes")
_ANSWERS = record(person=PERSON_ID, image=_ANSWER, other=_ANSWER)
BOTH_ANSWERS = list_of(_ANSWERS, 2, 2)
UP_TO_TWO_ANSWERS = list_of(_ANSWERS, 0, 2)
_FILE = record(name=matches(FILE_NAME), sha256=SHA256, size=number(1))
WRAPS = list_of(_FILE, 2, 128)
UP_TO_ALL_WRAPS = list_of(_FILE, 0, 128)
REF = matches(REFERENCE)
MADE: Mapping[str, Kind] = {
    "concern": number(1),
    "answers": BOTH_ANSWERS,
    "age_ms": number(0),
}
"""What stands in the log of every exhibit, however it came to be."""
BUNDLE: Mapping[str, Kind] = {
    "kind": one_of(*words.BUNDLES),
    "sha256": SHA256,
    "size": number(1),
    "recipients": number(0, 64),
    "words": flag,
    "certificate": flag,
}
"""What stands in the log of a sealed bundle."""
HANDOVER: Mapping[str, Kind] = {
    "bundle": either(SHA256, one_of("")),
    "to": one_of(*words.RECEIVERS),
    "carrier": one_of(*words.CARRIERS),
    "identity": one_of(*words.IDENTITY_CHECKS),
}
"""What stands in the log of a hand-over."""
