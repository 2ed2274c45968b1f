"""`counterseal call`: record a call after a stop."""

from typing import Any

import click

from counterseal.commands.desk import Desk
from counterseal.commands.options import signing_options, with_desk_anyway
from counterseal.commands.stop import keep_after
from counterseal.custody.facts import Step
from counterseal.custody.words import CALLED
from counterseal.errors import NotAllowedError
from counterseal.workflow.steps import Draft
from counterseal.workflow.stop.after import check_usable, stopped_case

MAY_USE = "The police say that this computer may be used"


@click.group(name="call")
def command() -> None:
    """Record a call after a stop, once the computer may be used again for that."""


@command.command()
@click.option("--case", metavar="REF", help="The stopped case, if there is more than one.")
@click.option("--to", type=click.Choice(list(CALLED)), help="Who was called.")
@click.option("--may-use", is_flag=True, help=f"{MAY_USE}: what an officer said.")
@click.option("--name", help="Name and number of who was spoken to.")
@click.option("--reference", help="The reference that was given.")
@click.option("--when", help="When.")
@click.option("--words", help="What was said.")
@click.option("--as", "signer", metavar="ID", help="Who records this.")
@signing_options
@with_desk_anyway
def record(desk: Desk, case: str | None, **given: Any) -> None:
    """Record a call. On a stopped computer the first one says that the police let it be used."""
    opened = desk.record_after_stop()
    may_use = given["may_use"]
    check_usable(opened, says_so=may_use)
    state = stopped_case(opened, case)
    ask = desk.asker
    to = ask.choice("Who was called", given["to"], dict.fromkeys(CALLED, ""))
    if may_use and to != "police":
        what = "Only the police can say that this computer may be used."
        raise NotAllowedError(what, advice="Call them, and record that call with --to police.")
    text = {
        "name": ask.text("Name and number of who was spoken to", "the name", given["name"]),
        "reference": ask.text("Reference", "the reference", given["reference"], empty=True),
        "when": ask.text("When", "the time", given["when"]),
        "words": ask.text("What was said", "the words", given["words"]),
    }
    signer = opened.person(ask.text("Your id", "the id", given["signer"]))
    draft = Draft(Step.CALL_RECORDED, state.case, {"to": to, "may_use": may_use}, text)
    lines = [f"A call after the stop of case {state.case}", f"To: {to}"]
    lines += [MAY_USE] if may_use else []
    lines += [f"{name.capitalize()}: {value or 'none'}" for name, value in text.items()]
    keep_after(desk, opened, draft, [signer.id], lines, given)
