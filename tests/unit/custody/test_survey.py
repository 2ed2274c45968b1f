"""The full pass before anything is signed: every leaf, every link, the head, a stop."""

import sqlite3
from contextlib import closing

import pytest

from cast import COMPUTER, ORIGIN, PLAIN_CASE, key_of
from counterseal.custody.facts import Step
from counterseal.custody.survey import Survey, survey
from counterseal.errors import BrokenLogError
from desk import steps, take, until
from small_vault import SmallVault
from unguarded import unguarded


def look(desk: SmallVault) -> Survey:
    """Survey a record."""
    return survey(desk.store, ORIGIN, COMPUTER.public)


def break_it(desk: SmallVault, *statements: str) -> None:
    """Change tables behind the program's back."""
    with closing(sqlite3.connect(desk.vault.log)) as connection:
        with unguarded(connection):
            for statement in statements:
                assert connection.execute(statement).rowcount > 0
        connection.commit()


def test_a_whole_record_is_counted(desk: SmallVault) -> None:
    """How many entries there are, and that nobody stopped."""
    until(desk, Step.SESSION_CLOSED)
    assert look(desk) == Survey(1 + len(PLAIN_CASE), stopped=())


@pytest.mark.parametrize(("exposed", "standing"), [("unknown", ("2026-001",)), ("no", ())])
def test_a_stop_in_the_log_is_seen(
    desk: SmallVault, exposed: str, standing: tuple[str, ...]
) -> None:
    """Also where the latch was taken away; not where nobody looked at anything."""
    until(desk, Step.CASE_TRIAGED)
    take(desk, Step.CASE_STOPPED, exposed=exposed)
    assert look(desk) == Survey(4, stopped=standing)


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("UPDATE leaves SET leaf = zeroblob(9) WHERE position = 2", "entry 2: "),
        ("UPDATE leaves SET leaf_hash = zeroblob(32) WHERE position = 2", "entry 2, column leaf_h"),
        ("UPDATE leaves SET step = 'note.added' WHERE position = 2", "entry 2, column step"),
        ("DELETE FROM leaves WHERE position = 1", "entry 1: it does not follow"),
        ("DELETE FROM leaves WHERE position = 3", "the log: its entries are not the ones"),
        ("DELETE FROM heads WHERE size = 4", "the log: its entries are not the ones"),
        ("DELETE FROM heads", "the log: its entries are not the ones"),
        ("UPDATE heads SET root = zeroblob(32) WHERE size = 4", "the log: its entries are not"),
        ("UPDATE heads SET edge = zeroblob(32) WHERE size = 4", "head 4: its edge does not give"),
        ("UPDATE heads SET note = 'x' WHERE size = 4", "head 4: not a "),
    ],
)
def test_whatever_does_not_fit_is_refused_with_its_place(
    desk: SmallVault, statement: str, where: str
) -> None:
    """Nothing is signed on top of it."""
    until(desk, Step.CASE_AUTHORISED)
    assert len(steps(desk)) == 4
    break_it(desk, statement)
    with pytest.raises(BrokenLogError, match=where):
        look(desk)


def test_another_computers_record_is_refused(desk: SmallVault) -> None:
    """The head is signed by another key than this computer's."""
    with pytest.raises(BrokenLogError, match="head 1: the head is not signed"):
        survey(desk.store, ORIGIN, key_of("ab").public)


def test_another_records_entries_are_refused(desk: SmallVault) -> None:
    """Each entry says which record it belongs to."""
    with pytest.raises(BrokenLogError, match="entry 0"):
        survey(desk.store, ORIGIN[:-1] + "0", COMPUTER.public)


def test_a_record_without_a_beginning_is_refused(desk: SmallVault) -> None:
    """Empty tables are no record."""
    break_it(desk, "DELETE FROM leaves", "DELETE FROM heads")
    with pytest.raises(BrokenLogError, match="the log"):
        look(desk)
