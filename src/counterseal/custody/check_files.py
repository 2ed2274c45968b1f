"""The files that the log vouches for: parts (0), (5) and (6) of the check."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from counterseal.canonical import NotCanonicalError
from counterseal.custody.about import about_text
from counterseal.custody.checkpoint import Checkpoint
from counterseal.custody.facts import Step
from counterseal.custody.receipt import Holder, Receipt
from counterseal.custody.rows import Logged
from counterseal.custody.state import CaseState, VaultState
from counterseal.custody.terms import TermsReader
from counterseal.custody.wraps import halves_in_force, record_halves
from counterseal.errors import CountersealError, Finding
from counterseal.evidence.exhibit import Digest
from counterseal.evidence.vault import Vault
from counterseal.keys.signing import SigningKey


def check_about(state: VaultState, vault: Vault, findings: list[Finding]) -> None:
    """(0) `vault.toml` and the computer's key are the ones of the first entry."""
    if not state.origin:
        findings.append(Finding("missing", "entry 0", "the record has no beginning"))
        return
    if _content(vault.about) != about_text(state).encode():
        what = "it does not say what the first entry says"
        findings.append(Finding("digest-mismatch", "vault.toml", what))
    content = _content(vault.computer_key)
    try:
        key = SigningKey.from_pem(content or b"")
    except CountersealError:
        findings.append(Finding("missing", "computer.key", "the file cannot be read"))
        return
    if key.public.hex() != state.computer:
        findings.append(Finding("digest-mismatch", "computer.key", "it is another computer's key"))
    elif key.to_pem() != content:
        what = "it is not written as it was kept"
        findings.append(Finding("digest-mismatch", "computer.key", what))


def check_files(
    logged: Sequence[Logged],
    cases: Mapping[str, CaseState],
    vault: Vault,
    findings: list[Finding],
    left_behind: Collection[str] = (),
) -> tuple[int, tuple[str, ...]]:
    """(5) Compare every file, and list the ones that nobody vouches for.

    Args:
        logged: Every entry.
        cases: Where each case stands.
        vault: The data folder.
        findings: Added to.
        left_behind: Cases that were stopped at another computer: their files may be there alone.

    Returns:
        How many files were compared, and the names that are left over.
    """
    known: dict[str, Digest] = {}
    for item in logged:
        known |= _vouched(item, cases)
    known |= _halves(logged)
    for name, expected in known.items():
        if name.split("/")[1] in left_behind and not vault.path(name).exists():
            continue
        wrong = vault.fault(name, expected)
        if wrong:
            findings.append(wrong)
    folders = ("details", "exhibits", "records", "wraps")
    present = [name for folder in folders for name in vault.files(folder)]
    return len(known), tuple(name for name in present if name not in known)


def _vouched(item: Logged, cases: Mapping[str, CaseState]) -> dict[str, Digest]:
    proposal = item.entry.proposal
    if cases[item.entry.case].disposed:
        return {}
    return {f.name: f.digest for f in (*proposal.details, *proposal.exhibits)}


def _halves(logged: Sequence[Logged]) -> dict[str, Digest]:
    by_case: dict[str, list[Logged]] = {}
    for item in logged:
        if item.entry.case:
            by_case.setdefault(item.entry.case, []).append(item)
    found: dict[str, Digest] = {}
    for case, items in by_case.items():
        entries = [item.entry for item in items]
        found |= dict(halves_in_force(case, entries).values())
        found |= dict(record_halves(case, entries).values())
    return found


def check_receipts(  # noqa: PLR0913, PLR0917  (what a receipt is compared with)
    logged: Sequence[Logged],
    state: VaultState,
    roots: Sequence[bytes],
    terms: TermsReader,
    vault: Vault,
    findings: list[Finding],
) -> None:
    """(6) Every receipt that was issued is there and fits; one that covers more is a rollback."""
    issued = {x.entry.index + 1: x for x in logged if x.entry.step is Step.RECEIPT_ISSUED}
    for size, item in issued.items():
        where = f"receipts/{size}"
        try:
            receipt = Receipt.from_json(_content(vault.receipt(size, "json")) or b"")
            root = roots[size] if size < len(roots) else b""
            wrong = receipt_fault(receipt, item, state, root, terms)
        except (NotCanonicalError, CountersealError) as error:
            what = f"the receipt cannot be read: {error}"
            findings.append(Finding("missing", f"{where}.json", what))
            continue
        if wrong:
            findings.append(Finding("bad-signature", f"{where}.json", wrong))
        if _content(vault.receipt(size, "txt")) != receipt.to_text().encode():
            what = "it does not say what the receipt says"
            findings.append(Finding("digest-mismatch", f"{where}.txt", what))
    for name in vault.files("receipts"):
        stem = name.removeprefix("receipts/").split(".")[0]
        if stem.isdecimal() and int(stem) not in issued:
            findings.append(_stray_receipt(name, int(stem), len(roots) - 1))


def receipt_fault(
    receipt: Receipt, item: Logged, state: VaultState, root: bytes, terms: TermsReader
) -> str | None:
    """Say what a receipt says otherwise than the entry that issued it.

    Args:
        receipt: The receipt.
        item: The `receipt.issued` entry.
        state: Where the vault stands.
        root: The root of the entries up to it.
        terms: Reads the keyset that the entry names.

    Returns:
        One plain sentence, or None.
    """
    entry = item.entry
    keyset = terms.of(entry).keyset
    people = tuple(
        Holder(p.id, p.name, p.key.hex()) for p in map(keyset.person, entry.facts["cosigners"])
    )
    if receipt.note.head != Checkpoint(entry.vault, entry.index + 1, root):
        return "it is about another record than this one"
    if (receipt.issued, receipt.practice) != (entry.time.utc, state.practice):
        return "its time or kind is not that of the entry"
    if (receipt.computer, receipt.people) != (entry.computer, people):
        return "it names other signers than the entry"
    return receipt.fault()


def _content(path: Path) -> bytes | None:
    """Return the exact bytes of a file, line ends included; None where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def _stray_receipt(name: str, size: int, entries: int) -> Finding:
    if size > entries:
        what = f"a receipt covers {size} entries, but the log has only {entries}"
        return Finding("rollback", name, what)
    return Finding("unexpected", name, "no entry says that this receipt was issued")
