"""`counterseal case`: report, triage, authorise, show, list."""

from typing import Any

import click

from counterseal.clock import plain_time
from counterseal.commands.desk import Desk, shown
from counterseal.commands.options import signing_options, with_desk
from counterseal.commands.signing import Stances, people, signed_by
from counterseal.custody import procedure
from counterseal.custody.facts import Step
from counterseal.custody.state import CaseState, Stage
from counterseal.custody.words import MODIFIERS, PURPOSES, SOURCES, SUBJECTS
from counterseal.errors import NotAllowedError
from counterseal.keys.people import AUTHORISERS
from counterseal.policy.profile import CaseClass, Category, Profile
from counterseal.workflow import cases
from counterseal.workflow.record import Record
from counterseal.workflow.steps import commit
from counterseal.workflow.stop import Cause


@click.group(name="case")
def command() -> None:
    """Report a concern, triage and authorise it; see where it stands."""


@command.command()
@click.option("--as", "reporter", metavar="ID", help="Who records the report.")
@click.option("--source", help=f"Where it comes from: {', '.join(SOURCES)}.")
@click.option("--subject", help=f"Whom it is about: {', '.join(SUBJECTS)}.")
@click.option("--whom", help="Initials or an internal number of that person; never a full name.")
@click.option("--what", help="What was seen or heard, in plain words.")
@click.option("--found", help="How it came to light.")
@click.option("--reported-by", help="Who said so.")
@click.option("--category", type=click.IntRange(0, 24), help="1 to 24 if it is plain already.")
@click.option("--barred", multiple=True, metavar="ID", help="An enrolled person it concerns.")
@with_desk
def report(desk: Desk, reporter: str | None, **given: Any) -> None:
    """Report a concern. One person signs; the two investigators take it from there."""
    record = desk.record()
    if given["category"]:
        _stop_if_grave(desk, record.terms.policy.category(given["category"]).graver)
    ask = desk.asker
    person = record.person(ask.text("Your id", "the id", reporter))
    asked = cases.Report(
        source=ask.choice("Where it comes from", given["source"], dict.fromkeys(SOURCES, "")),
        subject=ask.choice("Whom it is about", given["subject"], dict.fromkeys(SUBJECTS, "")),
        category=given["category"] or 0,
        barred=[record.person(barred).id for barred in given["barred"]],
        what=ask.text("What was seen or heard", "the report", given["what"]),
        found=ask.text("How it came to light", "the way it was found", given["found"], empty=True),
        reported_by=ask.text("Who said so", "the name of who said so", given["reported_by"]),
        whom=ask.text("Initials of that person", "the initials", given["whom"], empty=True),
    )
    prepared = cases.prepare_report(record, asked)
    text = [
        f"Report of a concern, new case {prepared.proposal.case}",
        f"What: {asked.what}",
        f"Found: {asked.found or '(not said)'}",
        f"Said by: {asked.reported_by}",
    ]
    stances = Stances(read=(person.id,))  # whoever records a report was told of it
    with signed_by(desk, record, [person], text, stances) as signers:
        commit(record, prepared, signers)
    desk.tell(
        {"case": prepared.proposal.case, "stage": "reported"},
        [
            f"Kept: case {prepared.proposal.case} is reported.",
            "Next: two investigators run `counterseal case triage`.",
        ],
    )


@command.command()
@click.argument("case", required=False)
@click.option("--investigator", multiple=True, metavar="ID", help="One of the two. Give it twice.")
@click.option("--category", type=click.IntRange(1, 24), help="1 to 24; 24 is “not sure”.")
@click.option("--milder", is_flag=True, default=None, help="The milder form of category 8 or 10.")
@click.option("--modifier", multiple=True, type=click.Choice(MODIFIERS), help="What else is so.")
@click.option("--reasons", help="Why, in your words.")
@signing_options
@with_desk
def triage(desk: Desk, case: str | None, investigator: tuple[str, ...], **given: Any) -> None:
    """Decide together what kind of concern it is. The two who sign are the investigators."""
    record = desk.record()
    state = record.case(case) if case else record.only_case(Stage.REPORTED)
    procedure.check_order(state, Step.CASE_TRIAGED)
    category = _ask_category(desk, record.terms.policy, given["category"])
    chosen = _ask_class(desk, category, given["milder"])
    _stop_if_grave(desk, chosen, state.case)
    both = people(record, _two(desk, investigator))
    reasons = desk.asker.text("Why, in your words", "the reasons", given["reasons"])
    decided = cases.Triage(category, chosen, given["modifier"], reasons)
    prepared = cases.prepare_triage(record, state, decided, [p.id for p in both])
    text = [
        f"Triage of case {state.case}",
        f"Kind: {category.number}. {category.label}",
        f"Before anything is collected: {_gates_in_words(prepared.proposal.facts['gates'])}",
        f"Why: {reasons}",
        f"Investigators from now on: {' and '.join(p.name for p in both)}",
    ]
    stances = Stances(given["present"], given["read"])
    with signed_by(desk, record, both, text, stances) as signers:
        commit(record, prepared, signers)
    tell_case(desk, record, record.log.case(state.case), f"Kept: case {state.case} is triaged.")


@command.command()
@click.argument("case", required=False)
@click.option("--authoriser", metavar="ID", help="The Headteacher or Chair who authorises.")
@click.option("--reserve", metavar="ID", help='A third investigator who can step in, or "none".')
@click.option("--purpose", help=f"Why the school may look: {', '.join(PURPOSES)}.")
@click.option("--users-told/--users-not-told", default=None, help="Users knew of monitoring.")
@click.option("--proportionate/--not-proportionate", default=None, help="Looking is proportionate.")
@click.option("--why", help="Why, in your words.")
@signing_options
@with_desk
def authorise(desk: Desk, case: str | None, authoriser: str | None, **given: Any) -> None:
    """Authorise the investigation: both investigators, and the Headteacher or Chair."""
    record = desk.record()
    state = record.case(case) if case else record.only_case(Stage.TRIAGED)
    procedure.check_order(state, Step.CASE_AUTHORISED)
    ask = desk.asker
    head = record.person(ask.text(_who_authorises(record), "the id", authoriser))
    signers = people(record, [*state.investigators, head.id])
    reserve = ask.text('Id of a reserve investigator, or "none"', "the reserve", given["reserve"])
    decided = cases.Authorisation(
        authoriser=head.id,
        reserve="" if reserve.lower() == "none" else record.person(reserve).id,
        purpose=ask.choice(
            "Why the school may look", given["purpose"], dict.fromkeys(PURPOSES, "")
        ),
        users_told=ask.yes("Had users been told of monitoring?", given["users_told"]),
        proportionate=ask.yes("Is looking proportionate?", given["proportionate"]),
        why=ask.text("Why, in your words", "the reason", given["why"]),
    )
    prepared = cases.prepare_authorisation(record, state, decided)
    text = [
        f"Authorisation of case {state.case} by {head.name}",
        f"Purpose: {decided.purpose}",
        f"Users told of monitoring: {'yes' if decided.users_told else 'no'}",
        f"Proportionate: {'yes' if decided.proportionate else 'no'}",
        f"Reserve investigator: {decided.reserve or 'none'}",
        f"Why: {decided.why}",
    ]
    stances = Stances(given["present"], given["read"])
    with signed_by(desk, record, signers, text, stances) as cosigners:
        cases.authorise(record, prepared, cosigners)
    tell_case(desk, record, record.log.case(state.case), f"Kept: case {state.case} is authorised.")


@command.command()
@click.argument("case", required=False)
@with_desk
def show(desk: Desk, case: str | None) -> None:
    """Say where a case stands, what may come next, and who must act."""
    record = desk.record(signing=False)
    state = record.case(case) if case else record.only_case(*Stage)
    tell_case(desk, record, state, "")


@command.command(name="list")
@with_desk
def list_(desk: Desk) -> None:
    """List every case and where it stands."""
    record = desk.record(signing=False)
    states = [record.log.case(case) for case in record.log.cases()]
    lines = [_line(state) for state in states] or ["No case has been reported."]
    desk.tell({"cases": [as_dict(state) for state in states]}, lines)


def tell_case(desk: Desk, record: Record, state: CaseState, first: str) -> None:
    """Print where a case stands: stage, gates, people, what may come next."""
    nexts = [(rule.title, str(rule.who)) for _step, rule in procedure.options(state)]
    names = {p.id: p.name for p in record.terms.keyset.people}
    lines = [first] if first else []
    lines += [
        f"{_practice(record)}Case {state.case}: {state.stage}"
        + (", paused" if state.paused else ""),
        f"   Kind:           {_kind(record.terms.policy, state)}",
        f"   Investigators:  {_names(state.investigators, names)}",
        f"   Concerns:       {state.concerns}",
        f"   Exhibits:       {', '.join(e.ref for e in state.exhibits) or 'none'}",
    ]
    if state.gates:
        lines.append(f"   Waiting for:    {_gates_in_words(sorted(state.gates))}")
    lines += ["   What may come next:", *(f"     - {title} ({who})" for title, who in nexts)]
    data = {**as_dict(state), "next": [{"step": title, "who": who} for title, who in nexts]}
    desk.tell(data, [shown(line) for line in lines])


def as_dict(state: CaseState) -> dict[str, Any]:
    """Return a case for `--json`."""
    return {
        "case": state.case,
        "stage": str(state.stage),
        "paused": state.paused,
        "category": state.category,
        "class": state.category_class,
        "gates": sorted(state.gates),
        "investigators": list(state.investigators),
        "authoriser": state.authoriser,
        "reserve": state.reserve,
        "concerns": state.concerns,
        "exhibits": [e.ref for e in state.exhibits],
        "entries": state.entries,
        "reported": state.reported.utc if state.reported else "",
        "last": state.last.utc if state.last else "",
    }


def _stop_if_grave(desk: Desk, chosen: CaseClass, case: str = "") -> None:
    if chosen.stops:
        desk.lock(Cause("category", exposed="unknown", case=case))


def _ask_category(desk: Desk, policy: Profile, given: int | None) -> Category:
    words = {str(n): category.label for n, category in policy.categories.items()}
    typed = None if given is None else str(given)
    return policy.category(int(desk.asker.choice("What kind of concern", typed, words)))


def _ask_class(desk: Desk, category: Category, milder: bool | None) -> CaseClass:
    if category.lesser is None:
        if milder:
            what = f"Category {category.number} has no milder form."
            raise NotAllowedError(what)
        return category.graver
    question = f"Is it the milder form: {category.lesser_label}?"
    return category.lesser if desk.asker.yes(question, milder) else category.graver


def _two(desk: Desk, given: tuple[str, ...]) -> list[str]:
    asked = list(given)
    places = ("first", "second")[len(asked) :]
    questions = (f"Id of the {place} investigator" for place in places)
    return [*asked, *(desk.asker.text(question, "the id", None) for question in questions)]


def _who_authorises(record: Record) -> str:
    able = record.terms.keyset.with_role(*AUTHORISERS)
    return f"Id of the Headteacher or Chair ({', '.join(f'{p.id}: {p.name}' for p in able)})"


def _gates_in_words(gates: list[str]) -> str:
    words = {
        "advice": "advice has to be taken",
        "approval": "the Chair has to approve",
        "police": "the police have to be told",
    }
    return ", ".join(words[gate] for gate in gates) or "nothing has to be waited for"


def _kind(policy: Profile, state: CaseState) -> str:
    if not state.category:
        return "not said yet"
    return f"{state.category}. {policy.category(state.category).label}"


def _names(ids: tuple[str, ...], names: dict[str, str]) -> str:
    return " and ".join(f"{names.get(i, i)} ({i})" for i in ids) or "not chosen yet"


def _practice(record: Record) -> str:
    return "PRACTICE · " if record.practice else ""


def _line(state: CaseState) -> str:
    when = plain_time(state.reported.utc) if state.reported else ""
    return f"{state.case}   {state.stage:<11} {len(state.exhibits)} exhibits   reported {when}"
