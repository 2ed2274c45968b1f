"""Whatever is changed in the log's own tables, the check fails and names what and where.

The first half of this is `test_check_everything.py`; the folder is the same.
"""

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from cast import COMPUTER, key_of
from counterseal.custody import envelope, merkle
from counterseal.custody.check import Report, check
from counterseal.custody.envelope import Envelope
from counterseal.custody.store import Store
from counterseal.errors import NoVaultError
from counterseal.evidence.vault import Vault
from counterseal.latch import Latch
from small_vault import build
from unguarded import unguarded

ENTRIES = 13
COLUMNS = {
    "leaves": ("position", "leaf", "leaf_hash", "case_id", "case_seq", "step", "utc"),
    "heads": ("size", "root", "edge", "note"),
}
KEYS = {"leaves": "position", "heads": "size"}
ROUNDS = 3
EVERY = [(table, column) for table, columns in COLUMNS.items() for column in columns]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the folder once; nobody changes this one."""
    small = build(tmp_path_factory.mktemp("made") / "vault")
    small.store.close()
    return small.vault.root


@pytest.fixture
def vault(made: Path, tmp_path: Path) -> Path:
    """Give a copy that a test may break."""
    copy = tmp_path / "vault"
    shutil.copytree(made, copy)
    return copy


def report(root: Path) -> Report:
    """Check a folder."""
    with closing(Store(root / "log.db")) as store:
        return check(store, Vault(root, Latch((root,))), store.origin())


def places(root: Path) -> list[str]:
    """Check a folder and return where something was found."""
    return [finding.where for finding in report(root).findings]


@contextmanager
def broken_open(root: Path) -> Iterator[sqlite3.Connection]:
    """Open the tables without the triggers that guard them, as somebody who means harm would."""
    with closing(sqlite3.connect(root / "log.db", isolation_level=None)) as connection:
        with unguarded(connection):
            before = dump(connection)
            yield connection
            assert dump(connection) != before
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def dump(connection: sqlite3.Connection) -> list[object]:
    """Return every row of every table, texts as their bytes."""
    connection.text_factory = bytes
    tables = ("leaves", "heads", "meta")
    rows = [row for name in tables for row in connection.execute(f"SELECT * FROM {name}")]  # noqa: S608
    connection.text_factory = str
    return rows


def restore(made: Path, root: Path) -> None:
    """Put back the tables as they were made."""
    for beside in ("log.db-wal", "log.db-shm"):
        (root / beside).unlink(missing_ok=True)
    shutil.copyfile(made / "log.db", root / "log.db")


def bent(value: bytes | str | int, rng: random.Random) -> bytes | int:
    """Change one byte of a value, or a number."""
    if isinstance(value, int):
        return value + 1_000
    content = value.encode() if isinstance(value, str) else value
    if not content:
        return b"x"
    place = rng.randrange(len(content))
    return content[:place] + bytes([content[place] ^ rng.randrange(1, 256)]) + content[place + 1 :]


def change(root: Path, table: str, column: str, row: int, rng: random.Random) -> None:
    """Change one value in one row."""
    where = f"FROM {table} WHERE {KEYS[table]} = ?"
    with broken_open(root) as connection:
        (value,) = connection.execute(f"SELECT {column} {where}", [row]).fetchone()
        marked = "CAST(? AS TEXT)" if isinstance(value, str) else "?"
        connection.execute(
            f"UPDATE {table} SET {column} = {marked} WHERE {KEYS[table]} = ?",  # noqa: S608
            [bent(value, rng), row],
        )


@pytest.mark.parametrize(("table", "column"), EVERY)
def test_any_changed_byte_of_a_column_is_found(
    made: Path, vault: Path, table: str, column: str
) -> None:
    """Every row of every column, bytes that are no text any more included: the row is named."""
    rng = random.Random(f"{table} {column}")  # noqa: S311  (the same places in every run)
    first, word = (0, "entry") if table == "leaves" else (1, "head")
    rounds = 1 if column in KEYS.values() else ROUNDS * 2 if column == "leaf" else ROUNDS
    for _ in range(rounds):
        for row in range(first, first + ENTRIES):
            change(vault, table, column, row, rng)
            found = places(vault)
            wanted = {f"{word} {row}", f"{word} {row + 1_000}"}
            assert {place.split(",")[0] for place in found} & wanted, (row, found)
            restore(made, vault)


@pytest.mark.parametrize("column", COLUMNS["leaves"][1:])
def test_a_changed_cache_is_named_by_its_column(vault: Path, column: str) -> None:
    """Where the leaf is whole and a column is not, the finding says which column."""
    rng = random.Random(column)  # noqa: S311  (the same places in every run)
    change(vault, "leaves", column, 7, rng)
    expected = "column leaf_hash" if column == "leaf" else f"column {column}"
    found = places(vault)
    assert any(expected in place or place == "entry 7" for place in found)
    assert column == "leaf" or f"entry 7, {expected}" in found


@pytest.mark.parametrize(("table", "column"), EVERY)
@pytest.mark.parametrize("kind", ["NULL", "12345678901234", "1.5", "'text'", "X'00ff'"])
def test_a_value_of_another_kind_is_found(vault: Path, table: str, column: str, kind: str) -> None:
    """SQLite keeps anything in any column; the check is not brought down by it."""
    row = 7
    statement = f"UPDATE {table} SET {column} = {kind} WHERE {KEYS[table]} = ?"  # noqa: S608
    try:
        with broken_open(vault) as connection:
            connection.execute(statement, [row])
    except sqlite3.Error as error:
        assert "NOT NULL" in str(error) or "datatype mismatch" in str(error)  # noqa: PT017
        return
    word = "entry" if table == "leaves" else "head"
    found = {place.split(",")[0] for place in places(vault)}
    assert found & {f"{word} {row}", f"{word} 12345678901234"}


@pytest.mark.parametrize("kept", range(ENTRIES))
def test_a_log_whose_tail_was_cut_off_is_found(vault: Path, kept: int) -> None:
    """Entries and heads alike are gone, cleanly: the receipt says that there were more."""
    with broken_open(vault) as connection:
        connection.execute("DELETE FROM leaves WHERE position >= ?", [kept])
        connection.execute("DELETE FROM heads WHERE size > ?", [kept])
    findings = report(vault).findings
    assert ("rollback", f"receipts/{ENTRIES}.json") in {(f.kind, f.where) for f in findings}
    assert kept or "entry 0" in {f.where for f in findings}


@pytest.mark.parametrize("row", range(ENTRIES))
def test_an_entry_that_was_taken_out_is_found(vault: Path, row: int) -> None:
    """What stands in its place now does not belong there."""
    with broken_open(vault) as connection:
        connection.execute("DELETE FROM leaves WHERE position = ?", [row])
    found = places(vault)
    assert {f"entry {row}", f"head {ENTRIES}"} & set(found)
    assert f"head {ENTRIES}" in found


@pytest.mark.parametrize("size", range(1, ENTRIES + 1))
def test_a_head_that_was_taken_out_is_found(vault: Path, size: int) -> None:
    """Each head is missed."""
    with broken_open(vault) as connection:
        connection.execute("DELETE FROM heads WHERE size = ?", [size])
    findings = report(vault).findings
    assert [(f.kind, f.where) for f in findings] == [("missing", f"head {size}")]


@pytest.mark.parametrize("row", [0, 1, 6, 12])
def test_an_entry_that_stands_twice_is_found(vault: Path, row: int) -> None:
    """A copy at the end, with the head of the row before it, is no entry."""
    with broken_open(vault) as connection:
        connection.execute(
            "INSERT INTO leaves SELECT 13, leaf, leaf_hash, case_id, 1000, step, utc FROM leaves "
            "WHERE position = ?",
            [row],
        )
        connection.execute(
            "INSERT INTO heads SELECT 14, root, edge, note FROM heads WHERE size = 13"
        )
    found = places(vault)
    assert any(place.startswith("entry 13, column") for place in found)
    assert any(place.startswith("head 14") for place in found)


@pytest.mark.parametrize(("one", "other"), [(0, 1), (3, 7), (11, 12)])
def test_two_entries_that_changed_places_are_found(vault: Path, one: int, other: int) -> None:
    """Rows exchanged whole, columns included."""
    with broken_open(vault) as connection:
        for place, new in ((one, 900), (other, one), (900, other)):
            connection.execute("UPDATE leaves SET position = ? WHERE position = ?", [new, place])
    found = {place.split(",")[0] for place in places(vault)}
    assert {f"entry {one}", f"entry {other}"} <= found


def test_an_entry_without_a_head_is_found(vault: Path) -> None:
    """Heads cut off, entries not: the last of them were never signed for."""
    with broken_open(vault) as connection:
        connection.execute("DELETE FROM heads WHERE size > 9")
    found = places(vault)
    assert {f"head {size}" for size in range(10, 14)} <= set(found)


def test_a_signature_put_in_place_of_another_is_found(vault: Path) -> None:
    """Whoever mends the hash beside it still lacks the people's keys."""
    forge(vault, 7, lambda signed: Envelope(signed.payload, _swapped(signed)))
    findings = report(vault).findings
    assert ("bad-signature", "entry 7") in {(f.kind, f.where) for f in findings}


def test_an_entry_signed_by_others_is_found(vault: Path) -> None:
    """Two keys that the entry does not name cannot stand for the two that it does."""
    others = (COMPUTER, key_of("ef"), key_of("gh"))
    forge(vault, 7, lambda signed: envelope.sign(signed.payload, others))
    findings = report(vault).findings
    assert ("bad-signature", "entry 7") in {(f.kind, f.where) for f in findings}


def _swapped(signed: Envelope) -> tuple[envelope.Signature, ...]:
    first, second, third = signed.signatures
    return (
        envelope.Signature(first.keyid, second.sig),
        envelope.Signature(second.keyid, first.sig),
        third,
    )


def forge(root: Path, row: int, how: Callable[[Envelope], Envelope]) -> None:
    """Replace a leaf, with the column that caches its hash."""
    with broken_open(root) as connection:
        query = "SELECT leaf FROM leaves WHERE position = ?"
        (leaf,) = connection.execute(query, [row]).fetchone()
        forged = how(Envelope.from_bytes(leaf)).to_bytes()
        connection.execute(
            "UPDATE leaves SET leaf = ?, leaf_hash = ? WHERE position = ?",
            [forged, merkle.leaf_hash(forged), row],
        )


def test_tables_of_another_record_are_found(vault: Path) -> None:
    """The tables say for which record they were made; every entry says so too."""
    with broken_open(vault) as connection:
        connection.execute("UPDATE meta SET origin = 'other-school/' || substr(origin, -32)")
    assert {f"entry {n}" for n in range(ENTRIES)} <= set(places(vault))


def test_tables_of_another_format_are_refused_at_once(vault: Path) -> None:
    """This program does not guess what another version meant."""
    with broken_open(vault) as connection:
        connection.execute("UPDATE meta SET format = 2")
    with pytest.raises(NoVaultError, match="another version"):
        report(vault)
