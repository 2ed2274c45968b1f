"""The log: append under one lock, and read without one.

Appending goes as `docs/format.md`, section 7: ask the latch, check the last head, record an odd
clock, fill in the entry, have it signed, add leaf and head, read both back, commit. A failure at
any point leaves the log as it was.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from counterseal.clock import Clock, Instant, anomaly
from counterseal.custody import checkpoint, envelope, merkle, procedure
from counterseal.custody.checkpoint import Checkpoint, Note
from counterseal.custody.entry import FIRST, Entry, Proposal, Signatory
from counterseal.custody.envelope import Signer
from counterseal.custody.facts import Step
from counterseal.custody.offers import may_follow_stop
from counterseal.custody.rows import Logged, head_fault, read_row, row_of, signers_fault, split_edge
from counterseal.custody.state import CaseState, VaultState
from counterseal.custody.store import HeadRow, Rows, Store
from counterseal.custody.terms import Terms
from counterseal.custody.vault_effects import advance_vault
from counterseal.errors import BrokenLogError, Finding, RollbackError
from counterseal.keys.people import Keyset
from counterseal.latch import Latch


@dataclass(frozen=True, slots=True)
class Cosigner:
    """Somebody whose key is unlocked, about to sign.

    Args:
        person: Their id.
        present: "I was present and saw this", or "I was not present; I have read this".
        key: What signs.
    """

    person: str
    present: bool
    key: Signer


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry that is durable.

    Args:
        entry: The entry.
        leaf_hash: Its hash, 32 bytes.
        note: The head that covers it, signed by the computer.
    """

    entry: Entry
    leaf_hash: bytes
    note: Note


class Log:
    """The log of one vault.

    Args:
        store: Where rows are kept.
        origin: The vault's origin.
        computer: What signs for this computer.
        clock: Where time comes from.
        latch: What says that everything is stopped.
        keysets: Reads a keyset by version and digest; without it, keys are not compared with it.
    """

    def __init__(  # noqa: PLR0913, PLR0917  (what a log is made of, all passed in)
        self,
        store: Store,
        origin: str,
        computer: Signer,
        clock: Clock,
        latch: Latch,
        keysets: Callable[[int, str], Keyset] | None = None,
    ) -> None:
        """Keep the parts; nothing is read yet."""
        self._keysets = keysets
        self._store = store
        self.origin = origin
        self._computer = computer
        self._clock = clock
        self._latch = latch
        self._cases: dict[str, tuple[CaseState, str]] = {}
        self._vault: tuple[VaultState, int, str] = (VaultState(), 0, FIRST)

    def append(
        self,
        proposal: Proposal,
        cosigners: Sequence[Cosigner],
        terms: Terms,
        before_commit: Callable[[Kept], None] | None = None,
    ) -> Kept:
        """Add one entry, or none.

        Args:
            proposal: What the people have read and approved.
            cosigners: Who signs, in order, their keys unlocked: no lock waits for a human.
            terms: The keyset and the profile in force.
            before_commit: Called with the entry before it is durable; if it raises, nothing is.

        Returns:
            The entry, durable.

        Raises:
            StoppedError: A latch stands.
            ProcedureError: The procedure does not allow it.
            BrokenLogError: The last head does not fit, or the entry did not read back.
            VaultError: The disk refuses.
        """
        people = tuple(Signatory(c.person, c.key.public.hex(), c.present) for c in cosigners)
        keys = tuple(c.key for c in cosigners)
        with self._writing() as rows:
            now = self._clock.now()
            head = self._checked_head(rows)
            vault = self._vault_state(rows)
            state = self._case_state(rows, proposal.case)
            asks_latch = not may_follow_stop(proposal.step, state)
            if asks_latch:
                self._latch.check()
            head = self._record_odd_clock(rows, head, now, terms)
            procedure.allow(terms.asking(proposal, people, (state, vault), now))
            kept = self._add(rows, head, proposal, people, keys, now, terms)
            if before_commit is not None:
                before_commit(kept)
            if asks_latch:
                self._latch.check()  # a stop wins up to the last moment
            return kept

    def head(self) -> Note:
        """Return the signed head; `BrokenLogError` where it does not fit."""
        with self._store.reading() as rows:
            row = self._checked_head(rows)
        if not row.size:
            return Note(Checkpoint(self.origin, 0, row.root), ())
        return Note.from_text(row.note)

    def case(self, case: str) -> CaseState:
        """Say where a case stands; reads only its own entries."""
        with self._store.reading() as rows:
            return self._case_state(rows, case)

    def vault(self) -> VaultState:
        """Say where the vault stands."""
        with self._store.reading() as rows:
            return self._vault_state(rows)

    def cases(self) -> list[str]:
        """Return every case there is."""
        with self._store.reading() as rows:
            return rows.cases()

    def entries(self, case: str | None = None) -> list[Logged]:
        """Return the entries of one case, or all of them, in order.

        Raises:
            BrokenLogError: One of them cannot be read.
        """
        with self._store.reading() as rows:
            found = rows.leaves() if case is None else rows.case_leaves(case)
            return [read_row(row) for row in found]

    def check_continues(self, size: int, root: bytes, person: str) -> None:
        """Refuse a log that is not a continuation of a head that somebody signed.

        Args:
            size: Entries in that head; 0 where they never signed.
            root: Its root.
            person: Who signed it, for the sentence.

        Raises:
            RollbackError: Entries that they signed are gone, or other ones stand in their place.
        """
        with self._store.reading() as rows:
            hashes = rows.hashes()
        if size > len(hashes):
            lost = size - len(hashes)
            what = f"{person} signed a record of {size} entries; {lost} of them are gone"
            raise RollbackError((Finding("rollback", "the log", what),))
        if size and merkle.root_of(hashes[:size]) != root:
            what = f"the first {size} entries are not the ones that {person} signed"
            raise RollbackError((Finding("fork", "the log", what),))

    @contextmanager
    def _writing(self) -> Iterator[Rows]:
        try:
            with self._store.writing() as rows:
                yield rows
        except BaseException:  # nothing was written, so what was learnt is read again
            self._cases, self._vault = {}, (VaultState(), 0, FIRST)
            raise

    def _record_odd_clock(self, rows: Rows, head: HeadRow, now: Instant, terms: Terms) -> HeadRow:
        """Append `clock.anomaly` where time is odd; return the head that then stands."""
        last = rows.leaf(head.size - 1) if head.size else None
        odd = anomaly(read_row(last).entry.time, now) if last else None
        if odd is None:
            return head
        facts = {"kind": odd.kind, "off_ms": odd.off_ms}
        self._add(rows, head, Proposal("", Step.CLOCK_ANOMALY, facts), (), (), now, terms)
        return self._checked_head(rows)

    def _add(  # noqa: PLR0913, PLR0917  (the fields of an entry that are known by now)
        self,
        rows: Rows,
        head: HeadRow,
        proposal: Proposal,
        people: tuple[Signatory, ...],
        keys: tuple[Signer, ...],
        now: Instant,
        terms: Terms,
    ) -> Kept:
        seq, prev = self._place(proposal.case)
        entry = Entry(
            proposal=proposal,
            vault=self.origin,
            index=head.size,
            prev_root=head.root,
            case_seq=seq,
            case_prev=prev,
            policy=terms.policy.sha256,
            time=now,
            people=people,
            computer=self._computer.public.hex(),
            keyset_version=terms.keyset.version,
            keyset_sha256=terms.keyset.digest,
        )
        signed = envelope.sign(entry.to_bytes(), (self._computer, *keys))
        leaf = signed.to_bytes()
        digest = merkle.leaf_hash(leaf)
        edge = merkle.grow(split_edge(head.edge), head.size, digest)
        new = Checkpoint(self.origin, head.size + 1, merkle.root_of_edge(edge))
        note = checkpoint.sign(new, self._computer)
        read_back = rows.add(
            row_of(entry, leaf, digest), HeadRow(new.size, new.root, b"".join(edge), note.text)
        )
        self._learn(read_row(read_back))
        return Kept(entry, digest, note)

    def _checked_head(self, rows: Rows) -> HeadRow:
        row = rows.head()
        if row is None:
            return HeadRow(0, merkle.EMPTY_ROOT, b"", "")
        wrong = head_fault(row, self.origin, self._computer.public)
        if wrong:
            raise BrokenLogError((Finding("broken-log", f"head {row.size}", wrong),))
        return row

    def _place(self, case: str) -> tuple[int, str]:
        # Its entries were read in this very transaction, so nothing can have come between.
        if not case:
            return self._vault[1:]
        state, prev = self._cases.get(case, (CaseState(case), FIRST))
        return state.entries, prev

    def _case_state(self, rows: Rows, case: str) -> CaseState:
        state, _prev = self._cases.get(case, (CaseState(case), FIRST))
        if not case:
            return state
        self._vault_state(rows)  # it says which keysets there ever were
        for row in rows.case_leaves(case, state.entries):
            self._learn(read_row(row))
        return self._cases.get(case, (state, FIRST))[0]

    def _vault_state(self, rows: Rows) -> VaultState:
        for row in rows.case_leaves("", self._vault[1]):
            self._learn(read_row(row))
        return self._vault[0]

    def _learn(self, logged: Logged) -> None:
        """Take an entry into account, once it is shown to be the next of its case."""
        entry = logged.entry
        if entry.case:
            state, prev = self._cases.get(entry.case, (CaseState(entry.case), FIRST))
            seq = state.entries
        else:
            vault, seq, prev = self._vault
        if (entry.case_seq, entry.case_prev, entry.vault) != (seq, prev, self.origin):
            what = "it does not follow the entry before it in its case"
            raise BrokenLogError((Finding("broken-log", f"entry {entry.index}", what),))
        wrong = signers_fault(logged, self._vault[0].keysets, self._keysets)
        if wrong:
            raise BrokenLogError((Finding("bad-signature", f"entry {entry.index}", wrong),))
        if entry.case:
            advanced = procedure.advance(state, entry)
            self._cases[entry.case] = (advanced, logged.leaf_hash.hex())
        else:
            self._vault = (advance_vault(vault, entry), seq + 1, logged.leaf_hash.hex())
