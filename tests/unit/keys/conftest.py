"""What the tests of keys share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from counterseal.keys.keyfile import PRACTICE_COST
from counterseal.keys.keystore import Keystore
from counterseal.keys.people import Person, Role
from unit.keys.standins import PASSPHRASE, VAULT, CountingClock, Repeatable


@pytest.fixture
def clock() -> CountingClock:
    return CountingClock()


@pytest.fixture
def random() -> Repeatable:
    return Repeatable()


@pytest.fixture
def keystore(clock: CountingClock, random: Repeatable) -> Keystore:
    return Keystore(VAULT, practice=True, cost=PRACTICE_COST, clock=clock, random=random)


@pytest.fixture
def enrol(keystore: Keystore, tmp_path: Path) -> Callable[[str], Person]:
    """Make a key file `<id>.key` in `tmp_path`, and the person that goes with it."""

    def make(person_id: str) -> Person:
        made = keystore.create(tmp_path / f"{person_id}.key", person_id, PASSPHRASE)
        return Person(
            id=person_id,
            name=f"Person {person_id.upper()}",
            position="Teacher",
            roles=frozenset({Role.INVESTIGATOR}),
            key=made.public,
            recipient=made.recipient,
        )

    return make
