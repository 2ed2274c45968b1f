"""Check everything that was kept, and name whatever is not as it was kept.

The order is that of `docs/format.md`; the numbers stand in the code so that both can be read side
by side. Every finding is gathered and nothing is repaired. Absent, unchecked and failed are
different words.

    (0) the folder says of itself what the first entry says
    (1) every leaf is canonical, and every column says what its leaf says
    (2) the tree: each head gives the root of the leaves up to it, and the computer signed it
    (3) the signers are the people listed, active in the keyset, and every signature is good
    (4) each case's entries follow one another, and the procedure allows each
    (5) every file that an entry vouches for is there, as it was kept
    (6) every receipt fits the log
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from counterseal.custody import envelope, merkle, offers, procedure
from counterseal.custody.check_files import check_about, check_files, check_receipts
from counterseal.custody.entry import FIRST, Entry
from counterseal.custody.facts import Step
from counterseal.custody.rows import Logged, head_fault, read_row, split_edge
from counterseal.custody.state import CaseState, VaultState
from counterseal.custody.stops import Standing
from counterseal.custody.store import HeadRow, LeafRow, Store
from counterseal.custody.strays import strays
from counterseal.custody.terms import TermsReader
from counterseal.custody.vault_effects import advance_vault
from counterseal.errors import CountersealError, Finding, IntegrityError
from counterseal.evidence.vault import Vault

Progress = Callable[[int, int], None]
"""Called with how many entries were checked, and how many there are."""

_DESPITE_STOP = frozenset({Step.CLOCK_ANOMALY, Step.COMPUTER_CHANGED})


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found.

    Args:
        entries: How many entries were checked.
        signatures: How many signatures of people and the computer.
        files: How many files.
        root: The root, hex.
        receipted: How many entries the last receipt covers.
        findings: Everything that is wrong; empty means that all of it is as it was kept.
        left_over: Files that no entry vouches for, as an interrupted run leaves them.
        stopped: The cases whose stop stands.
    """

    entries: int
    signatures: int
    files: int
    root: str
    receipted: int
    findings: tuple[Finding, ...]
    left_over: tuple[str, ...]
    stopped: tuple[str, ...]

    @property
    def unreceipted(self) -> int:
        """Entries not yet on a receipt."""
        return self.entries - self.receipted


@dataclass(slots=True)
class _Walk:
    """What is known so far, while the log is walked from its start."""

    origin: str
    terms: TermsReader
    findings: list[Finding] = field(default_factory=list)
    edge: list[bytes] = field(default_factory=list)
    roots: list[bytes] = field(default_factory=lambda: [merkle.EMPTY_ROOT])
    vault: VaultState = field(default_factory=VaultState)
    cases: dict[str, CaseState] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    logged: list[Logged] = field(default_factory=list)
    signatures: int = 0
    stops: Standing = field(default_factory=Standing)
    left_behind: set[str] = field(default_factory=set)

    def add(self, kind: str, where: str, what: str) -> None:
        self.findings.append(Finding(kind, where, what))


def check(store: Store, vault: Vault, origin: str, progress: Progress | None = None) -> Report:
    """Check the whole log and every file it vouches for.

    Args:
        store: The log's tables.
        vault: The data folder.
        origin: The origin that the folder claims.
        progress: Called now and then.

    Returns:
        The report, with every finding.

    Raises:
        VaultError: The log cannot be read at all.
    """
    walk = _Walk(origin, TermsReader(vault))
    with store.reading() as rows:
        changed = rows.schema_fault()
        leaves, heads = list(rows.leaves()), {head.size: head for head in rows.heads()}
    if changed:
        walk.add("broken-log", "log.db", changed)
    for place, row in enumerate(leaves):
        _check_leaf(walk, place, row, heads.pop(place + 1, None))
        if progress is not None:
            progress(place + 1, len(leaves))
    for size in sorted(heads):
        walk.add("rollback", f"head {size}", f"the log has only {len(leaves)} entries")
    _check_in_force(walk)
    check_about(walk.vault, vault, walk.findings)
    files, left_over = check_files(walk.logged, walk.cases, vault, walk.findings, walk.left_behind)
    left_over += strays(walk.logged, walk.vault, walk.terms, vault)
    check_receipts(walk.logged, walk.vault, walk.roots, walk.terms, vault, walk.findings)
    return Report(
        entries=len(leaves),
        signatures=walk.signatures,
        files=files,
        root=walk.roots[-1].hex(),
        receipted=walk.vault.receipted,
        findings=tuple(walk.findings),
        left_over=left_over,
        stopped=tuple(walk.stops.here),
    )


def _check_in_force(walk: _Walk) -> None:
    """What was brought in last is there too, although no entry names it yet."""
    if not walk.vault.origin:
        return
    for read, named in (
        (walk.terms.keyset, (walk.vault.keyset_version, walk.vault.keyset_sha256)),
        (walk.terms.profile, (walk.vault.policy,)),
    ):
        try:
            read(*named)
        except IntegrityError as error:
            walk.findings.extend(f for f in error.findings if f not in walk.findings)


def _check_leaf(walk: _Walk, place: int, row: LeafRow, head: HeadRow | None) -> None:
    where = f"entry {place}"
    before = walk.roots[-1]
    # (2) first: the tree is over the leaf's bytes, whatever they hold.
    walk.edge = merkle.grow(walk.edge, place, merkle.leaf_hash(row.leaf))
    walk.roots.append(merkle.root_of_edge(walk.edge))
    try:
        logged = read_row(row)  # (1)
    except IntegrityError as error:
        walk.findings.extend(error.findings)
        _check_head(walk, place + 1, head, None)
        return
    entry = logged.entry
    _check_head(walk, place + 1, head, bytes.fromhex(entry.computer))
    if (entry.index, entry.vault) != (place, walk.origin):
        walk.add("broken-log", where, "it belongs to another place or another record")
    if entry.prev_root != before:
        walk.add("broken-log", where, "it does not follow the entries before it")
    _check_signatures(walk, logged)
    _check_procedure(walk, logged)
    walk.logged.append(logged)


def _check_head(walk: _Walk, size: int, head: HeadRow | None, computer: bytes | None) -> None:
    where = f"head {size}"
    if head is None:
        walk.add("missing", where, "the head is missing")
        return
    if head.root != walk.roots[size]:
        walk.add("broken-log", f"{where}, column root", "it is not the root of the entries")
    if split_edge(head.edge) != walk.edge:
        walk.add("broken-log", f"{where}, column edge", "it is not the edge of the tree")
    wrong = None if computer is None else head_fault(head, walk.origin, computer)
    if wrong:
        walk.add("bad-signature", where, wrong)


def _check_signatures(walk: _Walk, logged: Logged) -> None:
    where = f"entry {logged.entry.index}"
    wrong = envelope.fault(logged.envelope, logged.entry.keys)  # (3)
    walk.signatures += len(logged.envelope.signatures)
    if wrong:
        walk.add("bad-signature", where, wrong)
    if walk.vault.computer and logged.entry.computer != walk.vault.computer:
        walk.add("bad-signature", where, "another computer signed it")


def _check_procedure(walk: _Walk, logged: Logged) -> None:
    entry = logged.entry
    where = f"entry {entry.index}"
    expected = walk.links.get(entry.case, FIRST), _count(walk, entry.case)
    if (entry.case_prev, entry.case_seq) != expected:  # (4)
        walk.add("broken-log", where, "it does not follow the entry before it in its case")
    walk.links[entry.case] = logged.leaf_hash.hex()
    if walk.vault.origin and (entry.keyset_version, entry.keyset_sha256) != (
        walk.vault.keyset_version,
        walk.vault.keyset_sha256,
    ):
        walk.add("bad-step", where, "it names a list of people that was not in force")
    if walk.vault.origin and entry.policy != walk.vault.policy:
        walk.add("bad-step", where, "it names rules that were not in force")
    state = walk.cases.get(entry.case, CaseState(entry.case))
    try:
        terms = walk.terms.of(entry)
        procedure.allow(terms.asking(entry.proposal, entry.people, (state, walk.vault), entry.time))
    except IntegrityError as error:
        walk.findings.extend(f for f in error.findings if f not in walk.findings)
    except CountersealError as error:
        walk.add("bad-step", where, f"the procedure does not allow it: {error.what}")
    _check_standing(walk, entry, state)
    _advance(walk, logged, state)


def _check_standing(walk: _Walk, entry: Entry, state: CaseState) -> None:
    """While a stop stands, nothing follows but what may follow one."""
    allowed = offers.may_follow_stop(entry.step, state) and entry.step is not Step.LOCK_LIFTED
    if walk.stops.here and not (allowed or entry.step in _DESPITE_STOP):
        what = "it was written while this computer was stopped"
        walk.add("bad-step", f"entry {entry.index}", what)
    walk.stops = walk.stops.after(entry)
    if entry.step is Step.COMPUTER_CHANGED:
        walk.left_behind |= walk.stops.ever


def _advance(walk: _Walk, logged: Logged, state: CaseState) -> None:
    entry = logged.entry
    if not entry.case:
        walk.vault = advance_vault(walk.vault, entry)
        walk.cases[""] = CaseState("", entries=state.entries + 1)
        return
    try:
        walk.cases[entry.case] = procedure.advance(state, entry)
    except CountersealError:
        # The refusal was found by `allow` already; go on counting from here.
        walk.cases[entry.case] = procedure.advance_anyway(state, entry)


def _count(walk: _Walk, case: str) -> int:
    return walk.cases[case].entries if case in walk.cases else 0
