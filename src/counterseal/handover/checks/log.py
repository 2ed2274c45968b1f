"""Checks 9 to 12: the head of the record, that every entry is in it, and that none is left out.

`docs/format.md`, sections 7, 8, 17.4 and 17.5. Pure.
"""

import base64
import binascii

from counterseal.custody import merkle
from counterseal.custody.checkpoint import Checkpoint, Note
from counterseal.custody.entry import FIRST
from counterseal.handover.checks import names
from counterseal.handover.checks.bundle import Bundle, Leaf
from counterseal.handover.checks.outcome import WrongError

_PROOF = "c2sp.org/tlog-proof@v1"


def checkpoint(bundle: Bundle) -> str:
    """Check the head of the record: what it says, and the computer's signature."""
    said, where = bundle.said, names.CHECKPOINT
    try:
        note = Note.from_text(bundle.content(where).decode())
    except ValueError as error:
        raise WrongError(where, "it is not a signed checkpoint") from error
    if note.head != Checkpoint(said.vault, said.size, said.root):
        raise WrongError(where, "it is not the head that the statement names")
    wrong = Note(note.head, note.signatures[:1]).fault(bytes.fromhex(said.computer), {})
    if wrong:
        raise WrongError(where, wrong)
    after = said.last[1] + 1
    if said.size < after or (said.full and said.size != after):
        raise WrongError(where, "it does not belong to the last entry")
    bundle.note = note
    return f"The computer signed the head of the record: {said.size} entries."


def cosignatures(bundle: Bundle) -> str:
    """Check that the statement's people signed that head too."""
    said, note = bundle.said, bundle.note
    if note is None:
        raise WrongError(names.CHECKPOINT, "it could not be read")
    people = {person: bytes.fromhex(key) for person, key in said.people}
    wrong = note.fault(bytes.fromhex(said.computer), people)
    if wrong:
        raise WrongError(names.CHECKPOINT, wrong)
    return f"{' and '.join(people)} signed the same head."


def inclusion(bundle: Bundle) -> str:
    """Check that every entry is in the record of that head."""
    said = bundle.said
    note = bundle.content(names.CHECKPOINT)
    for leaf in bundle.leaves:
        index = leaf.entry.index
        name = names.entry_name(index, "tlog-proof")
        begin, end = f"{_PROOF}\nindex {index}\n".encode(), b"\n" + note
        content = bundle.content(name)
        if len(content) < len(begin + end) or content != begin + content[len(begin) :]:
            raise WrongError(name, "it is not a proof for that entry")
        if not content.endswith(end):
            raise WrongError(name, "it leads to another head")
        path = hashes(name, content[len(begin) : -len(end)])
        if not merkle.verify_inclusion(
            index=index, size=said.size, leaf=leaf.hash, proof=path, root=said.root
        ):
            raise WrongError(name, "the entry is not in the record that the head stands for")
        bundle.paths[index] = path
    return f"All {len(bundle.leaves)} entries are in the record that the head stands for."


def hashes(name: str, lines: bytes) -> list[bytes]:
    """Read a proof: one base64 hash a line.

    Args:
        name: What it is, for the finding.
        lines: The text; each line with its end.

    Raises:
        WrongError: It is not exactly that.
    """
    try:
        found = [base64.b64decode(line, validate=True) for line in lines.split(b"\n")[:-1]]
    except (ValueError, binascii.Error) as error:
        raise WrongError(name, "it is not a proof") from error
    if b"".join(base64.b64encode(node) + b"\n" for node in found) != lines:
        raise WrongError(name, "it is not a proof")
    return found


def case_links(bundle: Bundle) -> str:
    """Check that the entries of the case follow one another, up to the last one signed for."""
    for leaf in bundle.leaves:
        index = leaf.entry.index
        root = merkle.root_before(index=index, size=bundle.said.size, proof=bundle.paths[index])
        if leaf.entry.prev_root != root:
            where = names.entry_name(index, "json")
            raise WrongError(where, "it does not follow the entries before it")
    _check_sequence(bundle.own, gaps=False)
    _check_sequence([leaf for leaf in bundle.leaves if not leaf.entry.case], gaps=True)
    last = bundle.own[-1]
    if (last.entry.case_seq, last.entry.index, last.hash.hex()) != bundle.said.last:
        where = names.entry_name(last.entry.index, "json")
        raise WrongError(where, "it is not the last entry that was signed for")
    return f"The {len(bundle.own)} entries of the case follow one another; none is left out."


def _check_sequence(leaves: list[Leaf], *, gaps: bool) -> None:
    before, place = FIRST, -1
    for leaf in leaves:
        entry = leaf.entry
        where = names.entry_name(entry.index, "json")
        follows = entry.case_seq == place + 1
        if follows and entry.case_prev != before:
            raise WrongError(where, "it does not follow the entry before it")
        if not follows and (not gaps or entry.case_seq <= place):
            raise WrongError(where, "an entry before it is left out, or stands twice")
        before, place = leaf.hash.hex(), entry.case_seq
