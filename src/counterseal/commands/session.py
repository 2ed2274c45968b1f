"""`counterseal session`: open, pause, resume, close."""

import functools
from contextlib import ExitStack
from typing import Any

import click

from counterseal.commands.desk import Desk
from counterseal.commands.options import case_option, signing_options, with_desk
from counterseal.commands.signing import Stances, people, signed_by
from counterseal.custody import procedure
from counterseal.custody.facts import Step
from counterseal.custody.receipt import Receipt
from counterseal.custody.state import CaseState, Stage
from counterseal.errors import ConflictOfInterestError, ProcedureError
from counterseal.evidence.browser.trouble import BY_HAND
from counterseal.keys.people import Person
from counterseal.workflow import checks, sessions
from counterseal.workflow.browsing.port import Opened
from counterseal.workflow.record import Record
from counterseal.workflow.steps import kept_already, preflight

WATCHED = "A browser is started next, and every address that it opens is written down."
USE_THAT_BROWSER = "Look only with the browser that has just been opened: it is the watched one."
CONFLICT = "Is this case about you, a relative, or somebody you manage or who manages you?"


_manual_option = click.option(
    "--manual", is_flag=True, help="By hand: no browser is started, addresses are typed."
)


@click.group(name="session")
def command() -> None:
    """Open, pause, resume or close a session. Both investigators sit at the computer."""


@command.command(name="open")
@case_option
@click.option("--place", help="Where this computer stands.")
@click.option("--no-conflict", multiple=True, metavar="ID", help="Has no conflict of interest.")
@_manual_option
@signing_options
@with_desk
def open_(desk: Desk, case: str | None, **given: Any) -> None:
    """Open a session at the designated computer.

    The computer's own browser is started, and every address that it opens is written down by
    itself. Where that cannot be, or with --manual, one types the address and the other reads it
    back.
    """
    record = desk.record()
    ready = (Stage.AUTHORISED, Stage.COLLECTED)
    state = record.case(case) if case else record.only_case(*ready)
    procedure.check_order(state, Step.SESSION_OPENED)
    sessions.check_none_open(record)
    _begin(desk, record, state, Step.SESSION_OPENED, given)


@command.command()
@case_option
@click.option("--place", help="Where this computer stands.")
@click.option("--no-conflict", multiple=True, metavar="ID", help="Has no conflict of interest.")
@_manual_option
@signing_options
@with_desk
def resume(desk: Desk, case: str | None, **given: Any) -> None:
    """Go on with a session that is paused."""
    record = desk.record()
    state = current(record, case)
    procedure.check_order(state, Step.SESSION_RESUMED)
    _begin(desk, record, state, Step.SESSION_RESUMED, given)


@command.command()
@case_option
@click.option("--idle", is_flag=True, hidden=True, help="The guard noticed that nobody is there.")
@with_desk
def pause(desk: Desk, case: str | None, *, idle: bool) -> None:
    """Pause the session; both resume it. It pauses by itself after five idle minutes."""
    if idle and not sessions.is_left_alone(desk.record(signing=False)):
        return
    record = desk.record()
    state = current(record, case)
    procedure.check_order(state, Step.SESSION_PAUSED)
    sessions.pause(record, state, "idle" if idle else "asked")
    line = f"Kept: the session of case {state.case} is paused."
    desk.tell({"case": state.case, "paused": True}, [line])


@command.command()
@case_option
@click.option("--summary", help="What was done, in a sentence.")
@signing_options
@with_desk
def close(desk: Desk, case: str | None, summary: str | None, **given: Any) -> None:
    """Close the session: every exhibit is read back, and a receipt is issued."""
    record = desk.record()
    state = current(record, case)
    procedure.check_order(state, Step.SESSION_CLOSED)
    words = desk.asker.text("What was done, in a sentence", "the summary", summary)
    with desk.waiting("Reading every exhibit back"):
        prepared = sessions.prepare_closing(record, state, words)
    both = people(record, state.investigators)
    text = [
        f"Closing the session of case {state.case}",
        f"Exhibits read back and found as they were kept: {len(state.exhibits)}",
        f"What was done: {words}",
    ]
    stances = Stances(given["present"], given["read"])
    with signed_by(desk, record, both, text, stances) as cosigners:
        receipt = sessions.close(record, prepared, cosigners)
    tell_receipt(desk, record, receipt, f"Kept: the session of case {state.case} is closed.")


def current(record: Record, case: str | None) -> CaseState:
    """Return the case whose session is open, paused by now if nobody did anything for long."""
    state = record.case(case) if case else record.only_case(Stage.COLLECTING)
    return sessions.pause_if_idle(record, state)


def tell_receipt(desk: Desk, record: Record, receipt: Receipt, first: str) -> None:
    """Print a receipt and where it is kept."""
    size = receipt.note.head.size
    path = record.vault.receipt(size, "txt")
    data = {
        "size": size,
        "root": receipt.note.head.root.hex(),
        "fingerprint": receipt.note.head.fingerprint,
        "receipt": str(record.vault.receipt(size, "json")),
        "text": str(path),
        "signed_by": [person.id for person in receipt.people],
    }
    lines = [first, f"The receipt, to be printed and kept away from here: {path}", ""]
    desk.tell(data, [*lines, *receipt.to_text().splitlines()])


def _begin(desk: Desk, record: Record, state: CaseState, step: Step, given: dict[str, Any]) -> None:
    both = people(record, state.investigators)
    warned = _check_computer(desk, record)
    place = desk.asker.text("Where does this computer stand", "the place", given["place"])
    for person in both:
        _ask_conflict(desk, person, given["no_conflict"])
    opening = step is Step.SESSION_OPENED
    prepare = sessions.prepare_opening if opening else sessions.prepare_resuming
    ask = functools.partial(prepare, record, state, place=place, conflict=False, warned=warned)
    preflight(record, ask().proposal, state.investigators)
    text = [
        f"{'Opening' if opening else 'Resuming'} a session in case {state.case}",
        f"Computer: {record.around.machine().name}, at {place}",
        "The pages visited are opened to safeguard pupils and staff, for no other purpose.",
        f"Conflict of interest: none, say {' and '.join(p.name for p in both)}",
    ]
    why = sessions.why_by_hand(record, chosen=given["manual"])
    text += [f"No browser is watched: {why} {BY_HAND}" if why else WATCHED]
    stances = Stances(given["present"], given["read"])
    with ExitStack() as stack:
        with desk.waiting("Making ready to cover the screens"):
            stack.enter_context(sessions.guarded(record))
        with signed_by(desk, record, both, text, stances) as cosigners:
            sessions.begin(record, ask(by_hand=why), cosigners)
    opened = Opened(why=why)
    if not why:
        with desk.waiting("Starting the browser"), kept_already("The session is open."):
            opened = sessions.start_browser(record, state.case)
    _tell_open(desk, state.case, opened)


def _tell_open(desk: Desk, case: str, browser: Opened) -> None:
    data = {
        "case": case,
        "stage": "collecting",
        "paused": False,
        "browser": browser.product or None,
        "by_hand": browser.why or None,
    }
    lines = [
        f"Kept: a session is open in case {case}.",
        f"No browser is watched: {browser.why} {BY_HAND}" if browser.why else USE_THAT_BROWSER,
        "Next: record an address and what is of concern with `counterseal concern add`.",
        "If you meet what may be a sexual image of a child: `counterseal stop`.",
    ]
    desk.tell(data, lines)


def _check_computer(desk: Desk, record: Record) -> bool:
    found = [
        *checks.check_computer(desk.root, record.around, practice=record.practice),
        *checks.check_record(record),
    ]
    for item in found:
        if item.grade is checks.Grade.BLOCK:
            raise ProcedureError(item.what, advice=item.advice or None)
    warned = [c for c in found if c.grade in {checks.Grade.WARN, checks.Grade.NOT_CHECKED}]
    desk.say(*(f"   Note: {item.what} {item.advice}".rstrip() for item in warned))
    return bool(warned)


def _ask_conflict(desk: Desk, person: Person, given: tuple[str, ...]) -> None:
    answer = None if person.id not in given else False
    if desk.asker.yes(f"{person.name}: {CONFLICT}", answer):
        what = f"{person.name} has a conflict of interest and may not take part."
        raise ConflictOfInterestError(what, advice="Ask the reserve investigator to take over.")
