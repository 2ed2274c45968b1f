"""Open, pause, resume and close a session at the designated computer."""

from collections.abc import Sequence

from counterseal import durable
from counterseal.clock import Instant
from counterseal.custody.facts import Step
from counterseal.custody.log import Cosigner, Kept
from counterseal.custody.receipt import Receipt
from counterseal.custody.state import CaseState, Stage
from counterseal.errors import CountersealError, IntegrityError, OutOfOrderError
from counterseal.workflow.record import Record
from counterseal.workflow.steps import (
    Draft,
    Prepared,
    commit,
    commit_by_computer,
    issue_receipt,
    kept_already,
    prepare,
)
from counterseal.workflow.stop.cause import Cause

IDLE_MS = 5 * 60 * 1000
"""After five minutes without a step a session counts as paused."""


def prepare_opening(
    record: Record, state: CaseState, *, place: str, conflict: bool, warned: bool
) -> Prepared:
    """Put the opening of a session before the two.

    Args:
        record: The opened record.
        state: Where the case stands.
        place: Where the computer stands.
        conflict: Whether either of the two has a conflict of interest.
        warned: Whether the computer check had a warning.
    """
    facts = {
        "check": "warn" if warned else "pass",
        "machine": record.around.machine().digest(record.log.origin),
        "program": record.around.program().digest,
        "conflict": conflict,
    }
    draft = Draft(Step.SESSION_OPENED, state.case, facts, about_computer(record, place))
    return prepare(record, draft, state.recipient)


def prepare_resuming(
    record: Record, state: CaseState, *, place: str, conflict: bool, warned: bool
) -> Prepared:
    """Put the resuming of a paused session before the two; arguments as for opening."""
    facts = {
        "check": "warn" if warned else "pass",
        "machine": record.around.machine().digest(record.log.origin),
        "conflict": conflict,
    }
    draft = Draft(Step.SESSION_RESUMED, state.case, facts, about_computer(record, place))
    return prepare(record, draft, state.recipient)


def check_none_open(record: Record) -> None:
    """Only one session is open at this computer, so that a stop knows its case.

    Raises:
        OutOfOrderError: Another one is.
    """
    states = (record.log.case(case) for case in record.log.cases())
    for state in states:
        if state.stage is Stage.COLLECTING:
            what = f"A session is open in case {state.case}."
            advice = "Close it first: `counterseal session close`."
            raise OutOfOrderError(what, advice=advice)


def begin(record: Record, prepared: Prepared, cosigners: Sequence[Cosigner]) -> Kept:
    """Open or resume a session under guard, and let the ready-made latch say which case is open.

    A stop then knows its case even where the log cannot be read.

    Raises:
        NoGuardError: There is a screen, and it cannot be covered.
    """
    root, guard = record.vault.root, record.around.guard
    guard.start(root, practice=record.practice)
    try:
        kept = commit(record, prepared, cosigners)
    except CountersealError:
        guard.end(root)
        raise
    with kept_already("The session is open."):
        _arm(record, _cause(record, prepared.proposal.case))
    return kept


def pause(record: Record, state: CaseState, reason: str) -> CaseState:
    """Pause a session; the computer signs it alone.

    Args:
        record: The opened record.
        state: Where the case stands.
        reason: "asked" or "idle".
    """
    commit_by_computer(record, Step.SESSION_PAUSED, state.case, {"reason": reason})
    record.around.guard.end(record.vault.root)
    return record.log.case(state.case)


def pause_if_idle(record: Record, state: CaseState) -> CaseState:
    """Record the pause that a session has been in for lack of any step."""
    if state.stage is not Stage.COLLECTING or state.paused or state.last is None:
        return state
    if idle_ms(state.last, record.now()) <= IDLE_MS:
        return state
    return pause(record, state, "idle")


def idle_ms(last: Instant, now: Instant) -> int:
    """Return how long nothing was done; after a restart, or with an odd clock, very long."""
    if last.boot != now.boot or last.boot == "unknown":
        return max(now.utc_ms - last.utc_ms, IDLE_MS + 1)
    return now.mono_ms - last.mono_ms


def prepare_closing(record: Record, state: CaseState, summary: str) -> Prepared:
    """Read back every exhibit, then put the closing before the two.

    Raises:
        IntegrityError: An exhibit is not as it was kept; the session stays open.
    """
    findings = []
    for logged in record.log.entries(state.case):
        for file in logged.entry.proposal.exhibits:
            wrong = record.vault.fault(file.name, file.digest)
            findings += [wrong] if wrong else []
    if findings:
        raise IntegrityError(tuple(findings))
    facts = {"exhibits": len(state.exhibits)}
    draft = Draft(Step.SESSION_CLOSED, state.case, facts, {"summary": summary})
    return prepare(record, draft, state.recipient)


def close(record: Record, prepared: Prepared, cosigners: Sequence[Cosigner]) -> Receipt:
    """Close the session; both put their name to the head, and a receipt is issued."""
    commit(record, prepared, cosigners)
    with kept_already("The session is closed; `counterseal log receipt` issues the receipt."):
        _arm(record, None)
        record.around.guard.end(record.vault.root)
        return issue_receipt(record, cosigners, "session")


def _arm(record: Record, cause: Cause | None) -> None:
    try:
        record.vault.latch.arm(cause.to_line() if cause else b"")
    except OSError as error:
        raise durable.trouble(error, record.vault.root) from error


def _cause(record: Record, case: str) -> Cause:
    return Cause("stop-button", open_case=case, vault=str(record.vault.root))


def about_computer(record: Record, place: str) -> dict[str, str | list[str]]:
    """Return what is written down of the computer with every session and exhibit."""
    machine, program = record.around.machine(), record.around.program()
    return {
        "place": place,
        "computer": machine.name,
        "system": machine.system,
        "program": f"Counterseal {program.version}, files {program.digest}",
    }
