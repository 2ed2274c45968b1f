"""Who looks, for commands that show cases: nobody is shown a case that concerns them.

It is a courtesy and no lock: who looks is what they say, and no passphrase is asked. What people
wrote stays encrypted whoever looks; this keeps rows, counts and receipts from those whom a case is
about, so that they do not learn of it in passing.
"""

from collections.abc import Callable, Sequence
from typing import Any

import click

from counterseal.commands.desk import Desk
from counterseal.custody.state import CaseState, Stage
from counterseal.workflow import reviewing
from counterseal.workflow.record import Record, only

_HELP = (
    "Who looks, taken on trust; cases that concern them are not shown. Asked where it is not "
    "given, but in practice."
)


def viewer_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--as`."""
    return click.option("--as", "viewer", metavar="ID", help=_HELP)(function)


def cases_for(desk: Desk, record: Record, viewer: str | None) -> Sequence[CaseState]:
    """Return the cases that whoever looks may see; in practice, without a name, all.

    Raises:
        UsageError: Nobody has that id.
        InputEndedError: Nobody said who looks, in a real record.
        NotAllowedError: They are not on the list any more, or are a governor and nothing else.
    """
    if viewer is None and record.practice:
        return record.visible("")
    return reviewing.view(record, desk.asker.text(_QUESTION, "the id", viewer)).cases


_QUESTION = "Your id (taken on trust: a case that concerns you is not shown)"


def one_of(cases: Sequence[CaseState], reference: str | None, *stages: Stage) -> CaseState:
    """Return the case that was named, or the only one at these stages, of those to be seen.

    Raises:
        UsageError: There is none of that name among them.
        OutOfOrderError: None was named, and there is none or more than one.
    """
    return reviewing.find(cases, reference) if reference else only(cases, *stages)
