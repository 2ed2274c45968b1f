"""`counterseal investigator`: replace one of the two."""

from contextlib import ExitStack
from typing import Any

import click

from counterseal.commands.desk import Desk
from counterseal.commands.options import signing_options, with_desk
from counterseal.commands.signing import Stances, people, signed_by, unlocked
from counterseal.commands.telling import tell_case
from counterseal.custody import procedure
from counterseal.custody.facts import Step
from counterseal.keys.unlocked import UnlockedKey
from counterseal.workflow import replacing
from counterseal.workflow.record import Record


@click.group(name="investigator")
def command() -> None:
    """Replace an investigator who leaves, is ill, or lost their passphrase."""


@command.command()
@click.argument("case", required=False)
@click.option("--leaving", metavar="ID", help="Who leaves.")
@click.option("--joining", metavar="ID", help="Who joins; the reserve, or another investigator.")
@click.option("--authoriser", metavar="ID", help="The Headteacher or Chair who agrees.")
@click.option("--opened-by", multiple=True, metavar="ID", help="Two who have the case key.")
@click.option("--without-key", is_flag=True, help="Nobody is left who has the case key.")
@click.option("--leaving-signs", is_flag=True, help="The one who leaves signs too.")
@click.option("--why", help="Why, in your words.")
@signing_options
@with_desk
def replace(desk: Desk, case: str | None, **given: Any) -> None:
    """Replace an investigator: the one who stays, the new one, and the Headteacher or Chair sign.

    The case key reaches the new one through any pair that still has it. Where there is none, the
    case goes on, but what was kept before opens with the handover key alone.
    """
    record = desk.record()
    stages = procedure.RULES[Step.INVESTIGATOR_REPLACED].stages
    state = record.case(case) if case else record.only_case(*stages)
    procedure.check_order(state, Step.INVESTIGATOR_REPLACED)
    ask = desk.asker
    leaving = record.person(ask.text("Id of who leaves", "the id", given["leaving"])).id
    joining = record.person(ask.text("Id of who joins", "the id", given["joining"])).id
    third = record.person(ask.text("Id of the Headteacher or Chair", "the id", given["authoriser"]))
    why = ask.text("Why, in your words", "the reason", given["why"])
    staying = [person for person in state.investigators if person != leaving]
    with ExitStack() as stack:
        openers = []
        if not given["without_key"]:
            openers = _openers(desk, record, state.case, given["opened_by"], stack)
        prepared = replacing.prepare_replacement(
            record,
            state,
            leaving=leaving,
            joining=joining,
            authoriser=third.id,
            why=why,
            openers=openers,
        )
    last = [leaving] if given["leaving_signs"] else []
    signers = people(record, [*staying, joining, third.id, *last])
    text = [f"{joining} takes over from {leaving} in case {state.case}", f"Why: {why}"]
    stances = Stances(given["present"], given["read"])
    with signed_by(desk, record, signers, text, stances) as cosigners:
        replacing.replaced(record, prepared, cosigners)
    tell_case(
        desk, record, record.log.case(state.case), f"Kept: {joining} investigates from now on."
    )


def _openers(
    desk: Desk, record: Record, case: str, given: tuple[str, ...], stack: ExitStack
) -> list[tuple[str, UnlockedKey]]:
    pairs = replacing.may_open(record, record.log.case(case))
    desk.say(
        "   Pairs that have the case key: " + (", ".join("+".join(p) for p in pairs) or "none")
    )
    ids = list(given)
    questions = (f"Id of the {n} person who has it" for n in ("first", "second")[len(ids) :])
    ids += [desk.asker.text(question, "the id", None) for question in questions]
    return [
        (person.id, stack.enter_context(unlocked(desk, record, person)))
        for person in people(record, ids)
    ]
