"""SEAL: the school gives up its own means of opening a stopped case.

Each step is durable before the next, and a crash or power cut at any point resumes here:

4. The wraps of the case's key are erased. Nothing is re-encrypted, re-read or deleted.
5. `case.stopped` is appended, signed by the computer alone.

`settle` does whatever is left to do, and can be called again at any time. Where somebody was only
told of it, the computer stays in use: the latches go once the stop is in the log.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from counterseal.custody import stops
from counterseal.custody.entry import Proposal
from counterseal.custody.facts import Step
from counterseal.custody.state import CaseState, Stage
from counterseal.custody.wraps import halves_in_force
from counterseal.errors import CountersealError, OutOfOrderError
from counterseal.evidence.vault import Vault
from counterseal.latch import Latch
from counterseal.workflow.browsing import stopped
from counterseal.workflow.cases import next_reference
from counterseal.workflow.record import Record, open_record, vault_latch
from counterseal.workflow.stop.cause import (
    LATCH_FOUND,
    Cause,
    foreign_lines,
    own_lines,
    read_causes,
)
from counterseal.workflow.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Settled:
    """What was done about the stops that stand.

    Args:
        case: The case that was stopped last; "" where none was.
        troubles: What could not be done, a sentence each.
        sealed: Whether every stop is answered and in the log.
    """

    case: str = ""
    troubles: tuple[str, ...] = ()
    sealed: bool = False


def settle(root: Path, around: Surroundings) -> Settled:
    """Do whatever the stops that stand here still need.

    Args:
        root: The data folder, absolute.
        around: What to open it with.

    Returns:
        What was done. It never raises what a person could meet: a stop must not fail.
    """
    latch = vault_latch(root, around)
    if not latch.stopped:
        return Settled()
    causes = _own(root, latch, around)
    due = [cause for cause in causes if _is_due(cause, around)]
    due.sort(key=lambda cause: cause.trigger == LATCH_FOUND)  # whoever says why comes first
    done = [_seal(root, around, latch, cause) for cause in due]
    troubles = tuple(text for settled in done for text in settled.troubles)
    sealed = bool(done) and len(done) == len(causes) and all(each.sealed for each in done)
    if sealed and not troubles:
        troubles = _free_the_computer(root, around, latch)
    return Settled(done[-1].case if done else "", troubles, sealed)


def _own(root: Path, latch: Latch, around: Surroundings) -> list[Cause]:
    """Return the stops of this record; one without a reason is given one, so that time counts."""
    found = read_causes(own_lines(root, latch))
    if not found and not foreign_lines(root, latch):
        found = [Cause(LATCH_FOUND, vault=str(root))]
    timed = [cause.at(around.clock.now(), around.random(8).hex()) for cause in found]
    for cause in timed:
        latch.lock(cause.to_line())  # where one of the latches was taken away, it is back
    return timed


def _is_due(cause: Cause, around: Surroundings) -> bool:
    return bool(cause.kind) or cause.decided or cause.overdue(around.clock.now())


def _seal(root: Path, around: Surroundings, latch: Latch, cause: Cause) -> Settled:
    try:
        record = open_record(root, around)
    except CountersealError as error:
        return _seal_without_log(Vault(root, latch), cause, error)
    try:
        return _seal_case(record, _decide(record, latch, cause))
    except CountersealError as error:  # it can be read, and not be written: nothing is lost
        return Settled(cause.case, (f"The stop is not in the log yet. {error.what}",))


def _seal_without_log(vault: Vault, cause: Cause, error: CountersealError) -> Settled:
    """Seal the case that the latch names, where its log cannot even be read."""
    troubles = [f"The stop is not in the log yet. {error.what}"]
    case = next((c for c in (cause.case, cause.open_case) if _has_wraps(vault, c)), "")
    if case and cause.trigger not in stops.TOLD:
        try:
            vault.erase_every_wrap(case)
        except CountersealError as other:
            troubles.append(other.what)
    return Settled(case, tuple(troubles))


def _has_wraps(vault: Vault, case: str) -> bool:
    return bool(case) and any(vault.files(f"wraps/{case}"))


def _decide(record: Record, latch: Latch, cause: Cause) -> Cause:
    """Settle which case it is, once, and put that into the latch before anything else is done."""
    if cause.decided:
        return cause
    # In this order: another process that stops it meanwhile says so in the latch before the log.
    open_case = _open_case(record, cause)
    case = _named(record, cause) or _same_stop(record, latch, cause) or open_case
    case = case or next_reference(record.log.cases(), record.now())
    known = replace(cause, case=case, kind=cause.kind or "unanswered", decided=True)
    latch.lock(known.to_line())
    return known


def _named(record: Record, cause: Cause) -> str:
    """Return the case that was named, unless its stop is over and done: then it is another one."""
    log = record.log
    if cause.case not in log.cases():
        return ""
    over = log.case(cause.case).stage is Stage.STOPPED
    return "" if over and cause.case not in record.standing_stops() else cause.case


def _same_stop(record: Record, latch: Latch, cause: Cause) -> str:
    """Return the case of a stop that stands: STOP that is pressed once more is no other stop."""
    if cause.case in record.log.cases() or cause.trigger in stops.TOLD:
        return ""
    known = read_causes(own_lines(record.vault.root, latch))
    standing = record.standing_stops()
    return next((c.case for c in known if c.decided and c.case in standing), "")


def _open_case(record: Record, cause: Cause) -> str:
    """Return the case whose session is open; what somebody was told never concerns it."""
    if cause.trigger in stops.TOLD:
        return ""
    states = [record.log.case(case) for case in record.log.cases()]
    found = [state for state in states if state.stage is Stage.COLLECTING]
    found.sort(key=lambda state: (state.paused, state.case != cause.open_case))
    return found[0].case if found else ""


def _seal_case(record: Record, cause: Cause) -> Settled:
    state = record.log.case(cause.case)
    stood = state.stage is Stage.STOPPED
    exposed = state.exposed if stood else stops.exposed(cause.trigger, state, cause.answer)
    halves = halves_in_force(cause.case, (x.entry for x in record.log.entries(cause.case)))
    erases = not stops.keeps_wraps(state, exposed)
    if erases:
        record.vault.erase_every_wrap(cause.case)
    if not stood:
        erased = len(halves) if erases else 0
        try:
            _append(record, state, _facts(cause, state, exposed, erased))
        except OutOfOrderError:  # another process wrote it meanwhile
            if record.log.case(cause.case).stage is not Stage.STOPPED:
                raise
    return Settled(cause.case, (), sealed=True)


def _facts(cause: Cause, state: CaseState, exposed: str, erased: int) -> dict[str, object]:
    return {
        "trigger": cause.trigger,
        "kind": cause.kind,
        "exposed": exposed,
        "person": cause.person,
        "unsaved": cause.unsaved,
        "concern": state.concerns,
        "erased": erased,
        "covered": cause.covered,
        "uncovered": cause.uncovered,
    }


def _append(record: Record, state: CaseState, facts: dict[str, object]) -> None:
    record.around.browser.freeze(record.vault.root)  # its keeper may seal what was cut off just now
    left = stopped.taken_over(record, state.case)
    record.log.append(Proposal(state.case, Step.CASE_STOPPED, facts, left), (), record.terms)
    if left:
        stopped.tidy(record.vault.root)


def may_be_used(record: Record) -> bool:
    """Whether every stop in the latches is answered, and none of them holds the computer."""
    causes = read_causes(own_lines(record.vault.root, record.vault.latch))
    states = [record.log.case(cause.case) for cause in causes if cause.decided]
    free = all(state.exposed == "no" or state.released for state in states)
    return free and len(states) == len(causes) and not record.standing_stops()


def _free_the_computer(root: Path, around: Surroundings, latch: Latch) -> tuple[str, ...]:
    """Take the latches away where every stop came of what was told, and none still stands."""
    try:
        lines = latch.lines()
        record = open_record(root, around)
        if not foreign_lines(root, latch) and may_be_used(record):
            latch.release(lines)
    except (CountersealError, OSError) as error:
        return (f"The computer stays locked: {error}.",)
    return ()
