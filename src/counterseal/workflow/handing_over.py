"""Make the bundle that leaves, sealed; and record that it was handed over."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from counterseal import durable
from counterseal.custody.checkpoint import Note
from counterseal.custody.entry import Proposal
from counterseal.custody.facts import Step
from counterseal.custody.log import Cosigner, Kept
from counterseal.custody.receipt import Receipt
from counterseal.custody.state import CaseState, Stage
from counterseal.errors import CountersealError, OutOfOrderError, VaultError
from counterseal.evidence.exhibit import Digest
from counterseal.handover import bundle, seal, zipped
from counterseal.handover.bundle import Contents
from counterseal.handover.statement import Statement
from counterseal.keys.unlocked import UnlockedKey
from counterseal.workflow.bundle_lock import Lock
from counterseal.workflow.gathering import gather, gather_record
from counterseal.workflow.opening import case_identity
from counterseal.workflow.record import Record
from counterseal.workflow.steps import (
    Draft,
    Prepared,
    commit,
    issue_receipt,
    kept_already,
    prepare,
)

Progress = Callable[[int, int], None]
"""Told how many bytes were sealed, and how many there are."""

OPENED_ONLY = (
    "That everything was opened for a bundle is in the record. No bundle was made, and nothing "
    "was left in the folder."
)

IN_RECORD = "The bundle is in the folder, and in the record."


@dataclass(frozen=True, slots=True)
class Made:
    """A sealed bundle.

    Args:
        path: Where it is.
        digest: Of the sealed file.
        zipped: Length of the zip inside, in bytes.
        entry: Where `bundle.made` stands in the record.
    """

    path: Path
    digest: Digest
    zipped: int
    entry: int


def prepare_export(record: Record, state: CaseState, to: str, why: str) -> Prepared:
    """Put before the two that everything is opened for a bundle."""
    facts = {"to": to, "exhibits": len(state.exhibits)}
    draft = Draft(Step.EXPORT_OPENED, state.case, facts, {"why": why})
    return prepare(record, draft, state.recipient)


def check_folder(out: Path) -> None:
    """Refuse a folder in which something lies already: nothing is ever overwritten.

    Raises:
        VaultError: It does, or it is no folder.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        what = f"{out} is not an empty folder."
        raise VaultError(what, advice="Name another one with --out.")


def check_stopped(state: CaseState) -> None:
    """Refuse a case that was never stopped: everything of it may leave, and both sign.

    Raises:
        OutOfOrderError: It was not stopped.
    """
    if state.stage is not Stage.STOPPED:
        what = f"Case {state.case} was not stopped."
        advice = "Both of you run `counterseal bundle make` and `counterseal handover record`."
        raise OutOfOrderError(what, advice=advice)


def make(  # noqa: PLR0913, PLR0917  (all that a bundle is made of)
    record: Record,
    prepared: Prepared,
    cosigners: Sequence[Cosigner],
    lock: Lock,
    out: Path,
    tell: Progress,
) -> tuple[Made, Receipt]:
    """Open everything, seal it, and record its fingerprint. No plaintext touches the disk.

    Args:
        record: The opened record.
        prepared: From `prepare_export`.
        cosigners: Both investigators, their keys unlocked.
        lock: From `bundle_lock.make_lock`.
        out: A folder that is new or empty.
        tell: Told how far it is.

    Returns:
        The bundle, and the receipt that was issued after it.

    Raises:
        CountersealError: No bundle was made; the sentence says what is in the record.
    """
    check_folder(out)
    keys = [(c.person, c.key) for c in cosigners if isinstance(c.key, UnlockedKey)]
    identity = case_identity(record, record.log.case(prepared.proposal.case), keys)
    opened = commit(record, prepared, cosigners)
    case = opened.entry.case
    try:
        signed = Signed.by(opened.note, opened.entry.time.utc_ms, cosigners)
        contents = gather(record, record.log.case(case), signed.note, identity, signed.people)
        made = _seal(record, contents, signed, lock, out, tell)
    except CountersealError as error:
        # A key file may fail to note a step that is in the record all the same.
        error.kept = OPENED_ONLY if record.log.case(case).exporting else IN_RECORD
        raise
    with kept_already(IN_RECORD):
        receipt = issue_receipt(record, cosigners, "asked")
    return made, receipt


def make_record_only(  # noqa: PLR0913, PLR0917  (all that a bundle is made of)
    record: Record, state: CaseState, cosigner: Cosigner, lock: Lock, out: Path, tell: Progress
) -> Made:
    """Make the bundle of a stopped case: the record alone. One person signs.

    Args:
        record: The opened record.
        state: Where the case stands.
        cosigner: Who makes it, their key unlocked.
        lock: From `bundle_lock.make_lock`.
        out: A folder that is new or empty.
        tell: Told how far it is.

    Raises:
        OutOfOrderError: The case is not stopped, or the police have not let the computer be used.
        CountersealError: No bundle was made.
    """
    check_folder(out)
    check_stopped(state)
    signed = Signed.by(record.log.head(), record.now().utc_ms, [cosigner])
    contents = gather_record(record, state, signed.note, signed.people)
    return _seal(record, contents, signed, lock, out, tell)


@dataclass(frozen=True, slots=True)
class Signed:
    """A head with the cosignatures of those who sign a bundle.

    Args:
        note: The head.
        cosigners: Sorted by id.
    """

    note: Note
    cosigners: tuple[Cosigner, ...]

    @classmethod
    def by(cls, note: Note, utc_ms: int, cosigners: Sequence[Cosigner]) -> Self:
        """Have people cosign a head, in the order of their ids."""
        ordered = tuple(sorted(cosigners, key=lambda cosigner: cosigner.person))
        keys = {cosigner.person: cosigner.key for cosigner in ordered}
        return cls(note.cosigned(keys, utc_ms // 1000), ordered)

    @property
    def people(self) -> dict[str, str]:
        """Their hex keys, by id."""
        return {cosigner.person: cosigner.key.public.hex() for cosigner in self.cosigners}


def _seal(  # noqa: PLR0913, PLR0917  (all that a bundle is made of)
    record: Record, contents: Contents, signed: Signed, lock: Lock, out: Path, tell: Progress
) -> Made:
    keys = (cosigner.key for cosigner in signed.cosigners)
    members = bundle.assembled(contents, [record.computer, *keys])
    size = zipped.size_of(members)
    pieces = seal.told(zipped.written(members), size, tell)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise durable.trouble(error, out) from error
    statement = contents.telling.statement
    with seal.sealed(pieces, out / seal.NAME, lock.recipients) as sealed:
        made = _record(record, statement, signed.cosigners, lock, sealed)
    return Made(sealed.path, sealed.digest, size, made.entry.index)


def _record(
    record: Record,
    statement: Statement,
    cosigners: Sequence[Cosigner],
    lock: Lock,
    sealed: seal.Sealed,
) -> Kept:
    """Put the files in their place within the transaction that records the bundle."""
    facts = {
        "kind": statement.kind,
        "sha256": sealed.digest.sha256,
        "size": sealed.digest.size,
        "recipients": len(lock.sealing.to),
        "words": lock.sealing.words,
        "certificate": bool(lock.sealing.certificate),
    }
    folder = sealed.path.parent
    files = [folder / name for name in lock.files]

    def publish(_kept: Kept) -> None:
        for path in files:
            durable.write_new(path, lock.files[path.name])
        sealed.publish()

    prepared = Prepared(Proposal(statement.case, Step.BUNDLE_MADE, facts), ())
    try:
        return commit(record, prepared, cosigners, before_commit=publish)
    except BaseException:
        if sealed.digest.sha256 not in record.log.case(statement.case).bundles:
            for path in (*files, sealed.path):
                with suppress(OSError):
                    path.unlink()
        raise
