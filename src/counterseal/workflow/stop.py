"""LOCK: one person, at once, without passphrase, network or question.

The latch comes first and needs nothing but a rename. Only then is the stop written to the log; if
that fails, the latch still stands, and the stop is written at a later start.
"""

from dataclasses import dataclass
from pathlib import Path

from counterseal.custody.entry import Proposal
from counterseal.custody.facts import Step
from counterseal.custody.state import Stage
from counterseal.errors import CountersealError
from counterseal.workflow.record import Record, open_record
from counterseal.workflow.surroundings import Surroundings

LATCH_FOUND = "latch-found"
"""The trigger where a latch stood at a start, and the log did not know of it yet."""

SENTENCE = (
    "Stopped. Do not look again. Turn the monitor off, leave the computer on, keep everyone away "
    "from it, and call the police now."
)


@dataclass(frozen=True, slots=True)
class Stopped:
    """What a stop did.

    Args:
        case: The case that it stopped; "" where none was open.
        troubles: What could not be done, a sentence each.
        stands: Whether a latch stands. False only where no folder at all could be written to: then
            nothing but the people themselves keeps anybody away.
    """

    case: str
    troubles: tuple[str, ...]
    stands: bool = True


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a stop came.

    Args:
        trigger: One of `words.TRIGGERS`.
        person: Whose answer it was; "" where nobody said.
        exposed: Whether somebody may have seen such an image: "yes", "no" or "unknown".
        unsaved: Whether a picture in memory was dropped.
        case: The case that it concerns; "" where that is not known.
    """

    trigger: str
    person: str = ""
    exposed: str = "unknown"
    unsaved: bool = False
    case: str = ""


def lock(root: Path, around: Surroundings, cause: Cause) -> Stopped:
    """Stop everything.

    Args:
        root: The data folder; it may be damaged, or not there at all.
        around: What to open it with.
        cause: Why.

    Returns:
        What was done. It never raises what a person could meet: a stop must not fail.
    """
    latch = around.latch(root, practice=_is_practice(root))
    troubles = [_sentence(trouble) for trouble in latch.lock()]
    case = cause.case
    try:
        case = _write_down(open_record(root, around), cause)
    except CountersealError as error:
        troubles.append(f"The stop is not in the log yet. {error.what}")
    return Stopped(case, tuple(troubles), latch.stopped)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _write_down(record: Record, cause: Cause) -> str:
    known = cause.case in record.log.cases()  # a mistyped reference must not spare the open case
    case = cause.case if known else _open_case(record)
    if not _stands_in_log(record, case, anywhere=cause.trigger == LATCH_FOUND):
        facts = {
            "trigger": cause.trigger,
            "exposed": cause.exposed,
            "person": cause.person,
            "unsaved": cause.unsaved,
        }
        record.log.append(Proposal(case, Step.CASE_STOPPED, facts), (), record.terms)
    return case


def _stands_in_log(record: Record, case: str, *, anywhere: bool) -> bool:
    if anywhere:
        cases = (record.log.case(each) for each in record.log.cases())
        return record.state.stopped or any(state.stage is Stage.STOPPED for state in cases)
    return record.log.case(case).stage is Stage.STOPPED if case else record.state.stopped


def _open_case(record: Record) -> str:
    states = (record.log.case(case) for case in record.log.cases())
    return next((s.case for s in states if s.stage is Stage.COLLECTING), "")


def _is_practice(root: Path) -> bool:
    about = root / "vault.toml"
    try:
        return about.is_file() and "practice = true" in about.read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return False
