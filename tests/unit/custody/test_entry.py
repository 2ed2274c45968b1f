"""An entry and its bytes: one way to write it, and every malformed field refused."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cast import COMPUTER, KEYSET, ORIGIN, TERMS, proposal, signatories, stored
from counterseal import canonical
from counterseal.canonical import NotCanonicalError
from counterseal.custody.entry import FIRST, Entry, Proposal
from counterseal.custody.facts import Step
from fakes import FakeClock

ENTRY = Entry(
    proposal(Step.EXHIBIT_CAPTURED),
    vault=ORIGIN,
    index=7,
    prev_root=bytes(range(32)),
    case_seq=5,
    case_prev="12" * 32,
    policy=TERMS.policy.sha256,
    time=FakeClock(utc_ms=1_796_000_000_000).now(),
    people=signatories("ab", "cd"),
    computer=COMPUTER.public.hex(),
    keyset_version=1,
    keyset_sha256=KEYSET.digest,
)
PAYLOAD = ENTRY.to_bytes()
FILE = stored("details", "2026-001", "x").as_dict()
EXHIBIT = ENTRY.proposal.exhibits[0].as_dict()
PERSON = {"id": "ab", "key": ENTRY.people[0].key, "present": True}

BAD: dict[str, list[Any]] = {
    "v": [0, 2, True, "1", []],
    "vault": ["", "school", "School/" + "0" * 32, f"{ORIGIN}0", ORIGIN[:-1], f"{ORIGIN} ", 1, []],
    "index": [True, "7", [], {}],
    "prev_root": ["", "AA==", "x", base64.b64encode(bytes(31)).decode(), 1, []],
    "case": ["2026-1", "2026-0000001", "26-001", "2026-001 ", 0, False, [], {}, ["2026-001"]],
    "case_seq": [True, "5", []],
    "case_prev": ["", "12" * 31, "12" * 33, "AB" * 32, "zz" * 32, 1, []],
    "step": ["", "note", "NOTE_ADDED", "note.added ", 1, [], {}],
    "policy": ["", "12" * 31, "AB" * 32, 1, []],
    "facts": [[], {}, "", 1, {"about": ""}],
    "details": [{}, "", 1, [FILE, FILE], [EXHIBIT], [{}], [[]], ["x"], [1]],
    "exhibits": [{}, "", 1, [FILE], [{}], [[]], ["x"]],
    "time": [{}, [], "", 1],
    "people": [{}, "", 1, [{}], [[]], ["ab"], [{**PERSON, "x": 1}], [[PERSON]]],
    "computer": ["", "12" * 31, "AB" * 32, 1, []],
    "keyset": [{}, [], "", 1, {"version": 1}, {"sha256": KEYSET.digest}],
}
BAD_WITHIN: list[tuple[str, Any, list[Any]]] = [
    ("details", FILE, [{"name": "details/2026-002/" + FILE["sha256"][:32] + ".age"}]),  # type: ignore[index]
    ("details", FILE, [{"name": "details/2026-001/../../x.age"}, {"name": ""}, {"name": 1}]),
    ("details", FILE, [{"sha256": "12" * 32}, {"sha256": "AB" * 32}, {"sha256": 1}]),
    ("details", FILE, [{"size": 0}, {"size": True}, {"size": "1"}]),
    ("details", FILE, [{"commit": ""}, {"commit": "AB" * 32}, {"commit": 1}, {"ref": "AB/1"}]),
    ("exhibits", EXHIBIT, [{"ref": ""}, {"ref": "ab/1"}, {"ref": "AB/0"}, {"ref": "AB/01"}]),
    ("exhibits", EXHIBIT, [{"ref": "A/1"}, {"ref": "AB/100000"}, {"ref": 1}, {"more": 1}]),
    ("people", PERSON, [{"id": ""}, {"id": "a"}, {"id": "AB"}, {"id": "ab1234"}, {"id": 1}]),
    ("people", PERSON, [{"key": ""}, {"key": "AB" * 32}, {"key": 1}]),
    ("people", PERSON, [{"present": 1}, {"present": "true"}, {"present": []}, {"more": 1}]),
]


def bent(change: Callable[[dict[str, Any]], None]) -> bytes:
    """Return the payload with one change, in its canonical form."""
    value = json.loads(PAYLOAD)
    change(value)
    written = canonical.encode(value)
    assert written != PAYLOAD
    return written


def refused(payload: bytes) -> None:
    """Make sure that a payload is refused in words, whatever it holds."""
    with pytest.raises(NotCanonicalError) as error:
        Entry.from_bytes(payload)
    assert str(error.value)


def test_an_entry_reads_back_as_it_was_written() -> None:
    """Field by field, and byte by byte."""
    assert Entry.from_bytes(PAYLOAD) == ENTRY
    assert canonical.encode(json.loads(PAYLOAD)) == PAYLOAD
    assert len(json.loads(PAYLOAD)) == 16


@pytest.mark.parametrize("step", Step)
def test_an_entry_of_every_step_reads_back(step: Step) -> None:
    """With the facts and files that belong to the step."""
    for case in {"", "2026-001"} if step is Step.CASE_STOPPED else {proposal(step).case}:
        entry = Entry(
            proposal(step, case), ORIGIN, 0, bytes(32), 0, FIRST, ENTRY.policy, ENTRY.time,
            (), ENTRY.computer, 1, ENTRY.keyset_sha256,
        )  # fmt: skip
        assert Entry.from_bytes(entry.to_bytes()) == entry


@pytest.mark.parametrize(("field", "value"), [(f, v) for f, vs in BAD.items() for v in vs])
def test_a_malformed_field_is_refused(field: str, value: object) -> None:
    """Another kind, another form, another length: never an entry, and never a crash."""

    def change(whole: dict[str, Any]) -> None:
        assert field in whole
        whole[field] = value

    refused(bent(change))


@pytest.mark.parametrize("value", [0, False, [], {}])
def test_an_empty_case_is_an_empty_text(value: object) -> None:
    """What merely counts as empty does not stand for the vault itself."""
    entry = replace(ENTRY, proposal=proposal(Step.SESSION_PAUSED))
    whole = {**json.loads(entry.to_bytes()), "case": value}
    refused(canonical.encode(whole))


@pytest.mark.parametrize(
    ("field", "item", "change"), [(f, i, c) for f, i, cs in BAD_WITHIN for c in cs]
)
def test_a_malformed_file_or_person_is_refused(
    field: str, item: dict[str, Any], change: dict[str, Any]
) -> None:
    """The same for what stands within."""
    refused(bent(lambda whole: whole.update({field: [{**item, **change}]})))


@pytest.mark.parametrize(
    "change",
    [
        {"utc": "2026-11-20"},
        {"utc": 1},
        {"mono_ms": True},
        {"mono_ms": "1"},
        {"boot": ""},
        {"boot": "a" * 65},
        {"boot": "a b"},
        {"boot": 1},
        {"more": 1},
    ],
)
def test_a_malformed_time_is_refused(change: dict[str, Any]) -> None:
    """Wall clock, monotonic clock and boot each have their form."""
    refused(bent(lambda whole: whole["time"].update(change)))


@pytest.mark.parametrize(
    "change", [{"version": True}, {"version": "1"}, {"sha256": "AB" * 32}, {"more": 1}]
)
def test_a_malformed_keyset_is_refused(change: dict[str, Any]) -> None:
    """Version and digest, and nothing else."""
    refused(bent(lambda whole: whole["keyset"].update(change)))


@pytest.mark.parametrize("field", json.loads(PAYLOAD))
def test_a_missing_field_is_refused(field: str) -> None:
    """Every one of the sixteen has to be there."""
    refused(bent(lambda whole: whole.pop(field)))


def test_a_field_too_many_is_refused() -> None:
    """What does not belong there may not hide there."""
    refused(bent(lambda whole: whole.update(more=1)))


@pytest.mark.parametrize("payload", [b"", b"1", b"[]", b'"x"', b"{}", b"true", PAYLOAD + b" "])
def test_what_is_no_entry_at_all_is_refused(payload: bytes) -> None:
    """Any other document."""
    refused(payload)


@given(st.integers(0, len(PAYLOAD) - 1), st.integers(1, 255))
def test_a_changed_byte_is_refused_or_read_as_another_entry(place: int, by: int) -> None:
    """No change of a byte is read as the same entry."""
    changed = PAYLOAD[:place] + bytes([PAYLOAD[place] ^ by]) + PAYLOAD[place + 1 :]
    try:
        other = Entry.from_bytes(changed)
    except NotCanonicalError:
        return
    assert other != ENTRY
    assert other.to_bytes() == changed


def test_what_is_approved_is_step_facts_and_files_of_the_case() -> None:
    """The digest covers those five and no other field."""
    value = json.loads(PAYLOAD)
    approved = {key: value[key] for key in ("case", "step", "facts", "details", "exhibits")}
    expected = hashlib.sha256(canonical.encode(approved)).hexdigest()
    assert ENTRY.proposal.digest == expected


@pytest.mark.parametrize(
    "other",
    [
        proposal(Step.EXHIBIT_CAPTURED, "2026-002"),
        proposal(Step.EXHIBIT_CAPTURED, tries=2),
        proposal(Step.EXHIBIT_CAPTURED, ref="CD/1"),
        Proposal("2026-001", Step.EXHIBIT_CAPTURED, ENTRY.facts, (), ENTRY.proposal.exhibits),
    ],
)
def test_whatever_is_approved_changes_the_digest(other: Proposal) -> None:
    """Nobody approves one thing and signs another."""
    assert other.digest != ENTRY.proposal.digest


def test_the_keys_that_must_have_signed_begin_with_the_computers() -> None:
    """Then everybody who is listed, in order."""
    assert ENTRY.keys == [COMPUTER.public, *(bytes.fromhex(p.key) for p in ENTRY.people)]
    assert (ENTRY.step, ENTRY.case) == (Step.EXHIBIT_CAPTURED, "2026-001")
