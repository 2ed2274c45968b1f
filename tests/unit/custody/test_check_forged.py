"""Entries and heads signed by all the right keys, and still not what they should be.

Whoever holds every key can sign anything once; what was signed before, and the procedure, still
show it. Each forgery replaces the last entry of a small record, with its row and head made to fit.
"""

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cast import COMPUTER, KEYSET, key_of
from counterseal.custody import checkpoint, envelope, merkle
from counterseal.custody.check import check
from counterseal.custody.checkpoint import Checkpoint
from counterseal.custody.entry import Entry
from counterseal.custody.envelope import Envelope
from counterseal.custody.facts import Step
from counterseal.custody.rows import row_of
from counterseal.custody.store import HeadRow, Store
from counterseal.errors import Finding
from counterseal.evidence.vault import Vault
from counterseal.latch import Latch
from small_vault import build
from unguarded import unguarded

LAST = 11


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a record whose last entry closes a session; nobody changes this one."""
    small = build(tmp_path_factory.mktemp("made") / "vault")
    small.store.close()
    drop_last(small.vault.root, 1)
    for name in ("13.json", "13.txt"):
        (small.vault.root / "receipts" / name).unlink()
    return small.vault.root


@pytest.fixture
def vault(made: Path, tmp_path: Path) -> Path:
    """Give a copy that a test may break."""
    copy = tmp_path / "vault"
    shutil.copytree(made, copy)
    return copy


def findings(root: Path) -> tuple[Finding, ...]:
    """Check a folder."""
    with closing(Store(root / "log.db")) as store:
        return check(store, Vault(root, Latch((root,))), store.origin()).findings


def drop_last(root: Path, count: int) -> None:
    """Take the last entries away with their heads."""
    with closing(sqlite3.connect(root / "log.db")) as connection:
        with unguarded(connection):
            for table, key in (("leaves", "position"), ("heads", "size")):
                last = f"(SELECT max({key}) - {count} FROM {table})"  # noqa: S608
                connection.execute(f"DELETE FROM {table} WHERE {key} > {last}")  # noqa: S608
        connection.commit()


def forge(root: Path, **changes: Any) -> None:  # noqa: ANN401  (any field of an entry)
    """Replace the last entry by a changed one, signed by everybody it names, with a good head."""
    with closing(Store(root / "log.db")) as store:
        with store.reading() as rows:
            *before, last = list(rows.leaves())
        entry = replace(Entry.from_bytes(Envelope.from_bytes(last.leaf).payload), **changes)
        drop_last(root, 1)
        keys = [COMPUTER, *(key_of(person.id) for person in entry.people)]
        leaf = envelope.sign(entry.to_bytes(), keys).to_bytes()
        hashes = [*(row.leaf_hash for row in before), merkle.leaf_hash(leaf)]
        with store.writing() as rows:
            rows.add(row_of(entry, leaf, hashes[-1]), head(entry.vault, hashes))


def head(origin: str, hashes: Sequence[bytes]) -> HeadRow:
    """Return a head that the computer signed."""
    edge = merkle.edge_of(hashes)
    root = merkle.root_of_edge(edge)
    note = checkpoint.sign(Checkpoint(origin, len(hashes), root), COMPUTER)
    return HeadRow(len(hashes), root, b"".join(edge), note.text)


def test_the_record_is_whole_before_it_is_forged(vault: Path) -> None:
    """And a forgery that changes nothing is none."""
    assert findings(vault) == ()
    forge(vault)
    assert findings(vault) == ()


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"prev_root": bytes(32)}, "it does not follow the entries before it"),
        ({"case_prev": "00" * 32}, "it does not follow the entry before it in its case"),
        ({"case_seq": 77}, "it does not follow the entry before it in its case"),
        ({"policy": "00" * 32}, "it names rules that were not in force"),
        ({"keyset_sha256": "00" * 32}, "it names a list of people that was not in force"),
        ({"keyset_version": 2}, "it names a list of people that was not in force"),
        ({"vault": "other-school/" + "0" * 32}, "it belongs to another place or another record"),
    ],
)
def test_a_place_that_is_not_its_own_is_found(
    vault: Path, changes: dict[str, Any], what: str
) -> None:
    """Every signature is good, the tree is good, and the entry is still refused."""
    forge(vault, **changes)
    assert (f"entry {LAST}", what) in {(f.where, f.what) for f in findings(vault)}


def test_a_step_that_the_procedure_forbids_is_found(vault: Path) -> None:
    """By people who may not, or out of order: signing it all together does not make it right."""
    with closing(Store(vault / "log.db")) as store, store.reading() as rows:
        row = list(rows.leaves())[-1]
    entry = Entry.from_bytes(Envelope.from_bytes(row.leaf).payload)
    assert entry.step is Step.SESSION_CLOSED
    absent = tuple(replace(person, present=False) for person in entry.people)
    facts = {**entry.facts, "exhibits": 1}
    for changes, says in (
        ({"people": absent}, "both must have been present"),
        ({"people": entry.people[:1]}, "both investigators"),
        ({"proposal": replace(entry.proposal, facts=facts)}, "Not every exhibit was read back"),
    ):
        forge(vault, **changes)
        found = [f for f in findings(vault) if f.where == f"entry {LAST}"]
        assert [f.kind for f in found] == ["bad-step"]
        assert says in found[0].what
        forge(vault, people=entry.people, proposal=entry.proposal)
    assert findings(vault) == ()


def test_a_signed_head_of_another_tree_is_found(vault: Path) -> None:
    """The computer's key alone cannot make other entries out of these."""
    with closing(Store(vault / "log.db")) as store:
        with store.reading() as rows:
            last, hashes = list(rows.leaves())[-1], rows.hashes()
        drop_last(vault, 1)
        other = head(KEYSET.vault, [*hashes[:-1], bytes(32)])
        with store.writing() as rows:
            rows.add(last, other)
    places = {finding.where for finding in findings(vault)}
    assert {f"head {LAST + 1}, column root", f"head {LAST + 1}, column edge"} <= places


def test_another_computers_entry_is_found(vault: Path) -> None:
    """A stranger's computer, with its own good signature, is not the designated one."""
    stranger = key_of("another computer")
    with closing(Store(vault / "log.db")) as store:
        with store.reading() as rows:
            *before, last = list(rows.leaves())
        read = Entry.from_bytes(Envelope.from_bytes(last.leaf).payload)
        entry = replace(read, computer=stranger.public.hex())
        keys = [stranger, *(key_of(person.id) for person in entry.people)]
        leaf = envelope.sign(entry.to_bytes(), keys).to_bytes()
        hashes = [*(row.leaf_hash for row in before), merkle.leaf_hash(leaf)]
        drop_last(vault, 1)
        with store.writing() as rows:
            rows.add(row_of(entry, leaf, hashes[-1]), head(entry.vault, hashes))
    found = {(f.where, f.what) for f in findings(vault)}
    assert (f"entry {LAST}", "another computer signed it") in found
