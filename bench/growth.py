"""Row 3: what one more entry costs, in a young log, in an old one, and at the very least.

Three logs grow turn and turn about, a few entries each: a young one through its first thousand
entries, an old one through its last thousand, and a bare SQLite file that takes the rows of the
old one. So a busy minute of the computer slows all three.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from casework import Casework, Turn
from measure import Row, Times
from school import School, school

from counterseal.custody import store
from counterseal.custody.envelope import pae
from counterseal.custody.facts import Step
from counterseal.custody.log import Log
from counterseal.custody.store import Store
from counterseal.custody.terms import Terms
from counterseal.keys.signing import SigningKey

WINDOW = 1_000
BLOCK = 25
"""Entries that one log takes before it is the next one's turn."""
LEAST = "a bare SQLite commit of the same rows and 3 Ed25519 signatures"
_TABLES = """
CREATE TABLE leaves (position INTEGER PRIMARY KEY, leaf BLOB NOT NULL, leaf_hash BLOB NOT NULL,
    case_id TEXT NOT NULL, case_seq INTEGER NOT NULL, step TEXT NOT NULL, utc TEXT NOT NULL);
CREATE UNIQUE INDEX by_case ON leaves (case_id, case_seq);
CREATE TABLE heads (size INTEGER PRIMARY KEY, root BLOB NOT NULL, edge BLOB NOT NULL,
    note TEXT NOT NULL);
"""


@dataclass(slots=True)
class Writer:
    """A log that takes one step after another.

    Args:
        school: Whose log it is.
        log: The log.
        terms: What is in force.
        casework: Makes the steps.
        turns: The steps still to come.
    """

    school: School
    log: Log
    terms: Terms
    casework: Casework
    turns: Iterator[Turn]

    @classmethod
    def of(cls, one: School) -> "Writer":
        """Begin with the first case."""
        casework = Casework(one)
        return cls(one, one.record.log, one.record.terms, casework, casework.turns())

    def write(self, count: int) -> float:
        """Append so many entries; return the milliseconds that one took, without its files."""
        total = 0
        for turn in islice(self.turns, count):
            who = self.school.who(*turn.people)
            begun = time.perf_counter_ns()
            kept = self.log.append(turn.proposal, who, self.terms)
            total += time.perf_counter_ns() - begun
            if turn.proposal.step is Step.RECEIPT_ISSUED:
                self.casework.make_receipt(kept)
        return total / 1e6 / count


class Bare:
    """The least that could do: three signatures, and the same rows in one SQLite commit.

    Args:
        path: The file.
        like: The log whose rows it takes, one after another.
    """

    def __init__(self, path: Path, like: Path) -> None:
        """Make the tables."""
        self._keys = [SigningKey.generate(_seed(n)) for n in range(3)]
        self._file = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            self._file.execute(f"PRAGMA {pragma}")
        self._file.executescript(_TABLES)
        other = sqlite3.connect(f"file:{like}?mode=ro", uri=True)
        self._leaves = other.execute("SELECT * FROM leaves ORDER BY position LIMIT ?", (WINDOW,))
        self._heads = other.execute("SELECT * FROM heads ORDER BY size LIMIT ?", (WINDOW,))

    def write(self, count: int) -> float:
        """Write so many rows; return the milliseconds that one took."""
        rows = list(zip(self._leaves.fetchmany(count), self._heads.fetchmany(count), strict=True))
        begun = time.perf_counter_ns()
        for leaf, head in rows:
            message = pae(leaf[1])
            for key in self._keys:
                key.sign(message)
            self._file.execute("BEGIN IMMEDIATE")
            self._file.execute("INSERT INTO leaves VALUES (?, ?, ?, ?, ?, ?, ?)", leaf)
            self._file.execute("INSERT INTO heads VALUES (?, ?, ?, ?)", head)
            self._file.execute("COMMIT")
        return (time.perf_counter_ns() - begun) / 1e6 / count


def measure(old: Writer, folder: Path, size: int, tell: Callable[[str], None]) -> list[Row]:
    """Grow a log to its size and measure its last thousand entries against both others.

    Args:
        old: The log to grow; left as it then is, for the check.
        folder: For the other two; empty.
        size: How many entries the old log has at the end.
        tell: Says what takes long.
    """
    tell(f"Filling a log to {size - WINDOW:,} entries")
    with _without_fsync(old.school.record.store):
        old.write(size - WINDOW - 1)  # the first entry stands there already
    tell(f"Appending {WINDOW:,} entries to three logs in turn")
    with ExitStack() as stack:
        young = Writer.of(stack.enter_context(school(folder)))
        bare = Bare(folder / "bare.db", old.school.record.vault.log)
        runs: tuple[list[float], list[float], list[float]] = ([], [], [])
        writers = (old.write, young.write, bare.write)
        for turn in range(WINDOW // BLOCK):
            order = (0, 1, 2) if turn % 2 == 0 else (2, 1, 0)
            for side in order:
                runs[side].append(writers[side](BLOCK))
    last, first, least = (Times(tuple(one)) for one in runs)
    more = last.median - least.median
    notes = (
        f"{more:.2f} ms more than bare: within 2 x on a disk where a bare entry takes as long",
    )
    kind = f"median of {WINDOW // BLOCK} blocks of {BLOCK}"
    near = f"append near {size:,} entries, each"
    early = f"append below 1,000 entries, each; {kind}"
    return [
        Row(near, last, first, early, 1.1),
        Row(near, last, least, LEAST, 2.0, notes),
        Row("append below 1,000 entries, each", first, least, LEAST, 2.0),
    ]


@contextmanager
def _without_fsync(of: Store) -> Iterator[None]:
    """Fill a log without waiting for the disk; nothing is measured meanwhile."""
    plain = store._PRAGMAS  # noqa: SLF001  (no setting of the program makes it less durable)
    setattr(store, "_PRAGMAS", (*plain, "synchronous=OFF"))  # noqa: B010  (it is a constant)
    of.close()
    try:
        yield
    finally:
        setattr(store, "_PRAGMAS", plain)  # noqa: B010
        of.close()  # so that the next connection is made as always


def _seed(number: int) -> Callable[[int], bytes]:
    return lambda size: bytes([number + 1]) * size
