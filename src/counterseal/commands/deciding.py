"""`case recategorise` and `case judge`: what the two decide, each by themselves first."""

from collections.abc import Collection, Sequence
from typing import Any

import click

from counterseal.commands.choosing import ask_category, ask_class, stop_if_grave
from counterseal.commands.desk import Desk
from counterseal.commands.form import keep
from counterseal.commands.options import signing_options, with_desk
from counterseal.commands.questions import answer_option, ask_rules
from counterseal.custody import procedure
from counterseal.custody.facts import Step
from counterseal.custody.outcomes import judged
from counterseal.custody.state import CaseState, Stage
from counterseal.custody.words import DECISIONS, MODIFIERS, OUTCOMES
from counterseal.errors import UsageError
from counterseal.policy.profile import Profile
from counterseal.policy.questions import as_text, due, newly_due
from counterseal.workflow import sessions
from counterseal.workflow.record import Record
from counterseal.workflow.steps import Draft
from counterseal.workflow.stop.cause import Cause

ANSWERS = {
    "yes": "The concern has substance.",
    "no": "It has none.",
    "needs-advice": "We need advice first.",
    "stop": "It may be a sexual image of a child, or another thing that must not be looked at.",
}


@click.command()
@click.argument("case", required=False)
@click.option("--category", type=click.IntRange(1, 24), help="The graver category.")
@click.option("--milder", is_flag=True, default=None, help="The milder form of category 8 or 10.")
@click.option("--modifier", multiple=True, type=click.Choice(MODIFIERS), help="What else is so.")
@click.option("--reasons", help="Why, in your words.")
@answer_option("report", "triage")
@signing_options
@with_desk
def recategorise(desk: Desk, case: str | None, **given: Any) -> None:
    """Change the category to a graver one. It never goes down again."""
    record = desk.record()
    stages = procedure.RULES[Step.CATEGORY_CHANGED].stages
    state = record.case(case) if case else record.only_case(*stages)
    state = sessions.pause_if_idle(record, state)
    procedure.check_order(state, Step.CATEGORY_CHANGED)
    policy = record.terms.policy
    category = ask_category(desk, policy, given["category"])
    chosen = ask_class(desk, category, given["milder"])
    stop_if_grave(desk, chosen, state.case)
    reasons = desk.asker.text("Why, in your words", "the reasons", given["reasons"])
    modifiers = sorted(state.modifiers | set(given["modifier"]))
    gates = policy.gates(category.number, chosen, state.subject, modifiers)
    numbers = (state.category, category.number)
    rules = newly_due(policy, ["report", "triage"], numbers, state.subject)
    answers = ask_rules(desk, rules, given["answered"])
    facts = {
        "category": category.number,
        "class": str(chosen),
        "modifiers": modifiers,
        "gates": sorted(gates),
    }
    text: dict[str, str | list[str]] = {"reasons": reasons, **as_text(answers)}
    draft = Draft(Step.CATEGORY_CHANGED, state.case, facts, text)
    keep(desk, record, draft, state.investigators, given)


@click.command()
@click.argument("case", required=False)
@answer_option("judge", words="A person's own answer, or one that the school's rules ask for.")
@click.option("--outcome", multiple=True, metavar="ID", help="What follows: see `policy show`.")
@click.option("--reasons", help="Why, in your words; where you differ, both views.")
@signing_options
@with_desk
def judge(desk: Desk, case: str | None, **given: Any) -> None:
    """Judge whether the concern has substance. Each answers alone, before seeing the other's."""
    record = desk.record()
    stages = (Stage.COLLECTED, Stage.JUDGED)
    state = record.case(case) if case else record.only_case(*stages)
    procedure.check_order(state, Step.JUDGEMENT_MADE)
    rules = due(record.terms.policy, "judge", state.category, state.subject)
    own, more = _sorted(given["answered"], state, rules)
    answers = _answers(desk, record, state, own)
    decision = judged(list(answers.values()))
    desk.say(f"   {decision.replace('-', ' ').capitalize()}.")
    ways = _ways(desk, record.terms.policy, state, given["outcome"]) if decision == "yes" else {}
    reasons = desk.asker.text("Why, in your words", "the reasons", given["reasons"])
    text: dict[str, str | list[str]] = {"reasons": reasons, **as_text(ask_rules(desk, rules, more))}
    facts = {
        "answers": [{"person": p, "decision": a} for p, a in answers.items()],
        "decision": decision,
        "outcomes": sorted({group for group, _label in ways.values()}),
    }
    if ways:
        text["ways"] = [f"{way}: {label}" for way, (_group, label) in ways.items()]
    draft = Draft(Step.JUDGEMENT_MADE, state.case, facts, text)
    keep(desk, record, draft, state.investigators, given)


def _ways(
    desk: Desk, policy: Profile, state: CaseState, given: Sequence[str]
) -> dict[str, tuple[str, str]]:
    """Ask what follows: each way that the school's rules have, with its group and its label."""
    known = {group: (group, group.replace("-", " ")) for group in OUTCOMES}
    known |= {
        way: (rule.group, rule.label)
        for way, rule in policy.outcome.items()
        if state.subject in rule.subjects
    }
    labels = {way: label for way, (_group, label) in known.items()}
    typed = given or [desk.asker.choice("What follows", None, labels)]
    wrong = sorted(set(typed) - known.keys())
    if wrong:
        what = f'"{wrong[0]}" is not one of the ways to go on: {", ".join(known)}.'
        raise UsageError(what, advice="`counterseal policy show` explains them.")
    return {way: known[way] for way in sorted(set(typed))}


def _answers(desk: Desk, record: Record, state: CaseState, given: list[str]) -> dict[str, str]:
    options = _options(given, state)
    found: dict[str, str] = {}
    for person_id in state.investigators:
        name = record.person(person_id).name
        answer = options.get(person_id) or desk.asker.alone(
            f"{name}, alone (it does not show): has the concern substance?", list(ANSWERS)
        )
        if answer == "stop":
            desk.lock(Cause("judgement", person_id, kind="not-sure", case=state.case))
        found[person_id] = answer
    return found


def _sorted(
    given: tuple[str, ...], state: CaseState, rules: Collection[str]
) -> tuple[list[str], list[str]]:
    """Tell the answers of the two from answers that the rules ask for."""
    asked = set(rules) - set(state.investigators)
    more = [text for text in given if text.partition("=")[0] in asked]
    return [text for text in given if text not in more], more


def _options(given: list[str], state: CaseState) -> dict[str, str]:
    found = {}
    for text in given:
        person, _, answer = text.partition("=")
        if person not in state.investigators or answer not in {*ANSWERS, *DECISIONS}:
            what = f'"--answer {text}" cannot be used.'
            raise UsageError(what, advice=f"Write ID=ANSWER; answers are {', '.join(ANSWERS)}.")
        found[person] = answer
    return found
