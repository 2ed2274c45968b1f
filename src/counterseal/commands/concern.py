"""`counterseal concern`: record an address and what is of concern."""

from typing import Any

import click

from counterseal.commands.addressing import Address, ask_address
from counterseal.commands.desk import Desk
from counterseal.commands.options import case_option, signing_options, with_desk
from counterseal.commands.questions import answer_option, ask_rules, in_words
from counterseal.commands.session import current
from counterseal.commands.signing import Stances, people, signed_by
from counterseal.custody import procedure
from counterseal.custody.facts import Step
from counterseal.errors import UsageError
from counterseal.policy.questions import due
from counterseal.workflow import collect
from counterseal.workflow.steps import commit, preflight


@click.group(name="concern")
def command() -> None:
    """Record an address or device, and what is of concern there."""


@command.command()
@case_option
@click.option("--address", help="The address, exactly; from the watched browser it is offered.")
@click.option("--read-back", is_flag=True, help="The second has read the typed address back aloud.")
@click.option("--device", help="Instead of an address: which device.")
@click.option("--nature", help="What is of concern, in plain words.")
@click.option("--seen", help="When it was seen or posted.")
@click.option("--place", help="The site, app or account; or the room.")
@answer_option("concern")
@signing_options
@with_desk
def add(desk: Desk, case: str | None, **given: Any) -> None:
    """Record a concern. Both sign it; exhibits come after it."""
    record = desk.record()
    state = current(record, case)
    procedure.check_order(state, Step.CONCERN_RECORDED)
    ask = desk.asker
    if given["address"] and given["device"]:
        what = "A concern is about an address or about a device, not both."
        raise UsageError(what)
    rules = due(record.terms.policy, "concern", state.category, state.subject)
    both = people(record, state.investigators)
    where = (
        Address("", "", "")
        if given["device"]
        else ask_address(desk, both, given["address"], read_back=given["read_back"])
    )
    concern = collect.Concern(
        address=where.exact,
        device=given["device"] or "",
        source=where.source,
        nature=ask.text("What is of concern there", "the concern", given["nature"]),
        seen=ask.text("When was it seen", "the time", given["seen"]),
        place=ask.text("Which site, app, account or room", "the place", given["place"]),
        answers=ask_rules(desk, rules, given["answered"]),
    )
    prepared = collect.prepare_concern(record, state, concern)
    preflight(record, prepared.proposal, state.investigators)
    number = prepared.proposal.facts["concern"]
    text = [
        f"Concern {number} of case {state.case}",
        f"{'Device' if concern.device else 'Address'}: {concern.device or where.shown}",
        *([f"From: {where.source}"] if where.source else []),
        f"Of concern: {concern.nature}",
        f"Seen: {concern.seen}",
        f"Place: {concern.place}",
        *in_words(rules, concern.answers),
    ]
    private = prepared.proposal.facts["private"]
    if private and not state.approved:
        text.append("It is marked private: nothing more is collected until it is approved.")
    stances = Stances(given["present"], given["read"])
    with signed_by(desk, record, both, text, stances) as cosigners:
        commit(record, prepared, cosigners)
    gates = record.log.case(state.case).gates
    lines = [f"Kept: concern {number} of case {state.case}."]
    if "approval" in gates:
        lines.append("It is marked private: close the session, then `counterseal approval record`.")
    data = {"case": state.case, "concern": number, "private": private, "gates": sorted(gates)}
    desk.tell(data, lines)
