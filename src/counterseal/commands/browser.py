"""`counterseal browser`: what stands in the watched browser; start it again after a trouble."""

from typing import Any

import click

from counterseal.commands.addressing import brief_of
from counterseal.commands.desk import Desk
from counterseal.commands.options import case_option, with_desk
from counterseal.commands.session import USE_THAT_BROWSER, current
from counterseal.custody import procedure
from counterseal.custody.facts import Step
from counterseal.errors import OutOfOrderError
from counterseal.evidence.browser.trouble import BY_HAND, BrowserGoneError
from counterseal.workflow.sessions import BY_RULES, start_browser

NONE = (
    "No browser is watched now: addresses are typed by one and read back by the other.",
    "In an open session `counterseal browser start` starts it again.",
)


@click.group(name="browser")
def command() -> None:
    """The browser of a session, whose every address is written down by itself."""


@command.command()
@with_desk
def show(desk: Desk) -> None:
    """Show what stands in the watched browser, as text that does nothing."""
    desk.record()
    if desk.seen is None:
        desk.tell({"watched": False, "windows": []}, NONE)
        return
    windows: list[dict[str, Any]] = [
        {"window": one.window, "address": one.shown, "title": one.title, "whole": one.whole}
        for one in desk.seen.windows
    ]
    lines = [f"Window {one.window}: {brief_of(one)}" for one in desk.seen.windows]
    empty = ["The browser is watched, and shows no page yet."]
    desk.tell({"watched": True, "windows": windows}, lines or empty)


@command.command()
@case_option
@with_desk
def start(desk: Desk, case: str | None) -> None:
    """Start the browser of the open session again, after it was closed or had a trouble."""
    record = desk.record()
    state = current(record, case)
    procedure.check_order(state, Step.CONCERN_RECORDED)
    if not record.terms.policy.browser.watched:
        raise OutOfOrderError(BY_RULES, advice=BY_HAND)
    if desk.seen is not None:
        what = "The browser is running, and is watched."
        raise OutOfOrderError(what, advice="Its windows may lie behind others.")
    with desk.waiting("Starting the browser"):
        opened = start_browser(record, state.case)
    if opened.why:
        raise BrowserGoneError(opened.why, kept="That no browser is watched was kept.")
    lines = [f"Kept: {opened.product} is watched from now on.", USE_THAT_BROWSER]
    desk.tell({"case": state.case, "browser": opened.product}, lines)
