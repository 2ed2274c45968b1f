"""Compare the record with a receipt that was kept elsewhere."""

from counterseal.custody import merkle
from counterseal.custody.check_files import receipt_fault
from counterseal.custody.facts import Step
from counterseal.custody.receipt import Receipt
from counterseal.custody.rows import Logged, read_row
from counterseal.custody.terms import TermsReader
from counterseal.errors import Finding
from counterseal.workflow.record import Record


def compare(record: Record, receipt: Receipt) -> Finding | None:
    """Prove that the record goes on from a receipt, or say what is wrong.

    Args:
        record: The opened record.
        receipt: From outside; its own signatures are checked too.

    Returns:
        What is wrong, or None.
    """
    head = receipt.note.head
    where = f"receipt of {head.size} entries"
    if head.origin != record.log.origin or receipt.computer != record.computer.public.hex():
        return Finding("fork", where, "it belongs to another record or another computer")
    wrong = receipt.fault()
    if wrong:
        return Finding("bad-signature", where, wrong)
    with record.store.reading() as rows:
        hashes = rows.hashes()
        row = rows.leaf(head.size - 1)
    if head.size > len(hashes):
        lost = head.size - len(hashes)
        return Finding("rollback", where, f"{lost} entries that it covers are gone")
    old, new = merkle.root_of(hashes[: head.size]), merkle.root_of(hashes)
    proof = merkle.consistency_proof(hashes, head.size)
    same = merkle.verify_consistency(
        old_size=head.size, new_size=len(hashes), proof=proof, old_root=head.root, new_root=new
    )
    if old != head.root or not same:
        return Finding("fork", where, "an entry that it covers was changed")
    return _otherwise(record, receipt, read_row(row), old)


def _otherwise(record: Record, receipt: Receipt, issued: Logged, root: bytes) -> Finding | None:
    """A receipt says nothing that the entry which issued it does not say."""
    where = f"receipt of {receipt.note.head.size} entries"
    if issued.entry.step is not Step.RECEIPT_ISSUED:
        return Finding("unexpected", where, "no entry says that it was issued")
    wrong = receipt_fault(receipt, issued, record.state, root, TermsReader(record.vault))
    return Finding("bad-signature", where, wrong) if wrong else None
