"""How every signed step goes: prepare, let people read, write the files, sign, log, remember.

Vault first, log second. A crash leaves at most a file that nobody vouches for, never a line of the
log without its exhibit.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from counterseal import durable
from counterseal.custody import offers, procedure
from counterseal.custody.checkpoint import Note
from counterseal.custody.details import SALT, Details, Plain, Text
from counterseal.custody.entry import Entry, Proposal, Signatory, StoredFile
from counterseal.custody.facts import Step
from counterseal.custody.log import Cosigner, Kept
from counterseal.custody.receipt import Holder, Receipt
from counterseal.custody.terms import Terms
from counterseal.errors import CountersealError, VaultError
from counterseal.evidence.vault import Sealed, seal
from counterseal.keys.people import Keyset
from counterseal.keys.unlocked import UnlockedKey
from counterseal.workflow.record import Record


@dataclass(frozen=True, slots=True)
class Produced:
    """An exhibit in memory, about to be encrypted.

    Args:
        ref: "AB/1".
        content: The exact bytes.
        media: "image/png" and the like.
    """

    ref: str
    content: bytes
    media: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A step as it is being prepared.

    Args:
        step: The step.
        case: "2026-001".
        facts: Its facts.
        text: What people wrote; empty where the step has no details.
        exhibits: What it produces.
    """

    step: Step
    case: str
    facts: Mapping[str, Any]
    text: Text = field(default_factory=dict)
    exhibits: tuple[Produced, ...] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A step that can be read and approved; all of it still in memory.

    Args:
        proposal: What is approved.
        sealed: The encrypted files, to be written before the entry.
    """

    proposal: Proposal
    sealed: tuple[Sealed, ...]


def prepare(record: Record, draft: Draft, recipient: str) -> Prepared:
    """Encrypt what people wrote and produced, in memory.

    Args:
        record: The opened record.
        draft: The step.
        recipient: The case's age recipient.

    Returns:
        The proposal with its encrypted files.
    """
    to = (recipient, record.state.handover)
    random = record.around.random
    plains = tuple(Plain.of(p.ref, p.content, random(SALT), p.media) for p in draft.exhibits)
    exhibits = tuple(seal("exhibits", draft.case, p.content, to) for p in draft.exhibits)
    stored = tuple(
        stored_file(sealed, plain.commit, plain.ref)
        for sealed, plain in zip(exhibits, plains, strict=True)
    )
    details: tuple[Sealed, ...] = ()
    described: tuple[StoredFile, ...] = ()
    if draft.text:
        step = str(draft.step)
        written = Details(record.log.origin, draft.case, step, random(SALT), draft.text, plains)
        details = (seal("details", draft.case, written.to_bytes(), to),)
        described = (stored_file(details[0], written.commit),)
    proposal = Proposal(draft.case, draft.step, draft.facts, described, stored)
    return Prepared(proposal, exhibits + details)


def preflight(record: Record, proposal: Proposal, people: Sequence[str]) -> None:
    """Refuse a step before anybody has typed a passphrase for it.

    Args:
        record: The opened record.
        proposal: The step.
        people: Ids of who would sign, in order.

    Raises:
        ProcedureError: The procedure would not allow it, whoever was present.
    """
    terms = record.terms
    found = (terms.keyset.person(person) for person in people)
    _check(
        record, proposal, tuple(Signatory(p.id, p.key.hex(), present=True) for p in found), terms
    )


def _check(
    record: Record, proposal: Proposal, signers: tuple[Signatory, ...], terms: Terms
) -> None:
    states = (record.log.case(proposal.case), record.state)
    if not offers.may_follow_stop(proposal.step, states[0]):
        record.vault.latch.check()  # "stopped" is the answer, not what a stopped case allows
    procedure.allow(terms.asking(proposal, signers, states, record.now()))


def commit(
    record: Record,
    prepared: Prepared,
    cosigners: Sequence[Cosigner],
    terms: Terms | None = None,
    before_commit: Callable[[Kept], None] | None = None,
) -> Kept:
    """Write the files, then the entry; then everybody's key file remembers the new head.

    Args:
        record: The opened record.
        prepared: What everybody has approved.
        cosigners: Who signs, their keys unlocked.
        terms: Where they are not the ones in force: for `keyset.changed`.
        before_commit: As for `Log.append`.

    Returns:
        The entry, durable.

    Raises:
        CountersealError: Nothing was kept; the sentence says why. A step that is refused writes
            no file at all.
    """
    in_force = terms or record.terms
    signers = tuple(Signatory(c.person, c.key.public.hex(), c.present) for c in cosigners)
    _check(record, prepared.proposal, signers, in_force)
    state = record.log.case(prepared.proposal.case)
    follows = offers.may_follow_stop(prepared.proposal.step, state)
    record.vault.put_all(prepared.sealed, after_stop=follows)
    size = record.log.head().head.size
    try:
        kept = record.log.append(prepared.proposal, cosigners, in_force, before_commit)
    except CountersealError:
        _take_back(record, prepared, size)
        raise
    _remember(cosigners, kept.note)
    return kept


def _take_back(record: Record, prepared: Prepared, size: int) -> None:
    """Take away the files of a step that was refused in the end; not if the log has it."""
    later = (x.entry for x in record.log.entries(prepared.proposal.case))
    if not any(e.index >= size and e.proposal == prepared.proposal for e in later):
        record.vault.take_back(prepared.sealed)


def commit_by_computer(record: Record, step: Step, case: str, facts: Mapping[str, Any]) -> Kept:
    """Append an entry that the computer alone signs."""
    return record.log.append(Proposal(case, step, facts), (), record.terms)


@contextmanager
def kept_already(kept: str) -> Iterator[None]:
    """Say truly what was kept when something fails after a step is durable.

    Args:
        kept: One plain sentence that says what was kept.
    """
    try:
        yield
    except CountersealError as error:
        error.kept = kept
        raise


def issue_receipt(record: Record, cosigners: Sequence[Cosigner], reason: str) -> Receipt:
    """Append `receipt.issued`, have the head cosigned, and keep the receipt.

    Args:
        record: The opened record.
        cosigners: Who puts their name to the head; may be empty.
        reason: "session" or "asked".

    Returns:
        The receipt, kept as JSON and as text.
    """
    terms = record.terms
    ordered = sorted(cosigners, key=lambda c: c.person)
    facts = {"cosigners": [c.person for c in ordered], "reason": reason}
    made: list[Receipt] = []

    def stage(kept: Kept) -> None:
        receipt = _receipt(kept.entry, kept.note, ordered, terms.keyset, practice=record.practice)
        made.append(receipt)
        size = kept.note.head.size
        durable.stage(record.vault.receipt(size, "txt"), receipt.to_text().encode())
        durable.stage(record.vault.receipt(size, "json"), receipt.to_json())

    proposal = Proposal("", Step.RECEIPT_ISSUED, facts)
    kept = record.log.append(proposal, (), terms, before_commit=stage)
    with kept_already("The receipt is in the log; its paper is put in place at the next start."):
        for kind in ("txt", "json"):
            durable.publish(record.vault.receipt(kept.note.head.size, kind))
    _remember(cosigners, kept.note)
    return made[0]


def stored_file(sealed: Sealed, commit: str, ref: str = "") -> StoredFile:
    """Return what the entry says about an encrypted file."""
    return StoredFile(sealed.name, sealed.digest.sha256, sealed.digest.size, commit, ref)


def _receipt(
    entry: Entry, note: Note, cosigners: Sequence[Cosigner], keyset: Keyset, *, practice: bool
) -> Receipt:
    people = [keyset.person(c.person) for c in cosigners]
    keys = {c.person: c.key for c in cosigners}
    return Receipt(
        note=note.cosigned(keys, entry.time.utc_ms // 1000),
        issued=entry.time.utc,
        practice=practice,
        computer=entry.computer,
        people=tuple(Holder(p.id, p.name, p.key.hex()) for p in people),
    )


def _remember(cosigners: Sequence[Cosigner], note: Note) -> None:
    for cosigner in cosigners:
        if isinstance(cosigner.key, UnlockedKey):
            try:
                cosigner.key.remember_head(note.head.size, note.head.root)
            except VaultError as error:
                what = f"The key file of {cosigner.person} could not note the step: {error.what}"
                raise VaultError(what, advice=error.advice, kept="The step was kept.") from error
