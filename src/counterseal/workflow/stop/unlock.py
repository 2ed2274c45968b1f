"""A break: what was locked, and not sealed, is unlocked by two who sign."""

from collections.abc import Sequence

from counterseal.custody.entry import Proposal
from counterseal.custody.facts import Step
from counterseal.custody.log import Cosigner, Kept
from counterseal.custody.state import CaseState, Stage
from counterseal.errors import OutOfOrderError, StoppedError
from counterseal.workflow.record import Record
from counterseal.workflow.steps import Prepared, commit
from counterseal.workflow.stop.cause import Cause, foreign_lines, own_lines, read_causes


def locked_case(record: Record) -> CaseState:
    """Return the case whose investigators unlock: the open session's, else the one named, or none.

    Raises:
        StoppedError: Something is sealed, or about to be.
    """
    causes = _open_causes(record)
    states = [record.log.case(case) for case in record.log.cases()]
    sessions = [state for state in states if state.stage is Stage.COLLECTING]
    sessions.sort(key=lambda state: state.paused)
    named = {name for cause in causes for name in (cause.open_case, cause.case)}
    found = [*sessions, *(state for state in states if state.case in named)]
    return found[0] if found else CaseState("")


def lift(record: Record, prepared: Prepared, cosigners: Sequence[Cosigner]) -> Kept:
    """Log that two unlocked it, then take the latches away.

    Args:
        record: The opened record.
        prepared: Of `prepare_lifting`.
        cosigners: The two.

    Raises:
        StoppedError: Somebody stopped it once more meanwhile.
    """
    lines = record.vault.latch.lines()
    _open_causes(record)
    kept = commit(record, prepared, cosigners)
    if not record.vault.latch.release(lines):
        raise StoppedError(kept="That you unlocked it was kept; somebody stopped it once more.")
    return kept


def prepare_lifting(record: Record, state: CaseState) -> Prepared:
    """Prepare the step that unlocks.

    Raises:
        StoppedError: Something is sealed, or about to be.
    """
    trigger = _open_causes(record)[0].trigger
    return Prepared(Proposal(state.case, Step.LOCK_LIFTED, {"trigger": trigger}), ())


def _open_causes(record: Record) -> list[Cause]:
    root, latch, now = record.vault.root, record.vault.latch, record.now()
    causes = read_causes(own_lines(root, latch))
    sealed = any(cause.kind or cause.decided or cause.overdue(now) for cause in causes)
    if sealed or foreign_lines(root, latch) or record.standing_stops():
        raise StoppedError
    if not causes:
        what = "Nothing is locked."
        raise OutOfOrderError(what)
    return causes
