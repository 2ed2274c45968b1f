"""Check 16: receipts, those in the bundle and one from outside, fit the record.

`docs/format.md`, sections 9 and 17.5. Pure.
"""

import hashlib

from counterseal.canonical import NotCanonicalError
from counterseal.custody import merkle
from counterseal.custody.checkpoint import Checkpoint
from counterseal.custody.entry import Entry
from counterseal.custody.facts import Step
from counterseal.custody.receipt import Holder, Receipt
from counterseal.handover.checks.bundle import Bundle
from counterseal.handover.checks.log import hashes
from counterseal.handover.checks.outcome import NotAloneError, WrongError, fail


def receipts(bundle: Bundle, outside: bytes | None) -> str:
    """Check the receipts of the bundle, and one that somebody kept elsewhere.

    Args:
        bundle: The bundle; all other checks of its log were made.
        outside: The JSON of a receipt from outside.

    Raises:
        WrongError: A receipt does not fit.
        NotAloneError: The bundle has no proof for the size of the receipt from outside.
    """
    roots = {size: _receipt(bundle, size) for size in _expected(bundle)}
    told = f"All {len(roots)} receipts fit the record" if roots else "No receipt was due"
    if outside is None:
        return f"{told}. Give one that was kept elsewhere with --receipt."
    for leaf in bundle.leaves:  # each entry names the root before it, which was proved
        roots[leaf.entry.index] = leaf.entry.prev_root
    roots[bundle.said.size] = bundle.said.root
    return f"{told}. {_outside(bundle, outside, roots)}"


def _expected(bundle: Bundle) -> list[int]:
    entries = [leaf.entry for leaf in bundle.leaves]
    first = bundle.own[0].entry.index
    due = {e.index + 1 for e in entries if e.step is Step.RECEIPT_ISSUED and e.index > first}
    stems = (name.split("/")[2].split(".") for name in bundle.members if "/receipts/" in name)
    found = {(int(size), ending) for size, ending in stems}
    expected = {(size, end) for size in due for end in ("json", "txt", "consistency")}
    for size, ending in sorted(found ^ expected):
        name = f"data/receipts/{size}.{ending}"
        raise WrongError(name, "it is missing" if (size, ending) in expected else "none was due")
    return sorted(due)


def _receipt(bundle: Bundle, size: int) -> bytes:
    name = f"data/receipts/{size}.json"
    (entry,) = (leaf.entry for leaf in bundle.leaves if leaf.entry.index == size - 1)
    receipt = _read(name, bundle.content(name))
    head = receipt.note.head
    if (head.origin, head.size) != (bundle.said.vault, size):
        raise WrongError(name, "it is a receipt of another record, or of another size")
    if (receipt.issued, receipt.practice) != (entry.time.utc, bundle.said.practice):
        raise WrongError(name, "its time or kind is not that of its entry")
    if receipt.computer != entry.computer or receipt.people != _holders(bundle, name, entry):
        raise WrongError(name, "it names other signers than its entry")
    wrong = receipt.fault()
    if wrong:
        raise WrongError(name, wrong)
    text = hashlib.sha256(receipt.to_text().encode()).hexdigest()
    if bundle.member(f"data/receipts/{size}.txt").sha256 != text:
        fail(f"data/receipts/{size}.txt", "it does not say what the receipt says")
    _check_consistent(bundle, head)
    return head.root


def _check_consistent(bundle: Bundle, head: Checkpoint) -> None:
    name = f"data/receipts/{head.size}.consistency"
    said = bundle.said
    if not merkle.verify_consistency(
        old_size=head.size,
        new_size=said.size,
        proof=hashes(name, bundle.content(name)),
        old_root=head.root,
        new_root=said.root,
    ):
        raise WrongError(name, "the record does not go on from that receipt")


def _holders(bundle: Bundle, name: str, entry: Entry) -> tuple[Holder, ...]:
    keyset = bundle.keysets[entry.keyset_version]
    people = [keyset.find(person) for person in entry.facts["cosigners"]]
    if None in people:
        raise WrongError(name, "it names somebody who was not enrolled")
    return tuple(Holder(p.id, p.name, p.key.hex()) for p in people if p)


def _read(name: str, content: bytes) -> Receipt:
    try:
        return Receipt.from_json(content)
    except NotCanonicalError as error:
        raise WrongError(name, f"it is not a receipt: {error}") from error


def _outside(bundle: Bundle, content: bytes, roots: dict[int, bytes]) -> str:
    where = "the receipt"
    receipt, said = _read(where, content), bundle.said
    head = receipt.note.head
    if (head.origin, receipt.computer) != (said.vault, said.computer):
        raise WrongError(where, "it is of another record, or another computer signed it")
    known = {(p.id, p.key.hex()) for keyset in bundle.keysets.values() for p in keyset.people}
    wrong = receipt.fault()
    if wrong or not {(p.id, p.key) for p in receipt.people} <= known:
        raise WrongError(where, wrong or "somebody signed it who is on no list of people here")
    if head.size in roots:
        if roots[head.size] != head.root:
            raise WrongError(where, "it covers other entries than this record has: two histories")
        return f"The record goes on from the receipt over {head.size} entries."
    if head.size > said.size and receipt.issued < bundle.own[-1].entry.time.utc:
        what = "it is older than this bundle and covers more entries: the end was cut off"
        raise WrongError(where, what)
    raise NotAloneError(where, f"the bundle has no proof for {head.size} entries")
