"""A made-up school with a practice record, and the people's keys held open for the whole run.

Nobody here exists. Keys are derived cheaply, as practice does; no row counts key derivation.
"""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from counterseal import machine
from counterseal.clock import SystemClock
from counterseal.custody.log import Cosigner
from counterseal.evidence.screen import ScreenSource, open_screen
from counterseal.keys.keyfile import PRACTICE_COST, REAL_COST
from counterseal.keys.recipients import new_identity, recipient_of
from counterseal.workflow.practice_people import IDS, PEOPLE, SCHOOL
from counterseal.workflow.record import Record
from counterseal.workflow.setup import Founding, found
from counterseal.workflow.surroundings import Surroundings, this_program


@dataclass(frozen=True, slots=True)
class School:
    """A record with everybody's key unlocked.

    Args:
        record: The opened record.
        keys: Whoever can sign, by id.
    """

    record: Record
    keys: dict[str, Cosigner]

    def who(self, *ids: str) -> list[Cosigner]:
        """Return these people, in order."""
        return [self.keys[person] for person in ids]


@contextmanager
def school(folder: Path, source: ScreenSource | None = None) -> Iterator[School]:
    """Set up a practice record.

    Args:
        folder: Where to; its `vault` must not exist yet.
        source: What stands in for the screen; this computer's own screen where omitted.
    """
    around = Surroundings(
        clock=SystemClock(),
        random=secrets.token_bytes,
        machine=machine.this_machine,
        screen=lambda practice: source or open_screen(practice=practice),
        latch_folder=folder / "latch",
        cost=REAL_COST,
        practice_cost=PRACTICE_COST,
        program=this_program,
    )
    handover = recipient_of(new_identity())
    record = found(folder / "vault", Founding(SCHOOL, PEOPLE, handover, practice=True), around)
    with ExitStack() as stack:
        unlocked = {
            person: stack.enter_context(record.unlock(person, newcomer.passphrase))
            for person, newcomer in zip(IDS, PEOPLE, strict=True)
        }
        keys = {i: Cosigner(i, present=True, key=key) for i, key in unlocked.items()}
        yield School(record, keys)
        record.store.close()
