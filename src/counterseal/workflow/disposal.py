"""Dispose of what a closed case holds: files and salts go, the log stays whole and still checks."""

from collections.abc import Sequence

from counterseal.custody.entry import Proposal
from counterseal.custody.facts import Step
from counterseal.custody.log import Cosigner
from counterseal.custody.state import CaseState
from counterseal.workflow.record import Record
from counterseal.workflow.steps import Prepared, commit, kept_already

_FOLDERS = ("exhibits", "details", "wraps")


def prepare_disposal(record: Record, state: CaseState) -> Prepared:
    """Put the disposal before the two who sign it."""
    facts = {"files": len(held(record, state)), "reason": "retention-over"}
    return Prepared(Proposal(state.case, Step.DISPOSAL_RECORDED, facts), ())


def dispose(record: Record, prepared: Prepared, cosigners: Sequence[Cosigner]) -> list[str]:
    """Log the disposal, then erase. An interrupted erasing is finished by running it again.

    Returns:
        The names that were erased.
    """
    commit(record, prepared, cosigners)
    with kept_already("The disposal was kept; run the command again to finish the erasing."):
        return finish(record, record.log.case(prepared.proposal.case))


def finish(record: Record, state: CaseState) -> list[str]:
    """Erase whatever a case that is disposed of still holds."""
    names = held(record, state) if state.disposed else []
    for name in names:
        record.vault.erase(name)
    return names


def held(record: Record, state: CaseState) -> list[str]:
    """Return the names of every file that a case holds."""
    return [n for folder in _FOLDERS for n in record.vault.files(f"{folder}/{state.case}")]
