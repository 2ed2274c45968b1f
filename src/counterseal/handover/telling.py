"""What the pages for people are made from: the statement, the leaves, and what was opened. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from counterseal.custody.details import Details, decode_page_text
from counterseal.custody.rows import Logged
from counterseal.handover.statement import Statement
from counterseal.keys.people import Keyset, Person

_PAGE_TEXT: Final = "_b64"


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told of a bundle.

    Args:
        statement: What is signed.
        leaves: Every leaf in it, in the log's order.
        openings: What was written, by the entry's index.
        keyset: The people, as of the last entry.
        titles: What each step is called, by step.
        concern: What kind of concern the case is about, as the school's rules call it.
    """

    statement: Statement
    leaves: Sequence[Logged]
    openings: Mapping[int, Details]
    keyset: Keyset
    titles: Mapping[str, str]
    concern: str

    @property
    def own(self) -> list[Logged]:
        """The case's own entries."""
        return [x for x in self.leaves if x.entry.case == self.statement.case]

    def keys(self) -> set[tuple[str, bytes]]:
        """Return every public key that signed something in it, with whose it is."""
        found = {("computer", x.entry.computer) for x in self.leaves}
        found |= {(person.id, person.key) for x in self.leaves for person in x.entry.people}
        found |= set(self.statement.people)
        return {(who, bytes.fromhex(key)) for who, key in found}

    def person(self, person_id: str) -> Person | None:
        """Return somebody by id; None where nobody has it."""
        return self.keyset.find(person_id)

    def name(self, person_id: str) -> str:
        """Return "Anna Bell (ab)"."""
        found = self.person(person_id)
        return f"{found.name} ({person_id})" if found else person_id

    def written(self, index: int) -> Iterator[tuple[str, str]]:
        """Return what was written in an entry, by name; addresses as text."""
        details = self.openings.get(index)
        for name, value in (details.text if details else {}).items():
            lines = value if isinstance(value, list) else [value]
            if name.endswith(_PAGE_TEXT):
                yield name.removesuffix(_PAGE_TEXT), "\n".join(decode_page_text(x) for x in lines)
            elif any(lines):
                yield name, "\n".join(lines)
