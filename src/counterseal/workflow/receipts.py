"""Compare the record with a receipt that was kept elsewhere."""

from counterseal.custody import merkle
from counterseal.custody.receipt import Receipt
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
    return None
