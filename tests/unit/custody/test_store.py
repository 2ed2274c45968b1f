"""The tables: rows go in and are never changed, one writer at a time, plain words when it fails."""

import os
import sqlite3
import tempfile
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from cast import ORIGIN
from counterseal.custody import store as module
from counterseal.custody.store import HeadRow, LeafRow, Store
from counterseal.errors import BrokenLogError, CountersealError, NoVaultError, VaultError
from fakes import without_rights

LEAF = LeafRow(0, b"leaf", b"h" * 32, "", 0, "vault.created", "2026-11-30T00:00:00Z")
HEAD = HeadRow(1, b"r" * 32, b"e" * 32, "note")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Give new tables without rows."""
    made = Store(tmp_path / "log.db")
    made.create(ORIGIN)
    return made


def add(store: Store, position: int, case: str = "", seq: int | None = None) -> None:
    """Add one row with its head."""
    seq = position if seq is None else seq
    leaf = replace(LEAF, position=position, case_id=case, case_seq=seq)
    with store.writing() as rows:
        rows.add(leaf, replace(HEAD, size=position + 1))


def test_what_goes_in_comes_out(store: Store) -> None:
    """Leaf, head, origin: exactly as they were given."""
    add(store, 0)
    with store.reading() as rows:
        assert (list(rows.leaves()), list(rows.heads())) == ([LEAF], [HEAD])
        assert (rows.leaf(0), rows.leaf(1), rows.head()) == (LEAF, None, HEAD)
        assert rows.hashes() == [LEAF.leaf_hash]
    assert store.origin() == ORIGIN


def test_new_tables_are_empty(store: Store) -> None:
    """No head, no case, no leaf."""
    with store.reading() as rows:
        assert (rows.head(), rows.cases(), rows.hashes()) == (None, [], [])


def test_each_case_is_listed_by_itself(store: Store) -> None:
    """In its own order, from any place on, and without the vault's own entries."""
    for position, (case, seq) in enumerate([("", 0), ("b", 0), ("a", 0), ("b", 1), ("b", 2)]):
        add(store, position, case, seq)
    with store.reading() as rows:
        assert rows.cases() == ["a", "b"]
        assert [row.position for row in rows.case_leaves("b")] == [1, 3, 4]
        assert [row.position for row in rows.case_leaves("b", 2)] == [4]
        assert rows.case_leaves("c") == []


def test_showing_one_case_reads_its_own_rows_only(store: Store) -> None:
    """SQLite itself says that it searches by case, and scans nothing."""
    query = str(module._OF_CASE.compile(compile_kwargs={"literal_binds": False}))
    with store.reading() as rows:
        plan = rows._connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {query.replace(':case', '?').replace(':start', '?')}", ("a", 0)
        ).all()
    told = " ".join(str(row) for row in plan)
    assert "USING INDEX by_case (case_id=? AND case_seq>?)" in told
    assert "SCAN" not in told


@pytest.mark.parametrize("table", ["leaves", "heads", "meta"])
@pytest.mark.parametrize("change", ["UPDATE {} SET rowid = rowid + 5", "DELETE FROM {}"])
def test_rows_are_never_changed(store: Store, tmp_path: Path, table: str, change: str) -> None:
    """The triggers refuse it for whoever opens the file by accident."""
    add(store, 0)
    with closing(sqlite3.connect(tmp_path / "log.db")) as connection:
        for statement in (change.format(table), f"{change.format(table)} WHERE true"):
            with pytest.raises(sqlite3.IntegrityError, match="never changed"):
                connection.execute(statement)


@pytest.mark.parametrize("position", [0, 1])
def test_a_place_that_is_taken_is_not_taken_again(store: Store, position: int) -> None:
    """Neither a place in the log nor a place within a case is given twice."""
    add(store, 0)
    with pytest.raises(BrokenLogError):
        add(store, position, "", 0)
    with store.reading() as rows:
        assert len(rows.hashes()) == 1


def test_what_raises_undoes_the_whole_transaction(store: Store) -> None:
    """Whatever it is that was raised."""

    def interrupted() -> None:
        with store.writing() as rows:
            rows.add(LEAF, HEAD)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with store.reading() as rows:
        assert rows.head() is None


def test_what_is_not_committed_nobody_reads(store: Store) -> None:
    """A reader sees the state before, and is not held up by the writer."""
    with store.writing() as rows:
        rows.add(LEAF, HEAD)
        with store.reading() as others:
            assert others.head() is None
    with store.reading() as others:
        assert others.head() == HEAD


def test_a_reader_sees_one_state_throughout(store: Store) -> None:
    """What is kept meanwhile is not seen until the next look."""
    with store.reading() as rows:
        assert rows.head() is None
        add(store, 0)
        assert rows.head() is None


def test_a_second_writer_waits_for_the_first(store: Store) -> None:
    """Both are kept, one after the other."""
    began, order = threading.Event(), []

    def second() -> None:
        began.set()
        add(store, 1)
        order.append("second")

    other = threading.Thread(target=second)
    with store.writing() as rows:
        other.start()
        assert began.wait(5)
        rows.add(LEAF, HEAD)
        other.join(0.2)
        order.append("first")
    other.join(10)
    assert order == ["first", "second"]


def test_a_writer_that_waits_too_long_gets_a_plain_sentence(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not an error number, and what to do."""
    monkeypatch.setattr(module, "_WAIT_SECONDS", 0.05)
    impatient = Store(store._path)
    with store.writing(), pytest.raises(VaultError) as refused, impatient.writing():
        pass
    assert refused.value.what == "Another Counterseal on this computer is writing."
    assert "Wait until it has finished" in refused.value.advice
    assert refused.value.exit_status == 60


def _text(path: Path) -> None:
    path.write_text("shopping list\n" * 100, encoding="utf-8")


def _empty(path: Path) -> None:
    path.touch()


def _other_tables(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE leaves (x)")
        connection.execute("CREATE TABLE meta (x)")


def _other_format(path: Path) -> None:
    Store(path).create(ORIGIN)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TRIGGER meta_UPDATE")
        connection.execute("UPDATE meta SET format = 7")
        connection.commit()


def _no_meta(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE meta (origin TEXT, format INTEGER)")


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (_text, "cannot read"),
        (_empty, "cannot read"),
        (_other_tables, "cannot read"),
        (_other_format, "another version"),
        (_no_meta, "another version"),
        (lambda _path: None, "No Counterseal record"),
    ],
)
def test_a_file_that_is_not_ours_is_refused(
    tmp_path: Path, make: Callable[[Path], None], what: str
) -> None:
    """Whatever lies there, it is one plain sentence and the same exit status."""
    make(tmp_path / "log.db")
    with pytest.raises(NoVaultError, match=what) as refused:
        Store(tmp_path / "log.db").origin()
    assert refused.value.exit_status == 60


def test_a_folder_in_place_of_the_file_is_a_plain_error(tmp_path: Path) -> None:
    """SQLite cannot open it, and says so in its own words; we say it in plain ones."""
    (tmp_path / "log.db").mkdir()
    with pytest.raises(VaultError, match="cannot be written"):
        Store(tmp_path / "log.db").origin()


def test_writing_makes_no_file_by_itself(tmp_path: Path) -> None:
    """A record that went missing is not begun anew in silence."""
    store = Store(tmp_path / "log.db")
    for way in (store.writing, store.reading):
        with pytest.raises(NoVaultError), way():
            pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="permissions as POSIX has them")
def test_a_folder_that_may_not_be_written_gets_a_plain_sentence() -> None:
    """Tried with an account that has no rights there."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = Store(folder / "log.db")
        made.create(ORIGIN)
        made.close()
        (folder / "log.db").chmod(0o444)
        folder.chmod(0o555)

        def attempt() -> str:
            try:
                add(Store(folder / "log.db"), 0)
            except CountersealError as error:
                return error.what
            return "written"

        assert without_rights(attempt) == "The record cannot be written."
        folder.chmod(0o755)


def test_a_full_disk_gets_a_plain_sentence_and_nothing_is_kept(store: Store) -> None:
    """A limit on the file's pages stands in for the disk."""
    full = Store(store._path)

    @sa.event.listens_for(full._engine, "connect")
    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    with pytest.raises(VaultError, match="The disk is full") as refused, full.writing() as rows:
        rows.add(replace(LEAF, leaf=b"x" * 60_000), HEAD)
    assert "Free some space" in refused.value.advice
    with store.reading() as rows:
        assert rows.head() is None


def test_a_damaged_file_is_said_to_be_damaged(store: Store, tmp_path: Path) -> None:
    """Pages overwritten with nothing: no traceback, and the record is named as broken."""
    for position in range(200):
        add(store, position)
    store.close()
    content = bytearray((tmp_path / "log.db").read_bytes())
    content[4096:] = bytes(len(content) - 4096)
    (tmp_path / "log.db").write_bytes(content)
    with (
        pytest.raises(BrokenLogError, match="damaged"),
        Store(tmp_path / "log.db").reading() as rows,
    ):
        list(rows.leaves())


def test_the_file_is_written_through_to_the_disk(store: Store) -> None:
    """WAL with full synchronisation, and what is freed is overwritten."""
    with store.reading() as rows:
        ask = rows._connection.exec_driver_sql
        told = [ask(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
        assert (told, ask("PRAGMA secure_delete").scalar()) == (["wal", 2], 1)


def test_a_closed_store_lets_its_folder_be_moved(store: Store, tmp_path: Path) -> None:
    """As a set-up does at its end: no side file stays behind."""
    add(store, 0)
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == ["log.db"]
    moved = tmp_path / "moved"
    moved.mkdir()
    (tmp_path / "log.db").rename(moved / "log.db")
    with Store(moved / "log.db").reading() as rows:
        assert rows.head() == HEAD


def test_a_record_is_read_where_nobody_can_write(tmp_path: Path) -> None:
    """As on a disc that somebody was handed: without a journal, and nothing is changed."""
    path = tmp_path / "disc" / "log.db"
    path.parent.mkdir()
    with closing(Store(path)) as made:
        made.create("hill/00")
    for folder in (tmp_path, *tmp_path.parents[:2], path.parent):
        folder.chmod(0o555 if folder == path.parent else 0o755)
    path.chmod(0o444)

    def work() -> str:
        with closing(Store(path)) as store:
            return store.origin()

    assert without_rights(work) == "hill/00"
    assert [file.name for file in path.parent.iterdir()] == ["log.db"]
    path.parent.chmod(0o755)
