"""The append-only tables, on SQLite through SQLAlchemy Core. The only importer of sqlalchemy.

Rows go in and are never changed; triggers refuse it, against accidents. Every column besides the
leaf is a cache of it (`docs/format.md`, section 7). Nothing here knows what a leaf means.
"""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from counterseal.custody.schema import HEADS, LEAVES, META, SCHEMA, made_schema, make_tables
from counterseal.durable import only_read_here
from counterseal.errors import UNREADABLE, BrokenLogError, Finding, NoVaultError, VaultError

FORMAT = 1
_WAIT_SECONDS = 20  # for the writer; a write takes milliseconds


@dataclass(frozen=True, slots=True)
class LeafRow:
    """One row of `leaves`: the leaf, and what is cached of it.

    Args:
        position: Place in the log, from 0.
        leaf: The exact bytes.
        leaf_hash: 32 bytes.
        case_id: The case, or "" for the vault itself.
        case_seq: Place within the case.
        step: The step.
        utc: Its time.
    """

    position: int
    leaf: bytes
    leaf_hash: bytes
    case_id: str
    case_seq: int
    step: str
    utc: str


@dataclass(frozen=True, slots=True)
class HeadRow:
    """One row of `heads`.

    Args:
        size: How many leaves.
        root: 32 bytes.
        edge: Roots of the perfect subtrees, left to right, 32 bytes each.
        note: The signed checkpoint.
    """

    size: int
    root: bytes
    edge: bytes
    note: str


class Rows:
    """What can be asked of the tables, within one transaction.

    Every question names the rows that it needs, so that showing one case reads no other's.
    """

    def __init__(self, connection: sa.Connection) -> None:
        """Wrap a connection."""
        self._connection = connection

    def head(self) -> HeadRow | None:
        """Return the latest head; None for an empty log."""
        row = self._connection.execute(_LATEST).one_or_none()
        return None if row is None else _read(HeadRow, row)

    def heads(self) -> Iterator[HeadRow]:
        """Return every head, in order."""
        for row in self._connection.execute(sa.select(HEADS).order_by(HEADS.c.size)):
            yield _read(HeadRow, row)

    def leaves(self) -> Iterator[LeafRow]:
        """Return every leaf, in order."""
        for row in self._connection.execute(sa.select(LEAVES).order_by(LEAVES.c.position)):
            yield _read(LeafRow, row)

    def leaf(self, position: int) -> LeafRow | None:
        """Return one leaf."""
        row = self._connection.execute(_ONE_LEAF, {"wanted": position}).one_or_none()
        return None if row is None else _read(LeafRow, row)

    def case_leaves(self, case: str, start: int = 0) -> list[LeafRow]:
        """Return the leaves of one case from a place on, in order; no other row is read."""
        found = self._connection.execute(_OF_CASE, {"case": case, "start": start})
        return [_read(LeafRow, row) for row in found]

    def hashes(self) -> list[bytes]:
        """Return every cached leaf hash, in order."""
        query = sa.select(LEAVES.c.leaf_hash).order_by(LEAVES.c.position)
        return list(self._connection.execute(query).scalars())

    def schema_fault(self) -> str | None:
        """Say whether the tables, indexes and triggers are the ones that we made, and whole.

        An index that leaves rows out would hide them from every question that uses it.
        """
        found = self._connection.exec_driver_sql(SCHEMA).all()
        if [tuple(row) for row in found] != made_schema():
            return "its tables are not the ones that were made"
        answer = self._connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
        return None if answer == "ok" else "the database is damaged"

    def of_steps(self, steps: Collection[str]) -> list[LeafRow]:
        """Return the rows of these steps, in order."""
        query = sa.select(LEAVES).where(LEAVES.c.step.in_(sorted(steps)))
        found = self._connection.execute(query.order_by(LEAVES.c.position))
        return [_read(LeafRow, row) for row in found]

    def cases(self) -> list[str]:
        """Return every case there is, in order."""
        query = sa.select(LEAVES.c.case_id).where(LEAVES.c.case_seq == 0)
        query = query.where(LEAVES.c.case_id != "")
        return sorted(self._connection.execute(query).scalars())

    def add(self, leaf: LeafRow, head: HeadRow) -> LeafRow:
        """Add a leaf with its head, and read both back.

        Returns:
            The leaf, as it was read back.

        Raises:
            BrokenLogError: They did not read back as they were written.
        """
        self._connection.execute(_ADD_LEAF, _values(leaf))
        self._connection.execute(_ADD_HEAD, _values(head))
        read = self.leaf(leaf.position)
        if read is None or read != leaf or self.head() != head:
            where = f"entry {leaf.position}"
            finding = Finding("broken-log", where, "it did not read back as it was written")
            raise BrokenLogError((finding,))
        return read


_ADD_LEAF = LEAVES.insert()
_ADD_HEAD = HEADS.insert()
_LATEST = sa.select(HEADS).order_by(HEADS.c.size.desc()).limit(1)
_ONE_LEAF = sa.select(LEAVES).where(LEAVES.c.position == sa.bindparam("wanted"))
_OF_CASE = (
    sa.select(LEAVES)
    .where(LEAVES.c.case_id == sa.bindparam("case"))
    .where(LEAVES.c.case_seq >= sa.bindparam("start"))
    .order_by(LEAVES.c.case_seq)
)


class Store:
    """The database file of one vault.

    Args:
        path: `log.db`.
    """

    def __init__(self, path: Path) -> None:
        """Prepare the engine; nothing is opened yet."""
        self._path = path
        pool = sa.pool.QueuePool
        self._engine = sa.create_engine("sqlite://", creator=self._connect, poolclass=pool)

    def create(self, origin: str) -> None:
        """Make the tables of a new vault.

        Raises:
            VaultError: They could not be made.
        """
        with self.writing(new=True) as rows:
            connection = rows._connection  # noqa: SLF001  (both are this module)
            make_tables(connection)
            connection.execute(META.insert(), [{"origin": origin, "format": FORMAT}])

    def origin(self) -> str:
        """Return the origin that the tables were made for.

        Raises:
            NoVaultError: The file is not one of ours, or of another format.
        """
        with self.reading() as rows:
            found = rows._connection.execute(sa.select(META)).all()  # noqa: SLF001
        if len(found) != 1 or found[0].format != FORMAT:
            what = "This record was made by another version of Counterseal."
            raise NoVaultError(what, advice=UNREADABLE)
        return str(found[0].origin)

    def close(self) -> None:
        """Let go of the file, so that its folder can be moved."""
        self._engine.dispose()

    @contextmanager
    def writing(self, *, new: bool = False) -> Iterator[Rows]:
        """Hold the one writer's lock; commit at the end, or leave no trace.

        Args:
            new: Whether the file may be made.

        Raises:
            VaultError: Another process holds the lock for too long, or the disk refuses.
        """
        if not new and not self._path.exists():
            raise NoVaultError
        with self._translated(), self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield Rows(connection)
            except BaseException:
                connection.connection.rollback()  # SQLite may have done so: where the disk is full
                raise
            connection.exec_driver_sql("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[Rows]:
        """Read one consistent state, without holding up the writer.

        Raises:
            NoVaultError: There is no such file, or it is not one of ours.
        """
        if not self._path.exists():
            raise NoVaultError
        with self._translated(), self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            try:
                yield Rows(connection)
            finally:
                connection.connection.rollback()

    def _connect(self) -> sqlite3.Connection:
        # Autocommit: the two context managers above say BEGIN and COMMIT themselves.
        where, only_read = str(self._path), only_read_here(self._path)
        if only_read:
            where = f"{self._path.absolute().as_uri()}?mode=ro&immutable=1"
        connection = sqlite3.connect(
            where, timeout=_WAIT_SECONDS, isolation_level=None, uri=only_read
        )
        connection.text_factory = lambda content: content.decode("utf-8", "surrogateescape")
        for pragma in () if only_read else _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sa.exc.DBAPIError, sqlite3.Error) as error:
            raise _trouble(getattr(error, "orig", None) or error) from error
        except UnicodeDecodeError as error:  # damage that SQLite cannot even quote
            raise BrokenLogError(_DAMAGED) from error


_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")


_DAMAGED = (Finding("broken-log", "log.db", "the file is damaged"),)
_Row = TypeVar("_Row", LeafRow, HeadRow)
_KINDS: dict[Any, tuple[Any, ...]] = {
    LeafRow: (int, bytes, bytes, str, int, str, str),
    HeadRow: (int, bytes, bytes, str),
}
_UNFIT: dict[Any, Any] = {bytes: b"", str: "\N{REPLACEMENT CHARACTER}", int: -1}


def _read(kind: type[_Row], row: Sequence[Any]) -> _Row:
    # SQLite keeps anything in any column: what is of another kind is read as what fits nothing.
    return kind(*(v if type(v) is k else _UNFIT[k] for v, k in zip(row, _KINDS[kind], strict=True)))


def _values(row: LeafRow | HeadRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__}


def _trouble(error: BaseException) -> VaultError | BrokenLogError:
    name = getattr(error, "sqlite_errorname", "") or ""
    match name.split("_")[:2]:
        case ["SQLITE", "FULL"]:
            what, advice = "The disk is full.", "Free some space on this disk, then try again."
        case ["SQLITE", "READONLY"] | ["SQLITE", "CANTOPEN"]:
            what = "The record cannot be written."
            advice = "Ask technical support to give this account the right to write there."
        case ["SQLITE", "BUSY"]:
            what = "Another Counterseal on this computer is writing."
            advice = "Wait until it has finished, then run the command again."
        case ["SQLITE", "NOTADB"] | ["SQLITE", "ERROR"]:
            what = "The data folder holds a log that Counterseal cannot read."
            return NoVaultError(what, advice=UNREADABLE)
        case ["SQLITE", "CORRUPT"] | ["SQLITE", "CONSTRAINT"]:
            return BrokenLogError(_DAMAGED)
        case _:
            return VaultError(f"The record could not be used: {error}.")
    return VaultError(what, advice=advice)
