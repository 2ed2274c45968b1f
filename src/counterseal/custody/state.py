"""Where a case, and the vault, stand, and how the facts of a step change that. Pure.

Which step may be taken, by whom, and which stage it leads to, is `procedure.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from counterseal.clock import Instant
from counterseal.custody.entry import Entry
from counterseal.custody.facts import Step

Changes = Mapping[str, Any]


class Stage(StrEnum):
    """The stages of a case. `STOPPED` is reached from any, for ever."""

    NEW = "new"
    REPORTED = "reported"
    TRIAGED = "triaged"
    AUTHORISED = "authorised"
    COLLECTING = "collecting"
    COLLECTED = "collected"
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
        authoriser: Who authorised it; "" before.
        reserve: The reserve investigator; "" where there is none.
        recipient: The case's age recipient.
        concerns: How many concerns were recorded.
        exhibits: Every exhibit, in order.
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
    authoriser: str = ""
    reserve: str = ""
    recipient: str = ""
    concerns: int = 0
    exhibits: tuple[Exhibit, ...] = ()
    entries: int = 0
    last: Instant | None = None
    reported: Instant | None = None

    def exhibit(self, ref: str) -> Exhibit | None:
        """Return the exhibit of that reference."""
        return next((e for e in self.exhibits if e.ref == ref), None)

    def next_ref(self, initials: str) -> str:
        """Return the next exhibit reference of a producer."""
        taken = sum(e.ref.split("/")[0] == initials for e in self.exhibits)
        return f"{initials}/{taken + 1}"


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
        created: When.
        receipted: How many entries the last receipt covers.
        receipts: Sizes of all receipts issued, with the people who cosigned each.
        stopped: Whether a stop stands here that belongs to no case.
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
    created: Instant | None = None
    receipted: int = 0
    receipts: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    stopped: bool = False


def _reported(_state: CaseState, entry: Entry) -> Changes:
    facts = entry.facts
    return {
        "category": facts["category"],
        "subject": facts["subject"],
        "barred": frozenset(facts["barred"]),
        "recipient": facts["recipient"],
    }


def _triaged(_state: CaseState, entry: Entry) -> Changes:
    facts = entry.facts
    return {
        "category": facts["category"],
        "category_class": facts["class"],
        "modifiers": frozenset(facts["modifiers"]),
        "gates": frozenset(facts["gates"]),
        "investigators": tuple(facts["investigators"]),
    }


def _authorised(_state: CaseState, entry: Entry) -> Changes:
    return {"authoriser": entry.facts["authoriser"], "reserve": entry.facts["reserve"]}


def _unpaused(_state: CaseState, _entry: Entry) -> Changes:
    return {"paused": False}


def _paused(_state: CaseState, _entry: Entry) -> Changes:
    return {"paused": True}


def _concern(_state: CaseState, entry: Entry) -> Changes:
    return {"concerns": entry.facts["concern"]}


def _exhibit(state: CaseState, entry: Entry) -> Changes:
    supplied = entry.step is Step.EXHIBIT_SUPPLIED
    made = tuple(
        Exhibit(file.ref, entry.index, entry.facts["concern"], supplied)
        for file in entry.proposal.exhibits
    )
    return {"exhibits": state.exhibits + made}


EFFECTS: Mapping[Step, Callable[[CaseState, Entry], Changes]] = {
    Step.CASE_REPORTED: _reported,
    Step.CASE_TRIAGED: _triaged,
    Step.CASE_AUTHORISED: _authorised,
    Step.SESSION_PAUSED: _paused,
    Step.SESSION_RESUMED: _unpaused,
    Step.SESSION_CLOSED: _unpaused,
    Step.CONCERN_RECORDED: _concern,
    Step.EXHIBIT_CAPTURED: _exhibit,
    Step.EXHIBIT_SUPPLIED: _exhibit,
}
"""How the facts of a step change the case, besides its stage."""


def advance_vault(state: VaultState, entry: Entry) -> VaultState:
    """Take one of the vault's own entries into account."""
    match entry.step:
        case Step.VAULT_CREATED:
            return VaultState(
                origin=entry.vault,
                practice=entry.facts["practice"],
                computer=entry.computer,
                machine=entry.facts["machine"],
                machine_source=entry.facts["machine_source"],
                handover=entry.facts["handover"],
                policy=entry.policy,
                keyset_version=entry.keyset_version,
                keyset_sha256=entry.keyset_sha256,
                created=entry.time,
            )
        case Step.KEYSET_CHANGED:
            facts = entry.facts
            return replace(state, keyset_version=facts["version"], keyset_sha256=facts["sha256"])
        case Step.RECEIPT_ISSUED:
            size = entry.index + 1
            receipts = {**state.receipts, size: tuple(entry.facts["cosigners"])}
            return replace(state, receipted=size, receipts=receipts)
        case Step.CASE_STOPPED:
            return replace(state, stopped=True)
        case _:
            return state
