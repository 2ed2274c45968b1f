"""What governors are told once a year: counts from facts, with small ones hidden. Pure.

A case counts in the year in which it was reported, with all that has become of it since. Nothing
names a person, a case or an address. How counts under five are hidden is `hiding.py`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from counterseal.clock import Instant
from counterseal.custody import procedure
from counterseal.custody.entry import Entry
from counterseal.custody.facts import Step
from counterseal.custody.hiding import Cell, Node, Table, protected
from counterseal.custody.state import Stage

SUBJECTS: Final = ("pupil", "staff", "other", "unknown")
OUTCOMES: Final = ("police", "other-body", "school", "no-substance", "not-judged")
TERMS: Final = ("autumn", "spring", "summer")
ENDINGS: Final = ("closed", "not-closed")
_TERM_OF_MONTH: Final = ("spring",) * 3 + ("summer",) * 5 + ("autumn",) * 4


@dataclass(frozen=True, slots=True)
class Period:
    """A year, from its first day to the day before another.

    Args:
        name: For people.
        first: The first day, `2026-01-01`.
        after: The day after the last.
    """

    name: str
    first: str
    after: str

    @classmethod
    def year(cls, number: int) -> Self:
        """Return a calendar year."""
        return cls(f"{number}", f"{number:04d}-01-01", f"{number + 1:04d}-01-01")

    @classmethod
    def school_year(cls, number: int) -> Self:
        """Return the school year that begins in September of a year."""
        name = f"September {number} to August {number + 1}"
        return cls(name, f"{number:04d}-09-01", f"{number + 1:04d}-09-01")

    def holds(self, time: Instant) -> bool:
        """Whether a moment lies in it, by the day in UTC."""
        return self.first <= time.utc[:10] < self.after


@dataclass(frozen=True, slots=True)
class Told:
    """What one case adds to the counts.

    Args:
        time: When it was reported.
        category: 1 to 24; 0 while nobody has decided.
        case_class: Its class; "" before triage.
        subject: What kind of person it is about.
        outcome: One of `OUTCOMES`: the furthest that it led to.
        closed: Whether it is closed.
        sessions: How many sessions were opened.
        exhibits: How many exhibits were kept.
        referrals: How many referrals were recorded.
        stops: 1 where it was stopped.
    """

    time: Instant
    category: int
    case_class: str
    subject: str
    outcome: str
    closed: bool
    sessions: int
    exhibits: int
    referrals: int
    stops: int

    @property
    def term(self) -> str:
        """The term: September to December, January to March, April to August."""
        return _TERM_OF_MONTH[int(self.time.utc[5:7]) - 1]


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a year.

    Args:
        period: The year.
        cases: How many cases were reported in it.
        tables: The same cases told apart, in several ways.
        counts: Counts that are no part of each other.
    """

    period: Period
    cases: Cell
    tables: tuple[Table, ...]
    counts: tuple[Cell, ...]


def told_of(own: Sequence[Entry]) -> Told:
    """Return what a case adds to the counts.

    Args:
        own: All of its entries, in order; at least one.

    Raises:
        OutOfOrderError: An entry that the procedure does not allow at its place.
    """
    state = procedure.replay(own[0].case, own)
    if state.decision == "yes":
        bodies = (("police", "police"), ("local-authority", "other-body"))
        led_to = (name for word, name in bodies if word in state.outcomes)
        outcome = next(led_to, "school")
    else:
        outcome = "no-substance" if state.decision == "no" else "not-judged"
    return Told(
        time=own[0].time,
        category=state.category if state.category_class else 0,
        case_class=state.category_class,
        subject=state.subject,
        outcome=outcome,
        closed=state.stage is Stage.CLOSED,
        sessions=sum(entry.step is Step.SESSION_OPENED for entry in own),
        exhibits=len(state.exhibits),
        referrals=len(state.referrals),
        stops=int(state.stage is Stage.STOPPED),
    )


def figures(cases: Iterable[Told], other_stops: Iterable[Instant], period: Period) -> Figures:
    """Count the cases that were reported in a year.

    Args:
        cases: All cases.
        other_stops: When a stop was recorded that belongs to no case.
        period: The year.
    """
    told = [case for case in cases if period.holds(case.time)]
    stops = sum(case.stops for case in told) + sum(period.holds(time) for time in other_stops)
    singles = (
        ("sessions", sum(case.sessions for case in told)),
        ("exhibits", sum(case.exhibits for case in told)),
        ("referrals", sum(case.referrals for case in told)),
        ("stops", stops),
    )
    parted = (
        ("term", _nodes(TERMS, (case.term for case in told))),
        ("kind", _kinds(told)),
        ("subject", _nodes(SUBJECTS, (case.subject for case in told))),
        ("outcome", _nodes(OUTCOMES, (case.outcome for case in told))),
        ("ending", _nodes(ENDINGS, (ENDINGS[not case.closed] for case in told))),
    )
    return Figures(
        period=period,
        cases=Node("cases", len(told)).cell(),
        tables=tuple(protected(name, nodes, len(told)) for name, nodes in parted),
        counts=tuple(Node(name, count).cell() for name, count in singles),
    )


def _nodes(names: Sequence[str], found: Iterable[str]) -> list[Node]:
    counted = Counter(found)
    return [Node(name, counted[name]) for name in names]


def _kinds(told: Sequence[Told]) -> list[Node]:
    counted = Counter((case.case_class, case.category) for case in told)
    kinds = []
    for case_class in ("C", "SA", "PR", "NC", "HS", ""):
        parts = [Node(str(c), n) for (k, c), n in sorted(counted.items()) if k == case_class]
        if parts:
            kinds.append(Node(case_class, sum(p.count for p in parts), parts if case_class else []))
    return kinds
