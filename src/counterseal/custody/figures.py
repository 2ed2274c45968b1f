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
from counterseal.custody.hiding import Cell, Node, Shown, Table, protected
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
    kinds = protected("kind", _kinds(told), len(told))
    tables = (
        protected("term", _nodes(TERMS, (case.term for case in told)), len(told)),
        kinds,
        _subjects(told, kinds),
        *_endings(told),
    )
    counts = (
        _sessions(told, tables),
        Node("exhibits", sum(case.exhibits for case in told)).cell(),
        Node("referrals", sum(case.referrals for case in told)).cell(),
        Node("stops", stops).cell(),
    )
    return Figures(period, Node("cases", len(told)).cell(), tables, counts)


def _subjects(told: Sequence[Told], kinds: Table) -> Table:
    """Tell the cases apart by subject, unless the kinds would give away more than they should.

    Some kinds are about staff or pupils by their name, so whoever reads both tables knows that
    there are at least as many cases about them. One hidden kind tells nothing by that, for there
    are five cases or hidden ones on the other side; several, or one with a shown one, might.
    """
    nodes = _nodes(SUBJECTS, (case.subject for case in told))
    for node in nodes:
        about = _BY_NAME.get(node.name, ())
        rows = [part for cell in kinds.cells for part in cell.parts if part.name in about]
        if any(row.shown is Shown.HIDDEN for row in rows):
            return Table("subject", (), left_out=True)
        if any(row.shown is Shown.FEW for row in rows) and len(rows) > 1:
            return Table("subject", (), left_out=True)
        node.least = min(node.count, sum(row.count or 0 for row in rows))
    return protected("subject", nodes, len(told))


_BY_NAME: Final = {"staff": ("13", "14"), "pupil": ("16",)}
"""Kinds whose name says whom they are about."""


def _endings(told: Sequence[Told]) -> tuple[Table, Table]:
    """Tell the cases apart by outcome, and by whether they are closed where that is harmless.

    What is closed was judged, so where the closed ones are shown there are no more that were not
    judged than the others. If a hidden outcome could be narrowed down by that, the table of closed
    cases is left out.
    """
    ending = protected("ending", _nodes(ENDINGS, (ENDINGS[not c.closed] for c in told)), len(told))
    outcomes = [case.outcome for case in told]
    alone = protected("outcome", _nodes(OUTCOMES, outcomes), len(told))
    beside = _nodes(OUTCOMES, outcomes)
    closed = next((cell.count for cell in ending.cells if cell.name == "closed"), None)
    if closed is not None:
        beside[OUTCOMES.index("not-judged")].most = len(told) - closed
    if protected("outcome", beside, len(told)) != alone:
        return alone, Table("ending", (), left_out=True)
    return alone, ending


_SPARE: Final = 3
"""By how much a hidden count can be more than it is."""


def _sessions(told: Sequence[Told], tables: Sequence[Table]) -> Cell:
    """Tell the number of sessions, unless it would give away more than it should.

    A judged case had a session, but for those that are only logged. So the number of sessions says
    something about judged, closed and logged cases, unless there are plainly more of them.
    """
    node = Node("sessions", sum(case.sessions for case in told))
    judged = sum(case.outcome != "not-judged" for case in told)
    exact = {cell.name for t in tables for cell in t.cells if cell.count is not None}
    known = "not-judged" in exact
    spare = node.count - judged
    if judged and spare < (0 if known else _SPARE):
        return Cell(node.name, None, Shown.LEFT_OUT)
    return node.cell()


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
