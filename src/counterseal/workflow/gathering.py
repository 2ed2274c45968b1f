"""Read out of the vault what goes into a bundle; what is opened stays in memory."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from counterseal.custody import procedure
from counterseal.custody.checkpoint import Note
from counterseal.custody.details import Details, Plain
from counterseal.custody.entry import StoredFile
from counterseal.custody.facts import Step
from counterseal.custody.rows import Logged
from counterseal.custody.state import CaseState
from counterseal.errors import Finding, IntegrityError
from counterseal.handover import bundle
from counterseal.handover.bundle import Contents
from counterseal.handover.members import Member, exhibit_name, sha256
from counterseal.handover.statement import FULL, RECORD_ONLY, Shown, Statement
from counterseal.handover.telling import Telling
from counterseal.keys import recipients
from counterseal.workflow.opening import open_details
from counterseal.workflow.record import Record


@dataclass(frozen=True, slots=True)
class _Opened:
    """An exhibit and what its details say of it."""

    file: StoredFile
    plain: Plain

    @property
    def shown(self) -> Shown:
        """How it stands in the bundle."""
        ref, media = self.plain.ref, self.plain.media
        return Shown(ref, exhibit_name(ref, media), media, self.plain.digest)

    def member(self, record: Record, identity: str) -> Member:
        """Return it as a member that is decrypted when it is written, and not before."""
        plain = self.plain

        def source() -> bytes:
            record.vault.latch.check()  # a stop ends an export in the middle
            content = record.vault.read(self.file.name, self.file.digest)
            return recipients.decrypt(content, identity)

        name = f"data/exhibits/{self.shown.name}"
        return Member(name, plain.digest, int(plain.crc32, 16), source)


def gather(
    record: Record, state: CaseState, note: Note, identity: str, people: Mapping[str, str]
) -> Contents:
    """Gather everything for a bundle of a case that was never stopped.

    Args:
        record: The opened record.
        state: Where the case stands, after `export.opened`.
        note: The head, cosigned by both.
        identity: The case's age identity.
        people: Hex keys of the two who sign, by id.

    Raises:
        IntegrityError: A file of the case is not as it was kept.
    """
    own = record.log.entries(state.case)
    openings = {
        x.entry.index: open_details(record, x.entry.proposal, identity)
        for x in own
        if x.entry.proposal.details
    }
    opened = [each for x in own for each in _exhibits(x, openings)]
    exhibits = [each.member(record, identity) for each in opened]
    statement = _statement(record, FULL, own, note, people)
    statement = replace(statement, exhibits=[each.shown for each in opened])
    return _contents(record, state, note, statement, openings, exhibits, {})


def gather_record(
    record: Record, state: CaseState, note: Note, people: Mapping[str, str]
) -> Contents:
    """Gather the record of a stopped case: no picture, no encrypted copy of one, nothing opened.

    Args:
        record: The opened record.
        state: Where the case stands.
        note: The head, cosigned by those who sign.
        people: Hex keys of those who sign, by id.

    Raises:
        IntegrityError: A file of the case is not as it was kept.
    """
    own = record.log.entries(state.case)
    files = [file for x in own for file in x.entry.proposal.details]
    withheld = {
        f"data/withheld/{file.sha256[:32]}.age": record.vault.read(file.name, file.digest)
        for file in files
    }
    statement = _statement(record, RECORD_ONLY, own, note, people)
    return _contents(record, state, note, statement, {}, [], withheld)


def _statement(
    record: Record, kind: str, own: Sequence[Logged], note: Note, people: Mapping[str, str]
) -> Statement:
    return Statement(
        kind=kind,
        practice=record.practice,
        program=f"counterseal {record.around.program().version}",
        made=record.now().utc,
        last=own[-1],
        head=note.head,
        people=sorted(people.items()),
        exhibits=[],
    )


def _contents(  # noqa: PLR0913, PLR0917  (all that a bundle is made of)
    record: Record,
    state: CaseState,
    note: Note,
    statement: Statement,
    openings: Mapping[int, Details],
    exhibits: Sequence[Member],
    withheld: Mapping[str, bytes],
) -> Contents:
    own, of_vault = record.log.entries(state.case), record.log.entries("")
    size = note.head.size
    leaves = bundle.leaves_for(own, of_vault, size)
    terms = record.terms
    known = state.category
    concern = f"{known}. {terms.policy.category(known).label}" if known else "not said"
    telling = Telling(statement, leaves, openings, terms.keyset, titles(), concern)
    with record.store.reading() as rows:
        hashes = rows.hashes()[:size]
    return Contents(
        telling=telling,
        note=note,
        hashes=hashes,
        keysets=dict(_keysets(record, leaves)),
        profiles=dict(_profiles(record, leaves)),
        receipts=dict(_receipts(record, bundle.receipts_for(own, of_vault, size))),
        exhibits=exhibits,
        withheld=withheld,
    )


def titles() -> dict[str, str]:
    """Return what each step is called."""
    rules = {**procedure.AFTER_STOP, **procedure.RULES}
    return {str(step): rule.title for step, rule in rules.items()}


def _exhibits(logged: Logged, openings: Mapping[int, Details]) -> Iterator[_Opened]:
    entry = logged.entry
    files = entry.proposal.exhibits
    plains = openings[entry.index].exhibits if files else ()
    for file, plain in zip(files, plains, strict=True):
        if (plain.ref, plain.commit) != (file.ref, file.commit):
            what = "what was written about it is not what was signed"
            raise IntegrityError((Finding("digest-mismatch", f"exhibit {file.ref}", what),))
        yield _Opened(file, plain)


def _keysets(record: Record, leaves: Sequence[Logged]) -> Iterator[tuple[int, bytes]]:
    created = leaves[0].entry
    named = [(created.keyset_version, created.keyset_sha256)]
    named += [
        (x.entry.facts["version"], x.entry.facts["sha256"])
        for x in leaves
        if x.entry.step is Step.KEYSET_CHANGED
    ]
    for version, digest in named:
        yield version, _file(record.vault.keyset(version), digest)


def _profiles(record: Record, leaves: Sequence[Logged]) -> Iterator[tuple[str, bytes]]:
    named = {x.entry.policy for x in leaves}
    named |= {x.entry.facts["sha256"] for x in leaves if x.entry.step is Step.PROFILE_ADOPTED}
    for digest in sorted(named):
        yield digest, _file(record.vault.profile(digest), digest)


def _receipts(record: Record, sizes: Sequence[int]) -> Iterator[tuple[int, tuple[bytes, bytes]]]:
    for size in sizes:
        both = (_bytes(record.vault.receipt(size, kind)) for kind in ("json", "txt"))
        as_json, text = both
        yield size, (as_json, text)


def _file(path: Path, digest: str) -> bytes:
    content = _bytes(path)
    if sha256(content) != digest:
        what = "the file is not as it was kept"
        raise IntegrityError((Finding("digest-mismatch", path.name, what),))
    return content


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        what = "the file is missing or cannot be read"
        raise IntegrityError((Finding("missing", path.name, what),)) from error
