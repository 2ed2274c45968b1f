"""The governors' figures: what counts as what, and that no count under five can be worked out."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from book import BOTH, Book
from cast import CASE
from counterseal.clock import Instant, parse_utc
from counterseal.commands import report
from counterseal.custody.facts import Step
from counterseal.custody.figures import (
    ENDINGS,
    OUTCOMES,
    SUBJECTS,
    Figures,
    Period,
    Told,
    figures,
    told_of,
)
from counterseal.custody.hiding import Cell, Node, Shown, Table, protected
from counterseal.policy import profile
from fakes import FakeClock

YEAR = Period.year(2026)
POLICY = profile.base()


def at(utc: str) -> Instant:
    return Instant(parse_utc(utc), 0, "boot")


PLAIN = Told(
    time=at("2026-10-05T09:00:00Z"),
    category=17,
    case_class="C",
    subject="pupil",
    outcome="school",
    closed=True,
    sessions=1,
    exhibits=2,
    referrals=0,
    stops=0,
)


def counted(cells: Sequence[Cell]) -> dict[str, str]:
    return {cell.name: cell.text for cell in cells}


def tables(told: Figures) -> dict[str, Table]:
    return {table.name: table for table in told.tables}


# ----------------------------------------------------------------------------- what counts as what


@pytest.mark.parametrize(
    ("period", "utc", "inside"),
    [
        (Period.year(2026), "2025-12-31T23:59:59Z", False),
        (Period.year(2026), "2026-01-01T00:00:00Z", True),
        (Period.year(2026), "2026-12-31T23:59:59Z", True),
        (Period.year(2026), "2027-01-01T00:00:00Z", False),
        (Period.school_year(2026), "2026-08-31T23:59:59Z", False),
        (Period.school_year(2026), "2026-09-01T00:00:00Z", True),
        (Period.school_year(2026), "2027-08-31T23:59:59Z", True),
        (Period.school_year(2026), "2027-09-01T00:00:00Z", False),
    ],
)
def test_where_a_year_begins_and_ends(period: Period, utc: str, *, inside: bool) -> None:
    assert period.holds(at(utc)) is inside


@pytest.mark.parametrize(
    ("month", "term"),
    [(1, "spring"), (3, "spring"), (4, "summer"), (8, "summer"), (9, "autumn"), (12, "autumn")],
)
def test_each_month_has_its_term(month: int, term: str) -> None:
    assert replace(PLAIN, time=at(f"2026-{month:02d}-28T09:00:00Z")).term == term


def _book(*steps: tuple[Step, dict[str, Any]]) -> Book:
    book = Book(FakeClock(utc_ms=PLAIN.time.utc_ms))
    for step, changes in steps:
        book.take(step, *BOTH, case=CASE, **changes)
    return book


REPORTED = (Step.CASE_REPORTED, {"category": 13, "subject": "staff"})
TRIAGED = (Step.CASE_TRIAGED, {"category": 14, "class": "SA"})
SESSION: tuple[tuple[Step, dict[str, Any]], ...] = (
    (Step.SESSION_OPENED, {}),
    (Step.CONCERN_RECORDED, {}),
    (Step.EXHIBIT_CAPTURED, {}),
)


def test_a_case_that_was_only_reported_has_no_kind_yet() -> None:
    found = told_of(_book(REPORTED).entries)
    assert (found.category, found.case_class, found.subject) == (0, "", "staff")
    assert (found.outcome, found.closed, found.term) == ("not-judged", False, "autumn")
    assert (found.sessions, found.exhibits, found.referrals, found.stops) == (0, 0, 0, 0)


def test_a_case_with_all_there_is() -> None:
    closed = (Step.SESSION_CLOSED, {"exhibits": 1})
    judged = (Step.JUDGEMENT_MADE, {"outcomes": ["internal", "police"]})
    book = _book(
        REPORTED,
        TRIAGED,
        (Step.CATEGORY_CHANGED, {"category": 12, "class": "PR"}),
        (Step.CASE_AUTHORISED, {}),
        *SESSION,
        closed,
        (Step.SESSION_OPENED, {}),
        closed,
        judged,
        (Step.REFERRAL_RECORDED, {}),
        (Step.REFERRAL_RECORDED, {}),
        (Step.CASE_CLOSED, {}),
    )
    found = told_of(book.entries)
    assert (found.category, found.case_class, found.outcome) == (12, "PR", "police")
    assert (found.sessions, found.exhibits, found.referrals) == (2, 1, 2)
    assert (found.closed, found.stops) == (True, 0)


@pytest.mark.parametrize(
    ("decision", "outcomes", "outcome"),
    [
        ("yes", ["internal", "local-authority", "police"], "police"),
        ("yes", ["internal", "local-authority"], "other-body"),
        ("yes", ["internal"], "school"),
        ("no", [], "no-substance"),
        ("not-agreed", [], "not-judged"),
        ("needs-advice", [], "not-judged"),
    ],
)
def test_the_furthest_that_a_case_led_to(decision: str, outcomes: list[str], outcome: str) -> None:
    judged = (Step.JUDGEMENT_MADE, {"decision": decision, "outcomes": outcomes})
    assert told_of(_book(REPORTED, TRIAGED, judged).entries).outcome == outcome


def test_a_stopped_case() -> None:
    found = told_of(_book(REPORTED, TRIAGED, (Step.CASE_STOPPED, {})).entries)
    assert (found.stops, found.outcome, found.closed) == (1, "not-judged", False)


def test_a_year_with_nothing_to_hide() -> None:
    many = [
        *[PLAIN] * 6,
        *[replace(PLAIN, category=16, subject="staff", time=at("2026-02-01T09:00:00Z"))] * 5,
        *[replace(PLAIN, category=8, case_class="PR", outcome="police", closed=False)] * 7,
        *[replace(PLAIN, time=at("2025-10-05T09:00:00Z"))] * 3,
    ]
    told = figures(many, [at("2025-10-05T09:00:00Z")], YEAR)
    assert (told.cases.text, told.cases.count) == ("18", 18)
    found = tables(told)
    assert counted(found["term"].cells) == {"autumn": "13", "spring": "5", "summer": "0"}
    assert counted(found["kind"].cells) == {"C": "11", "PR": "7"}
    assert counted(found["kind"].cells[0].parts) == {"16": "5", "17": "6"}
    assert counted(found["subject"].cells)["staff"] == "5"
    assert counted(found["outcome"].cells)["police"] == "7"
    assert counted(found["ending"].cells) == {"closed": "11", "not-closed": "7"}
    assert counted(told.counts) == {
        "sessions": "18",
        "exhibits": "36",
        "referrals": "0",
        "stops": "0",
    }


def test_a_stop_that_belongs_to_no_case_counts_in_its_own_year() -> None:
    stopped = replace(PLAIN, stops=1)
    told = figures([stopped] * 4, [PLAIN.time, at("2025-01-01T00:00:00Z")], YEAR)
    assert counted(told.counts)["stops"] == "5"


@pytest.mark.parametrize(("cases", "text"), [(0, "0"), (1, "fewer than 5"), (4, "fewer than 5")])
def test_a_year_with_few_cases_is_not_told_apart(cases: int, text: str) -> None:
    told = figures([PLAIN] * cases, [], YEAR)
    assert told.cases.text == text
    assert all(table.left_out is bool(cases) for table in told.tables)
    assert not (cases and any(table.cells for table in told.tables))


# ---------------------------------------------------------------- nothing under five is worked out


@pytest.mark.parametrize(
    ("counts", "printed"),
    [
        ((6, 7, 0), ["6", "7", "0"]),
        # one hidden figure is what is left of the total, so the largest is hidden with it
        ((33, 6, 1), ["not shown", "6", "fewer than 5"]),
        # three that add up to something middling are safe among themselves
        ((9, 2, 2, 2), ["9", "fewer than 5", "fewer than 5", "fewer than 5"]),
        # two that add up to eight could only be four and four
        ((20, 4, 4), ["not shown", "fewer than 5", "fewer than 5"]),
        # two that add up to two could only be one and one
        ((20, 1, 1), ["not shown", "fewer than 5", "fewer than 5"]),
        # the largest alone does not help: it is five or more, which leaves too little
        ((6, 5, 1, 0), []),
        ((4, 4), []),
    ],
)
def test_how_a_small_count_is_hidden(counts: tuple[int, ...], printed: list[str]) -> None:
    nodes = [Node(str(place), count) for place, count in enumerate(counts)]
    table = protected("table", nodes, sum(counts))
    assert [cell.text for cell in table.cells] == printed
    assert table.left_out is (not printed)


def test_a_hidden_cell_does_not_hold_its_count() -> None:
    table = protected("table", [Node("a", 33), Node("b", 6), Node("c", 1)], 40)
    assert [cell.count for cell in table.cells] == [None, 6, None]


def test_parts_do_not_give_away_what_their_sum_hides() -> None:
    """A class is the sum of its kinds: hiding the class alone would hide nothing."""
    go_on = Node("C", 20, [Node("17", 11), Node("16", 9)])
    table = protected("kind", [go_on, Node("PR", 2, [Node("9", 2)])], 22)
    first, _second = table.cells
    assert first.shown is Shown.HIDDEN
    assert Shown.HIDDEN in {part.shown for part in first.parts}


ALLOWED = {"fewer than 5": range(1, 5), "not shown": range(5, 80)}


def _values(text: str) -> set[int]:
    return set(ALLOWED[text]) if text in ALLOWED else {int(text)}


def _sums(rows: Sequence[dict[str, Any]], fixed: int, value: int) -> set[int]:
    """Return every sum that rows could have, where the row of that identity has that value."""
    total = {0}
    for row in rows:
        able = {value} if id(row) == fixed else _values(row["shown"])
        if row["parts"]:
            able &= _sums(row["parts"], fixed, value)
        total = {one + other for one in total for other in able if one + other < 80}
    return total


def _all_rows(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield row
        yield from _all_rows(row["parts"])


def _few(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (row for row in _all_rows(rows) if row["shown"] == "fewer than 5")


def _whole_rows(cells: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "parts": _whole_rows(row.get("parts", []))} for row in cells]


_TOLD = st.builds(
    lambda kind, month, subject, outcome, closed: replace(
        PLAIN,
        category=kind[1],
        case_class=kind[0],
        time=at(f"2026-{month:02d}-10T09:00:00Z"),
        subject=subject,
        outcome=outcome,
        closed=closed and outcome != "not-judged",
    ),
    st.sampled_from([("C", 17), ("C", 16), ("C", 10), ("PR", 10), ("PR", 9), ("SA", 13), ("", 0)]),
    st.sampled_from([1, 2, 5, 9, 10, 11]),
    st.sampled_from(SUBJECTS),
    st.sampled_from(OUTCOMES),
    st.booleans(),
)
_MANY = st.lists(st.tuples(_TOLD, st.integers(1, 9)), max_size=9).map(
    lambda pairs: [told for told, times in pairs for _ in range(times)]
)


@given(_MANY)
@example([*[PLAIN] * 9, *[replace(PLAIN, subject="staff")] * 2])
@settings(max_examples=400, deadline=None)
def test_no_count_under_five_can_be_worked_out_of_what_is_printed(cases: list[Told]) -> None:
    """Whoever knows the total and every rule finds all of 1 to 4 possible for a hidden count."""
    told = report._as_dict(figures(cases, [], YEAR), POLICY, practice=False)
    for table in told["tables"]:
        rows = _whole_rows(table["rows"])
        if told["cases"]["count"] is None:
            assert table["left_out"]
            assert not rows
        for row in _all_rows(rows):
            assert (row["count"] is None) is (row["shown"] in ALLOWED)
            assert row["exact"] is (row["count"] is not None)
        for row in _few(rows):
            for value in range(1, 5):
                assert told["cases"]["count"] in _sums(rows, id(row), value), (table, row, value)


@given(_MANY)
@settings(max_examples=200, deadline=None)
def test_what_is_printed_is_true(cases: list[Told]) -> None:
    """Hidden or not, no figure says anything that is not so."""
    told = figures(cases, [], YEAR)
    of = {"term": "term", "subject": "subject", "outcome": "outcome", "kind": "case_class"}
    for table in told.tables:
        if table.name not in of:
            continue
        right = Counter(getattr(case, of[table.name]) for case in cases)
        for cell in table.cells:
            assert right[cell.name] in _values(cell.text)
            for part in cell.parts:
                both = (cell.name, int(part.name))
                so = sum((case.case_class, case.category) == both for case in cases)
                assert so in _values(part.text)
    assert len(cases) in _values(told.cases.text)


@given(st.lists(st.tuples(st.sampled_from(OUTCOMES), st.booleans()), min_size=5, max_size=9))
@settings(max_examples=60, deadline=None)
def test_two_tables_together_give_nothing_away(pairs: list[tuple[str, bool]]) -> None:
    """What is closed was judged: even so, both tables together leave a hidden count open."""
    cases = [
        replace(PLAIN, outcome=outcome, closed=closed and outcome != "not-judged")
        for outcome, closed in pairs
    ]
    found = tables(figures(cases, [], YEAR))
    cells = [(0, cell) for cell in found["outcome"].cells]
    cells += [(1, cell) for cell in found["ending"].cells]
    allowed = [(_PLACES[place, cell.name], _values(cell.text)) for place, cell in cells]
    worlds = [w for w in _worlds(len(cases)) if all(w[at] in able for at, able in allowed)]
    for place, cell in cells:
        if cell.shown is Shown.FEW:
            seen = {world[_PLACES[place, cell.name]] for world in worlds}
            assert len(seen) > 1, (cells, seen)


_PLACES = {(0, name): place for place, name in enumerate(OUTCOMES)}
_PLACES |= {(1, name): place + len(OUTCOMES) for place, name in enumerate(ENDINGS)}


@cache
def _worlds(total: int) -> list[tuple[int, ...]]:
    """Return every pair of tables that so many cases could give; what is closed was judged."""
    kinds = [(o, e) for o in OUTCOMES for e in ENDINGS if (o, e) != ("not-judged", "closed")]
    worlds = set()
    for bars in itertools.combinations(range(total + len(kinds) - 1), len(kinds) - 1):
        ends = (-1, *bars, total + len(kinds) - 1)
        margins = [0] * len(_PLACES)
        for (outcome, ending), (low, high) in zip(kinds, itertools.pairwise(ends), strict=True):
            margins[_PLACES[0, outcome]] += high - low - 1
            margins[_PLACES[1, ending]] += high - low - 1
        worlds.add(tuple(margins))
    return sorted(worlds)


def _possible(cells: Sequence[Cell], total: int) -> Iterator[dict[str, int]]:
    """Give everything that cells which add up to a total could be."""
    *most, last = cells
    for values in itertools.product(*(sorted(_values(cell.text)) for cell in most)):
        rest = total - sum(values)
        if rest in _values(last.text):
            yield {**{c.name: v for c, v in zip(most, values, strict=True)}, last.name: rest}


_NAMED = st.tuples(*(st.sampled_from((0, 0, 1, 2, 4, 5, 6)) for _ in range(8)))


@given(_NAMED)
@example((1, 5, 0, 0, 0, 6, 0, 0))  # staff would be 6, and 5 of them of kind 14
@example((2, 3, 3, 3, 0, 0, 0, 1))  # kinds 13 and 14 both hidden, and five or more staff
@example((0, 0, 30, 0, 1, 0, 5, 0))  # pupils, hidden, would be at least 30
@example((0, 0, 30, 0, 0, 0, 5, 4))  # kind 16, hidden, would be 30 at most
@settings(max_examples=150, deadline=None)
def test_kinds_that_are_about_staff_or_pupils_give_nothing_away(many: tuple[int, ...]) -> None:
    """A reader who takes it for certain that kinds 13 and 14 are about staff, and 16 pupils."""
    rows = (
        *(("SA", 13, "staff"), ("SA", 14, "staff"), ("C", 16, "pupil"), ("C", 17, "pupil")),
        *(("C", 18, "other"), ("C", 18, "pupil"), ("C", 18, "staff"), ("C", 17, "staff")),
    )  # fmt: skip
    cases = [
        replace(PLAIN, case_class=k, category=c, subject=s)
        for (k, c, s), count in zip(rows, many, strict=True)
        for _ in range(count)
    ]
    told = figures(cases, [], YEAR)
    subject, kind = tables(told)["subject"].cells, tables(told)["kind"].cells
    if told.cases.count is None or not subject or not kind:
        return
    kinds = list(_kinds_possible(kind, told.cases.count))
    seen: dict[tuple[str, str], set[int]] = {}
    for about in _possible(subject, told.cases.count):
        for of in kinds:
            if of["13"] + of["14"] <= about["staff"] and of["16"] <= about["pupil"]:
                for name, value in (*about.items(), *of.items()):
                    seen.setdefault(("", name), set()).add(value)
    few = [c for c in (*subject, *kind, *(p for c in kind for p in c.parts)) if c.text[0] == "f"]
    for cell in few:
        assert seen["", cell.name] >= set(range(1, 5)), (cell, told.tables)


def _kinds_possible(kind: Sequence[Cell], total: int) -> Iterator[Counter[str]]:
    for whole in _possible(kind, total):
        parted = ([*_possible(cell.parts, whole[cell.name])] for cell in kind)
        for parts in itertools.product(*parted):
            yield Counter({**whole, **{name: v for part in parts for name, v in part.items()}})


@given(
    st.lists(st.tuples(st.sampled_from(OUTCOMES), st.booleans()), min_size=5, max_size=9),
    st.integers(0, 3),
)
@example([("police", False), ("school", False), ("other-body", False), ("no-substance", False)], 0)
@example([("school", False)] * 5 + [("police", False)] + [("not-judged", False)] * 3, 2)
@example([("police", True)] * 4 + [("other-body", True)] * 4, 0)  # eight closed, so eight judged
@settings(max_examples=300, deadline=None)
def test_the_number_of_sessions_gives_nothing_away(
    pairs: list[tuple[str, bool]], more: int
) -> None:
    """A reader who knows that every judged case had a session finds hidden counts still open."""
    cases = [
        replace(
            PLAIN,
            outcome=outcome,
            closed=closed and outcome != "not-judged",
            sessions=int(outcome != "not-judged") + (more if not place else 0),
        )
        for place, (outcome, closed) in enumerate([*pairs, *[("not-judged", False)] * 6])
    ]
    told = figures(cases, [], YEAR)
    found = tables(told)
    cells = [(0, cell) for cell in found["outcome"].cells]
    cells += [(1, cell) for cell in found["ending"].cells]
    sessions = told.counts[0]
    most = max(_values(sessions.text)) if sessions.text != "left out" else 99
    seen: dict[str, set[int]] = {}
    at_least: set[int] = set()
    for outcomes in _all_of(found["outcome"].cells, len(cases)):
        judged = len(cases) - outcomes["not-judged"] if outcomes else 0
        for endings in _all_of(found["ending"].cells, len(cases)):
            closed = endings.get("closed", 0)
            if judged <= most and closed <= most and (not outcomes or closed <= judged):
                at_least.add(max(judged, closed))
                for name, value in (*outcomes.items(), *endings.items()):
                    seen.setdefault(name, set()).add(value)
    for _place, cell in cells:
        if cell.shown is Shown.FEW:
            assert seen[cell.name] >= set(range(1, 5)), (cell, told)
    if sessions.shown is Shown.FEW:
        assert min(at_least) <= 1, told


def _all_of(cells: Sequence[Cell], total: int) -> list[dict[str, int]]:
    return list(_possible(cells, total)) if cells else [{}]


@given(_MANY)
@settings(max_examples=100, deadline=None)
def test_the_text_shows_no_more_than_the_figures(cases: list[Told]) -> None:
    """No number from one to four, and no bar beside a hidden count."""
    told = figures(cases, [], YEAR)
    rows = list(report._lines(told, POLICY))[2:-4]
    for row in rows:
        ending = row[report._LABEL + 3 :] if row.startswith("   ") else ""
        assert not re.search(r"(^| )[1-4]( |$)", ending), row
        if "fewer" in ending or "not shown" in ending:
            assert "#" not in ending
