"""`counterseal case`: report, triage, authorise, show, list."""

from collections.abc import Mapping
from typing import Any

import click

from counterseal.commands.choosing import ask_category, ask_class, stop_if_grave, stops_in_any_case
from counterseal.commands.deciding import judge, recategorise
from counterseal.commands.desk import Desk
from counterseal.commands.form import command_of
from counterseal.commands.forms import ACT, CLOSE
from counterseal.commands.looking import cases_for, one_of, viewer_option
from counterseal.commands.options import signing_options, with_desk
from counterseal.commands.questions import answer_option, ask_rules, in_words
from counterseal.commands.signing import Stances, people, signed_by, two_ids
from counterseal.commands.telling import as_dict, gates_in_words, line, tell_case
from counterseal.custody import procedure
from counterseal.custody.facts import Step
from counterseal.custody.state import Stage
from counterseal.custody.words import MODIFIERS, PURPOSES, SOURCES, SUBJECTS
from counterseal.errors import UsageError
from counterseal.keys.people import AUTHORISERS
from counterseal.policy.naming import worded
from counterseal.policy.profile import CaseClass
from counterseal.policy.questions import due, newly_due
from counterseal.policy.rows import Ask
from counterseal.workflow import assents, cases
from counterseal.workflow.record import Record
from counterseal.workflow.steps import Prepared, commit, preflight


@click.group(name="case")
def command() -> None:
    """Report a concern, triage and authorise it; see where it stands."""


command.add_command(recategorise)
command.add_command(judge)
command.add_command(command_of(ACT))
command.add_command(command_of(CLOSE))


@command.command()
@click.option("--as", "reporter", metavar="ID", help="Who records the report.")
@click.option("--source", help=f"Where it comes from: {', '.join(SOURCES)}.")
@click.option("--subject", help=f"Whom it is about: {', '.join(SUBJECTS)}.")
@click.option("--whom", help="Initials or an internal number of that person; never a full name.")
@click.option("--what", help="What was seen or heard, in plain words.")
@click.option("--found", help="How it came to light.")
@click.option("--reported-by", help="Who said so.")
@click.option("--witness", help="Who received or saw it, where that is not whom it is about.")
@click.option("--log-reference", help="Where monitoring found it: which entry of its log.")
@click.option("--category", type=click.IntRange(0, 24), help="1 to 24 if it is plain already.")
@click.option("--barred", multiple=True, metavar="ID", help="An enrolled person it concerns.")
@answer_option("report")
@with_desk
def report(desk: Desk, reporter: str | None, **given: Any) -> None:
    """Report a concern. One person signs; the two investigators take it from there."""
    record = desk.record()
    number = given["category"]
    chosen = record.terms.policy.category(number).graver if number else CaseClass.GO_ON
    with stops_in_any_case(desk, chosen):
        case = _report(desk, record, reporter, given)
    stop_if_grave(desk, chosen, case)
    lines = [
        f"Kept: case {case} is reported.",
        "Next: two investigators run `counterseal case triage`.",
    ]
    desk.tell({"case": case, "stage": "reported"}, lines)


def _report(desk: Desk, record: Record, reporter: str | None, given: dict[str, Any]) -> str:
    ask = desk.asker
    person = record.person(ask.text("Your id", "the id", reporter))
    category = given["category"] or 0
    source = ask.choice("Where it comes from", given["source"], dict.fromkeys(SOURCES, ""))
    subject = ask.choice("Whom it is about", given["subject"], dict.fromkeys(SUBJECTS, ""))
    rules = due(record.terms.policy, "report", category, subject)
    asked = cases.Report(
        source=source,
        subject=subject,
        category=category,
        barred=[record.person(barred).id for barred in given["barred"]],
        what=ask.text("What was seen or heard", "the report", given["what"]),
        found=ask.text("How it came to light", "the way it was found", given["found"], empty=True),
        reported_by=ask.text("Who said so", "the name of who said so", given["reported_by"]),
        whom=ask.text("Initials of that person", "the initials", given["whom"], empty=True),
        answers=ask_rules(desk, rules, given["answered"]),
        witness=_more(desk, "Who received or saw it, if somebody else", given["witness"]),
        log_reference=_more(desk, "Which entry of the monitoring log", given["log_reference"])
        if source == "monitoring" or given["log_reference"]
        else "",
    )
    prepared = cases.prepare_report(record, asked)
    text = [
        f"Report of a concern, new case {prepared.proposal.case}",
        f"What: {asked.what}",
        f"Found: {asked.found or '(not said)'}",
        f"Said by: {asked.reported_by}",
        f"Received or seen by, a witness: {asked.witness or '(not said)'}",
        *([f"Entry of the monitoring log: {asked.log_reference}"] if asked.log_reference else []),
        *in_words(rules, asked.answers),
    ]
    stances = Stances(read=(person.id,))  # whoever records a report was told of it
    with signed_by(desk, record, [person], text, stances) as signers:
        commit(record, prepared, signers)
    return prepared.proposal.case


@command.command()
@click.argument("case", required=False)
@click.option("--investigator", multiple=True, metavar="ID", help="One of the two. Give it twice.")
@click.option("--category", type=click.IntRange(1, 24), help="1 to 24; 24 is “not sure”.")
@click.option("--milder", is_flag=True, default=None, help="The milder form of category 8 or 10.")
@click.option("--modifier", multiple=True, type=click.Choice(MODIFIERS), help="What else is so.")
@click.option("--reasons", help="Why, in your words.")
@answer_option("report", "triage")
@signing_options
@with_desk
def triage(desk: Desk, case: str | None, investigator: tuple[str, ...], **given: Any) -> None:
    """Decide together what kind of concern it is. The two who sign are the investigators."""
    record = desk.record()
    state = record.case(case) if case else record.only_case(Stage.REPORTED)
    procedure.check_order(state, Step.CASE_TRIAGED)
    policy = record.terms.policy
    category = ask_category(desk, policy, given["category"])
    chosen = ask_class(desk, category, given["milder"])
    stop_if_grave(desk, chosen, state.case)
    both = people(record, two_ids(desk, investigator, "investigator"))
    reasons = desk.asker.text("Why, in your words", "the reasons", given["reasons"])
    rules = newly_due(policy, ["report"], (state.category, category.number), state.subject)
    rules |= due(policy, "triage", category.number, state.subject)
    answers = ask_rules(desk, rules, given["answered"])
    decided = cases.Triage(category, chosen, given["modifier"], reasons, answers)
    prepared = cases.prepare_triage(record, state, decided, [p.id for p in both])
    preflight(record, prepared.proposal, [p.id for p in both])
    text = [
        f"Triage of case {state.case}",
        f"Kind: {category.number}. {category.label}",
        f"Before anything is collected: {gates_in_words(policy, prepared.proposal.facts['gates'])}",
        f"Why: {reasons}",
        *in_words(rules, answers),
        f"Investigators from now on: {' and '.join(p.name for p in both)}",
    ]
    stances = Stances(given["present"], given["read"])
    with signed_by(desk, record, both, text, stances) as signers:
        commit(record, prepared, signers)
    tell_case(desk, record, record.log.case(state.case), f"Kept: case {state.case} is triaged.")


@command.command()
@click.argument("case", required=False)
@click.option("--authoriser", metavar="ID", help="The Headteacher or Chair who authorises.")
@click.option("--letter", is_flag=True, help="A signed letter of the Chair stands for the key.")
@click.option("--reserve", metavar="ID", help='A third investigator who can step in, or "none".')
@click.option("--purpose", help=f"Why the school may look: {', '.join(PURPOSES)}.")
@click.option("--users-told/--users-not-told", default=None, help="Users knew of monitoring.")
@click.option("--proportionate/--not-proportionate", default=None, help="Looking is proportionate.")
@click.option("--why", help="Why, in your words; with a letter, its reference and date.")
@click.option("--for-later", is_flag=True, help="Only write it down, for somebody's assent.")
@click.option("--assented", metavar="NUMBER", help="Go on with what somebody gave assent to.")
@answer_option("authorise")
@signing_options
@with_desk
def authorise(desk: Desk, case: str | None, **given: Any) -> None:
    """Authorise the investigation: both investigators, and the Headteacher or Chair.

    Where the third is not at the computer now: write it down with --for-later, have them run
    "counterseal assent give" when they are, then go on with --assented.
    """
    record = desk.record()
    state = record.case(case) if case else record.only_case(Stage.TRIAGED)
    procedure.check_order(state, Step.CASE_AUTHORISED)
    more: list[str] = []
    if given["assented"]:
        prepared = assents.fetch(record, given["assented"])
        asked = (prepared.proposal.case, prepared.proposal.step)
        if asked != (state.case, Step.CASE_AUTHORISED):
            what = f"What was written down as {given['assented']} is not about case {state.case}."
            raise UsageError(what, advice="Name the case that it is about.")
    else:
        rules = due(record.terms.policy, "authorise", state.category, state.subject)
        decided = _ask_authorisation(desk, record, rules, given)
        more = in_words(rules, decided.answers)
        prepared = cases.prepare_authorisation(record, state, decided)
    if given["for_later"]:
        number = assents.put_by(record, prepared)
        lines = [f"Written down as {number}.", f"Next: counterseal assent give {number}"]
        desk.tell(
            {"case": state.case, "proposal": prepared.proposal.digest, "number": number}, lines
        )
        return
    third = prepared.proposal.facts["authoriser"]
    absent = not third or bool(given["assented"])
    signers = people(record, [*state.investigators, *([] if absent else [third])])
    preflight(record, prepared.proposal, [p.id for p in signers])
    stances = Stances(given["present"], given["read"])
    text = [*_authorisation_text(state.case, prepared), *more]
    with signed_by(desk, record, signers, text, stances) as cosigners:
        cases.authorise(record, prepared, cosigners)
    tell_case(desk, record, record.log.case(state.case), f"Kept: case {state.case} is authorised.")


@command.command()
@click.argument("case", required=False)
@viewer_option
@with_desk
def show(desk: Desk, case: str | None, viewer: str | None) -> None:
    """Say where a case stands, what may come next, and who must act."""
    record = desk.record(signing=False)
    state = one_of(cases_for(desk, record, viewer), case, *Stage)
    tell_case(desk, record, state, "")


@command.command(name="list")
@click.option("--for-review", is_flag=True, help="Only what no review covers to its end.")
@viewer_option
@with_desk
def list_(desk: Desk, viewer: str | None, *, for_review: bool) -> None:
    """List every case and where it stands."""
    record = desk.record(signing=False)
    states = cases_for(desk, record, viewer)
    none = "No case has been reported."
    if for_review:
        states = [state for state in states if state.reviewed < state.entries]
        none = "No case waits for a review."
    lines = [line(state) for state in states] or [none]
    desk.tell({"cases": [as_dict(state) for state in states]}, lines)


def _more(desk: Desk, question: str, given: str | None) -> str:
    """Ask at a terminal only what may be left empty: from a script an option says it."""
    if given is None and not desk.asker.at_terminal:
        return ""
    return desk.asker.text(question, "the answer", given, empty=True)


def _ask_authorisation(
    desk: Desk, record: Record, rules: Mapping[str, Ask], given: dict[str, Any]
) -> cases.Authorisation:
    ask = desk.asker
    third = ""
    if not given["letter"]:
        typed = ask.text(_who_authorises(record), "the id", given["authoriser"])
        third = record.person(typed).id
    reserve = ask.text('Id of a reserve investigator, or "none"', "the reserve", given["reserve"])
    return cases.Authorisation(
        authoriser=third,
        reserve="" if reserve.lower() == "none" else record.person(reserve).id,
        purpose=ask.choice(
            "Why the school may look", given["purpose"], dict.fromkeys(PURPOSES, "")
        ),
        users_told=ask.yes("Had users been told of monitoring?", given["users_told"]),
        proportionate=ask.yes("Is looking proportionate?", given["proportionate"]),
        why=ask.text("Why, in your words", "the reason", given["why"]),
        answers=ask_rules(desk, rules, given["answered"]),
    )


def _authorisation_text(case: str, prepared: Prepared) -> list[str]:
    facts = prepared.proposal.facts
    return [
        f"Authorisation of case {case} by {facts['authoriser'] or 'a letter of the Chair'}",
        f"Purpose: {facts['purpose']}",
        f"Users told of monitoring: {'yes' if facts['users_told'] else 'no'}",
        f"Proportionate: {'yes' if facts['proportionate'] else 'no'}",
        f"Reserve investigator: {facts['reserve'] or 'none'}",
    ]


def _who_authorises(record: Record) -> str:
    able = record.terms.keyset.with_role(*AUTHORISERS)
    named = worded(record.terms.policy, "{headteacher} or {chair}")
    return f"Id of the {named} ({', '.join(f'{p.id}: {p.name}' for p in able)})"
