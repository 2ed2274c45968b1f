"""What a row of the log means, and whether it means one thing only. Pure but for its types."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from counterseal.canonical import NotCanonicalError
from counterseal.custody import envelope, merkle
from counterseal.custody.checkpoint import Checkpoint, Note
from counterseal.custody.entry import Entry
from counterseal.custody.envelope import Envelope
from counterseal.custody.store import HeadRow, LeafRow
from counterseal.errors import BrokenLogError, Finding
from counterseal.keys.people import Keyset

_KEPT: Final = 64  # leaves that are remembered with their meaning; a case has a few dozen


@dataclass(frozen=True, slots=True)
class Logged:
    """An entry as it was read.

    Args:
        entry: The entry.
        leaf_hash: Its hash, 32 bytes.
        envelope: The signatures.
    """

    entry: Entry
    leaf_hash: bytes
    envelope: Envelope


def read_row(row: LeafRow | None) -> Logged:
    """Read a row, and make sure that its columns say what its leaf says.

    Raises:
        BrokenLogError: They do not, or the leaf cannot be read.
    """
    if row is None:
        raise BrokenLogError((Finding("missing", "the log", "an entry is missing"),))
    try:
        logged = _logged(row.leaf)
    except NotCanonicalError as error:
        finding = Finding("not-canonical", f"entry {row.position}", str(error))
        raise BrokenLogError((finding,)) from error
    expected = row_of(logged.entry, row.leaf, logged.leaf_hash)
    for name in row.__slots__:
        if getattr(row, name) != getattr(expected, name):
            what = "the column does not say what the entry says"
            where = f"entry {row.position}, column {name}"
            raise BrokenLogError((Finding("digest-mismatch", where, what),))
    return logged


@lru_cache(maxsize=_KEPT)
def _logged(leaf: bytes) -> Logged:
    # The same bytes always mean the same. An append meets its own last leaf again each time.
    signed = Envelope.from_bytes(leaf)
    return Logged(Entry.from_bytes(signed.payload), merkle.leaf_hash(leaf), signed)


def row_of(entry: Entry, leaf: bytes, digest: bytes) -> LeafRow:
    """Return the row that caches an entry."""
    return LeafRow(
        entry.index, leaf, digest, entry.case, entry.case_seq, str(entry.step), entry.time.utc
    )


def head_fault(row: HeadRow, origin: str, computer: bytes) -> str | None:
    """Check one head: its note is the computer's, and its edge gives its root.

    Returns:
        One plain sentence, or None.
    """
    try:
        note = Note.from_text(row.note)
    except NotCanonicalError as error:
        return str(error)
    if note.head != Checkpoint(origin, row.size, row.root):
        return "its note is about something else"
    if merkle.root_of_edge(split_edge(row.edge)) != row.root:
        return "its edge does not give its root"
    return note.fault(computer, {})


def split_edge(edge: bytes) -> list[bytes]:
    """Return the hashes of an edge, 32 bytes each."""
    return [edge[at : at + merkle.HASH_SIZE] for at in range(0, len(edge), merkle.HASH_SIZE)]


def signers_fault(
    logged: Logged, known: Mapping[int, str], keysets: Callable[[int, str], Keyset] | None
) -> str | None:
    """Check that an entry is signed by the people it names, with the keys they were enrolled with.

    Args:
        logged: The entry, as it was read.
        known: Digests of the keysets that were ever in force; empty before the first entry.
        keysets: Reads a keyset; None where only the signatures are checked.

    Returns:
        One plain sentence, or None.
    """
    entry = logged.entry
    wrong = envelope.fault(logged.envelope, entry.keys)
    if wrong or keysets is None or not entry.people:
        return wrong
    if known and known.get(entry.keyset_version) != entry.keyset_sha256:
        return "it names a list of people that was never in force"
    keyset = keysets(entry.keyset_version, entry.keyset_sha256)
    for signer in entry.people:
        person = keyset.find(signer.id)
        if person is None or not person.active or person.key.hex() != signer.key:
            return f"{signer.id} was not enrolled with that key"
    return None
