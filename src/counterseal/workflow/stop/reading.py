"""Read what was written after a stop: by two of those who were given its key, never by one."""

from collections.abc import Sequence
from dataclasses import dataclass

from counterseal.clock import Instant
from counterseal.custody.details import Text
from counterseal.custody.entry import Entry
from counterseal.custody.facts import Step
from counterseal.custody.state import CaseState
from counterseal.custody.wraps import record_halves
from counterseal.errors import OutOfOrderError, UsageError
from counterseal.keys import pair
from counterseal.keys.unlocked import UnlockedKey
from counterseal.workflow.opening import open_details
from counterseal.workflow.record import Record


@dataclass(frozen=True, slots=True)
class Written:
    """One entry that was written after a stop, opened.

    Args:
        index: Of the entry.
        step: What it is.
        time: When.
        text: What somebody wrote, by name.
    """

    index: int
    step: Step
    time: Instant
    text: Text


def read_record(
    record: Record, state: CaseState, keys: Sequence[tuple[str, UnlockedKey]]
) -> list[Written]:
    """Open every text that was written after the stop of a case.

    Args:
        record: The opened record.
        state: Where the case stands.
        keys: Two people's ids and unlocked keys.

    Raises:
        OutOfOrderError: Nothing was written after it.
        UsageError: The two were not given the key.
        IntegrityError: A half or a text is not as it was kept.
    """
    if not state.record:
        what = f"Nothing was written after the stop of case {state.case}."
        raise OutOfOrderError(what)
    entries = [logged.entry for logged in record.log.entries(state.case)]
    opened = next(e.index for e in entries if e.step is Step.RECORD_OPENED)
    identity = _identity(record, state, entries, keys)
    later = [e for e in entries if e.index > opened and e.proposal.details]
    return [
        Written(e.index, e.step, e.time, open_details(record, e.proposal, identity).text)
        for e in later
    ]


def _identity(
    record: Record,
    state: CaseState,
    entries: Sequence[Entry],
    keys: Sequence[tuple[str, UnlockedKey]],
) -> str:
    (a, key_a), (b, key_b) = sorted(keys, key=lambda item: item[0])
    halves = record_halves(state.case, entries)
    places = [(f"{a}+{b}", person) for person in (a, b)]
    if not all(place in halves for place in places):
        what = f"{a} and {b} were not given the key to what was written after this stop."
        advice = "Two of its investigators, the safeguarding lead and the Headteacher read it."
        raise UsageError(what, advice=advice)
    wrap_a, wrap_b = (record.vault.read(*halves[place]) for place in places)
    return pair.join(wrap_a, wrap_b, key_a.identities[0], key_b.identities[0], state.record)
