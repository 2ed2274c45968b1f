"""How a category and its class are chosen, and what stops everything at once."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from counterseal.commands.desk import Desk
from counterseal.errors import CountersealError, NotAllowedError
from counterseal.policy.profile import CaseClass, Category, Profile
from counterseal.workflow.stop.cause import Cause
from counterseal.workflow.stop.words import TOLD_SENTENCE


def stop_if_grave(desk: Desk, chosen: CaseClass, case: str = "") -> None:
    """Stop everything where the class says so; nobody is asked anything more."""
    if chosen.stops:
        kind = "hs" if chosen is CaseClass.HARD_STOP else "nc"
        desk.lock(Cause("category", kind=kind, case=case))


@contextmanager
def stops_in_any_case(desk: Desk, chosen: CaseClass) -> Iterator[None]:
    """Let a report be kept before its category stops everything; if it is not kept, stop at once.

    Raises:
        StoppedError: The class stops, and the report was not kept.
    """
    if chosen.stops:
        desk.say("", TOLD_SENTENCE, "Only what was said is written down first.", "")
    try:
        yield
    except (CountersealError, click.Abort, KeyboardInterrupt):
        stop_if_grave(desk, chosen)
        raise


def ask_category(desk: Desk, policy: Profile, given: int | None) -> Category:
    """Ask for the category, unless an option gave it."""
    words = {str(n): category.label for n, category in policy.categories.items()}
    typed = None if given is None else str(given)
    question, briefly = "What kind of concern", "1 to 24; 24 if not sure"
    return policy.category(int(desk.asker.choice(question, typed, words, briefly=briefly)))


def ask_class(desk: Desk, category: Category, milder: bool | None) -> CaseClass:
    """Ask whether it is the milder form, where a category has one."""
    if category.lesser is None:
        if milder:
            what = f"Category {category.number} has no milder form."
            raise NotAllowedError(what)
        return category.graver
    question = f"Is it the milder form: {category.lesser_label}?"
    return category.lesser if desk.asker.yes(question, milder) else category.graver
