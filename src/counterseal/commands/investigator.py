"""`counterseal investigator`: replace one of the two, or give them the case key again."""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

import click

from counterseal.commands.desk import Desk
from counterseal.commands.options import signing_options, with_desk
from counterseal.commands.signing import Stances, people, signed_by, unlocked
from counterseal.commands.telling import tell_case
from counterseal.custody import procedure
from counterseal.custody.facts import Step
from counterseal.custody.state import CaseState, Stage
from counterseal.errors import NotAllowedError, UsageError
from counterseal.keys.unlocked import UnlockedKey
from counterseal.policy.naming import worded
from counterseal.workflow import replacing
from counterseal.workflow.record import Record
from counterseal.workflow.steps import Prepared, preflight

NOBODY = "none"


@click.group(name="investigator")
def command() -> None:
    """Replace an investigator who leaves or is ill; give one with a new key the case key again."""


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
    state = _state(record, case)
    ask = desk.asker
    leaving = record.person(ask.text("Id of who leaves", "the id", given["leaving"])).id
    joining = record.person(ask.text("Id of who joins", "the id", given["joining"])).id
    if joining == leaving:
        what = f"{joining} cannot take over from {leaving}."
        advice = "To give them the case key again, run `counterseal investigator renew`."
        raise UsageError(what, advice=advice)
    _pass_on(desk, record, state, leaving, joining, given)


@command.command()
@click.argument("case", required=False)
@click.option("--who", metavar="ID", help="The investigator who has a new key.")
@click.option("--authoriser", metavar="ID", help="The Headteacher or Chair who agrees.")
@click.option("--opened-by", multiple=True, metavar="ID", help="Two who have the case key.")
@click.option("--why", help="Why, in your words.")
@signing_options
@with_desk
def renew(desk: Desk, case: str | None, **given: Any) -> None:
    """Give an investigator the case key again, after they lost their passphrase.

    Two others who have it open it: the other investigator and the reserve. Both investigators and
    the Headteacher or Chair sign.
    """
    record = desk.record()
    state = _state(record, case)
    who = record.person(desk.asker.text("Id of who has a new key", "the id", given["who"])).id
    _pass_on(desk, record, state, who, who, {**given, "without_key": False, "leaving_signs": False})


def _state(record: Record, case: str | None) -> CaseState:
    # A closed case is meant only where it is named.
    stages = procedure.RULES[Step.INVESTIGATOR_REPLACED].stages - {Stage.CLOSED}
    state = record.case(case) if case else record.only_case(*stages)
    procedure.check_order(state, Step.INVESTIGATOR_REPLACED)
    return state


def _pass_on(  # noqa: PLR0917  (who leaves, who joins, and what the options said)
    desk: Desk, record: Record, state: CaseState, leaving: str, joining: str, given: dict[str, Any]
) -> None:
    ask = desk.asker
    question = worded(record.terms.policy, "Id of the {headteacher} or {chair}")
    third = record.person(ask.text(question, "the id", given["authoriser"]))
    if leaving not in state.investigators:
        what = f"{leaving} is not an investigator of this case."
        raise NotAllowedError(what, advice=f"Its two are {' and '.join(state.investigators)}.")
    staying = [person for person in state.investigators if person != leaving]
    last = [leaving] if given["leaving_signs"] else []
    signers = people(record, [*staying, joining, third.id, *last])
    why = ask.text("Why, in your words", "the reason", given["why"])

    def prepared(openers: Sequence[tuple[str, UnlockedKey]]) -> Prepared:
        return replacing.prepare_replacement(
            record,
            state,
            leaving=leaving,
            joining=joining,
            authoriser=third.id,
            why=why,
            openers=openers,
        )

    if joining != leaving:  # who may not is refused before anybody types a passphrase
        preflight(record, prepared(()).proposal, [p.id for p in signers])
    with ExitStack() as stack:
        openers = _openers(desk, record, state, given, stack, others=joining == leaving)
        step = prepared(openers)
    preflight(record, step.proposal, [p.id for p in signers])
    stances = Stances(given["present"], given["read"])
    text = _text(state, leaving, joining, why, opened=bool(openers))
    with signed_by(desk, record, signers, text, stances) as cosigners:
        replacing.replaced(record, step, cosigners)
    done = f"{joining} has the case key again" if leaving == joining else f"{joining} investigates"
    tell_case(desk, record, record.log.case(state.case), f"Kept: {done} from now on.")


def _text(state: CaseState, leaving: str, joining: str, why: str, *, opened: bool) -> list[str]:
    if leaving == joining:
        return [f"{joining} gets the key of case {state.case} again", f"Why: {why}"]
    text = [f"{joining} takes over from {leaving} in case {state.case}", f"Why: {why}"]
    if not opened:
        text.append("What was kept so far stays shut to the new one; the handover key opens it.")
    return text


def _openers(
    desk: Desk,
    record: Record,
    state: CaseState,
    given: dict[str, Any],
    stack: ExitStack,
    *,
    others: bool,
) -> list[tuple[str, UnlockedKey]]:
    ids = [] if given["without_key"] else _ask_openers(desk, record, state, given, others=others)
    return [
        (person.id, stack.enter_context(unlocked(desk, record, person)))
        for person in people(record, ids)
    ]


def _ask_openers(
    desk: Desk, record: Record, state: CaseState, given: dict[str, Any], *, others: bool
) -> list[str]:
    pairs = replacing.may_open(record, state)
    listed = ", ".join(" and ".join(two) for two in pairs) or "nobody"
    desk.say(f"   Who has the case key: {listed}.")
    ids = [person.strip().lower() for person in given["opened_by"]]
    if not ids:
        if not pairs and not others:
            return []
        question = "Id of the first person who opens it" + ("" if others else f", or {NOBODY}")
        ids = [desk.asker.text(question, "the id", None).strip().lower()]
        if ids == [NOBODY] and not others:
            return []
    if len(ids) == 1:
        question = "Id of the second person who opens it"
        ids.append(desk.asker.text(question, "the id", None).strip().lower())
    if tuple(sorted(ids)) not in pairs:
        what = f"{' and '.join(ids)} do not have the key of this case."
        raise UsageError(what, advice=f"Who has it: {listed}.")
    return ids
