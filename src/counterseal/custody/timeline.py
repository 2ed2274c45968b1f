"""Who did what and when in a case, for somebody who may not see its content. Pure.

Everything here comes from the entries' facts, their times and their signers: never from what
people wrote, so it is the same when files and texts are gone. What the log does not hold is not
guessed: an entry has one time for all its signatures, and a step that was refused left no entry.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from counterseal.clock import Instant
from counterseal.custody import procedure
from counterseal.custody.entry import Entry
from counterseal.custody.facts import Step
from counterseal.custody.rule import Rule
from counterseal.custody.signers import Presence, Who
from counterseal.custody.spans import OddClock, Session, Wait, clocks, days_open, elapsed
from counterseal.custody.spans import sessions as sessions_of
from counterseal.custody.spans import waits as waits_of
from counterseal.custody.state import CaseState

QUICK_S = 5.0
"""Two people who read a step and type a passphrase each take longer than this."""
_PAIR = 2

Facts = Mapping[str, Any]


class Mark(StrEnum):
    """What is worth a reviewer's question about a step."""

    UNSIGNED = "a signature that the procedure asks for is missing"
    LETTER = "a letter stands for a signature: not signed in the tool"
    ABSENT = "one of the two was not present"
    ASSENT = "whoever authorised gave their assent beforehand"
    QUICK = "less than five seconds after the step before by the same two"
    OFF_RECEIPT = "not on a receipt"


GAPS = frozenset({Mark.UNSIGNED, Mark.LETTER, Mark.ABSENT})
"""The marks that count as gaps in co-signing."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who signed a step.

    Args:
        id: Their id.
        present: "I was present and saw this", or "I was not present; I have read this".
    """

    id: str
    present: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One step of a case.

    Args:
        number: Its place in the case, from 1. The place in the whole log is left out, because it
            tells how much there is besides.
        time: When, as the computer saw it.
        step: The step.
        title: The step in plain words.
        about: What the facts say of it besides; "" where there is nothing to say.
        signers: Who signed, in order; empty where the computer alone did.
        both: Whether both signed; None where it is not a step of two.
        seconds: Since the case's step before; None for the first, and where it cannot be said.
        answers_age: Age of the safety answers in seconds; None where none were asked.
        marks: What is worth a question.
    """

    number: int
    time: Instant
    step: Step
    title: str
    about: str
    signers: tuple[Signer, ...]
    both: bool | None
    seconds: float | None
    answers_age: float | None
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Exposure:
    """How often somebody met what may be hard to look at.

    Args:
        person: Their id.
        taken: Pictures taken, and seen but not kept, while they were present.
        supplied: Items taken in from others while they were present.
        viewed: Exhibits looked at again.
        saved: Pages saved, of which they had seen every part.
    """

    person: str
    taken: int
    supplied: int
    viewed: int
    saved: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.taken + self.supplied + self.viewed + self.saved


@dataclass(frozen=True, slots=True)
class Timeline:
    """The continuity of one case.

    Args:
        state: Where it stands.
        lines: Every step.
        waits: How long one thing took after another.
        sessions: Every session.
        clocks: Odd clocks between its first step and its last.
        exposure: By person.
        days_open: Whole days from the report to its closing or stop, or until now.
    """

    state: CaseState
    lines: tuple[Line, ...]
    waits: tuple[Wait, ...]
    sessions: tuple[Session, ...]
    clocks: tuple[OddClock, ...]
    exposure: tuple[Exposure, ...]
    days_open: int

    @property
    def gaps(self) -> tuple[Line, ...]:
        """Steps with a gap in co-signing."""
        return tuple(line for line in self.lines if GAPS & set(line.marks))

    @property
    def of_two(self) -> int:
        """How many steps there are that two sign."""
        return sum(line.both is not None for line in self.lines)

    def steps(self, *wanted: Step) -> tuple[Line, ...]:
        """Return the lines of these steps."""
        return tuple(line for line in self.lines if line.step in wanted)

    def marked(self, mark: Mark) -> tuple[Line, ...]:
        """Return the lines with a mark."""
        return tuple(line for line in self.lines if mark in line.marks)


def timeline(own: Sequence[Entry], of_vault: Iterable[Entry], now: Instant) -> Timeline:
    """Tell the continuity of a case.

    Args:
        own: All entries of the case, in order; at least one.
        of_vault: The entries that belong to no case: receipts and odd clocks are read from them.
        now: This moment, for what is not over.

    Raises:
        OutOfOrderError: An entry that the procedure does not allow at its place.
    """
    besides = list(of_vault)
    state = procedure.replay(own[0].case, own)
    receipts = [entry.index for entry in besides if entry.step is Step.RECEIPT_ISSUED]
    return Timeline(
        state=state,
        lines=tuple(_lines(own, max(receipts, default=-1))),
        waits=tuple(waits_of(own, now)),
        sessions=tuple(sessions_of(own, now)),
        clocks=tuple(clocks(own, besides)),
        exposure=exposure(own),
        days_open=days_open(own, now),
    )


def exposure(entries: Iterable[Entry]) -> tuple[Exposure, ...]:
    """Count by person what was taken, taken in and looked at again, in one case or in many."""
    taken: Counter[str] = Counter()
    supplied: Counter[str] = Counter()
    viewed: Counter[str] = Counter()
    saved: Counter[str] = Counter()
    for entry in entries:
        there = [person.id for person in entry.people if person.present]
        seen = entry.step is Step.EXHIBIT_DECLINED and entry.facts["seen"]
        if entry.step is Step.EXHIBIT_CAPTURED or seen:
            taken.update(there)
        elif entry.step is Step.EXHIBIT_SUPPLIED:
            supplied.update(there)
        elif entry.step is Step.PAGE_SAVED:
            saved.update(there)
        elif entry.step is Step.EXHIBIT_VIEWED:
            viewed.update(entry.facts["viewers"])
    people = sorted({*taken, *supplied, *viewed, *saved})
    return tuple(Exposure(p, taken[p], supplied[p], viewed[p], saved[p]) for p in people)


def _lines(own: Sequence[Entry], receipted: int) -> Iterable[Line]:
    assents: set[tuple[str, str]] = set()
    last_by: dict[frozenset[str], Instant] = {}
    numbers = {entry.index: number for number, entry in enumerate(own, start=1)}
    before: Instant | None = None
    rules = procedure.RULES
    for number, entry in enumerate(own, start=1):
        rule = rules[entry.step]
        if entry.step is Step.CASE_STOPPED:
            rules = procedure.AFTER_STOP
        pair = frozenset(person.id for person in entry.people[:_PAIR])
        marks = list(_signing_marks(entry, rule, assents))
        if len(pair) == _PAIR:
            since = elapsed(last_by[pair], entry.time) if pair in last_by else None
            marks += [Mark.QUICK] if since is not None and since < QUICK_S else []
            last_by[pair] = entry.time
        marks += [Mark.OFF_RECEIPT] if entry.index > receipted else []
        if entry.step is Step.ASSENT_GIVEN:
            assents |= {(entry.facts["proposal"], person.id) for person in entry.people}
        yield Line(
            number=number,
            time=entry.time,
            step=entry.step,
            title=rule.title,
            about=_about(entry, numbers),
            signers=tuple(Signer(person.id, person.present) for person in entry.people),
            both=None if rule.who in _ALONE else Mark.UNSIGNED not in marks,
            seconds=elapsed(before, entry.time) if before else None,
            answers_age=entry.facts["age_ms"] / 1000 if "age_ms" in entry.facts else None,
            marks=tuple(marks),
        )
        before = entry.time


_ALONE = frozenset({Who.COMPUTER, Who.ONE, Who.REVIEWER})
_OF_THREE = frozenset({Who.BOTH_AND_AUTHORISER, Who.BOTH_AND_CHAIR, Who.REPLACING})


def _signing_marks(entry: Entry, rule: Rule, assents: set[tuple[str, str]]) -> Iterable[Mark]:
    if rule.who is Who.COMPUTER:
        return
    letter = bool(entry.facts.get("letter"))
    signed = len({person.id for person in entry.people})
    assented = (entry.proposal.digest, entry.facts.get("authoriser", "")) in assents
    wanted = 1 if rule.who in _ALONE else 3 if rule.who in _OF_THREE else _PAIR
    spared = wanted > _PAIR and (letter or assented)
    if signed < wanted - spared:
        yield Mark.UNSIGNED
    if letter:
        yield Mark.LETTER
    elif spared and signed < wanted:
        yield Mark.ASSENT
    asked = rule.presence is not Presence.NEITHER
    if asked and not all(person.present for person in entry.people[:_PAIR]):
        yield Mark.ABSENT


def _about(entry: Entry, numbers: Mapping[int, int]) -> str:
    if entry.step is Step.ENTRY_CORRECTED:
        return f"corrects step {numbers.get(entry.facts['entry'], '?')}"
    if entry.proposal.exhibits:
        return ", ".join(f"exhibit {file.ref}" for file in entry.proposal.exhibits)
    tell = _ABOUT.get(entry.step)
    return tell(entry.facts) if tell else ""


def _checked(facts: Facts) -> str:
    return "the check of the computer warned" if facts["check"] == "warn" else ""


def _reviewed(facts: Facts) -> str:
    found = "all as it was kept" if facts["good"] else "not all as it was kept"
    return f"{found}; gaps: {facts['gaps']}"


GAP = "nobody watched from there on"
_ABOUT: Mapping[Step, Callable[[Facts], str]] = {
    Step.ASSENT_GIVEN: lambda facts: f"to: {procedure.RULES[Step(facts['step'])].title.lower()}",
    Step.SESSION_OPENED: _checked,
    Step.SESSION_RESUMED: _checked,
    Step.SESSION_PAUSED: lambda facts: {"idle": "nobody did anything", "asked": "asked for"}[
        facts["reason"]
    ],
    Step.VISIT_RECORDED: lambda facts: GAP if facts["gaps"] else f"{facts['visits']} lines",
    Step.EXHIBIT_DECLINED: lambda facts: "a picture was seen, not kept" if facts["seen"] else "",
    Step.EXHIBIT_VIEWED: lambda facts: (
        f"exhibit {facts['exhibit']}, by {' and '.join(facts['viewers'])}"
    ),
    Step.DEPARTURE_RECORDED: lambda facts: f"rule: {facts['rule'].replace('-', ' ')}",
    Step.PERSON_TOLD: lambda facts: f"{facts['who'].replace('-', ' ')}, of the {facts['about']}",
    Step.FILTER_CHANGED: lambda facts: f"from {facts['from']} until {facts['until']}",
    Step.INVESTIGATOR_REPLACED: lambda facts: f"{facts['leaving']} left, {facts['joining']} joined",
    Step.REVIEW_SIGNED: _reviewed,
}
"""What the facts of a step say of it in words; nothing here is ever what somebody wrote."""
