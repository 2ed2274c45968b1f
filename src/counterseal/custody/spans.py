"""How long things took in a case: waits, sessions, and clocks that went wrong meanwhile. Pure.

Times are those of the entries. Within one boot of the computer the count since boot is taken,
which nobody can set; from one boot to the next only the wall clock is left.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from counterseal.clock import Instant
from counterseal.custody.entry import Entry
from counterseal.custody.facts import Step

LONG_WAIT_DAYS = 7
"""A wait worth a question. The number is ours; the policies say "as soon as possible"."""
_DAY_S = 86_400.0
_ENDS = frozenset({Step.CASE_CLOSED, Step.CASE_STOPPED})


@dataclass(frozen=True, slots=True)
class Wait:
    """How long one thing took after another.

    Args:
        name: From what to what.
        days: Whole days.
        over: Whether what was waited for has happened.
    """

    name: str
    days: int
    over: bool

    @property
    def long(self) -> bool:
        """Whether it took longer than a week."""
        return self.days > LONG_WAIT_DAYS


@dataclass(frozen=True, slots=True)
class Session:
    """A session at the computer.

    Args:
        opened: The number of the step that opened it.
        closed: The number of the step that ended it; 0 while it is open.
        ended: "closed", "stopped", or "left open".
        seconds: How long it lasted, or has lasted so far.
        pauses: How many pauses.
        paused: Seconds of them.
    """

    opened: int
    closed: int
    ended: str
    seconds: float
    pauses: int
    paused: float


@dataclass(frozen=True, slots=True)
class OddClock:
    """The clock did something that no honest clock does.

    Args:
        after: The number of the case's step before it.
        kind: "backward" or "disagree".
        seconds: By how much.
    """

    after: int
    kind: str
    seconds: float


def elapsed(before: Instant, after: Instant) -> float | None:
    """Return the seconds between two moments; None where the clock went back and nobody knows."""
    if before.boot == after.boot != "unknown":
        return (after.mono_ms - before.mono_ms) / 1000
    seconds = (after.utc_ms - before.utc_ms) / 1000
    return seconds if seconds >= 0 else None


def days_open(own: Sequence[Entry], now: Instant) -> int:
    """Return the whole days from the report to the closing or stop, or until now.

    Args:
        own: All entries of the case, in order; at least one.
        now: This moment.
    """
    ends = [entry.time for entry in own if entry.step in _ENDS]
    return _days(own[0].time, ends[0] if ends else now)


def waits(own: Sequence[Entry], now: Instant) -> Iterator[Wait]:
    """Tell how long the case waited for triage, authorisation and judgement.

    Args:
        own: All entries of the case, in order.
        now: This moment, for what is not over.
    """
    spans = (
        ("report to triage", Step.CASE_REPORTED, {Step.CASE_TRIAGED}),
        ("triage to authorisation", Step.CASE_TRIAGED, {Step.CASE_AUTHORISED}),
        ("last session to judgement", Step.SESSION_CLOSED, {Step.JUDGEMENT_MADE}),
    )
    for name, first, awaited in spans:
        starts = [entry for entry in own if entry.step is first]
        if not starts:
            continue
        later = [entry for entry in own if entry.index > starts[-1].index]
        found = next((entry for entry in later if entry.step in awaited), None)
        if found is not None:
            yield Wait(name, _days(starts[-1].time, found.time), over=True)
        elif not any(entry.step in _NO_LONGER for entry in later):
            yield Wait(name, _days(starts[-1].time, now), over=False)


_NO_LONGER = _ENDS | {Step.JUDGEMENT_MADE, Step.SESSION_OPENED}
"""After these nobody waits any more for what did not come: a case that is only logged is judged
without an authorisation, and another session comes before the judgement."""


def sessions(own: Sequence[Entry], now: Instant) -> Iterator[Session]:
    """Tell every session of a case, with its pauses.

    Args:
        own: All entries of the case, in order.
        now: This moment, for one that is open.
    """
    numbered = list(enumerate(own, start=1))
    for number, entry in numbered:
        if entry.step is not Step.SESSION_OPENED:
            continue
        within: list[Entry] = []
        closed, ended = 0, "left open"
        for at, later in numbered[number:]:
            within.append(later)
            if later.step in _SESSION_ENDS:
                closed, ended = at, _SESSION_ENDS[later.step]
                break
        last = within[-1].time if closed else now
        pauses = list(_pauses(within, last))
        lasted = elapsed(entry.time, last) or 0.0
        yield Session(number, closed, ended, lasted, len(pauses), sum(pauses))


_SESSION_ENDS = {Step.SESSION_CLOSED: "closed", Step.CASE_STOPPED: "stopped"}


def _pauses(within: Sequence[Entry], last: Instant) -> Iterator[float]:
    for place, entry in enumerate(within):
        if entry.step is Step.SESSION_PAUSED:
            resumed = (e.time for e in within[place + 1 :] if e.step is Step.SESSION_RESUMED)
            yield elapsed(entry.time, next(resumed, last)) or 0.0


def clocks(own: Sequence[Entry], of_vault: Iterable[Entry]) -> Iterator[OddClock]:
    """Tell where, between the first and the last step of a case, the clock did something odd.

    Args:
        own: All entries of the case, in order.
        of_vault: The entries that belong to no case.
    """
    for entry in of_vault:
        after = sum(mine.index < entry.index for mine in own)
        if entry.step is Step.CLOCK_ANOMALY and 0 < after < len(own):
            yield OddClock(after, entry.facts["kind"], entry.facts["off_ms"] / 1000)


def _days(before: Instant, after: Instant) -> int:
    return int((elapsed(before, after) or 0.0) // _DAY_S)
