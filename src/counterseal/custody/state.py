"""Where a case, and the vault, stand. Values only. Pure.

How a step changes them is `effects.py`; which step may be taken, and by whom, is `procedure.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from counterseal.clock import Instant


class Stage(StrEnum):
    """The stages of a case. `STOPPED` is reached from any, for ever."""

    NEW = "new"
    REPORTED = "reported"
    TRIAGED = "triaged"
    AUTHORISED = "authorised"
    COLLECTING = "collecting"
    COLLECTED = "collected"
    JUDGED = "judged"
    ACTING = "acting"
    CLOSED = "closed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """An exhibit as the log knows it.

    Args:
        ref: "AB/1".
        index: Of the entry that made it.
        concern: The concern that it shows.
        supplied: Whether somebody handed it in, so that it was not captured by us.
    """

    ref: str
    index: int
    concern: int
    supplied: bool


@dataclass(frozen=True, slots=True)
class CaseState:
    """Where a case stands: the replay of its entries' facts, never stored.

    Args:
        case: "2026-001".
        stage: The stage.
        paused: Whether the session is paused (in `COLLECTING` only).
        gates: Gates that are open; while there is one, nothing is collected.
        category: 1 to 24; 0 while nobody has said.
        category_class: The class chosen at triage; "" before.
        modifiers: As chosen at triage.
        subject: What kind of person it is about.
        barred: People whom the case concerns; they see nothing of it.
        investigators: The two, from triage on.
        approved: Whether the Chair has approved looking at private communications.
        authorised: Whether it was authorised.
        authoriser: Who authorised it; "" before, and where a letter did.
        reserve: The reserve investigator; "" where there is none.
        recipient: The case's age recipient.
        decision: What was judged last; "" before.
        outcomes: What kinds of outcome were judged to follow.
        actions: How many actions were recorded.
        referrals: To whom the case was referred.
        retention: Until when it is kept; "" while it is open.
        hold: Whether a hold stops its disposal.
        disposed: Whether files and salts are gone.
        departures: Rules that were departed from.
        to_explain: Whether the Headteacher has still to be told of a departure.
        reporter: Who signed the report; "" before.
        told: Who was told of the case, in the words of the school's rules.
        assents: Digests of proposals, with who gave their assent beforehand.
        own: Where the case's own entries stand in the log.
        replacements: Investigators who left, in order.
        exporting: Whether everything was opened for a bundle that is not made yet.
        bundles: Digests of the sealed bundles that were made, in order.
        reviewed: How many entries there were, with it, when a review was signed last.
        concerns: How many concerns were recorded.
        exhibits: Every exhibit, in order.
        visits: How many visits of the monitored browser were recorded.
        looked: Whether a session was opened, something taken in, or an exhibit looked at.
        exposed: At a stop: whether somebody may have seen such an image; "" before.
        record: The age recipient of what is written after a stop; "" before.
        may_use: Whether a stopped case's steps may be recorded at this computer.
        released: Whether the computer that this case stopped may be used again.
        entries: How many entries the case has.
        last: The time of the latest entry.
        reported: The time of the first.
    """

    case: str
    stage: Stage = Stage.NEW
    paused: bool = False
    gates: frozenset[str] = frozenset()
    category: int = 0
    category_class: str = ""
    modifiers: frozenset[str] = frozenset()
    subject: str = "unknown"
    barred: frozenset[str] = frozenset()
    investigators: tuple[str, ...] = ()
    approved: bool = False
    authorised: bool = False
    authoriser: str = ""
    reserve: str = ""
    recipient: str = ""
    decision: str = ""
    outcomes: frozenset[str] = frozenset()
    actions: int = 0
    referrals: tuple[str, ...] = ()
    retention: str = ""
    hold: bool = False
    disposed: bool = False
    departures: tuple[str, ...] = ()
    to_explain: bool = False
    reporter: str = ""
    told: frozenset[str] = frozenset()
    assents: frozenset[tuple[str, str]] = frozenset()
    own: tuple[int, ...] = ()
    replacements: tuple[str, ...] = ()
    exporting: bool = False
    bundles: tuple[str, ...] = ()
    reviewed: int = 0
    concerns: int = 0
    exhibits: tuple[Exhibit, ...] = ()
    visits: int = 0
    looked: bool = False
    exposed: str = ""
    record: str = ""
    may_use: bool = False
    released: bool = False
    entries: int = 0
    last: Instant | None = None
    reported: Instant | None = None

    def exhibit(self, ref: str) -> Exhibit | None:
        """Return the exhibit of that reference."""
        return next((e for e in self.exhibits if e.ref == ref), None)

    def next_ref(self, initials: str, ahead: int = 0) -> str:
        """Return the next exhibit reference of a producer, or one so many further on."""
        taken = sum(e.ref.split("/")[0] == initials for e in self.exhibits)
        return f"{initials}/{taken + ahead + 1}"


@dataclass(frozen=True, slots=True)
class VaultState:
    """What the vault's own entries say.

    Args:
        origin: The origin; "" before the first entry.
        practice: Whether this is a practice vault.
        computer: Hex public key of the computer.
        machine: Digest of the designated computer's identity.
        machine_source: Where that identity comes from.
        handover: The handover recipient.
        policy: Digest of the profile in force.
        keyset_version: Of the keyset in force.
        keyset_sha256: Its digest.
        keysets: Digest of every keyset that was ever in force, by version.
        created: When.
        receipted: How many entries the last receipt covers.
        receipts: Sizes of all receipts issued, with the people who cosigned each.
        handover_checked: When the handover key was last tried; None before.
        computer_checked: When two people last checked the computer; None before.
    """

    origin: str = ""
    practice: bool = False
    computer: str = ""
    machine: str = ""
    machine_source: str = ""
    handover: str = ""
    policy: str = ""
    keyset_version: int = 0
    keyset_sha256: str = ""
    keysets: Mapping[int, str] = field(default_factory=dict)
    created: Instant | None = None
    receipted: int = 0
    receipts: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    handover_checked: Instant | None = None
    computer_checked: Instant | None = None
