"""Checks 4 and 5: everything is written the one canonical way, and each entry is of its form.

`docs/format.md`, sections 2 to 4 and 17.4. Pure.
"""

from typing import Final

from counterseal import canonical
from counterseal.canonical import NotCanonicalError
from counterseal.custody import merkle
from counterseal.custody.entry import Entry
from counterseal.custody.envelope import Envelope
from counterseal.custody.facts import Step
from counterseal.handover.checks import names
from counterseal.handover.checks.bundle import Bundle, Leaf
from counterseal.handover.checks.outcome import WrongError, fail

ALWAYS: Final = frozenset(
    {
        Step.VAULT_CREATED,
        Step.KEYSET_CHANGED,
        Step.PROFILE_ADOPTED,
        Step.COMPUTER_CHECKED,
        Step.COMPUTER_CHANGED,
        Step.HANDOVER_KEY_CHECKED,
        Step.HANDOVER_KEY_CHANGED,
    }
)
"""The vault's own steps that every bundle holds."""


def canonical_bytes(bundle: Bundle) -> str:
    """Read every document, and make sure that there is no second way to write it."""
    found = bundle.numbered(names.ENTRY)
    for index, name in sorted(found.items()):
        try:
            read = Envelope.from_bytes(bundle.content(name))
            canonical.decode(read.payload)
        except NotCanonicalError as error:
            raise WrongError(name, str(error)) from error
        bundle.envelopes[index] = read
    for family, lines in ((names.KEYSET, False), (names.RECEIPT, True), (names.OPENING, True)):
        for name in bundle.named(family):
            try:
                canonical.decode(bundle.content(name), lines=lines)
            except NotCanonicalError as error:
                raise WrongError(name, str(error)) from error
    return f"{len(found)} entries and all other documents are written the one way there is."


def entries(bundle: Bundle) -> str:
    """Check fields and facts of each entry, and that each belongs into this bundle."""
    for index, envelope in bundle.envelopes.items():
        name = names.entry_name(index, "json")
        try:
            entry = Entry.from_bytes(envelope.payload)
        except NotCanonicalError as error:
            raise WrongError(name, str(error)) from error
        if entry.index != index:
            raise WrongError(name, "its name does not fit its place in the record")
        if entry.vault != bundle.said.vault:
            raise WrongError(name, "it is an entry of another record")
        if entry.case not in {"", bundle.said.case}:
            raise WrongError(name, "it is an entry of another case")
        leaf = merkle.leaf_hash(bundle.content(name))
        bundle.leaves.append(Leaf(entry, envelope, leaf))
    if not bundle.own:
        fail("data/log", "there is no entry of the case")
    if bundle.leaves[0].entry.index != 0:
        fail(names.entry_name(0, "json"), "it is missing")
    _check_belongs(bundle)
    ours = len(bundle.own)
    return f"{ours} entries of the case and {len(bundle.leaves) - ours} of the record are whole."


def _check_belongs(bundle: Bundle) -> None:
    """Refuse what no bundle holds: 17.4."""
    first, last = bundle.own[0].entry.index, bundle.own[-1].entry.index
    receipts = bundle.numbered(names.RECEIPT)
    for leaf in bundle.leaves:
        entry = leaf.entry
        odd = entry.step is Step.CLOCK_ANOMALY and first < entry.index < last
        receipt = entry.step is Step.RECEIPT_ISSUED and entry.index + 1 in receipts
        if not (entry.case or entry.step in ALWAYS or odd or receipt):
            where = names.entry_name(entry.index, "json")
            raise WrongError(where, f"no bundle of this case holds this entry ({entry.step})")
