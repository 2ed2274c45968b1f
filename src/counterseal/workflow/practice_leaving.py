"""What a practice case leaves behind: the bundle, sealed and for once unsealed, and the receipt.

In practice alone the words that open a bundle lie beside it, and so does the bundle as it is when
it was opened: a newcomer looks into it at once.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from counterseal import durable
from counterseal.custody.log import Cosigner
from counterseal.custody.receipt import Receipt
from counterseal.errors import NotAllowedError
from counterseal.handover import seal
from counterseal.keys import passphrase_file, recipients
from counterseal.workflow import handing_over
from counterseal.workflow.bundle_lock import Lock, Sealing, make_lock
from counterseal.workflow.practice_people import IDS, PEOPLE, ROLES
from counterseal.workflow.record import Record

WORDS_FILE = "words.txt"


def make_bundle(record: Record, case: str, cosigners: Sequence[Cosigner], folder: Path) -> Receipt:
    """Make the bundle as a real one is made, then leave it open beside.

    Args:
        record: The practice record.
        case: The practice case.
        cosigners: Both investigators, their keys unlocked.
        folder: Where to leave it.

    Returns:
        The receipt that was issued after it.

    Raises:
        NotAllowedError: The record is a real one.
    """
    _check_practice(record)
    state = record.log.case(case)
    prepared = handing_over.prepare_export(record, state, "police", "To practise it.")
    lock = make_lock(record, Sealing(words=True))
    apart = folder / "bundle"
    _, receipt = handing_over.make(
        record, prepared, cosigners, lock, apart, lambda _done, _total: None
    )
    _leave_open_beside(folder, apart, lock)
    return receipt


def make_record_only(record: Record, case: str, cosigner: Cosigner, folder: Path) -> None:
    """Make the bundle of a stopped case as a real one is made, then leave it open beside.

    Args:
        record: The practice record.
        case: The practice case, stopped.
        cosigner: Who makes it, their key unlocked.
        folder: Where to leave it.

    Raises:
        NotAllowedError: The record is a real one.
    """
    _check_practice(record)
    lock = make_lock(record, Sealing(words=True))
    apart, state = folder / "bundle", record.log.case(case)
    handing_over.make_record_only(record, state, cosigner, lock, apart, lambda _done, _total: None)
    _leave_open_beside(folder, apart, lock)


def _check_practice(record: Record) -> None:
    if not record.practice:
        what = "A bundle of a real record leaves sealed, or not at all."
        raise NotAllowedError(what)


def _leave_open_beside(folder: Path, apart: Path, lock: Lock) -> None:
    for path in apart.iterdir():
        path.rename(folder / path.name)
    apart.rmdir()
    identity = passphrase_file.decrypt((folder / seal.WORDS).read_bytes(), lock.words)
    sealed = (folder / seal.NAME).read_bytes()
    opened = recipients.decrypt(sealed, identity.decode().strip())
    durable.write_new(folder / seal.UNSEALED, opened)
    durable.write_new(folder / WORDS_FILE, f"{lock.words}\n".encode())


def leave(
    folder: Path, record: Record, case: str, exhibits: list[dict[str, str]], receipt: Receipt
) -> None:
    """Leave the receipt, and `practice.json`: who there is, and what was kept.

    Args:
        folder: Where to.
        record: The practice record.
        case: The practice case.
        exhibits: What `practice.json` says of each exhibit.
        receipt: The last one.
    """
    durable.write_new(folder / "receipt.txt", receipt.to_text().encode())
    durable.write_new(folder / "receipt.json", receipt.to_json())
    head = receipt.note.head
    people = [
        {"id": person, "name": p.name, "role": role, "passphrase": p.passphrase}
        for person, p, role in zip(IDS, PEOPLE, ROLES, strict=True)
    ]
    about = {
        "vault": str(record.vault.root),
        "case": case,
        "people": people,
        "exhibits": exhibits,
        "head": {"size": head.size, "root": head.root.hex(), "fingerprint": head.fingerprint},
        "receipt": str(folder / "receipt.json"),
        "bundle": str(folder / seal.UNSEALED),
    }
    content = json.dumps(about, indent=2, ensure_ascii=False) + "\n"
    durable.write_new(folder / "practice.json", content.encode())
