"""Keysets: only those exist that can staff a case, and their bytes have one form."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterseal import canonical
from counterseal.errors import (
    CountersealError,
    IntegrityError,
    KeyringError,
    SamePersonError,
    UsageError,
    WeakKeyError,
)
from counterseal.keys import recipients
from counterseal.keys.people import Keyset, Person, Role
from counterseal.keys.signing import SigningKey
from unit.keys.standins import VAULT

PLACES = 6
KEYS = [SigningKey.from_seed(bytes([number]) * 32).public for number in range(PLACES)]
RECIPIENTS = [recipients.recipient_of(recipients.new_identity()) for _ in range(PLACES)]
NAMES = ["Anna Bell", "Colin Dew", "Eve Ford", "Gwen Hall", "Ivor Jones", "Kim Lee"]
IDS = ["ab", "cd", "ef", "gh", "ij", "kl"]


def person(place: int, *roles: Role, active: bool = True) -> Person:
    return Person(
        id=IDS[place],
        name=NAMES[place],
        position="Teacher",
        roles=frozenset(roles or {Role.SLT}),
        key=KEYS[place],
        recipient=RECIPIENTS[place],
        active=active,
    )


INV, HEAD, CHAIR, SLT = Role.INVESTIGATOR, Role.HEADTEACHER, Role.CHAIR, Role.SLT
STAFFED = (person(0, INV), person(1, INV), person(2, HEAD))


def keyset(*people: Person, version: int = 1) -> Keyset:
    return Keyset(VAULT, version, people or STAFFED)


@pytest.mark.parametrize(
    "roles",
    [
        [{INV}, {INV}, {HEAD}],
        [{INV}, {INV}, {CHAIR}],
        [{INV}, {INV}, {INV, HEAD}],
        [{INV, HEAD}, {INV, HEAD}, {INV, HEAD}],
        [{INV, CHAIR}, {INV}, {INV}, {SLT}],
        [{INV, HEAD}, {INV}, {CHAIR}],
        [{INV, HEAD}, {INV}, {SLT, CHAIR}],
    ],
)
def test_a_keyset_that_can_staff_a_case_exists(roles: list[set[Role]]) -> None:
    people = [person(place, *held) for place, held in enumerate(roles)]
    assert len(keyset(*people).active) == len(people)


@pytest.mark.parametrize(
    "roles",
    [
        [{INV}, {INV}],
        [{INV}, {INV, HEAD}],
        [{INV, HEAD}, {INV, CHAIR}],
        [{INV, HEAD}, {INV, CHAIR}, {SLT}],
        [{INV}, {INV}, {SLT}],
        [{INV}, {HEAD}, {CHAIR}],
        [{INV, HEAD}, {INV}, {SLT}],
        [{HEAD}, {CHAIR}, {SLT}, {Role.DSL}],
        [{INV}, {INV}, {Role.GOVERNOR}],
    ],
)
def test_one_that_cannot_does_not(roles: list[set[Role]]) -> None:
    people = [person(place, *held) for place, held in enumerate(roles)]
    with pytest.raises(KeyringError, match="two investigators and, besides them, a headteacher"):
        keyset(*people)


def test_people_who_left_do_not_count() -> None:
    with pytest.raises(KeyringError, match="two investigators"):
        keyset(person(0, INV), person(1, INV), person(2, HEAD, active=False), person(3, SLT))
    with pytest.raises(KeyringError, match="two investigators"):
        keyset(person(0, INV), person(1, INV, active=False), person(2, HEAD), person(3, SLT))


@given(roles=st.lists(st.sets(st.sampled_from(Role), min_size=1), min_size=1, max_size=PLACES))
def test_the_rule_is_that_three_different_people_can_take_the_parts(roles: list[set[Role]]) -> None:
    people = [person(place, *held) for place, held in enumerate(roles)]
    parts = range(len(people))
    possible = any(
        INV in roles[first] and INV in roles[second] and roles[third] & {HEAD, CHAIR}
        for first in parts
        for second in parts
        for third in parts
        if len({first, second, third}) == 3
    )
    try:
        keyset(*people)
    except KeyringError:
        assert not possible
    else:
        assert possible
        assert len(people) >= 3


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"id": "ab"}, "One id is given to two people: ab."),
        ({"key": KEYS[0]}, f"Two people have the same key: {KEYS[0].hex()}."),
        ({"recipient": RECIPIENTS[0]}, f"Two people have the same recipient: {RECIPIENTS[0]}."),
        ({"name": "Anna Bell"}, "Two active people have the same name: anna bell."),
        ({"name": "ANNA  BELL"}, "Two active people have the same name: anna bell."),
    ],
)
def test_nobody_stands_in_two_places(change: dict[str, Any], expected: str) -> None:
    with pytest.raises(SamePersonError) as caught:
        keyset(*STAFFED, replace(person(3), **change))
    assert caught.value.what == expected


def test_somebody_who_left_may_come_back_under_another_id_but_not_with_the_old_key() -> None:
    left = replace(person(0, INV), active=False)
    again = replace(person(3, INV), name="Anna Bell", id="ab2")
    assert len(keyset(left, again, person(1, INV), person(2, HEAD)).active) == 3
    with pytest.raises(SamePersonError, match="the same key"):
        keyset(left, replace(again, key=left.key), person(1, INV), person(2, HEAD))


@pytest.mark.parametrize(
    ("change", "error", "expected"),
    [
        ({"id": "a"}, UsageError, "not an id"),
        ({"id": "AB"}, UsageError, "not an id"),
        ({"id": "abcd"}, UsageError, "not an id"),
        ({"id": "ab1234"}, UsageError, "not an id"),
        ({"id": "ab\n"}, UsageError, "not an id"),
        ({"id": "../ab"}, UsageError, "not an id"),
        ({"name": ""}, UsageError, "The name is empty"),
        ({"name": " Anna"}, UsageError, "one line"),
        ({"name": "Anna\nBell"}, UsageError, "one line"),
        ({"name": "Anna\u202eBell"}, UsageError, "cannot be shown"),
        ({"name": "e\u0301"}, UsageError, "one line"),
        ({"name": "x" * 81}, UsageError, "too long"),
        ({"position": "\x1b[31m"}, UsageError, "cannot be shown"),
        ({"roles": frozenset()}, UsageError, "has no role"),
        ({"key": bytes(32)}, WeakKeyError, "too weak"),
        ({"key": bytes(31)}, WeakKeyError, "too weak"),
        ({"recipient": "age1nobody"}, UsageError, "not an age recipient"),
    ],
)
def test_what_is_no_person_is_refused(
    change: dict[str, Any], error: type[CountersealError], expected: str
) -> None:
    with pytest.raises(error, match=expected):
        replace(person(0), **change)


def test_the_bytes_are_those_of_the_format() -> None:
    value = json.loads(keyset(*reversed(STAFFED)).to_bytes())
    assert value.keys() == {"v", "vault", "version", "people"}
    assert [entry["id"] for entry in value["people"]] == ["ab", "cd", "ef"]
    assert value["people"][0] == {
        "id": "ab",
        "name": "Anna Bell",
        "position": "Teacher",
        "roles": ["investigator"],
        "key": KEYS[0].hex(),
        "recipient": RECIPIENTS[0],
        "active": True,
    }


PEOPLE = st.tuples(
    st.just(person(0, INV)),
    st.just(person(1, INV)),
    st.just(person(2, HEAD)),
    st.builds(
        person,
        st.integers(3, PLACES - 1),
        st.sampled_from(Role),
        st.sampled_from(Role),
        active=st.booleans(),
    ),
)


@given(people=PEOPLE.flatmap(st.permutations), version=st.integers(1, 2**53 - 1))
def test_bytes_go_there_and_back(people: list[Person], version: int) -> None:
    made = Keyset(VAULT, version, tuple(people))
    content = made.to_bytes()
    assert Keyset.from_bytes(content) == made
    assert Keyset.from_bytes(content).digest == made.digest


@given(data=st.data())
def test_no_changed_byte_reads_as_the_same_keyset(data: st.DataObject) -> None:
    made = keyset()
    content = bytearray(made.to_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    try:
        read = Keyset.from_bytes(bytes(content), where="keyset 1")
    except IntegrityError:
        return
    assert read.digest != made.digest
    assert read.to_bytes() == content


def _person_change(**change: object) -> Callable[[dict[str, Any]], None]:
    return lambda value: value["people"][0].update(change)


def _whole(**change: object) -> Callable[[dict[str, Any]], None]:
    return lambda value: value.update(change)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (_whole(v=2), "not-canonical"),
        (_whole(v=True), "not-canonical"),
        (_whole(extra=1), "not-canonical"),
        (_whole(version="1"), "not-canonical"),
        (_whole(version=True), "not-canonical"),
        (_whole(version=0), "unexpected"),
        (_whole(vault=1), "not-canonical"),
        (_whole(people={}), "not-canonical"),
        (_whole(people=[1]), "not-canonical"),
        (_whole(people=[]), "unexpected"),
        (lambda value: value["people"].reverse(), "not-canonical"),
        (_person_change(extra=1), "not-canonical"),
        (_person_change(active=1), "not-canonical"),
        (_person_change(name=1), "not-canonical"),
        (_person_change(roles="slt"), "not-canonical"),
        (_person_change(roles=["king"]), "not-canonical"),
        (_person_change(roles=[1]), "not-canonical"),
        (_person_change(roles=["slt", "investigator"]), "not-canonical"),
        (_person_change(roles=["investigator", "investigator"]), "not-canonical"),
        (_person_change(roles=[]), "unexpected"),
        (_person_change(key=KEYS[0].hex().upper()), "not-canonical"),
        (_person_change(key=KEYS[0].hex()[:-2]), "not-canonical"),
        (_person_change(key="00" * 32), "unexpected"),
        (_person_change(key=KEYS[1].hex()), "unexpected"),
        (_person_change(recipient="age1nobody"), "unexpected"),
        (_person_change(id="a"), "unexpected"),
    ],
)
def test_a_file_against_the_format_is_a_finding(
    change: Callable[[dict[str, Any]], None], kind: str
) -> None:
    value = json.loads(keyset().to_bytes())
    change(value)
    with pytest.raises(IntegrityError) as caught:
        Keyset.from_bytes(canonical.encode(value), where="keyset 1")
    assert [(found.kind, found.where) for found in caught.value.findings] == [(kind, "keyset 1")]


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"\xff", b'{"v": 1}'])
def test_other_files_are_a_finding(content: bytes) -> None:
    with pytest.raises(IntegrityError):
        Keyset.from_bytes(content)


def test_a_version_follows_the_one_before() -> None:
    keyset(version=2).check_follows(keyset())
    for version in (1, 3):
        with pytest.raises(KeyringError, match=f"Keyset {version} cannot follow keyset 1"):
            keyset(version=version).check_follows(keyset())
    with pytest.raises(KeyringError, match="another record"):
        Keyset("other/" + "0f" * 16, 2, STAFFED).check_follows(keyset())


def test_people_are_found_by_id_and_by_role() -> None:
    left = person(3, INV, CHAIR, active=False)
    made = keyset(*STAFFED, left)
    assert made.person("cd") == STAFFED[1]
    assert made.person("gh") == left
    assert made.find("zz") is None
    assert made.with_role(INV) == STAFFED[:2]
    assert made.with_role(HEAD, CHAIR) == STAFFED[2:]
    with pytest.raises(UsageError, match="Nobody is enrolled as “zz”"):
        made.person("zz")
