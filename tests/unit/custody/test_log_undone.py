"""The log: an entry is kept whole or not at all, and on top of nothing that does not fit."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace

import pytest

from cast import CASE, TERMS, cosigners, key_of, proposal
from counterseal.custody.facts import Step
from counterseal.custody.log import Cosigner, Kept
from counterseal.custody.rows import read_row
from counterseal.custody.state import Stage
from counterseal.custody.store import HeadRow
from counterseal.errors import BrokenLogError, VaultError
from desk import again, steps, surveyed, take, until
from small_vault import SmallVault, begin


def test_what_raises_before_the_commit_leaves_no_trace(desk: SmallVault) -> None:
    """Not in the tables, and not in what the program remembers of the case."""
    until(desk, Step.CASE_REPORTED)

    def fail(kept: Kept) -> None:
        assert kept.entry.step is Step.CASE_TRIAGED
        message = "the disk went away"
        raise OSError(message)

    triage = proposal(Step.CASE_TRIAGED)
    with pytest.raises(OSError, match="went away"):
        desk.log.append(triage, cosigners("ab", "cd"), TERMS, before_commit=fail)
    assert len(steps(desk)) == 2
    assert desk.log.case(CASE).stage is Stage.REPORTED
    take(desk, Step.CASE_TRIAGED, "ab", "cd")
    assert surveyed(desk) == 3


@dataclass(frozen=True)
class BrokenKey:
    """A key whose stick was pulled out."""

    public: bytes = key_of("cd").public

    def sign(self, _message: bytes) -> bytes:
        """Fail."""
        what = "The stick is gone."
        raise VaultError(what)


def test_a_failure_between_files_and_log_leaves_no_line(desk: SmallVault) -> None:
    """The second key fails after the files were written: the log says nothing of them."""
    until(desk, Step.CASE_REPORTED)
    path = desk.vault.path("details/2026-001/written-before.age")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x")
    people = [*cosigners("ab"), Cosigner("cd", present=True, key=BrokenKey())]
    with pytest.raises(VaultError, match="stick is gone"):
        desk.log.append(proposal(Step.CASE_TRIAGED), people, TERMS)
    assert len(steps(desk)) == surveyed(desk) == 2
    take(desk, Step.CASE_TRIAGED, "ab", "cd")
    assert surveyed(desk) == 3


@pytest.mark.parametrize(("table", "column"), [("leaves", "utc"), ("heads", "note")])
def test_what_does_not_read_back_as_written_is_undone(
    desk: SmallVault, table: str, column: str
) -> None:
    """A disk that keeps something else than it was given is found out before the commit."""
    with closing(sqlite3.connect(desk.vault.log)) as connection:
        connection.execute(f"DROP TRIGGER {table}_UPDATE")
        connection.execute(
            f"CREATE TRIGGER worn AFTER INSERT ON {table} BEGIN "  # noqa: S608
            f"UPDATE {table} SET {column} = 'worn' WHERE rowid = new.rowid; END"
        )
        connection.commit()
    with pytest.raises(BrokenLogError, match="did not read back"):
        take(desk, Step.CASE_REPORTED, "gh")
    assert steps(desk) == ["vault.created"]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE heads SET root = zeroblob(32)", "head 1: its note is about something else"),
        ("UPDATE heads SET edge = zeroblob(32)", "head 1: its edge does not give its root"),
        ("UPDATE heads SET note = 'x'", "head 1: not a"),
    ],
)
def test_nothing_is_put_on_top_of_a_head_that_does_not_fit(
    desk: SmallVault, change: str, what: str
) -> None:
    """The last head is checked before every entry."""
    with closing(sqlite3.connect(desk.vault.log)) as connection:
        connection.execute("DROP TRIGGER heads_UPDATE")
        connection.execute(change)
        connection.commit()
    for ask in (desk.log.head, lambda: take(desk, Step.CASE_REPORTED, "gh")):
        with pytest.raises(BrokenLogError, match=what):
            ask()
    assert steps(desk) == ["vault.created"]


def test_an_entry_replayed_into_another_case_is_refused(desk: SmallVault) -> None:
    """A leaf with good signatures, given another place and another case, does not read."""
    kept = until(desk, Step.CASE_REPORTED)
    with desk.store.writing() as rows:
        row = rows.leaf(kept.entry.index)
        head = rows.head()
        assert row is not None
        assert head is not None
        rows.add(replace(row, position=2, case_id="2026-002"), replace(head, size=3))
    with pytest.raises(BrokenLogError, match="column position"):
        again(desk).case("2026-002")
    with pytest.raises(BrokenLogError):
        surveyed(desk)


def test_an_entry_of_another_place_in_its_case_is_refused(desk: SmallVault) -> None:
    """A well-signed entry that does not follow the one before it in its case is not taken in."""
    until(desk, Step.CASE_TRIAGED)
    fork = begin(desk.vault.root.parent / "fork")
    take(fork, Step.CASE_REPORTED, "ab")
    take(fork, Step.CASE_TRIAGED, "ab", "cd")
    foreign = take(fork, Step.NOTE_ADDED, "ab", "cd")
    with fork.store.reading() as rows:
        row = rows.leaf(foreign.entry.index)
    assert row is not None
    with desk.store.writing() as rows:
        rows.add(row, HeadRow(4, b"r" * 32, b"e" * 32, "note"))
    with pytest.raises(BrokenLogError, match="entry 3: it does not follow"):
        again(desk).case(CASE)
    assert read_row(row).entry.case_seq == 2
