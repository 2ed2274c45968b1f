"""The receipt: the same as JSON and as text, and no field of it can say something else."""

import json
from dataclasses import replace
from typing import Any

import pytest

from cast import COMPUTER, KEYSET, ORIGIN, key_of
from counterseal import canonical
from counterseal.canonical import NotCanonicalError
from counterseal.custody import checkpoint
from counterseal.custody.checkpoint import Checkpoint
from counterseal.custody.receipt import WIDTH, Holder, Receipt

PEOPLE = tuple(Holder(p.id, p.name, p.key.hex()) for p in KEYSET.people[:2])
NOTE = checkpoint.sign(Checkpoint(ORIGIN, 12, bytes(range(32))), COMPUTER)
RECEIPT = Receipt(
    NOTE.cosigned({"ab": key_of("ab"), "cd": key_of("cd")}, 1_796_000_000),
    "2026-11-30T00:00:00Z",
    practice=False,
    computer=COMPUTER.public.hex(),
    people=PEOPLE,
)
JSON = RECEIPT.to_json()
OTHER: dict[str, list[Any]] = {
    "v": [2, True, "1"],
    "vault": [f"{ORIGIN}0", "", 1],
    "practice": [1, 0, "false", []],
    "size": [11, 13, True, "12"],
    "root": ["00" * 32, "", 1],
    "fingerprint": ["0000 " * 15 + "0000", "", 1],
    "issued": ["2026-11-30", "", 1, []],
    "checkpoint": ["", "x", 1, [], NOTE.text + "\n"],
    "computer": [1, [], {}],
    "people": ["", {}, 1, [[]], [{}], [{"id": "ab"}], ["ab"], [{"id": 1, "name": 2, "key": 3}]],
}


def test_a_receipt_reads_back_as_it_was_written() -> None:
    """Every field, and every signature good with the keys that it names."""
    assert Receipt.from_json(JSON) == RECEIPT
    assert Receipt.from_json(JSON).to_json() == JSON
    assert RECEIPT.fault() is None


@pytest.mark.parametrize("practice", [True, False])
def test_a_practice_receipt_says_so(practice: bool) -> None:  # noqa: FBT001
    """In its first line; and in JSON it stays a yes or no."""
    receipt = replace(RECEIPT, practice=practice)
    assert Receipt.from_json(receipt.to_json()).practice is practice
    assert ("PRACTICE, not evidence" in receipt.to_text().splitlines()[0]) is practice


@pytest.mark.parametrize(("field", "value"), [(f, v) for f, vs in OTHER.items() for v in vs])
def test_a_field_that_says_something_else_is_refused(field: str, value: object) -> None:
    """What is said twice has to be the same each time, and each field has its kind."""
    whole = json.loads(JSON)
    assert field in whole
    with pytest.raises(NotCanonicalError):
        Receipt.from_json(canonical.encode({**whole, field: value}, lines=True))


@pytest.mark.parametrize("field", json.loads(JSON))
def test_a_missing_field_is_refused(field: str) -> None:
    """All ten have to be there."""
    whole = json.loads(JSON)
    assert len(whole) == len(OTHER) == 10
    del whole[field]
    with pytest.raises(NotCanonicalError):
        Receipt.from_json(canonical.encode(whole, lines=True))


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"1", b"{}", JSON + b"\n", JSON.replace(b'"v":1', b'"more":1,"v":1')],
)
def test_what_is_not_written_as_a_receipt_is_refused(content: bytes) -> None:
    """Other documents, and more keys."""
    with pytest.raises(NotCanonicalError):
        Receipt.from_json(content)


@pytest.mark.parametrize(
    "receipt",
    [
        replace(RECEIPT, computer=key_of("ab").public.hex()),
        replace(RECEIPT, people=PEOPLE[:1]),
        replace(RECEIPT, people=PEOPLE[::-1]),
        replace(RECEIPT, people=(*PEOPLE, Holder("kl", "Kim Lane", key_of("kl").public.hex()))),
        replace(RECEIPT, people=(PEOPLE[0], replace(PEOPLE[1], key=PEOPLE[0].key))),
        replace(RECEIPT, people=(PEOPLE[0], replace(PEOPLE[1], id="kl"))),
        replace(RECEIPT, people=(PEOPLE[0], replace(PEOPLE[1], key="not hex"))),
        replace(RECEIPT, computer="not hex"),
    ],
)
def test_signers_other_than_those_named_are_found(receipt: Receipt) -> None:
    """It reads, but its signatures do not hold."""
    assert Receipt.from_json(receipt.to_json()) == receipt
    assert receipt.fault()


def test_the_text_says_what_the_json_says() -> None:
    """Record, number of entries, time, fingerprint in four rows, names, and the checkpoint."""
    text = RECEIPT.to_text()
    lines = text.splitlines()
    fingerprint = [line.split() for line in lines if line.startswith("    ")]
    assert [len(row) for row in fingerprint] == [4] * 4
    assert " ".join(word for row in fingerprint for word in row) == RECEIPT.note.head.fingerprint
    for expected in (ORIGIN, "Entries           12", RECEIPT.issued):
        assert any(expected in line for line in lines)
    for person in PEOPLE:
        assert f"  {person.name} ({person.id})" in lines
    assert text.endswith(RECEIPT.note.text)


def test_the_text_fits_a_sheet_of_paper() -> None:
    """Up to the checkpoint only the record's own name may be longer than the rule across."""
    before = RECEIPT.to_text().split("Technical details")[0].splitlines()
    long = [line for line in before if len(line) > WIDTH + 2]
    assert long == [f"Record            {ORIGIN}"]


def test_a_receipt_that_nobody_cosigned_says_so() -> None:
    """The computer alone is named as what it is."""
    receipt = replace(RECEIPT, note=NOTE, people=())
    assert receipt.fault() is None
    assert "  nobody but this computer" in receipt.to_text().splitlines()


@pytest.mark.parametrize("field", ["issued", "practice", "people", "note"])
def test_whatever_people_read_changes_with_the_receipt(field: str) -> None:
    """No two receipts have the same text."""
    changes: dict[str, Any] = {
        "issued": "2026-11-30T00:00:01Z",
        "practice": True,
        "people": (PEOPLE[0], replace(PEOPLE[1], name="Carla Dent")),
        "note": NOTE,
    }
    assert replace(RECEIPT, **{field: changes[field]}).to_text() != RECEIPT.to_text()
