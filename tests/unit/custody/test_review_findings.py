"""What a hostile reading found once, and what now answers it."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass

import pytest

from cast import COMPUTER, ORIGIN, TERMS, cosigners, proposal
from counterseal.canonical import NotCanonicalError
from counterseal.custody.check import check
from counterseal.custody.entry import Entry
from counterseal.custody.facts import Step
from counterseal.custody.log import Cosigner
from counterseal.custody.survey import survey
from counterseal.errors import BrokenLogError, StoppedError
from desk import steps, take, until
from small_vault import SmallVault


@dataclass(frozen=True)
class Forger:
    """Has somebody's public key, and nothing to sign with."""

    public: bytes

    def sign(self, message: bytes) -> bytes:
        """Return what is no signature."""
        del message
        return bytes(64)


def test_an_entry_that_nobody_signed_is_not_kept(desk: SmallVault) -> None:
    """The computer's key alone cannot make a step of two people's."""
    until(desk, Step.CASE_AUTHORISED)
    before = steps(desk)
    keyset = TERMS.keyset
    forged = [Cosigner(i, present=True, key=Forger(keyset.person(i).key)) for i in ("ab", "cd")]
    with pytest.raises(BrokenLogError, match="not good"):
        desk.log.append(proposal(Step.SESSION_OPENED), forged, TERMS)
    assert steps(desk) == before


def test_an_index_that_hides_rows_is_found(desk: SmallVault) -> None:
    """Neither the pass before signing nor the check trusts an index that somebody made anew."""
    until(desk, Step.SESSION_CLOSED)
    with closing(sqlite3.connect(desk.vault.log)) as connection:
        ours = "SELECT sql FROM sqlite_master WHERE name = 'by_case'"
        (sql,) = connection.execute(ours).fetchone()
        connection.execute("DROP INDEX by_case")
        connection.execute(f"{sql} WHERE step <> 'session.closed'")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'by_case'", [sql])
        connection.commit()
    with pytest.raises(BrokenLogError):
        survey(desk.store, ORIGIN, COMPUTER.public)
    assert "log.db" in [f.where for f in check(desk.store, desk.vault, ORIGIN).findings]


def test_a_stop_wins_up_to_the_commit(desk: SmallVault) -> None:
    """A latch that is set while people sign leaves no entry behind."""
    until(desk, Step.CASE_AUTHORISED)
    before = steps(desk)

    def stop(_kept: object) -> None:
        desk.vault.latch.lock()

    with pytest.raises(StoppedError):
        desk.log.append(
            proposal(Step.SESSION_OPENED), cosigners("ab", "cd"), TERMS, before_commit=stop
        )
    assert steps(desk) == before


@pytest.mark.parametrize(
    "name",
    [
        "wraps/x.age",
        "wraps/2026-002/ab+cd/ab.age",
        "wraps/2026-001/cd+ab/ab.age",
        "wraps/2026-001/ab+cd/ef.age",
    ],
)
def test_a_half_of_another_case_or_pair_is_no_fact(desk: SmallVault, name: str) -> None:
    """No report can vouch for another case's halves, or name one that is nobody's."""
    kept = take(desk, Step.CASE_REPORTED, "ab")
    payload = kept.entry.to_bytes()
    good = kept.entry.facts["wraps"][0]["name"].encode()
    assert Entry.from_bytes(payload) == kept.entry
    with pytest.raises(NotCanonicalError, match="half of a case key"):
        Entry.from_bytes(payload.replace(b'"' + good + b'"', f'"{name}"'.encode(), 1))
