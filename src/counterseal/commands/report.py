"""`counterseal report`: the governors' annual report, without names."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import click

from counterseal.commands.desk import Desk, shown
from counterseal.commands.options import with_desk
from counterseal.custody.figures import Figures, Period
from counterseal.custody.hiding import Cell, Shown, Table
from counterseal.errors import UsageError
from counterseal.policy.profile import Profile
from counterseal.workflow import reviewing

_BAR = 30
_LABEL = 46
_YEAR = click.IntRange(1970, 9998)
_TITLES = {
    "term": "By term",
    "kind": "By kind of concern",
    "subject": "By whom it was about",
    "outcome": "By outcome",
    "ending": "Dealt with",
}
_WORDS = {
    "autumn": "Autumn (September to December)",
    "spring": "Spring (January to March)",
    "summer": "Summer (April to August)",
    "pupil": "A pupil",
    "staff": "A member of staff",
    "other": "Somebody else",
    "unknown": "Not known",
    "police": "Substance: the police",
    "other-body": "Substance: another body, not the police",
    "school": "Substance: the school alone",
    "no-substance": "No substance",
    "not-judged": "Not judged, or stopped before that",
    "closed": "Closed",
    "not-closed": "Not closed, or stopped",
    "C": "The school looked into it",
    "SA": "Advice came first",
    "PR": "The police came first",
    "NC": "Nothing might be copied",
    "HS": "Stopped at once",
    "": "Not decided yet",
    "sessions": "Sessions at the computer",
    "exhibits": "Exhibits kept",
    "referrals": "Referrals",
    "stops": "Stops",
}


@click.group(name="report")
def command() -> None:
    """The governors' annual report, without names."""


@command.command()
@click.option("--year", type=_YEAR, help="A calendar year.")
@click.option("--school-year", type=_YEAR, help="The school year that begins in that September.")
@click.option("--as", "viewer", metavar="ID", help="Leave out cases that concern this person.")
@with_desk
def governors(desk: Desk, year: int | None, school_year: int | None, viewer: str | None) -> None:
    """Count what was reported in a year. No count under five is shown, or can be worked out."""
    period = _period(year, school_year)
    record = desk.record(signing=False)
    person = record.person(viewer).id if viewer else ""
    told = reviewing.governors(record, period, person)
    policy = record.terms.policy
    first = ["PRACTICE"] if record.practice else []
    lines = [*first, *_lines(told, policy)]
    desk.tell(_as_dict(told, policy, practice=record.practice), [shown(line) for line in lines])


def _period(year: int | None, school_year: int | None) -> Period:
    if year is not None and school_year is None:
        return Period.year(year)
    if school_year is not None and year is None:
        return Period.school_year(school_year)
    what = "Name one year."
    raise UsageError(what, advice="Give --year 2026, or --school-year 2026.")


def _lines(told: Figures, policy: Profile) -> Iterator[str]:
    yield f"Governors' report: {told.period.name}"
    yield ""
    yield _row("Cases reported", told.cases)
    if all(table.left_out for table in told.tables):
        yield "   They are not told apart, because there are so few."
        told = replace(told, tables=())
    for table in told.tables:
        yield ""
        yield _TITLES[table.name]
        yield from _table(table, policy)
    yield ""
    yield "In these cases"
    yield from (_row(_WORDS[cell.name], cell) for cell in told.counts)
    yield ""
    yield "A count of one to four may point at a person, so it is shown as “fewer than 5”."
    yield "“Not shown” is a larger count from which such a one could be worked out."
    yield "“Left out” may be any count."
    yield "Days are counted in UTC. A case counts in the year in which it was reported."


def _table(table: Table, policy: Profile) -> Iterator[str]:
    if table.left_out:
        yield "   Left out, because counts under five could be worked out from it."
        return
    most = max((cell.count or 0 for cell in table.cells), default=0)
    for cell in table.cells:
        yield _row(_label(cell.name, policy), cell, most)
        yield from (_row(f"   {_label(p.name, policy)}", p, most) for p in cell.parts)


def _row(label: str, cell: Cell, most: int = 0) -> str:
    cut = label if len(label) <= _LABEL else f"{label[: _LABEL - 1]}…"
    bar = "#" * -(-(cell.count or 0) * _BAR // most) if most else ""
    return f"   {cut:<{_LABEL}} {cell.text:>12}  {bar}".rstrip()


def _label(name: str, policy: Profile) -> str:
    return policy.category(int(name)).label if name.isdecimal() else _WORDS[name]


def _as_dict(told: Figures, policy: Profile, *, practice: bool) -> Mapping[str, Any]:
    return {
        "practice": practice,
        "period": told.period.name,
        "first_day": told.period.first,
        "cases": _cell(told.cases, "Cases reported"),
        "tables": [
            {
                "name": table.name,
                "left_out": table.left_out,
                "rows": [
                    {
                        **_cell(cell, _label(cell.name, policy)),
                        "parts": [_cell(p, _label(p.name, policy)) for p in cell.parts],
                    }
                    for cell in table.cells
                ],
            }
            for table in told.tables
        ],
        "counts": [_cell(cell, _WORDS[cell.name]) for cell in told.counts],
    }


def _cell(cell: Cell, label: str) -> dict[str, Any]:
    known = cell.shown is Shown.EXACT
    return {
        "name": cell.name,
        "label": label,
        "count": cell.count,
        "shown": cell.text,
        "exact": known,
    }
