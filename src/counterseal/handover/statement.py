"""What the two and the computer sign about a bundle: every member, the last entry, the head. Pure.

`docs/format.md`, section 17.6.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from counterseal import canonical
from counterseal.custody import envelope
from counterseal.custody.checkpoint import Checkpoint
from counterseal.custody.envelope import Envelope, Signer
from counterseal.custody.rows import Logged
from counterseal.evidence.exhibit import Digest
from counterseal.handover.members import Member

PAYLOAD_TYPE: Final = "application/vnd.counterseal.bundle.v1+json"
MOST_BYTES: Final = 16 << 20

FULL: Final = "full"
RECORD_ONLY: Final = "record-only"


@dataclass(frozen=True, slots=True)
class Shown:
    """An exhibit as it stands in a bundle.

    Args:
        ref: "AB/1".
        name: Its file name: "AB-1.png".
        media: "image/png" and the like.
        digest: Of the exact bytes that were acquired.
    """

    ref: str
    name: str
    media: str
    digest: Digest


@dataclass(frozen=True, slots=True)
class Statement:
    """What is signed.

    Args:
        kind: `FULL` or `RECORD_ONLY`.
        practice: Whether it is from a practice vault.
        program: What made it: "counterseal 0.3.0".
        made: UTC.
        last: The case's last entry in it.
        head: The head of the log that every proof leads to.
        people: Hex public keys of those who sign, by id.
        exhibits: In the order in which they were made.
    """

    kind: str
    practice: bool
    program: str
    made: str
    last: Logged
    head: Checkpoint
    people: Sequence[tuple[str, str]]
    exhibits: Sequence[Shown]

    @property
    def vault(self) -> str:
        """The origin of the record."""
        return self.last.entry.vault

    @property
    def case(self) -> str:
        """The case."""
        return self.last.entry.case

    def to_bytes(self, members: Iterable[Member]) -> bytes:
        """Return the canonical bytes.

        Args:
            members: Every member that the statement vouches for.
        """
        last = self.last.entry
        ordered = sorted(members, key=lambda member: member.name.encode())
        value: dict[str, Any] = {
            "v": 1,
            "vault": self.vault,
            "case": self.case,
            "kind": self.kind,
            "practice": self.practice,
            "program": self.program,
            "made": self.made,
            "last": {
                "case_seq": last.case_seq,
                "index": last.index,
                "leaf": self.last.leaf_hash.hex(),
            },
            "checkpoint": {"size": self.head.size, "root": self.head.root.hex()},
            "computer": last.computer,
            "keyset": {"version": last.keyset_version, "sha256": last.keyset_sha256},
            "people": [{"id": person, "key": key} for person, key in sorted(self.people)],
            "exhibits": [_shown(exhibit) for exhibit in self.exhibits],
            "members": [{"name": m.name, **_digest(m.digest)} for m in ordered],
        }
        return canonical.encode(value)

    def sign(self, members: Iterable[Member], signers: Iterable[Signer]) -> Envelope:
        """Have the computer and the people sign it.

        Args:
            members: Every member that it vouches for.
            signers: The computer and each of `people`.
        """
        return envelope.sign(self.to_bytes(members), signers, PAYLOAD_TYPE)


def _shown(exhibit: Shown) -> dict[str, object]:
    return {
        "ref": exhibit.ref,
        "name": exhibit.name,
        "media": exhibit.media,
        **_digest(exhibit.digest),
    }


def _digest(digest: Digest) -> dict[str, object]:
    return {"sha256": digest.sha256, "size": digest.size}
