"""Options that many commands share."""

import functools
from collections.abc import Callable
from typing import Any

import click

from counterseal.commands.desk import Desk, this_computer

Command = Callable[..., Any]

OWN_PROCESS = "own process"
"""What the command line hands its commands where each is a process of its own."""


def with_desk(function: Command) -> Command:
    """Give a command its `Desk`, and the option `--json`; after a stop it does not run at all."""
    return _with_desk(function, check=Desk.check_not_stopped)


def with_desk_anyway(function: Command) -> Command:
    """Do the same for a command that looks for a stop itself: `stop`, and `practice` elsewhere."""
    return _with_desk(function, check=lambda _desk: None)


def _with_desk(function: Command, check: Callable[[Desk], None]) -> Command:
    @click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
    @click.pass_context
    @functools.wraps(function)
    def run(context: click.Context, /, *args: Any, as_json: bool, **kwargs: Any) -> Any:
        wanted = as_json or bool(context.find_root().params.get("as_json"))
        context.find_root().params["as_json"] = wanted
        own_process = context.find_root().obj == OWN_PROCESS
        desk = Desk(wanted, this_computer(own_process=own_process))
        check(desk)
        return function(desk, *args, **kwargs)

    return run


def signing_options(function: Command) -> Command:
    """Add `--present` and `--read`: what each person says when they sign."""
    for name, words in (
        ("--read", "This person was not present, and has read it. May be given again."),
        ("--present", "This person was present and saw this. May be given again."),
    ):
        option = click.option(name, multiple=True, metavar="ID", help=words)
        function = option(function)
    return function


def case_option(function: Command) -> Command:
    """Add `--case`."""
    words = "The case, like 2026-001. Not needed where there is only one it could be."
    return click.option("--case", metavar="REF", help=words)(function)


def safety_option(function: Command) -> Command:
    """Add `--safety`."""
    words = (
        "A person's answer to both safety questions: ID=no, ID=not-sure or ID=yes. "
        'Asked of each alone where it is not given; a real record takes no "no" this way.'
    )
    return click.option("--safety", multiple=True, metavar="ID=ANSWER", help=words)(function)
