"""LOCK: one person, at once, without passphrase, network or question.

In this order, each durable before the next (`docs/procedure.md`, "The hard stop"):

1. Every display is covered.
2. The latches are set, with the reason in them.
3. Whoever holds keys lets go of them, or is ended; the keeper of the browser, which saw the latch
   by itself, has frozen it by then.

Then `settle` seals what somebody has said it was. Whatever fails on the way, the latch stands.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from counterseal.keys import holding
from counterseal.latch import Latch, ready_in
from counterseal.workflow.record import stopped_latch, vault_latch
from counterseal.workflow.stop.cause import Cause, own_lines, read_causes
from counterseal.workflow.stop.seal import settle
from counterseal.workflow.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Stopped:
    """What a stop did.

    Args:
        case: The case that it stopped; "" where nobody has said yet what it was.
        troubles: What could not be done, a sentence each.
        stands: Whether a latch stands, or the stop is in the log. False only where no folder at all
            could be written to: then nothing but the people themselves keeps anybody away.
        sealed: Whether the case is sealed: written in the log, and the school's means are gone.
        computer: Whether the whole computer is stopped.
        uncovered: How many displays could not be covered.
        unfrozen: Whether the watched browser may still be running.
        met: Those of the troubles that locking itself met.
    """

    case: str
    troubles: tuple[str, ...]
    stands: bool = True
    sealed: bool = False
    computer: bool = True
    uncovered: int = 0
    unfrozen: bool = False
    met: tuple[str, ...] = ()


def lock(root: Path, around: Surroundings, cause: Cause) -> Stopped:
    """Stop everything.

    Args:
        root: The data folder; it may be damaged, or not there at all.
        around: What to open it with.
        cause: Why.

    Returns:
        What was done. It never raises what a person could meet: a stop must not fail.
    """
    root = root.absolute()
    around.holder.stopping()
    covered = around.guard.cover(root)
    seen = replace(cause, covered=covered.displays, uncovered=covered.missed, vault=str(root))
    cause = seen.fitting().at(around.clock.now(), around.random(8).hex())
    latch = vault_latch(root, around)
    line = _line(root, latch, cause)
    troubles = [_sentence(trouble) for trouble in latch.lock(line)]
    troubles += holding.end_others(root)
    browser = around.browser.freeze(root)
    settled = settle(root, around)
    return Stopped(
        settled.case,
        (*troubles, *settled.troubles),
        latch.stopped or settled.sealed,
        settled.sealed,
        latch.stopped,
        covered.missed,
        not browser.holds,
        tuple(troubles),
    )


def answer(root: Path, around: Surroundings, said: Cause, before: Stopped | None = None) -> Stopped:
    """Say what it was that a standing stop is about; what is said is sealed at once.

    Args:
        root: The data folder.
        around: What to open it with.
        said: With the kind, and with person and case as far as they are known.
        before: What locking did just now, so that none of its warnings is lost.
    """
    root = root.absolute()
    around.holder.stopping()
    latch = vault_latch(root, around)
    if not latch.stopped:  # somebody unlocked it meanwhile: what was seen stops it all the same
        latch.lock()
    settle(root, around)  # a latch without a reason is given one first
    for cause in read_causes(own_lines(root, latch)):
        if not cause.kind and not cause.decided:
            person, case = cause.person or said.person, said.case or cause.case
            known = replace(cause, kind=said.kind, person=person, case=case)
            latch.lock(known.fitting().to_line())
    settled = settle(root, around)
    stands = latch.stopped or settled.sealed
    first = before or Stopped("", ())
    # What could not be sealed then may be sealed by now, so only what locking met itself stays.
    return Stopped(
        settled.case,
        (*first.met, *settled.troubles),
        stands,
        settled.sealed,
        latch.stopped,
        first.uncovered,
        first.unfrozen,
        first.met,
    )


def waiting(root: Path, around: Surroundings) -> bool:
    """Whether a stop stands of which nobody has said yet what it was."""
    latch = vault_latch(root, around)
    if not latch.stopped:
        return False
    causes = read_causes(own_lines(root.absolute(), latch))
    return any(not cause.kind and not cause.decided for cause in causes)


def stopped(root: Path, around: Surroundings) -> bool:
    """Whether this computer is stopped, after doing whatever a stop left undone."""
    if not stopped_latch(root, around):
        return False
    settle(root.absolute(), around)
    return stopped_latch(root, around)


def _line(root: Path, latch: Latch, cause: Cause) -> bytes:
    """Return the line to add. What a session left in the ready-made file becomes this stop."""
    ready = (line for line in ready_in(root) if Cause.from_line(line))
    for each in read_causes([*ready, *own_lines(root, latch)]):
        if each.bare:  # timed, where another process saw the latch before its reason
            cause = replace(cause, number=each.number, open_case=each.open_case)
    return cause.to_line()


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
