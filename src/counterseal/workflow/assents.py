"""Assent: somebody who is not there when others sign agrees to exactly that step beforehand.

A step is written down as a proposal, with its encrypted files in place; the digest of the proposal
is what is agreed to. Nothing counts until the others have signed the very same proposal.
"""

import json

from counterseal import canonical, durable
from counterseal.canonical import NotCanonicalError
from counterseal.custody import facts as facts_of
from counterseal.custody.entry import Proposal, StoredFile
from counterseal.custody.facts import Step
from counterseal.errors import UsageError
from counterseal.workflow.record import Record
from counterseal.workflow.steps import Prepared

SHORT = 8
"""How many digits of the digest people use as its number."""


def put_by(record: Record, prepared: Prepared) -> str:
    """Keep a proposal with its files, and return the number that people use for it.

    Raises:
        VaultError: The disk refuses.
    """
    for sealed in prepared.sealed:
        record.vault.put(sealed)
    digest = prepared.proposal.digest
    content = canonical.encode(prepared.proposal.as_dict())
    durable.write_new(record.vault.proposal(digest), content)
    return digest[:SHORT]


def fetch(record: Record, number: str) -> Prepared:
    """Return a proposal that was put by.

    Args:
        record: The opened record.
        number: The first eight digits of its digest.

    Raises:
        UsageError: There is none, or it was changed.
    """
    found = [n for n in record.vault.files("proposals") if n.startswith(f"proposals/{number}")]
    if len(found) != 1 or len(number) < SHORT:
        what = f"Nothing was written down as {number}."
        raise UsageError(what, advice="Run the step with --for-later first.")
    try:
        proposal = _read(record.vault.path(found[0]).read_bytes())
    except (NotCanonicalError, OSError, KeyError, TypeError, ValueError) as error:
        what = f"What was written down as {number} cannot be read."
        raise UsageError(what, advice="Run the step with --for-later again.") from error
    if found[0] != f"proposals/{proposal.digest}.json":
        what = f"What was written down as {number} was changed."
        raise UsageError(what, advice="Run the step with --for-later again.")
    _check_whole(record, number, proposal)
    return Prepared(proposal, ())


def _check_whole(record: Record, number: str, proposal: Proposal) -> None:
    wrong = facts_of.fault(proposal.step, proposal.facts)
    for file in (*proposal.details, *proposal.exhibits):
        if not wrong and record.vault.fault(file.name, file.digest):
            wrong = f"{file.name} is not as it was put by"
    if wrong:
        what = f"What was written down as {number} is not whole any more."
        raise UsageError(what, advice="Run the step with --for-later again.")


def summary(proposal: Proposal) -> list[str]:
    """Return the facts of a proposal as lines for a person."""
    facts = proposal.facts.items()
    return [f"{name.replace('_', ' ')}: {json.dumps(value)}" for name, value in facts]


def _read(content: bytes) -> Proposal:
    value = canonical.decode(content)
    return Proposal(
        case=value["case"],
        step=Step(value["step"]),
        facts=value["facts"],
        details=tuple(StoredFile(**file) for file in value["details"]),
        exhibits=tuple(StoredFile(**file) for file in value["exhibits"]),
    )
