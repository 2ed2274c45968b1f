"""`counterseal assent`: agree beforehand to a step that others will sign."""

from typing import Any

import click

from counterseal.commands.desk import Desk
from counterseal.commands.options import signing_options, with_desk
from counterseal.commands.signing import Stances, signed_by
from counterseal.custody import procedure
from counterseal.custody.entry import Proposal
from counterseal.custody.facts import Step
from counterseal.workflow import assents
from counterseal.workflow.steps import Prepared, commit, preflight


@click.group(name="assent")
def command() -> None:
    """Give assent to a step that others will sign when you are not there."""


@command.command()
@click.argument("number")
@click.option("--as", "signer", metavar="ID", help="Who gives assent.")
@signing_options
@with_desk
def give(desk: Desk, number: str, signer: str | None, **given: Any) -> None:
    """Give assent to what was written down under that number. It counts for exactly that."""
    record = desk.record()
    proposal = assents.fetch(record, number).proposal
    state = record.case(proposal.case)
    procedure.check_order(state, Step.ASSENT_GIVEN)
    person = record.person(desk.asker.text("Your id", "the id", signer))
    title = procedure.RULES[proposal.step].title
    text = [f"Assent to: {title}, case {proposal.case}", *assents.summary(proposal)]
    stances = Stances(given["present"], given["read"] or (person.id,))
    facts = {"proposal": proposal.digest, "step": str(proposal.step)}
    step = Prepared(Proposal(proposal.case, Step.ASSENT_GIVEN, facts), ())
    preflight(record, step.proposal, [person.id])
    with signed_by(desk, record, [person], text, stances) as cosigners:
        commit(record, step, cosigners)
    line = f"Kept: {person.name} gave assent. Next: the step itself, with --assented {number}."
    desk.tell({"case": proposal.case, "proposal": proposal.digest, "person": person.id}, [line])
