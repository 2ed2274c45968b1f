"""The receipt: what leaves with people, so that a cut tail or a second history shows.

It is made from the log alone, and its text is rendered from its JSON alone, so either can be
checked (`docs/format.md`, section 9). Pure.
"""

from dataclasses import dataclass
from typing import Any

from counterseal import canonical
from counterseal.canonical import NotCanonicalError
from counterseal.clock import is_utc
from counterseal.custody.checkpoint import Note

WIDTH = 64


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who cosigned.

    Args:
        id: Their id.
        name: Their name.
        key: Hex public key.
    """

    id: str
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt.

    Args:
        note: The signed head, with the cosignatures of `people`.
        issued: UTC of the entry `receipt.issued`, the last one covered.
        practice: Whether it is from a practice vault.
        computer: Hex public key of the computer.
        people: Who cosigned, in order.
    """

    note: Note
    issued: str
    practice: bool
    computer: str
    people: tuple[Holder, ...]

    def to_json(self) -> bytes:
        """Return the canonical bytes."""
        head = self.note.head
        value = {
            "v": 1,
            "vault": head.origin,
            "practice": self.practice,
            "size": head.size,
            "root": head.root.hex(),
            "fingerprint": head.fingerprint,
            "issued": self.issued,
            "checkpoint": self.note.text,
            "computer": self.computer,
            "people": [{"id": p.id, "name": p.name, "key": p.key} for p in self.people],
        }
        return canonical.encode(value, lines=True)

    @classmethod
    def from_json(cls, content: bytes) -> "Receipt":
        """Read a receipt, and make sure that what it repeats says the same each time.

        Raises:
            NotCanonicalError: Not exactly what `to_json` writes.
        """
        value: Any = canonical.decode(content, lines=True)
        try:
            receipt = cls(
                note=Note.from_text(value["checkpoint"]),
                issued=value["issued"],
                practice=value["practice"],
                computer=value["computer"],
                people=tuple(Holder(**person) for person in value["people"]),
            )
            same = receipt.to_json() == content and _is_written(receipt)
        except (KeyError, TypeError, AttributeError) as error:
            message = f"not a receipt: {error}"
            raise NotCanonicalError(message) from error
        if not same:
            message = "the receipt does not say the same thing throughout"
            raise NotCanonicalError(message)
        return receipt

    def fault(self) -> str | None:
        """Check every signature with the keys that the receipt names.

        Returns:
            One plain sentence, or None. Whether the keys are the right ones, the log says.
        """
        try:
            people = {p.id: bytes.fromhex(p.key) for p in self.people}
            computer = bytes.fromhex(self.computer)
        except ValueError:
            return "a key is not written in hex"
        return self.note.fault(computer, people)

    def to_text(self) -> str:
        """Render the receipt for people."""
        head = self.note.head
        groups = head.fingerprint.split()
        rows = [" ".join(groups[at : at + 4]) for at in range(0, len(groups), 4)]
        title = "COUNTERSEAL RECEIPT" + (" - PRACTICE, not evidence" if self.practice else "")
        signed = [f"  {p.name} ({p.id})" for p in self.people] or ["  nobody but this computer"]
        lines = [
            title,
            "=" * WIDTH,
            "",
            f"Record            {head.origin}",
            f"Entries           {head.size}",
            f"Issued (UTC)      {self.issued}",
            "",
            "Fingerprint of the record",
            "",
            *(f"    {row}" for row in rows),
            "",
            "Signed by this computer and by",
            "",
            *signed,
            "",
            "-" * WIDTH,
            "Keep this paper away from the computer. If an entry that it covers",
            "is changed, added or taken away later, the fingerprint no longer",
            "fits, and checking the record against this receipt shows it.",
            "It does not show what was never recorded, nor who knew which",
            "passphrase.",
            "",
            "Technical details: a C2SP checkpoint",
            "",
            *self.note.text.splitlines(),
        ]
        return "\n".join(lines) + "\n"


def _is_written(receipt: Receipt) -> bool:
    texts: list[object] = [receipt.computer, receipt.issued]
    texts += [text for person in receipt.people for text in (person.id, person.name, person.key)]
    flags: list[object] = [receipt.practice]
    kinds = all(type(t) is str for t in texts) and all(type(f) is bool for f in flags)
    return kinds and is_utc(receipt.issued)
