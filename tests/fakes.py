"""What tests hold in their hands in place of the world: time, randomness, an account without power.

People, keys and a plain case are in `cast.py`.
"""

import hashlib
import multiprocessing
import os
from collections.abc import Callable
from dataclasses import dataclass

from counterseal.clock import Instant

NOBODY = 65_534
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


@dataclass(slots=True)
class FakeClock:
    """Stands still until a test moves it."""

    utc_ms: int = 1_796_000_000_000
    mono_ms: int = 5_000_000
    boot: str = "boot-1"

    def now(self) -> Instant:
        """Return this moment."""
        return Instant(self.utc_ms, self.mono_ms, self.boot)

    def sleep(self, seconds: float) -> None:
        """Let time pass; both clocks move together."""
        self.utc_ms += int(seconds * 1000)
        self.mono_ms += int(seconds * 1000)

    def turn(self, seconds: float) -> None:
        """Set the wall clock forward or, below zero, back; the monotonic one knows nothing."""
        self.utc_ms += int(seconds * 1000)


class Seeded:
    """Bytes that look random and are the same in every run."""

    def __init__(self, label: str) -> None:
        """Begin the stream of a label."""
        self._label = label
        self._count = 0

    def __call__(self, size: int) -> bytes:
        """Return the next bytes of the stream."""
        made = b""
        while len(made) < size:
            made += hashlib.sha256(f"{self._label} {self._count}".encode()).digest()
            self._count += 1
        return made[:size]


def age_identity(secret: bytes) -> str:
    """Write 32 bytes as an age identity: bech32 (BIP 173), as `age-keygen` prints it."""
    prefix = "age-secret-key-"
    number = int.from_bytes(secret) << 4  # 52 characters of five bits hold 256 bits and four
    values = [number >> 5 * place & 31 for place in reversed(range(52))]
    spread = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = _polymod([*spread, *values, 0, 0, 0, 0, 0, 0]) ^ 1
    values += [check >> 5 * place & 31 for place in reversed(range(6))]
    return f"{prefix}1{''.join(_BECH32[value] for value in values)}".upper()


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, factor in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= factor if top >> bit & 1 else 0
    return check


def in_a_process(work: Callable[[], str]) -> str:
    """Do something in a process of its own, and return what it says."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=lambda: sender.send(work()))
    process.start()
    sender.close()
    try:
        said = str(receiver.recv())
    except EOFError:
        said = "the process ended without a word"
    process.join(30)
    return said


def without_rights(work: Callable[[], str]) -> str:
    """Do something with an account that may write nothing, and return what it says.

    Root may write anywhere, so a test of a read-only folder run by root has to step down first.
    """

    def child() -> str:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        return work()

    return in_a_process(child)
