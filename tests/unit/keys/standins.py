"""Stand-ins: a clock on which waiting takes no time, and randomness that repeats itself."""

import hashlib
from pathlib import Path

from counterseal.clock import Instant
from counterseal.errors import WrongPassphraseError
from counterseal.keys.keystore import Keystore
from counterseal.keys.people import Person

VAULT = "oakfield/" + "0f" * 16
PASSPHRASE = "purple teapot walks home"


class CountingClock:
    """A clock on which waiting takes no time, but is written down."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> Instant:
        return Instant(0, 0, "unknown")

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


class Repeatable:
    """Bytes that look random and are the same in every run."""

    def __init__(self, seed: bytes = b"") -> None:
        self.seed = seed
        self.calls = 0

    def __call__(self, size: int) -> bytes:
        self.calls += 1
        start = hashlib.sha256(self.seed + self.calls.to_bytes(4)).digest()
        return hashlib.shake_256(start).digest(size)


def unlocks(keystore: Keystore, path: Path, person: Person, passphrase: str = PASSPHRASE) -> bool:
    try:
        with keystore.unlock(path, passphrase, person):
            return True
    except WrongPassphraseError:
        return False
