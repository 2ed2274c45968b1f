"""What is known of a bundle while it is checked; each check adds what it has found good. Pure."""

from dataclasses import dataclass, field

from counterseal.custody.checkpoint import Note
from counterseal.custody.details import Details
from counterseal.custody.entry import Entry
from counterseal.custody.envelope import Envelope
from counterseal.custody.state import CaseState, VaultState
from counterseal.handover.checks.container import Seen
from counterseal.handover.checks.names import Family
from counterseal.handover.checks.outcome import WrongError, fail
from counterseal.keys.people import Keyset


@dataclass(frozen=True, slots=True)
class Shown:
    """An exhibit as the statement names it."""

    ref: str
    name: str
    media: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Claims:
    """What the statement says: `docs/format.md`, section 17.6."""

    vault: str
    case: str
    kind: str
    practice: bool
    program: str
    made: str
    last: tuple[int, int, str]
    size: int
    root: bytes
    computer: str
    keyset: tuple[int, str]
    people: tuple[tuple[str, str], ...]
    exhibits: tuple[Shown, ...]
    members: dict[str, tuple[str, int]]

    @property
    def full(self) -> bool:
        """Whether everything was opened."""
        return self.kind == "full"


@dataclass(frozen=True, slots=True)
class Leaf:
    """An entry with its signatures and its hash."""

    entry: Entry
    envelope: Envelope
    hash: bytes


@dataclass(slots=True)
class Bundle:
    """A bundle, as far as it is known.

    Args:
        members: By name, as the container had them.
        claims: What the statement says.
        signed: The statement's envelope.
        envelopes: Of each leaf, by its number in the name.
        leaves: Each leaf, in the log's order.
        keysets: By version.
        note: The checkpoint.
        paths: The audit path of each leaf, by index.
        state: Where the case stands after its last entry.
        vault: Where the vault stands.
        openings: What was opened, by the entry's index.
    """

    members: dict[str, Seen]
    claims: Claims | None = None
    signed: Envelope | None = None
    envelopes: dict[int, Envelope] = field(default_factory=dict)
    leaves: list[Leaf] = field(default_factory=list)
    keysets: dict[int, Keyset] = field(default_factory=dict)
    note: Note | None = None
    paths: dict[int, list[bytes]] = field(default_factory=dict)
    state: CaseState = field(default_factory=lambda: CaseState(""))
    vault: VaultState = field(default_factory=VaultState)
    openings: dict[int, Details] = field(default_factory=dict)

    @property
    def said(self) -> Claims:
        """What the statement says, once it is known.

        Raises:
            WrongError: It is not known.
        """
        if self.claims is None:
            fail("data/bundle.json", "it could not be read")
        return self.claims

    @property
    def own(self) -> list[Leaf]:
        """The case's own entries."""
        return [leaf for leaf in self.leaves if leaf.entry.case]

    def content(self, name: str) -> bytes:
        """Return a member that is read whole.

        Raises:
            WrongError: There is no such member.
        """
        return self.member(name).content

    def member(self, name: str) -> Seen:
        """Return a member.

        Raises:
            WrongError: There is no such member.
        """
        if name not in self.members:
            raise WrongError(name, "it is missing")
        return self.members[name]

    def named(self, family: Family) -> list[str]:
        """Return the names of all members of a family, in order."""
        return [name for name in self.members if family.pattern.match(name)]

    def numbered(self, family: Family) -> dict[int, str]:
        """Return the names of all members of a family by the number in them."""
        found = ((family.pattern.match(name), name) for name in self.members)
        return {int(match["number"]): name for match, name in found if match}

    def stopped_at(self) -> int | None:
        """Return the index of the case's stop; None where it was never stopped."""
        steps = (x.entry for x in self.own if x.entry.step == "case.stopped")
        return next((entry.index for entry in steps), None)
