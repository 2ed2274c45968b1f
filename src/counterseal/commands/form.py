"""A form: the questions of a step that needs nothing but answers, turned into a command.

Most steps are like that: some facts out of closed sets, some sentences, and signatures. Each is a
`Form` in `forms.py`; this module asks it, has it signed, and keeps it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

import click

from counterseal.commands.desk import Desk, shown
from counterseal.commands.options import case_option, signing_options, with_desk, with_desk_anyway
from counterseal.commands.questions import answer_option, ask_rules
from counterseal.commands.signing import Stances, people, signed_by
from counterseal.custody import procedure
from counterseal.custody.facts import Step
from counterseal.custody.signers import Who
from counterseal.custody.state import CaseState
from counterseal.errors import UsageError
from counterseal.evidence.exhibit import ExhibitRef
from counterseal.policy.naming import worded
from counterseal.policy.profile import Profile
from counterseal.policy.questions import KEY, as_text, due
from counterseal.workflow import sessions
from counterseal.workflow.browsing.clearing import clear_left_over
from counterseal.workflow.record import Record
from counterseal.workflow.steps import Draft, commit, kept_already, preflight
from counterseal.workflow.stop.after import prepare_step, stopped_case


class Kind(StrEnum):
    """What kind of answer a question takes."""

    CHOICE = "choice"
    MANY = "many"
    YES = "yes"
    DATE = "date"
    NUMBER = "number"
    PERSON = "person"
    REF = "ref"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Field:
    """One question.

    Args:
        name: Of the option and of what is recorded.
        question: As a person reads it.
        kind: What kind of answer; a `TEXT` goes to the encrypted text, all else to the facts.
        words: For a choice: each word with its meaning.
        empty: Whether an empty answer will do.
        offers: What an empty answer stands for instead, by the school's rules; None where nothing.
    """

    name: str
    question: str
    kind: Kind = Kind.TEXT
    words: Mapping[str, str] = field(default_factory=dict)
    empty: bool = False
    offers: Callable[[Profile, CaseState, str], str] | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """The questions of one step.

    Args:
        name: Of the command.
        step: The step.
        help: What the command's help says.
        fields: The questions, in order.
        says: What is said first, out of the school's rules; None where nothing.
        moment: When the school's rules may ask more (`policy/words.py`); "" where they do not.
    """

    name: str
    step: Step
    help: str
    fields: tuple[Field, ...]
    moment: str = ""
    says: Callable[[Profile], Sequence[str]] | None = None


def command_of(form: Form) -> click.Command:
    """Turn a form into a command."""

    def run(desk: Desk, case: str | None, **given: Any) -> None:
        _fill_in(desk, form, case, given)

    run.__doc__ = form.help
    after_stop = procedure.AFTER_STOP.get(form.step)
    function: Any = (with_desk_anyway if after_stop else with_desk)(run)
    for each in reversed(form.fields):
        function = _option(each)(function)
    if form.moment:
        function = answer_option(form.moment)(function)
    if Who.ONE in {procedure.RULES[form.step].who, after_stop and after_stop.who}:
        words = "Who records this."
        function = click.option("--as", "signer", metavar="ID", help=words)(function)
    made: click.Command = click.command(form.name)(signing_options(case_option(function)))
    return made


def group_of(name: str, words: str, *forms: Form) -> click.Group:
    """Make a group of form commands."""
    group = click.Group(name, help=words)
    for form in forms:
        group.add_command(command_of(form))
    return group


def _fill_in(desk: Desk, form: Form, case: str | None, given: dict[str, Any]) -> None:
    record = desk.record_for(form.step)
    rule = procedure.RULES[form.step]
    if record.vault.latch.stopped:
        state = stopped_case(record, case)
    else:
        state = record.case(case) if case else record.only_case(*rule.stages)
    state = sessions.pause_if_idle(record, state)
    procedure.check_order(state, form.step)
    if form.says:
        desk.say(*(shown(line) for line in form.says(record.terms.policy)))
    answers = {
        each.name: ask(desk, record, _with_offer(record, state, each), given[each.name])
        for each in form.fields
    }
    texts = {each.name for each in form.fields if each.kind is Kind.TEXT}
    facts = {name: value for name, value in answers.items() if name not in texts}
    text: dict[str, str | list[str]] = {name: str(answers[name]) for name in texts}
    if form.moment:
        rules = due(record.terms.policy, form.moment, state.category, state.subject)
        text |= as_text(ask_rules(desk, rules, given["answered"]))
    draft = Draft(form.step, state.case, facts, text)
    keep(desk, record, draft, who_signs(desk, record, state, form.step, given), given)


def _with_offer(record: Record, state: CaseState, each: Field) -> Field:
    """Put into a question the school's own labels, and what an empty answer stands for."""
    each = replace(each, question=worded(record.terms.policy, each.question))
    if each.offers is None:
        return each
    offer = each.offers(record.terms.policy, state, record.now().utc[:10])
    question = f"{each.question}; empty for {offer}, by the school's rules"
    return replace(each, question=question, words={"": offer}, empty=True)


def keep(
    desk: Desk,
    record: Record,
    draft: Draft,
    signers: Sequence[str],
    given: Mapping[str, Any],
) -> None:
    """Show a step to its signers, have it signed, and keep it.

    Args:
        desk: How to ask.
        record: The opened record.
        draft: The step.
        signers: Ids, in order.
        given: What `--present` and `--read` said.
    """
    state = record.case(draft.case)
    prepared = prepare_step(record, draft)
    preflight(record, prepared.proposal, signers)
    title = procedure.rule_of(draft.step, state.stage).title
    text = [f"{title}, case {state.case}", *(_line(k, v) for k, v in draft.facts.items())]
    text += [_line(k, v) for k, v in draft.text.items() if k != KEY]
    text += [_rules_line(record.terms.policy, answer) for answer in draft.text.get(KEY, ())]
    stances = Stances(given["present"], given["read"])
    with signed_by(desk, record, people(record, signers), text, stances) as cosigners:
        kept = commit(record, prepared, cosigners)
    with kept_already(f"The step was kept, as entry {kept.entry.index}."):
        clear_left_over(record)
    after = record.log.case(state.case)
    data = {
        "case": state.case,
        "step": str(draft.step),
        "entry": kept.entry.index,
        "stage": str(after.stage),
        "gates": sorted(after.gates),
        "facts": dict(draft.facts),
    }
    lines = [f"Kept: {title.lower()}, entry {kept.entry.index}. The case is {after.stage}."]
    desk.tell(data, lines)


def who_signs(
    desk: Desk, record: Record, state: CaseState, step: Step, given: Mapping[str, Any]
) -> list[str]:
    """Return who signs a step: one person who says who they are, or the case's two."""
    match procedure.rule_of(step, state.stage).who:
        case Who.ONE:
            return [record.person(desk.asker.text("Your id", "the id", given["signer"])).id]
        case Who.BOTH_AND_CHAIR if given["approver"] and not given["letter"]:
            return [*state.investigators, record.person(given["approver"]).id]
        case _:
            return list(state.investigators)


def ask(desk: Desk, record: Record, each: Field, given: Any) -> Any:
    """Ask one question, unless an option gave the answer.

    Raises:
        UsageError: The answer cannot be used.
    """
    asker = desk.asker
    match each.kind:
        case Kind.CHOICE:
            return asker.choice(each.question, given, each.words)
        case Kind.YES:
            return asker.yes(each.question, given)
        case Kind.MANY:
            return _many(desk, each, given)
        case Kind.TEXT:
            return asker.text(each.question, f"the answer to {each.name}", given, empty=each.empty)
        case _:
            typed = asker.text(each.question, f"the {each.name}", given, empty=each.empty)
            return _read(record, each, typed)


def _read(record: Record, each: Field, typed: str) -> Any:
    match each.kind:
        case Kind.DATE:
            return read_date(typed or each.words.get("", ""))
        case Kind.NUMBER:
            if not typed.isdecimal():
                what = f'"{typed}" is not a number.'
                raise UsageError(what)
            return int(typed)
        case Kind.PERSON:
            return record.person(typed).id if typed and typed.lower() != "none" else ""
        case _:
            return str(ExhibitRef.parse(typed)) if typed else ""


def read_date(typed: str) -> str:
    """Read a day.

    Raises:
        UsageError: It is not one.
    """
    try:
        return date.fromisoformat(typed.strip()).isoformat()
    except ValueError:
        what = f'"{typed}" is not a date.'
        raise UsageError(what, advice="Write it as 2026-11-20.") from None


def _many(desk: Desk, each: Field, given: Sequence[str]) -> list[str]:
    if given:
        return sorted(set(given))
    listed = ", ".join(each.words)
    typed = desk.asker.text(
        f"{each.question} ({listed}; commas between)", each.name, None, empty=True
    )
    found = sorted({word.strip().lower() for word in typed.split(",") if word.strip()})
    if not set(found) <= set(each.words):
        what = f'"{typed}" holds something that is not one of the answers: {listed}.'
        raise UsageError(what)
    return found


def _option(each: Field) -> Any:
    flag = f"--{each.name.replace('_', '-')}"
    words = worded(None, each.question)
    match each.kind:
        case Kind.YES:
            no = flag.replace("--", "--no-", 1)
            return click.option(f"{flag}/{no}", each.name, default=None, help=words)
        case Kind.CHOICE:
            return click.option(flag, each.name, type=click.Choice(list(each.words)), help=words)
        case Kind.MANY:
            kind = click.Choice(list(each.words))
            return click.option(flag, each.name, type=kind, multiple=True, help=words)
        case _:
            return click.option(flag, each.name, help=words)


def _rules_line(policy: Profile, answer: str) -> str:
    rule_id, _, said = answer.partition("=")
    return f"{policy.ask[rule_id].label} {said}"


def _line(name: str, value: Any) -> str:
    shown = {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else value
    if isinstance(shown, list):
        shown = ", ".join(str(item) for item in shown) or "none"
    return f"{name.replace('_', ' ').capitalize()}: {shown or 'none'}"
