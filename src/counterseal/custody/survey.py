"""The full pass over all leaves that ends before anything is signed, opened or exported.

It re-hashes every leaf, follows every case's links, compares the root with the signed head, and
looks for a stop. It verifies no person's signature; `check` does.
"""

from dataclasses import dataclass

from counterseal.custody import merkle, stops
from counterseal.custody.entry import FIRST, Entry
from counterseal.custody.rows import head_fault, read_row
from counterseal.custody.store import LeafRow, Store
from counterseal.errors import BrokenLogError, Finding


@dataclass(frozen=True, slots=True)
class Survey:
    """What the pass saw.

    Args:
        entries: How many.
        stopped: The cases whose stop stands.
    """

    entries: int
    stopped: tuple[str, ...]


def survey(store: Store, origin: str, computer: bytes) -> Survey:
    """Go through every leaf.

    Args:
        store: The log's tables.
        origin: The vault's origin.
        computer: Raw public key of this computer.

    Raises:
        BrokenLogError: Something does not fit, and where.
    """
    edge: list[bytes] = []
    links: dict[str, tuple[int, str]] = {}
    counted: list[Entry] = []
    place = 0
    with store.reading() as rows:
        changed = rows.schema_fault()
        head = rows.head()
        for row in rows.leaves():
            entry = _follow(row, place, links, origin)
            counted += [entry] if entry.step in stops.COUNTED else []
            edge = merkle.grow(edge, place, row.leaf_hash)
            place += 1
    if head is None or head.size != place or head.root != merkle.root_of_edge(edge):
        finding = Finding("broken-log", "the log", "its entries are not the ones that were signed")
        raise BrokenLogError((finding,))
    wrong = head_fault(head, origin, computer)
    if wrong:
        raise BrokenLogError((Finding("bad-signature", f"head {head.size}", wrong),))
    if changed:
        raise BrokenLogError((Finding("broken-log", "log.db", changed),))
    return Survey(place, tuple(stops.standing(counted).here))


def _follow(row: LeafRow, place: int, links: dict[str, tuple[int, str]], origin: str) -> Entry:
    entry = read_row(row).entry
    expected = (place, *links.get(entry.case, (0, FIRST)), origin)
    if (entry.index, entry.case_seq, entry.case_prev, entry.vault) != expected:
        what = "it does not follow the entries before it"
        raise BrokenLogError((Finding("broken-log", f"entry {place}", what),))
    links[entry.case] = (entry.case_seq + 1, row.leaf_hash.hex())
    return entry
