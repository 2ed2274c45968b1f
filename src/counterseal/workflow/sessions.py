"""Open, pause, resume and close a session at the designated computer."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from counterseal import durable
from counterseal.clock import Instant
from counterseal.custody.facts import Step
from counterseal.custody.log import Cosigner, Kept
from counterseal.custody.receipt import Receipt
from counterseal.custody.state import CaseState, Stage
from counterseal.errors import CountersealError, IntegrityError, OutOfOrderError
from counterseal.workflow.browsing.port import Opened
from counterseal.workflow.browsing.recording import record_start
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


CHOSEN = "You chose to go on by hand."
BY_RULES = "The school's rules choose to go on by hand."


@contextmanager
def guarded(record: Record) -> Iterator[None]:
    """Guard the screens, and no longer where the block does not go to its end.

    Args:
        record: The opened record.

    Raises:
        NoGuardError: There is a screen, and it cannot be covered.
    """
    root, guard = record.vault.root, record.around.guard
    guard.start(root, practice=record.practice)
    with ExitStack() as undone:
        undone.callback(guard.end, root)
        yield
        undone.pop_all()


def why_by_hand(record: Record, *, chosen: bool) -> str:
    """Say why a session will go on by hand, as far as that is known before it is signed; "" if not.

    Args:
        record: The opened record.
        chosen: Whether the two want no browser.
    """
    if not record.terms.policy.browser.watched:
        return BY_RULES
    return CHOSEN if chosen else record.around.browser.hindrance()


def start_browser(record: Record, case: str) -> Opened:
    """Start the watched browser of an open session, and write down how, or why there is none.

    It comes after the two have signed, so that nothing is ever opened in it that no session covers.

    Args:
        record: The opened record.
        case: The case whose session is open.

    Raises:
        CountersealError: It could not be written down; then no browser stays either.
    """
    root, browser = record.vault.root, record.around.browser
    opened = browser.start(root, case)
    with ExitStack() as undone:
        undone.callback(browser.end, root)
        record_start(record, case, opened)
        undone.pop_all()
    return opened


def prepare_opening(  # noqa: PLR0913  (one argument for each thing that is recorded)
    record: Record,
    state: CaseState,
    *,
    place: str,
    conflict: bool,
    warned: bool,
    by_hand: str = "",
) -> Prepared:
    """Put the opening of a session before the two.

    Args:
        record: The opened record.
        state: Where the case stands.
        place: Where the computer stands.
        conflict: Whether either of the two has a conflict of interest.
        warned: Whether the computer check had a warning.
        by_hand: Of `why_by_hand`.
    """
    at = _at_computer(record, conflict=conflict, warned=warned)
    facts = {**at, "program": record.around.program().digest}
    text = {"place": place, **about_computer(record), "browser": _browser(by_hand)}
    return prepare(record, Draft(Step.SESSION_OPENED, state.case, facts, text), state.recipient)


def prepare_resuming(  # noqa: PLR0913  (one argument for each thing that is recorded)
    record: Record,
    state: CaseState,
    *,
    place: str,
    conflict: bool,
    warned: bool,
    by_hand: str = "",
) -> Prepared:
    """Put the resuming of a paused session before the two; arguments as for opening."""
    facts = _at_computer(record, conflict=conflict, warned=warned)
    text = {"place": place, **about_computer(record), "browser": _browser(by_hand)}
    return prepare(record, Draft(Step.SESSION_RESUMED, state.case, facts, text), state.recipient)


def _at_computer(record: Record, *, conflict: bool, warned: bool) -> dict[str, str | bool]:
    return {
        "check": "warn" if warned else "pass",
        "machine": record.around.machine().digest(record.log.origin),
        "conflict": conflict,
    }


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
    """Open or resume a session, and let the ready-made latch say which case is open.

    A stop then knows its case even where the log cannot be read.
    """
    kept = commit(record, prepared, cosigners)
    with kept_already("The session is open."):
        _arm(record, _cause(record, prepared.proposal.case))
    return kept


def pause(record: Record, state: CaseState, reason: str) -> CaseState:
    """Pause a session and close its browser; the computer signs it alone.

    Args:
        record: The opened record.
        state: Where the case stands.
        reason: "asked" or "idle".

    Raises:
        VaultError: What the browser opened cannot be written down.
    """
    record.around.browser.end(record.vault.root)
    commit_by_computer(record, Step.SESSION_PAUSED, state.case, {"reason": reason})
    record.around.guard.end(record.vault.root)
    return record.log.case(state.case)


def pause_if_idle(record: Record, state: CaseState) -> CaseState:
    """Record the pause that a session has been in for lack of any step.

    Where the guard minds whether anybody is there, that counts and not the steps: two who read a
    long page take none.
    """
    if state.stage is not Stage.COLLECTING or state.paused or state.last is None:
        return state
    if record.around.guard.minds(record.vault.root):
        return state
    if idle_ms(state.last, record.now()) <= IDLE_MS:
        return state
    return pause(record, state, "idle")


def is_left_alone(record: Record) -> bool:
    """Whether there is a session to be paused, because nobody is there, says the guard.

    Somebody who signed a step of it in the last five minutes, from wherever, is there. Where no
    session goes on, as after a stop that was released, there is nothing to guard either.
    """
    states = map(record.log.case, record.log.cases())
    going = [state for state in states if state.stage is Stage.COLLECTING and not state.paused]
    if not going:
        record.around.guard.end(record.vault.root)
        return False
    signed = (logged.entry for logged in reversed(record.log.entries(going[0].case)))
    last = next((entry for entry in signed if entry.people), None)
    return last is None or idle_ms(last.time, record.now()) > IDLE_MS


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
    text = {"summary": summary, **about_visits(record, state)}
    draft = Draft(Step.SESSION_CLOSED, state.case, facts, text)
    return prepare(record, draft, state.recipient)


def close(record: Record, prepared: Prepared, cosigners: Sequence[Cosigner]) -> Receipt:
    """Close the browser, then the session; both cosign the head, and a receipt is issued.

    Raises:
        VaultError: What the browser opened cannot be written down, so the session stays open.
    """
    record.around.browser.end(record.vault.root)
    try:
        commit(record, prepared, cosigners)
    except CountersealError as error:
        error.kept = "The session is still open. Its browser is closed, and all of it written down."
        raise
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


def about_visits(record: Record, state: CaseState) -> dict[str, str]:
    """Return how much was written down of the browser until now, which both sign with the step.

    The entry itself names the root of all entries before, so that it covers each of them.
    """
    visits = record.log.case(state.case).visits
    return {"visits": str(visits)} if visits else {}


def _browser(by_hand: str) -> str:
    return f"none is watched: {by_hand}" if by_hand else "is started and watched from here on"


def about_computer(record: Record) -> dict[str, str | list[str]]:
    """Return what is written down of the computer with every session and exhibit."""
    machine, program = record.around.machine(), record.around.program()
    return {
        "computer": machine.name,
        "system": machine.system,
        "addresses": list(machine.addresses),
        "clock": str(record.around.timekeeping()),
        "program": f"Counterseal {program.version}, files {program.digest}",
    }
