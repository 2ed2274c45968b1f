"""Record that something was handed over, with a receipt for both sides to sign in ink."""

from dataclasses import dataclass

from counterseal.clock import plain_time
from counterseal.custody.facts import Step
from counterseal.custody.log import Kept
from counterseal.custody.receipt import WIDTH
from counterseal.custody.state import CaseState
from counterseal.workflow.record import Record
from counterseal.workflow.steps import Draft


@dataclass(frozen=True, slots=True)
class Handover:
    """What was handed over, to whom, and how.

    Args:
        bundle: Hex digest of the sealed bundle; "" where it was something else.
        to: What kind of receiver (`words.RECEIVERS`).
        carrier: On what (`words.CARRIERS`).
        identity: How the receiver's identity was checked (`words.IDENTITY_CHECKS`).
        person: Name, rank and number of who received it.
        organisation: For whom.
        item: What it is, in words.
        seal: Number of the seal; "" where there is none.
        checked: What was seen or done to check the identity.
        remarks: Anything else; may be "".
    """

    bundle: str
    to: str
    carrier: str
    identity: str
    person: str
    organisation: str
    item: str
    seal: str
    checked: str
    remarks: str


def draft_of(state: CaseState, handover: Handover) -> Draft:
    """Return a hand-over as a step."""
    facts = {
        "bundle": handover.bundle,
        "to": handover.to,
        "carrier": handover.carrier,
        "identity": handover.identity,
    }
    names = ("person", "organisation", "item", "seal", "checked", "remarks")
    text = {name: getattr(handover, name) for name in names}
    return Draft(Step.HANDOVER_RECORDED, state.case, facts, text)


def receipt_text(record: Record, kept: Kept, handover: Handover) -> str:
    """Return the receipt that both sides sign in ink; the school and the receiver keep one each.

    Args:
        record: The opened record.
        kept: The entry.
        handover: What it says.
    """
    entry, head = kept.entry, kept.note.head
    practice = " - PRACTICE, not evidence" if record.practice else ""
    names = [record.person(person.id).name for person in entry.people]
    rows = [
        ("Case", entry.case),
        ("Record", head.origin),
        ("Handed over", plain_time(entry.time.utc)),
        ("By", " and ".join(names)),
        ("To", handover.person),
        ("Of", handover.organisation),
        ("What", handover.item),
        ("Seal", handover.seal or "none"),
        ("Identity", handover.checked),
        ("Remarks", handover.remarks),
    ]
    lines = [f"HAND-OVER RECEIPT{practice}", "=" * WIDTH, ""]
    lines += [f"{name:<14}{line}" for name, text in rows if text for line in _indented(text)]
    if handover.bundle:
        lines += ["", "Fingerprint of the sealed bundle (SHA-256 of bundle.zip.age)", ""]
        lines += _groups(" ".join(_fours(handover.bundle)))
    lines += ["", f"Fingerprint of the record ({head.size} entries)", ""]
    lines += _groups(head.fingerprint)
    lines += ["", "-" * WIDTH]
    for who in (*names, handover.person):
        lines += ["", f"{who}", "", "Signature ______________________________  Date ____________"]
    lines += ["", "One copy stays at the school; one goes with what was handed over."]
    return "\n".join(lines) + "\n"


def _indented(text: str) -> list[str]:
    return [f"\n{'':<14}".join(text.split("\n"))]


def _fours(digits: str) -> list[str]:
    return [digits[at : at + 4] for at in range(0, len(digits), 4)]


def _groups(text: str) -> list[str]:
    groups = text.split()
    return [f"    {' '.join(groups[at : at + 4])}" for at in range(0, len(groups), 4)]
