"""Which names a member may have, how large it may be, and whether it is read whole. Pure.

`docs/format.md`, 17.1, and the limits of section 19. Written from that text, not from the program
that makes bundles.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

FOLDER: Final = "bundle/"
BAG: Final = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt")
VERIFY: Final = "VERIFY.txt"
STATEMENT: Final = "data/bundle.json"
CHECKPOINT: Final = "data/checkpoint"
REQUIRED: Final = (VERIFY, "data/START-HERE.html", "data/case.jsonld", CHECKPOINT)
"""What stands in every bundle and in its statement, whatever the case."""

MOST_NAME: Final = 160
MOST_MEMBERS: Final = 65_534
MOST_WHOLE: Final = 64 << 20
"""The most that all members that are read whole have together, in bytes."""

_ANY: Final = 1 << 32  # shorter than the whole bundle in any case
_LEAF: Final = 65_535
_NOTE: Final = 16_384
_TEXT: Final = 1 << 20
_LARGE: Final = 16 << 20

_WHO = r"(?P<who>computer|[a-z]{2,3}[0-9]{0,3})"
_INDEX = r"(?P<number>[0-9]{6}|[1-9][0-9]{6,14})"
_SIZE = r"(?P<number>[1-9][0-9]{0,14})"


@dataclass(frozen=True, slots=True)
class Family:
    """One row of the table of members.

    Args:
        pattern: Matches the names, without the folder.
        most: The greatest length, in bytes.
        whole: Whether a reader needs the content, not its fingerprint alone.
    """

    pattern: re.Pattern[str]
    most: int
    whole: bool


def _family(pattern: str, most: int = _ANY, *, whole: bool = False) -> Family:
    return Family(re.compile(pattern + r"\Z", re.ASCII), most, whole)


ENTRY: Final = _family(rf"data/log/{_INDEX}\.json", _LEAF, whole=True)
PROOF: Final = _family(rf"data/log/{_INDEX}\.tlog-proof", _NOTE, whole=True)
KEYSET: Final = _family(r"data/keysets/(?P<number>[1-9][0-9]{0,5})\.json", _TEXT, whole=True)
PROFILE: Final = _family(r"data/profiles/(?P<sha256>[0-9a-f]{64})\.toml", _TEXT, whole=True)
RECEIPT: Final = _family(rf"data/receipts/{_SIZE}\.json", _TEXT, whole=True)
OPENING: Final = _family(rf"data/openings/{_INDEX}\.json", _LARGE, whole=True)
EXHIBIT: Final = _family(
    r"data/exhibits/[A-Z]{2,3}[0-9]{0,3}-[1-9][0-9]{0,4}\.(?:png|jpg|gif|pdf|mht|txt|bin)"
)
KEY: Final = _family(rf"data/keys/{_WHO}-[0-9a-f]{{16}}\.pem", _NOTE)
WITHHELD: Final = _family(r"data/withheld/[0-9a-f]{32}\.age")
PAPER: Final = _family(r"data/papers/[a-z0-9-]{1,40}\.pdf")
TIME: Final = _family(rf"data/tsa/{_SIZE}\.tsr")
_LOG_FILE: Final = _family(rf"data/log/{_INDEX}\.(?:pae|{_WHO}\.sig)")

FAMILIES: Final = (
    ENTRY,
    PROOF,
    _LOG_FILE,
    _family(r"bagit\.txt|bag-info\.txt|manifest-sha256\.txt|tagmanifest-sha256\.txt"),
    _family(r"VERIFY\.txt|data/START-HERE\.html|data/case\.jsonld"),
    _family(r"data/bundle\.json", _LARGE, whole=True),
    _family(rf"data/bundle\.(?:pae|{_WHO}\.sig)"),
    _family(r"data/checkpoint", _NOTE, whole=True),
    KEY,
    KEYSET,
    PROFILE,
    RECEIPT,
    _family(rf"data/receipts/{_SIZE}\.txt", _TEXT),
    _family(rf"data/receipts/{_SIZE}\.consistency", _NOTE, whole=True),
    OPENING,
    EXHIBIT,
    WITHHELD,
    PAPER,
    TIME,
)


def family_of(name: str) -> Family | None:
    """Return the row that a name belongs to; None where it belongs to none."""
    return next((family for family in FAMILIES if family.pattern.match(name)), None)


def unreadable(members: Iterable[tuple[str, int]]) -> str | None:
    """Return the first member that no reader would take; None where there is none.

    Args:
        members: Names and lengths, for a writer that asks before it writes.
    """
    left = MOST_WHOLE
    for name, size in members:
        family = family_of(name)
        left -= size if family is not None and family.whole else 0
        if family is None or size > family.most or left < 0:
            return name
    return None


def place_of(name: str) -> tuple[int, bytes]:
    """Return what members are ordered by: the bag's own, `VERIFY.txt`, then by bytes."""
    first = (*BAG, VERIFY)
    return (first.index(name) if name in first else len(first), name.encode())


def of_statement(name: str) -> bool:
    """Whether a member is one that the statement cannot speak of: the bag's own, and itself."""
    return name in BAG or name == STATEMENT or bool(_OWN.match(name))


_OWN = re.compile(rf"data/bundle\.(?:pae|{_WHO}\.sig)\Z")


def entry_name(index: int, ending: str) -> str:
    """Return the name of a file about an entry: "data/log/000003.pae"."""
    return f"data/log/{index:06}.{ending}"
