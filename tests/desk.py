"""A small record at hand, without files: what tests of the log do with it."""

import sqlite3
from contextlib import closing
from typing import Any

from cast import CASE, COMPUTER, ORIGIN, PLAIN_CASE, TERMS, cosigners, proposal
from counterseal.clock import Clock
from counterseal.custody.facts import Step
from counterseal.custody.log import Kept, Log
from counterseal.custody.store import Store
from counterseal.custody.survey import survey
from small_vault import SmallVault


def take(desk: SmallVault, step: Step, *people: str, case: str = CASE, **changes: Any) -> Kept:  # noqa: ANN401  (any facts)
    """Append one step with made-up files."""
    desk.clock.sleep(10)
    return desk.log.append(proposal(step, case, **changes), cosigners(*people), TERMS)


def until(desk: SmallVault, last: Step, case: str = CASE) -> Kept:
    """Go through the plain case up to a step."""
    for turn in PLAIN_CASE:
        kept = take(desk, turn.step, *turn.people, case=case, **turn.changes)
        if turn.step is last:
            return kept
    raise AssertionError(last)


def steps(desk: SmallVault) -> list[str]:
    """Return every step that is kept, as another reader sees them."""
    with closing(Store(desk.vault.log)) as store, store.reading() as rows:
        return [row.step for row in rows.leaves()]


def surveyed(desk: SmallVault) -> int:
    """Go through every leaf, and return how many there are."""
    return survey(desk.store, ORIGIN, COMPUTER.public).entries


def again(desk: SmallVault, clock: Clock | None = None) -> Log:
    """Open the same tables as a second program would."""
    return Log(Store(desk.vault.log), ORIGIN, COMPUTER, clock or desk.clock, desk.vault.latch)


def copy_of(desk: SmallVault) -> bytes:
    """Return the tables as they are now, in one file."""
    with closing(sqlite3.connect(desk.vault.log)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return desk.vault.log.read_bytes()
